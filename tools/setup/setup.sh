# Sourced by tools/up and tools/check: packages, configure, build. Bash, no side effects on load.

root_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
    echo "error: $*" >&2
    exit 1
}

# Runs a step, keeps its output in a log, and tells how long it took.
step_names=()
step_seconds=()
step() {
    local name=$1
    shift
    local begin=$SECONDS
    printf '%-34s ' "$name ..."
    "$@" || { echo "failed"; return 1; }
    local took=$((SECONDS - begin))
    step_names+=("$name")
    step_seconds+=("$took")
    echo "ok (${took} s)"
}

# A command whose output matters only if it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        echo >&2
        tail -n 60 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "packages are missing and this is neither root nor is sudo installed: run it as root once"
    fi
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Prints the packages that are still to be installed, one a line.
missing_packages() {
    local line choice found
    while IFS= read -r line; do
        line=${line%%#*}
        [ -n "${line// /}" ] || continue
        found=
        for choice in ${line//|/ }; do
            if is_installed "$choice"; then found=1; break; fi
        done
        [ -n "$found" ] || echo "$line"
    done <"$root_folder/tools/setup/packages.txt"
}

first_available() {
    local choice
    for choice in ${1//|/ }; do
        if apt-cache show "$choice" >/dev/null 2>&1; then echo "$choice"; return; fi
    done
    fail "none of these packages is in this system's archive: $1"
}

install_packages() {
    command -v dpkg-query >/dev/null || fail "this needs Debian 12 or 13 (no dpkg here)"
    local missing wanted=() line
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    quietly as_root apt-get update -q || fail "the package archive cannot be reached (apt-get update)"
    while IFS= read -r line; do wanted+=("$(first_available "$line")"); done <<<"$missing"
    quietly as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${wanted[@]}" ||
        fail "some packages could not be installed: ${wanted[*]}"
}

# What the foreign checkers need beside it. Fails where the archive cannot be reached.
install_foreign() {
    local wanted=()
    is_installed golang-golang-x-mod-dev || wanted+=(golang-golang-x-mod-dev)
    command -v go >/dev/null || wanted+=(golang-go)
    command -v node >/dev/null || wanted+=(nodejs)
    command -v npm >/dev/null || wanted+=(npm)
    [ ${#wanted[@]} -gt 0 ] || return 0
    as_root apt-get update -q &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -q --no-install-recommends "${wanted[@]}"
}

configure() {
    (cd "$root_folder" && quietly cmake --preset "$1")
}

# build PRESET [TARGET...]
build() {
    local preset=$1
    shift
    quietly cmake --build "$root_folder/build/$preset" -- -j "$(nproc)" "$@"
}
