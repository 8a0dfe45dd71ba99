#!/usr/bin/env bash
# Arrows between rooms point one way, and some libraries live in one place only.
# layers.sh ROOT: prints each wrong include line; fails if there is one.
set -u
cd "$1" || exit 2
bad=0

# deny WHERE PATTERN WHY [EXCEPT]: no include that matches PATTERN in sources under WHERE.
deny() {
    local hits
    hits=$(grep -rnE --include='*.h' --include='*.cpp' "^ *#include [\"<]$2" $1 |
        grep -vE "${4:-^$}" || true)
    [ -z "$hits" ] && return
    bad=1
    printf '%s\n%s\n\n' "$3:" "$hits"
}

deny events '(ledger|projections|server|tools)/' "events sees no other room"
deny ledger '(projections|server|tools)/' "ledger sees events only"
deny ledger/proof '(ledger/[^p]|ledger/p[^r]|events/([^bi]|rules|json|codes))' \
    "proof sees events/base and the ids only"
deny projections '(server|tools)/' "projections sees events and the ledger only"
deny server 'tools/' "the server does not know the tools"
deny tools/evidence '(ledger|projections|tools)/' \
    "evidence sees events, proof and the form of sealed blobs only" \
    '"(ledger/proof/|ledger/(crypto|sealed_form|map_record)\.h|tools/evidence)'
deny tools 'server/' "tools reach the server over its port only"
deny "events ledger projections server tools" 'tests/' "nothing includes the tests"
deny "events ledger projections server tools" 'rocksdb/' \
    "rocksdb is named in the two storage folders only" '^(ledger|projections)/storage/'
deny "events ledger projections server tools" 'boost/(beast|asio/(ip|ssl))' \
    "sockets live in the server and the tools' client only" '^(server|tools/client|tools/bench)/'
deny "events ledger projections server tools" 'spdlog/' \
    "spdlog is named in events/base/log.cpp only" '^events/base/log\.cpp'
exit $bad
