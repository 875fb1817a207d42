#!/usr/bin/env bash
# Measures the build and prints a table beside what the same work costs with native tools on the same cores. It asserts
# nothing and touches nothing of yours: it works on the last commit, in a clone in the temporary folder.
#
# Needs: git, hyperfine, binutils, xz-utils; for peak memory GNU time; for publishing docker-registry and skopeo. Everything below can be set from the environment.
set -euo pipefail

CORES=${CORES:-2}                    # as many as the aims are meant for; held by taskset where the machine has more
RUNS=${RUNS:-3}                      # runs of each measurement
BUILD_ARGS=${BUILD_ARGS:---busybox=debian} # given to every ./build.sh; the aims below are of a build that compiles nothing
ADDED_LIBRARY=${ADDED_LIBRARY:-libbz2}
REQUIREMENTS=${REQUIREMENTS:-lib-requires.txt}
LOCK=${LOCK:-image.lock.json}
LAYOUT=${LAYOUT:-artifacts/oci}
PACK_ARGS=${PACK_ARGS:---target=Pack} # what assembles and packs, with everything downloaded
DERIVED=${DERIVED:-layers derived/packages} # folders of the cache with results made from packages, removed before PACK_ARGS

root=$(cd "$(dirname "$0")/.." && pwd -P)
for tool in git hyperfine ar xz gzip xargs; do
    if ! command -v "$tool" >/dev/null; then
        echo "bench/run.sh needs $tool: apt-get install git hyperfine binutils xz-utils" >&2
        exit 1
    fi
done

pin=()
if [ "$(nproc)" -gt "$CORES" ] && command -v taskset >/dev/null; then
    pin=(taskset -c "0-$((CORES - 1))")
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
registry=
end() {
    if [ -n "$registry" ]; then
        kill "$registry" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
repo=$work/repo
cache=$work/cache
log=$work/log
rows=$work/rows
: >"$log"
: >"$rows"

git clone --quiet --no-hardlinks "$root" "$repo"
cd "$repo"
if [ ! -f "$LOCK" ] && [ -f "$root/$LOCK" ]; then
    cp "$root/$LOCK" "$LOCK"
fi

note() { echo "bench: $*" >&2; }

# What is run and measured, as one shell line for hyperfine.
build() { printf './build.sh --cache=%q %s %s' "$cache" "$BUILD_ARGS" "$*"; }

# measure NAME AIM PREPARE COMMAND: one row; a command that fails gives a row that says so, and the next one is measured.
measure() {
    local name=$1 aim=$2 prepare=$3 command=$4 csv=$work/one.csv memory=$work/memory
    note "$name"
    rm -f "$csv" "$memory"
    {
        echo '#!/bin/sh'
        if [ -x /usr/bin/time ]; then
            printf 'exec /usr/bin/time -a -o %q -f %%M sh -c %q\n' "$memory" "$command"
        else
            printf '%s\n' "$command"
        fi
    } >"$work/command.sh"
    if "${pin[@]}" hyperfine --style none --shell sh --runs "$RUNS" --prepare "$prepare" --export-csv "$csv" \
        --output inherit "sh '$work/command.sh'" >>"$log" 2>&1 && [ -s "$csv" ]; then
        awk -F, -v name="$name" -v aim="$aim" -v kib="$(sort -n "$memory" 2>/dev/null | tail -n 1)" '
            NR == 2 { printf "%s\t%.2f\t%.2f\t%s\t%s\n", name, $2, $7, kib == "" ? "-" : sprintf("%.0f", kib / 1024), aim }' "$csv" >>"$rows"
    else
        printf '%s\tfailed\t-\t-\t%s\n' "$name" "$aim" >>"$rows"
        note "failed: $(tail -n 3 "$log" | tr '\n' ' ')"
    fi
}

# The mean of a row measured before, 0 where it failed.
mean() { awk -F '\t' -v name="$1" '$1 == name { print $2 + 0 }' "$rows"; }

note "compiling"
./build.sh --version >>"$log" 2>&1 || { cat "$log" >&2; exit 1; }

if [ -f "$LOCK" ]; then
    # The committed lock may be for other arguments than these.
    sh -c "$(build --target=Restore)" >>"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    cp "$LOCK" "$work/lock"
    measure 'no cache, a lock' '25 s' "rm -rf '$cache' artifacts && cp '$work/lock' '$LOCK'" "$(build)"
else
    note "no $LOCK: the measurement with a lock is left out"
fi

measure 'no cache, no lock' '60 s' "rm -rf '$cache' artifacts '$LOCK'" "$(build)"

# From here on everything is cached, and the lock is the one just made: today's, whatever the clone's was.
if [ -f "$LOCK" ] && [ -d "$cache" ]; then
    cp "$LOCK" "$work/lock"
    cp "$REQUIREMENTS" "$work/requirements"
    cp -al "$cache" "$work/cache.kept"
    mkdir "$work/artifacts.kept"
    cp -a artifacts/. "$work/artifacts.kept/"
    # The cache is put back from hard links, since a run adds the library's package to it; it only ever adds and renames.
    restore="rm -rf '$cache' artifacts && cp -al '$work/cache.kept' '$cache' && cp -a '$work/artifacts.kept' artifacts"
    restore="$restore && cp '$work/lock' '$LOCK' && cp '$work/requirements' '$REQUIREMENTS'"
    measure 'one library added' '5 s' "$restore && echo '$ADDED_LIBRARY' >>'$REQUIREMENTS'" "$(build)"
    sh -c "$restore"
    measure 'nothing changed' '1.5 s' "$(build) >/dev/null" "$(build)"

    derived=
    for folder in $DERIVED; do
        derived="$derived '$cache/$folder'"
    done
    measure 'assemble and pack' '2 x the floor' "rm -rf artifacts $derived" "$(build "$PACK_ARGS")"

    # The floor: the .debs the lock pins, and the layers of the layout, through native tools.
    grep -oE '"[0-9a-f]{64}"' "$LOCK" | tr -d '"' | sort -u | while read -r sum; do
        file=$cache/sha256/${sum:0:2}/$sum
        if [ -f "$file" ] && [ "$(head -c 7 "$file")" = '!<arch>' ]; then
            printf '%s\0' "$file"
        fi
    done >"$work/debs"
    mkdir "$work/layers"
    for blob in "$LAYOUT"/blobs/sha256/*; do
        if gzip -t "$blob" 2>/dev/null; then
            gzip -dc <"$blob" >"$work/layers/${blob##*/}.tar"
        fi
    done
    find "$work/layers" -type f -print0 >"$work/tars"
    cat >"$work/unpack.sh" <<'END'
