#!/usr/bin/env python3
"""Asks a witness for a cosignature of a ledger's newest checkpoint (C2SP tlog-witness).

    add_checkpoint.py LEDGER WITNESS OLD_SIZE [--spoil WHAT]

Prints the status and what the witness answers. WHAT spoils the request on purpose: `signature`,
`origin`, `proof` or `old` (past the checkpoint).
"""
import base64
import json
import sys
import urllib.error
import urllib.request

ledger, witness, old = sys.argv[1], sys.argv[2], int(sys.argv[3])
spoil = sys.argv[5] if len(sys.argv) > 5 else ""


def get(path):
    with urllib.request.urlopen(ledger + path) as answer:
        return answer.read()


note = get("/log/checkpoint").decode()
size = int(note.split("\n")[1])
path = []
if 0 < old < size:
    proof = json.loads(get(f"/v1/proofs/consistency?from={old}&to={size}"))
    path = [base64.b64encode(bytes.fromhex(each)).decode() for each in proof["path"]]

if spoil == "signature":
    note = note[:-8] + ("A" if note[-8] != "A" else "B") + note[-7:]
elif spoil == "origin":
    note = note.replace(note.split("\n")[0], "example.org/unknown")
elif spoil == "proof":
    path = [base64.b64encode(bytes(32)).decode() for _ in path]
elif spoil == "old":
    old = size + 1

body = "".join([f"old {old}\n", *(each + "\n" for each in path), "\n", note])
request = urllib.request.Request(witness + "/add-checkpoint", data=body.encode(), method="POST")
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.status)
        print(answer.read().decode(), end="")
except urllib.error.HTTPError as problem:
    print(problem.code)
    print(problem.headers.get("Content-Type"))
    print(problem.read().decode(), end="")
