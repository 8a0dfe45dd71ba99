// Checks a log over HTTP with Tessera's fsck library, which derives every tile and the root anew
// from the entries.
//
//	log_fsck URL
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "log_fsck:", err)
		os.Exit(1)
	}
}

func leafHashes(bundle []byte) ([][]byte, error) {
	var read api.EntryBundle
	if err := read.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, entry := range read.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

func main() {
	answer, err := http.Get(os.Args[1] + "/log/vkey")
	must(err)
	keys, err := io.ReadAll(answer.Body)
	must(err)
	verifier, err := note.NewVerifier(strings.Fields(string(keys))[0])
	must(err)
	root, err := url.Parse(os.Args[1] + "/log/")
	must(err)
	log, err := client.NewHTTPFetcher(root, nil)
	must(err)
	must(fsck.New(verifier.Name(), verifier, log, leafHashes, fsck.Opts{N: 2}).Check(context.Background()))
	fmt.Println(verifier.Name() + ": every tile and the root are what the entries give")
}
