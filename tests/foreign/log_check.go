// Checks a log over HTTP with the note and tlog packages of the Go project, which know nothing of
// this ledger: the checkpoint's signature, every tile, every entry, and that the log only grew.
//
//	log_check URL SMALLEST_SIZE
//
// Exit code 0: everything holds. 1: something does not, and the sentence says what.
package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

func must(what string, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "log_check:", what+":", err)
		os.Exit(1)
	}
}

func fetch(url string) ([]byte, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", url, answer.StatusCode)
	}
	return body, err
}

// tiles reads tiles for the checking reader, and keeps those that it found to be right. tlog names
// the height in a path, C2SP does not.
type tiles struct {
	url   string
	count int
	right map[tlog.Tile][]byte
}

func path(tile tlog.Tile) string { return strings.Replace(tile.Path(), "tile/8/", "tile/", 1) }

func (t *tiles) Height() int { return tileHeight }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		if data, known := t.right[tile]; known {
			all = append(all, data)
			continue
		}
		data, err := fetch(t.url + "/log/" + path(tile))
		if err != nil {
			return nil, err
		}
		t.count++
		all = append(all, data)
	}
	return all, nil
}

func (t *tiles) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		t.right[tile] = data[i]
	}
}

// openCheckpoint gives origin and tree of a checkpoint that the served key has signed.
func openCheckpoint(url string) (string, tlog.Tree) {
	keys, err := fetch(url + "/log/vkey")
	must("verifier key", err)
	var known []note.Verifier
	for _, line := range strings.Fields(string(keys)) {
		verifier, err := note.NewVerifier(line)
		must("verifier key", err)
		known = append(known, verifier)
	}
	signed, err := fetch(url + "/log/checkpoint")
	must("checkpoint", err)
	opened, err := note.Open(signed, note.VerifierList(known...))
	must("checkpoint", err)
	// ParseTree reads the Go project's own tree only, so the three lines are read here.
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != known[0].Name() {
		must("checkpoint", fmt.Errorf("not of the log %s", known[0].Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must("checkpoint", err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must("checkpoint", err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return lines[0], tree
}

// checkBundle checks every entry of a bundle against the root.
func checkBundle(url string, tree tlog.Tree, first int64, reader tlog.HashReader) {
	width := tree.N - first
	if width > tileWidth {
		width = tileWidth
	}
	tile := tlog.Tile{H: tileHeight, L: 0, N: first / tileWidth, W: int(width)}
	rest, err := fetch(url + "/log/" + strings.Replace(path(tile), "tile/0/", "tile/entries/", 1))
	must("bundle", err)
	for id := first; id < first+width; id++ {
		if len(rest) < 2 || len(rest) < 2+(int(rest[0])<<8|int(rest[1])) {
			must("bundle", fmt.Errorf("ends before entry %d", id))
		}
		length := int(rest[0])<<8 | int(rest[1])
		proof, err := tlog.ProveRecord(tree.N, id, reader)
		must("tiles", err)
		leaf := tlog.RecordHash(rest[2 : 2+length])
		must(fmt.Sprint("entry ", id), tlog.CheckRecord(proof, tree.N, tree.Hash, id, leaf))
		rest = rest[2+length:]
	}
	if len(rest) > 0 {
		must("bundle", fmt.Errorf("%d bytes too many", len(rest)))
	}
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: log_check URL SMALLEST_SIZE")
		os.Exit(2)
	}
	url := os.Args[1]
	smallest, err := strconv.ParseInt(os.Args[2], 10, 64)
	must("smallest size", err)
	origin, tree := openCheckpoint(url)
	if tree.N < smallest {
		must("size", fmt.Errorf("%d entries, not %d", tree.N, smallest))
	}
	stored := &tiles{url: url, right: map[tlog.Tile][]byte{}}
	reader := tlog.TileHashReader(tree, stored)
	for first := int64(0); first < tree.N; first += tileWidth {
		checkBundle(url, tree, first, reader)
	}
	older := 0
	for size := int64(1); size < tree.N; size += 1 + tree.N/100 {
		proof, err := tlog.ProveTree(tree.N, size, reader)
		must("tiles", err)
		root, err := tlog.TreeHash(size, reader)
		must("tiles", err)
		must(fmt.Sprint("growth from ", size), tlog.CheckTree(proof, tree.N, tree.Hash, size, root))
		older++
	}
	fmt.Printf("%s: %d entries, growth from %d older sizes, %d tiles read: all hold\n",
		origin, tree.N, older, stored.count)
}
