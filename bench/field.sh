#!/usr/bin/env bash
# Measures the build of all platforms with the 150 libraries of tests/Field/libraries.txt: answering them from what is cached, and
# assembling, packing and verifying together, beside what the same bytes cost with native tools on the same cores. It asserts
# nothing and touches nothing of yours: it works on the last commit, in a clone in the temporary folder.
#
# Needs: git, hyperfine, binutils, xz-utils; for peak memory GNU time; some 4 GB. Everything below, CORES,
# RUNS and BUILD_ARGS can be set from the environment.
set -euo pipefail

GIANTS=${GIANTS:-0} # 1: those of tests/Field/giants.txt too, some 3 GB more to fetch; the aims are of the 150
CACHE=${CACHE:-}    # a cache whose files are taken over instead of fetched; it stays as it is

# shellcheck source-path=SCRIPTDIR source=measuring.sh
. "$(dirname "$0")/measuring.sh"

cp tests/Field/libraries.txt lib-requires.txt
if [ "$GIANTS" = 1 ]; then
    cat tests/Field/giants.txt >>lib-requires.txt
fi
if [ -n "$CACHE" ]; then
    mkdir "$cache"
    cp -a "$CACHE/sha256" "$cache/"
fi

note 'compiling the build'
once './build.sh --version'
cp image.lock.json "$work/lock"
note 'fetching what is not cached'
once "$(build --target=Restore)"

# From here on everything that was fetched is cached, the indices as they are searched, and nothing that is made of a package.
measure 'restore' '30 s, 600 MiB' "rm -rf artifacts '$cache/derived/packages' '$cache/derived/contents' && cp '$work/lock' image.lock.json" "$(build --target=Restore)"
measure 'assemble, pack, verify' '1.3 x the floor, 600 MiB' "rm -rf artifacts '$cache/layers' '$cache/derived/packages'" "$(build --target=Verify --locked)"
measure 'nothing changed' '-' true "$(build --target=Verify --locked)"

# The build roots, which the lock holds too, are no part of it: nothing was compiled.
sed '/^ *"buildRoots"/,$d' image.lock.json >"$work/lock"
gather "$work/lock" artifacts/oci
floor

table
against_floor 'assemble, pack, verify'
