#!/usr/bin/env bash
# Measures the engine in Docker: all platforms cold, again, with one library more, and, where QEMU=1, one foreign platform beside the old
# way of compiling it under emulation. It asserts nothing and touches nothing of yours: it works on the last commit, in a clone in
# the temporary folder, with an engine of its own (tests/engine/engine.sh, which needs root and says what else).
#
# Needs git and some 20 GB. All eight take two cores ten minutes; the old way takes one platform twenty.
set -euo pipefail

PLATFORMS=${PLATFORMS:-linux/amd64,linux/arm64,linux/arm/v7,linux/arm/v6,linux/386,linux/ppc64le,linux/riscv64,linux/s390x}
ADDED_LIBRARY=${ADDED_LIBRARY:-libbz2}
QEMU=${QEMU:-0}
CACHE=${CACHE:-}        # a cache of downloads to start from; without it everything is fetched first, unmeasured
ENGINE=${ENGINE:-}      # a folder in which the engine's own downloads are kept

root=$(cd "$(dirname "$0")/.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
engine=${ENGINE:-$work/engine}
repo=$work/repo
log=$work/log
rows=$work/rows
: >"$rows"

note() { echo "bench: $*" >&2; }
end() {
    sh "$root/tests/engine/engine.sh" down "$engine" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

git clone --quiet --no-hardlinks "$root" "$repo"
cd "$repo"
cache=$work/cache
if [ -n "$CACHE" ]; then
    mkdir -p "$cache"
    cp -r "$CACHE/." "$cache"
fi

# run COMMAND...: must end well.
run() {
    "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        exit 1
    }
}

# seconds NAME AIM COMMAND...: one row.
seconds() {
    local name=$1 aim=$2 from
    shift 2
    note "$name"
    from=$(date +%s.%N)
    run "$@"
    took=$(awk -v from="$from" -v to="$(date +%s.%N)" 'BEGIN { printf "%.1f", to - from }')
    printf '%s\t%s\t%s\n' "$name" "$took" "$aim" >>"$rows"
}

build() { ./build.sh "--cache=$cache" --engine=buildx "$@"; }

note 'bringing up an engine'
run sh "$root/tests/engine/engine.sh" up "$engine"
# shellcheck source=/dev/null # made by the line above
. "$engine/env"

note 'compiling the build itself, fetching packages'
run ./build.sh --version
run build "--platforms=$PLATFORMS" --locked --busybox=source --target=Restore

seconds 'all, nothing in the engine' '420 s' build "--platforms=$PLATFORMS" --locked
seconds 'again, nothing changed' '15 s' build "--platforms=$PLATFORMS" --locked
echo "$ADDED_LIBRARY" >>lib-requires.txt
seconds 'one library added' '20 s' build "--platforms=$PLATFORMS"
git checkout --quiet lib-requires.txt image.lock.json

if [ "$QEMU" = 1 ]; then
    docker buildx prune --all --force >/dev/null
    seconds 'linux/arm64 alone, nothing in the engine' '' build --platforms=linux/arm64 --locked
    ours=$took
    note 'a base image of linux/arm64'
    # From where the engine's own base image came, verified by the same keys.
    run mmdebstrap --mode=root --skip=check/qemu --variant=apt --architectures=arm64 --keyring="$(cat "$engine/downloads/keyring")" \
        --aptopt='Acquire::Check-Valid-Until "false"' "$(cat "$engine/downloads/suite")" "$work/arm64.tar" "$(cat "$engine/downloads/mirror")"
    run docker import --platform linux/arm64 "$work/arm64.tar" debian-arm64:bench
    mkdir -p "$work/old"
    find "$cache/sha256" -type f -name "$(awk -F '"' '/"default"/ { version = $4 } /"version"/ { now = $4 } /"sha256"/ && now == version { print $4; exit }' busybox-releases.json)" \
        -exec cp {} "$work/old/busybox.tar.bz2" \;
    cp build/Busybox/patches/all/*.patch busybox.config "$work/old"
    cat >"$work/old/Dockerfile" <<'END'
FROM debian-arm64:bench
RUN apt-get update && apt-get install -y --no-install-recommends make gcc libc6-dev gawk bzip2 patch
COPY . /old/
RUN mkdir /old/tree && tar -xjf /old/busybox.tar.bz2 -C /old/tree --strip-components=1 && cd /old/tree && \
    for patch in /old/*.patch; do patch -p1 <"$patch"; done && make defconfig && cat /old/busybox.config >>.config && yes '' | make oldconfig && make -j"$(nproc)"
END
    seconds 'linux/arm64 alone, the old way under QEMU' '' docker buildx build --builder default --platform linux/arm64 --output type=cacheonly "$work/old"
    printf '%s\t%s\t%s\n' '  times slower' "$(awk -v old="$took" -v ours="$ours" 'BEGIN { printf "%.1f", old / ours }')" '15 at least' >>"$rows"
fi

awk -F '\t' 'BEGIN { printf "%-46s %10s   %s\n", "", "seconds", "aim" } { printf "%-46s %10s   %s\n", $1, $2, $3 }' "$rows"
