#!/usr/bin/env bash
# Small habits that a program can check. tidy.sh ROOT: prints what breaks one; fails if any does.
set -u
cd "$1" || exit 2
bad=0
rooms="events ledger projections server tools"

report() {
    [ -z "$2" ] && return
    bad=1
    printf '%s:\n%s\n\n' "$1" "$2"
}
sources() { find $rooms tests -name '*.h' -o -name '*.cpp'; }

report "lines over 100 columns (characters)" "$(sources | xargs python3 -c '
import sys
for path in sys.argv[1:]:
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        if len(line.rstrip("\n")) > 100: print(f"{path}:{number}")
' )"
report "headers without #pragma once" \
    "$(find $rooms tests -name '*.h' | xargs grep -L '#pragma once')"
report "clocks are read in events/base/clock.cpp only" \
    "$(grep -rnE '(steady|system|high_resolution)_clock::now\(\)' $rooms |
        grep -v '^events/base/clock\.cpp')"
report "unfinished work marked in sources" \
    "$(grep -rnwE 'TODO|FIXME' $rooms tests --include='*.h' --include='*.cpp' --include='*.fbs')"
report "sleeping in tests" \
    "$(grep -rnE 'sleep_for|sleep_until|[^a-z_]usleep\(|[^a-z_]sleep\(' tests --include='*.cpp' --include='*.h')"
report "fire and forget coroutines" "$(grep -rnE 'asio::detached|, detached\)' server tools)"
report "tabs in sources" "$(sources | xargs grep -lP '\t')"
exit $bad
