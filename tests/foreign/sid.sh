#!/usr/bin/env bash
# Programs out of Debian sid, put into a folder of their own and not installed: a witness that others
# wrote (litewitness), a checker of proof files (spicy), and Tessera's fsck. They move, so that this
# gates nothing; what was seen is in docs/foreign_checkers.md.
#
#   sid.sh BIN_FOLDER WORK_FOLDER
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$(cd "$1" && pwd) || exit 2
mkdir -p "$2" && work=$(cd "$2" && pwd) || exit 2
children=()
trap 'kill "${children[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$work/run"' EXIT

fail() {
    echo "sid: $*" >&2
    exit 1
}

# -- the programs ---------------------------------------------------------------------------------

packages=(torchwood
    golang-github-transparency-dev-tessera-dev golang-github-transparency-dev-merkle-dev
    golang-github-transparency-dev-formats-dev golang-golang-x-mod-dev golang-golang-x-sync-dev
    golang-golang-x-time-dev golang-golang-x-crypto-dev golang-golang-x-sys-dev
    golang-github-hashicorp-golang-lru-v2-dev golang-opentelemetry-otel-dev
    golang-github-go-logr-logr-dev golang-github-go-logr-stdr-dev
    golang-github-cespare-xxhash-v2-dev golang-github-google-uuid-dev golang-k8s-klog-dev
    golang-github-avast-retry-go-dev)

fetch() {
    local apt=$work/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$work/debs"
    echo "deb http://deb.debian.org/debian sid main" >"$apt/sources.list"
    cat >"$apt/apt.conf" <<TEXT
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
TEXT
    export APT_CONFIG=$apt/apt.conf
    apt-get update -q >"$work/apt.log" 2>&1 && (cd "$work/debs" && apt-get download -q "${packages[@]}") >>"$work/apt.log" 2>&1
    local fetched=$?
    unset APT_CONFIG
    return $fetched
}
if [ ! -e "$work/root/usr/bin/litewitness" ]; then
    fetch || { tail -n 5 "$work/apt.log" >&2; fail "sid cannot be reached"; }
    for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
fi
for deb in "$work"/debs/*.deb; do dpkg-deb -f "$deb" Package Version | paste -sd' '; done |
    sed -E 's/Package: ([^ ]*) Version: (.*)/  \1 \2/'
CGO_ENABLED=0 GO111MODULE=off GOFLAGS='' GOPATH=$work/root/usr/share/gocode GOCACHE=$work/go-cache \
    GOTOOLCHAIN=local go build -o "$work/log_fsck" "$here/log_fsck.go" || fail "log_fsck does not build"
PATH=$work/root/usr/bin:$PATH

# -- a ledger -------------------------------------------------------------------------------------

# Starts a program and waits until its output has a line with the word; sets `said` to the line.
start() {
    local word=$1 out=$work/run/started.$RANDOM
    shift
    "$@" >"$out" 2>&1 &
    children+=($!)
    for _ in $(seq 300); do
        said=$(grep -m 1 -- "$word" "$out") && return
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    cat "$out" >&2
    fail "$1 did not start"
}
rm -rf "$work/run" && mkdir -p "$work/run"
start "listening on" "$bin/talentd" --data "$work/run/ledger" --demo --listen 127.0.0.1:0
ledger=${said##*listening on }
ledger=${ledger%% *}
"$bin/talentctl" demo synthetic --talents 200 --server "$ledger" >/dev/null 2>&1 || fail "no events"
covered() {
    for _ in $(seq 100); do
        size=$(curl -sS "$ledger/log/checkpoint" | sed -n 2p)
        head=$(curl -sS "$ledger/v1/events?from=end" | sed -n 's/.*"head":"\([0-9]*\)".*/\1/p')
        [ "$size" = "$head" ] && return
        sleep 0.1
    done
    fail "no checkpoint over $head events"
}
covered
vkey=$(curl -sS "$ledger/log/vkey" | head -n 1)
origin=${vkey%%+*}
echo "ledger: $origin, $size events"

# -- D: a witness that others wrote ---------------------------------------------------------------

