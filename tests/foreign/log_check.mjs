// Checks a log over HTTP with programs that others wrote: checkpoint and inclusion of every entry
// by @sigstore/verify, COSE receipts by cborg, cosignatures and receipts by @noble/ed25519.
//
//   node log_check.mjs URL SMALLEST_SIZE [COSIGNED_NOTE WITNESS_KEY]
//
// Exit code 0: everything holds. 1: something does not, and the sentence says what.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { decode } from 'cborg';
import * as ed25519 from '@noble/ed25519';

const require = createRequire(import.meta.url);
const { verifyCheckpoint } = require('@sigstore/verify/dist/timestamp/checkpoint.js');
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/timestamp/merkle.js');

const width = 256;
const receiptsTried = 50;
const [url, smallest, cosignedFile, witnessKey] = process.argv.slice(2);

const ensure = (holds, what) => {
  if (!holds) throw new Error(what);
};
const sha256 = (...parts) => {
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const node = (left, right) => sha256(Buffer.of(1), left, right);

async function fetchBytes(path) {
  const answer = await fetch(url + path);
  ensure(answer.status === 200, `${path}: status ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

// -- keys and notes -------------------------------------------------------------------------------

function parseVerifierKey(line) {
  const [name, id] = line.split('+', 2);
  const typed = Buffer.from(line.slice(name.length + id.length + 2), 'base64');
  const logID = sha256(`${name}\n`, typed);
  ensure(logID.subarray(0, 4).toString('hex') === id, `wrong id of the key ${name}`);
  return { name, type: typed[0], key: typed.subarray(1), logID };
}

function authority({ name, key, logID }) {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return {
    baseURL: `https://${name}`,
    logID,
    publicKey: crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' }),
    validFor: { start: new Date(0), end: new Date(8.64e15) },
  };
}

const textOf = (note) => note.slice(0, note.lastIndexOf('\n\n') + 1);

// Of all lines of a note only those of the log: @sigstore/verify refuses a note with a signature by a
// key that it was not given, where C2SP has it passed over.
function withoutCosignatures(note) {
  const origin = note.slice(0, note.indexOf('\n'));
  const lines = note.slice(textOf(note).length + 1).split('\n');
  const kept = lines.filter((line) => line === '' || line.startsWith(`— ${origin} `));
  return `${textOf(note)}\n${kept.join('\n')}`;
}

// -- the tree, from its tiles ---------------------------------------------------------------------

function tilePath(level, index, size) {
  const hashes = Math.floor(size / width ** level) - index * width;
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  const partial = hashes < width ? `.p/${hashes}` : '';
  return (kind) => `/log/tile/${kind}/${groups.join('/')}${partial}`;
}

class Tree {
  constructor(size) {
    this.size = size;
    this.known = new Map(); // "height/index" of a perfect subtree
  }
  async load() {
    for (let level = 0; Math.floor(this.size / width ** level) > 0; ++level) {
      const tiles = Math.ceil(Math.floor(this.size / width ** level) / width);
      for (let index = 0; index < tiles; ++index) {
        const bytes = await fetchBytes(tilePath(level, index, this.size)(level));
        for (let i = 0; i < bytes.length / 32; ++i) {
          const at = `${8 * level}/${index * width + i}`;
          this.known.set(at, bytes.subarray(32 * i, 32 * (i + 1)));
        }
      }
    }
  }
  subtree(height, index) {
    const at = `${height}/${index}`;
    let hash = this.known.get(at);
    if (!hash) {
      hash = node(this.subtree(height - 1, 2 * index), this.subtree(height - 1, 2 * index + 1));
      this.known.set(at, hash);
    }
    return hash;
  }
  root(from, upto) {
    const count = upto - from;
    const height = Math.log2(count);
    if (Number.isInteger(height)) return this.subtree(height, from / count);
    const middle = from + 2 ** Math.floor(height);
    return node(this.root(from, middle), this.root(middle, upto));
  }
  inclusion(position) {
    const path = [];
    for (let from = 0, upto = this.size; upto - from > 1; ) {
      const middle = from + 2 ** (Math.ceil(Math.log2(upto - from)) - 1);
      const left = position < middle;
      path.unshift(left ? this.root(middle, upto) : this.root(from, middle));
      if (left) upto = middle;
      else from = middle;
    }
    return path;
  }
}

// -- what is checked ------------------------------------------------------------------------------

async function readEntries(size) {
  const entries = [];
  for (let first = 0; first < size; first += width) {
    const bundle = await fetchBytes(tilePath(0, first / width, size)('entries'));
    for (let at = 0; at < bundle.length; ) {
      const length = bundle.readUInt16BE(at);
      entries.push(bundle.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  ensure(entries.length === size, `${entries.length} entries, not ${size}`);
  return entries;
}

function entryProof(note, position, body, hashes) {
  const [, size, root] = note.split('\n');
  return {
    integratedTime: '0',
    canonicalizedBody: body,
    inclusionProof: {
      logIndex: String(position),
      treeSize: size,
      rootHash: Buffer.from(root, 'base64'),
      hashes,
      checkpoint: { envelope: withoutCosignatures(note) },
    },
  };
}

function checkProofFile(text, position, body, authorities) {
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  ensure(lines[0] === 'c2sp.org/tlog-proof@v1', 'the proof file has another first line');
  ensure(lines[1] === `index ${position}`, 'the proof file is of another entry');
  const hashes = lines.slice(2).map((line) => Buffer.from(line, 'base64'));
  const entry = entryProof(text.slice(end + 2), position, body, hashes);
  verifyCheckpoint(entry, authorities);
  verifyMerkleInclusion(entry);
}

async function checkReceipt(bytes, position, body, keys) {
  const tags = [];
  tags[18] = (content) => content;
  const [protectedBytes, unprotectedMap, payload, signature] = decode(bytes, {
    useMaps: true,
    tags,
  });
  const header = decode(protectedBytes, { useMaps: true });
  ensure(header.get(1) === -8 && header.get(395) === 1, 'the receipt has other headers');
  ensure(payload === null, 'the receipt carries a payload');
  const [packed] = unprotectedMap.get(396).get(-1);
  const [size, index, hashes] = decode(packed);
  ensure(index === position, 'the receipt is of another entry');
  // The root that the receipt leads to; who signed it tells whether it is right.
  let hash = sha256(Buffer.of(0), body);
  let fn = index;
  let sn = size - 1;
  for (const each of hashes) {
    ensure(sn > 0, 'the receipt has too many hashes');
    if (fn % 2 === 1 || fn === sn) {
      hash = node(each, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      hash = node(hash, each);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  ensure(sn === 0, 'the receipt has too few hashes');
  const head = Buffer.from('846a5369676e617475726531', 'hex'); // [ "Signature1", ...
  const short = Buffer.of(0x40 + protectedBytes.length);
  const message = Buffer.concat([head, short, protectedBytes, Buffer.of(0x40, 0x58, 32), hash]);
  const good = await Promise.all(keys.map((k) => ed25519.verifyAsync(signature, message, k.key)));
  ensure(good.includes(true), `the receipt of entry ${position} is not signed by the log`);
}

async function checkCosignatures(note, line) {
  const witness = parseVerifierKey(line);
  ensure(witness.type === 4, 'the witness has no key for cosignatures');
  const wanted = `— ${witness.name} `;
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).split('\n');
  const found = lines.filter((each) => each.startsWith(wanted));
  ensure(found.length > 0, `no cosignature of ${witness.name}`);
  for (const each of found) {
    const bytes = Buffer.from(each.slice(wanted.length), 'base64');
    ensure(bytes.length === 76, 'the cosignature has another length');
    ensure(bytes.subarray(0, 4).equals(witness.logID.subarray(0, 4)), 'another cosigner key');
    const seconds = bytes.readBigUInt64BE(4);
    const message = Buffer.from(`cosignature/v1\ntime ${seconds}\n${textOf(note)}`);
    const good = await ed25519.verifyAsync(bytes.subarray(12), message, witness.key);
    ensure(good, `the cosignature of ${witness.name} is bad`);
  }
  return found.length;
}

async function main() {
  const keys = (await fetchBytes('/log/vkey')).toString().trim().split('\n').map(parseVerifierKey);
  const authorities = keys.map(authority);
  const note = (await fetchBytes('/log/checkpoint')).toString();
  const size = Number(note.split('\n')[1]);
  ensure(note.split('\n')[0] === keys[0].name, 'the checkpoint is of another log');
  ensure(size >= Number(smallest), `${size} entries, not ${smallest}`);

  const tree = new Tree(size);
  await tree.load();
  const entries = await readEntries(size);
  verifyCheckpoint(entryProof(note, 0, entries[0], tree.inclusion(0)), authorities);
  for (let i = 0; i < size; ++i) {
    try {
      verifyMerkleInclusion(entryProof(note, i, entries[i], tree.inclusion(i)));
    } catch (problem) {
      throw new Error(`entry ${i}: ${problem.message}`);
    }
  }
  const step = Math.max(1, Math.floor(size / receiptsTried));
  let tried = 0;
  for (let i = 0; i < size; i += step, ++tried) {
    const proof = await fetchBytes(`/v1/events/${i}/proof?form=tlog-proof`);
    checkProofFile(proof.toString(), i, entries[i], authorities);
    await checkReceipt(await fetchBytes(`/v1/events/${i}/proof?form=cose`), i, entries[i], keys);
  }
  const cosigned = cosignedFile
    ? await checkCosignatures(fs.readFileSync(cosignedFile, 'utf8'), witnessKey)
    : 0;
  console.log(
    `${keys[0].name}: ${size} entries, ${tried} proof files, ${tried} receipts, ` +
      `${cosigned} cosignatures: all hold`,
  );
}

main().catch((problem) => {
  console.error(`log_check: ${problem.message}`);
  process.exit(1);
});
