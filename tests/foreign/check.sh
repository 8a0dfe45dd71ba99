#!/usr/bin/env bash
# Programs that others wrote check a live ledger of 10,000 events, and notice a single flipped bit.
#
#   check.sh BIN_FOLDER WORK_FOLDER
#
# Exit code 0: they found everything right, and every flipped bit. 77: so did those that are to be had
# here, but not all are.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$(cd "$1" && pwd) || exit 2
mkdir -p "$2" && work=$(cd "$2" && pwd) || exit 2

events_min=10000
talents=2000          # some 11,000 events
seconds_max=120       # for each step; a checker that hangs is a failure
children=()
trap 'kill "${children[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$work/ledger"' EXIT

fail() {
    echo "foreign checkers: $*" >&2
    exit 1
}
not_here() {
    echo "foreign checkers: $*" >&2
    exit 77
}

# -- the checkers ---------------------------------------------------------------------------------

packaged=/usr/share/gocode

build_go() {
    # The packaged sources alone: no module, no network.
    CGO_ENABLED=0 GO111MODULE=off GOFLAGS='' GOPATH=$packaged GOCACHE=$work/go-cache GOTOOLCHAIN=local \
        go build -o "$work/log_check" "$here/log_check.go"
}
build_node() {
    cp "$here/package.json" "$here/package-lock.json" "$here/log_check.mjs" "$work/"
    [ "$work/node_modules/.package-lock.json" -nt "$here/package-lock.json" ] && return
    (cd "$work" && timeout $seconds_max npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1)
}
checkers=()
missing=()
if ! command -v go >/dev/null || [ ! -d "$packaged/src/golang.org/x/mod/sumdb/tlog" ]; then
    missing+=("go with golang-golang-x-mod-dev is not installed")
else
    build_go || fail "the Go program does not build"
    checkers+=(go_check)
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    missing+=("node with npm is not installed")
elif ! build_node; then
    missing+=("npm cannot fetch what package-lock.json names")
else
    checkers+=(node_check)
fi
[ ${#checkers[@]} -gt 0 ] || not_here "${missing[@]}"

# Given the address of a log.
go_check() { timeout $seconds_max "$work/log_check" "$1" $events_min; }
node_check() { timeout $seconds_max node "$work/log_check.mjs" "$1" $events_min "${cosigned[@]}"; }

# -- the ledger -----------------------------------------------------------------------------------

# Starts a program that prints where it listens, and sets `said` to its first line.
start() {
    local out=$work/started.$RANDOM
    : >"$out"
    "$@" >"$out" 2>"$out.log" &
    children+=($!)
    for _ in $(seq 600); do
        said=$(head -n 1 "$out")
        [ -n "$said" ] && return
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    cat "$out.log" >&2
    fail "$1 did not start"
}

fetch() {
    python3 -c 'import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1]).read())' "$1"
}
rm -rf "$work/ledger" "$work/witness"
mkdir -p "$work/witness"
ours() { start "$bin/talentd" --data "$work/ledger" --demo --listen 127.0.0.1:0 "$@"; }
# A witness must know the log's key before it is asked, and the log its witness's.
ours
fetch "${said##*listening on }/log/vkey" >"$work/witness/logs"
kill "${children[-1]}" && wait "${children[-1]}" 2>/dev/null
start "$bin/talentd" --witness "$work/witness" --witness-name witness.example/w1 --listen 127.0.0.1:0
witness=${said##*listening on }
witness_key=$(fetch "$witness/witness/vkey")
printf 'witness w1 %s %s/witness\nquorum w1\n' "$witness_key" "$witness" >"$work/policy"
ours --policy "$work/policy"
ledger=${said##*listening on }
"$bin/talentctl" demo synthetic --talents $talents --server "$ledger" >"$work/load.log" 2>&1 ||
    { tail -n 5 "$work/load.log" >&2; fail "the events could not be loaded"; }

# A checkpoint follows within a second; the programs are shown one over everything.
head_of() { fetch "$ledger/v1/events?from=end" | sed -n 's/.*"head":"\([0-9]*\)".*/\1/p'; }
for _ in $(seq 100); do
    size=$(fetch "$ledger/log/checkpoint" | sed -n 2p)
    [ "${size:-0}" -ge $events_min ] && [ "$size" = "$(head_of)" ] && break
    sleep 0.1
done
fetch "$ledger/log/checkpoint" >"$work/cosigned"
cosigned=("$work/cosigned" "$witness_key")

# -- everything is right --------------------------------------------------------------------------

for checker in "${checkers[@]}"; do
    $checker "$ledger" || fail "$checker does not accept the log"
done

# -- one bit is not -------------------------------------------------------------------------------

must_notice() {
    local checker=$1 prefix=$2 byte=$3 found
    start python3 "$here/flip_proxy.py" "$ledger" "$prefix" "$byte"
    if found=$($checker "http://127.0.0.1:$said" 2>&1); then
        fail "$checker did not notice a flipped bit in byte $byte of $prefix: $found"
    fi
    # Whatever is wrong with the proxy would be found too, so the sentence must be a checker's.
    grep -q '^log_check: ' <<<"$found" || fail "$checker broke off: $found"
    grep -qE 'status|ECONN|fetch failed|refused' <<<"$found" && fail "$checker was not answered: $found"
    printf '  %-10s %-24s byte %-6s %s\n' "$checker" "$prefix" "$byte" "$(tail -n 1 <<<"$found")"
    noticed=$((noticed + 1))
}
noticed=0
for checker in "${checkers[@]}"; do
    must_notice $checker /log/checkpoint 150           # in the log's signature
    must_notice $checker /log/checkpoint 40            # in size or root
    must_notice $checker /log/tile/0/003 4000
    must_notice $checker /log/tile/1/000 77
    must_notice $checker /log/tile/entries/017 1500
    must_notice $checker /log/tile/entries/000 40
done
start python3 "$here/flip_proxy.py" "$ledger" "" 0
${checkers[0]} "http://127.0.0.1:$said" >/dev/null || fail "an honest proxy is not accepted"
if [[ " ${checkers[*]} " == *" node_check "* ]]; then
    python3 - "$work/cosigned" <<'PY'
import sys
note = bytearray(open(sys.argv[1], 'rb').read())
note[-40] ^= 1  # in the cosignature
open(sys.argv[1], 'wb').write(note)
PY
    found=$(node_check "$ledger" 2>&1) && fail "node_check did not notice an altered cosignature"
    grep -q '^log_check: .*cosign' <<<"$found" || fail "node_check broke off: $found"
    noticed=$((noticed + 1))
    cosigned=()
    must_notice node_check "/v1/events/0/proof?form=cose" -5
    must_notice node_check "/v1/events/0/proof?form=tlog-proof" 60
fi

echo "foreign checkers: $size entries right, $noticed flipped bits noticed"
[ ${#missing[@]} -eq 0 ] || not_here "${missing[@]}"