agent=$work/run/agent
start "SSH_AUTH_SOCK" ssh-agent -D -a "$agent"
ssh-keygen -q -t ed25519 -N '' -f "$work/run/witness" || fail "no key"
SSH_AUTH_SOCK=$agent ssh-add -q "$work/run/witness" || fail "the agent takes no key"
print=$(ssh-keygen -l -f "$work/run/witness.pub" | cut -d' ' -f2)
witnessctl add-log -db "$work/run/witness.db" -origin "$origin" || fail "witnessctl add-log"
witnessctl add-key -db "$work/run/witness.db" -origin "$origin" -key "$vkey" || fail "witnessctl add-key"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
start "verifier key\|vkey\|listening" litewitness -db "$work/run/witness.db" -name witness.example.org/lite \
    -key "$print" -ssh-agent "$agent" -listen "127.0.0.1:$port"
witness=http://127.0.0.1:$port
for _ in $(seq 50); do curl -sS "$witness/" >/dev/null 2>&1 && break; sleep 0.1; done
witness_key=$(curl -sS "$witness/" | grep -oE 'witness\.example\.org/lite\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+' | head -n 1)
echo "litewitness: $witness_key"

asked() { # what is asked, what must come
    local what=$1 wanted=$2
    shift 2
    answer=$(python3 "$here/add_checkpoint.py" "$ledger" "$witness" "$@")
    local got
    got=$(head -n 1 <<<"$answer")
    printf '  %-44s %s\n' "$what" "$(paste -sd' ' <<<"$answer" | cut -c 1-80)"
    [ "$got" = "$wanted" ] || fail "$what: $got, not $wanted"
}
asked "first checkpoint" 200 0
first=$size
asked "the same again" 200 "$first"
asked "an old size that is not the latest" 409 1
asked "a bad signature" 403 "$first" --spoil signature
asked "an unknown origin" 404 "$first" --spoil origin
asked "an old size past the checkpoint" 400 "$first" --spoil old
# Another seed clashes with the first one's people here and there; only growth matters.
"$bin/talentctl" demo synthetic --talents 50 --seed 9 --server "$ledger" >"$work/more.log" 2>&1
covered
[ "$size" -gt "$first" ] || fail "no more events"
asked "growth with a wrong proof" 422 "$first" --spoil proof
asked "growth from $first to $size" 200 "$first"

# C: the cosignature, by an unrelated implementation of Ed25519.
curl -sS "$ledger/log/checkpoint" >"$work/run/cosigned"
tail -n +2 <<<"$answer" >>"$work/run/cosigned"
if [ -n "$witness_key" ] && [ -d "$work/../foreign/node_modules" ]; then
    (cd "$work/../foreign" && node log_check.mjs "$ledger" 1 "$work/run/cosigned" "$witness_key") ||
        fail "the cosignature does not hold"
fi

# -- E: a proof file ------------------------------------------------------------------------------

position=$((size / 2))
curl -sS "$ledger/v1/events/$position/proof?form=spicy" >"$work/run/event.spicy"
curl -sS "$ledger/v1/events/$position" -H 'Accept: application/json' >/dev/null
python3 - "$ledger" "$position" "$size" >"$work/run/event" <<'PYTHON' || fail "no entry"
import sys, urllib.request
ledger, position, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
first = position // 256 * 256
partial = f".p/{size - first}" if size - first < 256 else ""
name = f"{position // 256:03}"
rest = urllib.request.urlopen(f"{ledger}/log/tile/entries/{name}{partial}").read()
for i in range(first, position + 1):
    length = int.from_bytes(rest[:2], "big")
    entry, rest = rest[2:2 + length], rest[2 + length:]
sys.stdout.buffer.write(entry)
PYTHON
spicy-torchwood -verify "$vkey" "$work/run/event" || fail "spicy does not accept the proof of event $position"
echo "spicy: the proof of event $position holds"
printf x >>"$work/run/event"
spicy-torchwood -verify "$vkey" "$work/run/event" 2>/dev/null && fail "spicy accepts an altered event"
echo "spicy: an altered event is refused"

# -- F: Tessera's fsck ----------------------------------------------------------------------------

"$work/log_fsck" "$ledger" || fail "fsck does not accept the log"
start "^[0-9]" python3 -u "$here/flip_proxy.py" "$ledger" /log/tile/1/000 33
"$work/log_fsck" "http://127.0.0.1:$said" >"$work/run/fsck" 2>&1 && fail "fsck missed a flipped bit"
echo "fsck: a flipped bit is noticed: $(grep -m 1 log_fsck "$work/run/fsck" | cut -c 1-120)"