case $(ar t "$1") in
    *data.tar.xz*) ar p "$1" data.tar.xz | xz -dc ;;
    *data.tar.gz*) ar p "$1" data.tar.gz | gzip -dc ;;
    *data.tar.zst*) ar p "$1" data.tar.zst | zstd -dc ;;
    *) ar p "$1" data.tar ;;
esac >/dev/null
END
    count() { tr -cd '\0' <"$1" | wc -c; }
    note "floor: $(count "$work/debs") packages, $(count "$work/tars") layers"
    # Pushing all of the layout to a registry on this machine that has nothing; ours reads everything back too.
    if command -v docker-registry >/dev/null && command -v skopeo >/dev/null; then
        port=${REGISTRY_PORT:-5977}
        printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' \
            "$work/registry" "$port" >"$work/registry.yml"
        docker-registry serve "$work/registry.yml" >>"$log" 2>&1 &
        registry=$!
        sh -c "$(build --target=Tag)" >>"$log" 2>&1
        push=$(build --target=Publish --exclusive "--registry=localhost:$port/bench")
        measure 'push from nothing' '1.5 x skopeo' "rm -rf '$work/registry'" "$push"
        measure 'push again' '1 s' "$push" "$push"
        measure 'skopeo copy --all' '-' "rm -rf '$work/registry'" \
            "skopeo copy --all --dest-tls-verify=false 'oci:$LAYOUT:glibc' 'docker://localhost:$port/bench/skopeo:glibc'"
    else
        note "no docker-registry or no skopeo: publishing is left out"
    fi

    measure 'floor: xz -dc' '-' true "xargs -0 -r -n 1 -P $CORES sh '$work/unpack.sh' <'$work/debs'"
    measure 'floor: gzip -6' '-' true "xargs -0 -r -n 1 -P $CORES sh -c 'gzip -6c \"\$1\" >/dev/null' sh <'$work/tars'"
fi

printf '\n%s, %s cores, %s runs each\n\n' "$(git log -1 --format='commit %h')" "$CORES" "$RUNS"
printf '%-20s %10s %10s %10s  %s\n' 'measured' 'mean, s' 'best, s' 'peak, MiB' 'aim'
while IFS=$'\t' read -r name average best memory aim; do
    printf '%-20s %10s %10s %10s  %s\n' "$name" "$average" "$best" "$memory" "$aim"
done <"$rows"
awk -v made="$(mean 'assemble and pack')" -v xz="$(mean 'floor: xz -dc')" -v gzip="$(mean 'floor: gzip -6')" 'BEGIN {
    if (made > 0 && xz + gzip > 0) { printf "\nassemble and pack / floor = %.2f / %.2f = %.2f\n", made, xz + gzip, made / (xz + gzip) }
}'
awk -v ours="$(mean 'push from nothing')" -v theirs="$(mean 'skopeo copy --all')" 'BEGIN {
    if (ours > 0 && theirs > 0) { printf "push from nothing / skopeo copy --all = %.2f / %.2f = %.2f\n", ours, theirs, ours / theirs }
}'
