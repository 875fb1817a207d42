#!/usr/bin/env bash
# Measures the build and prints a table beside what the same work costs with native tools on the same cores. It asserts
# nothing and touches nothing of yours: it works on the last commit, in a clone in the temporary folder.
#
# Needs: git, hyperfine, binutils, xz-utils; for peak memory GNU time; libtree where CheckBinary is to stand beside it; for publishing docker-registry, skopeo and python3. Everything below, CORES,
# RUNS and BUILD_ARGS can be set from the environment.
set -euo pipefail

ADDED_LIBRARY=${ADDED_LIBRARY:-libbz2}
REQUIREMENTS=${REQUIREMENTS:-lib-requires.txt}
LOCK=${LOCK:-image.lock.json}
LAYOUT=${LAYOUT:-artifacts/oci}
PACK_ARGS=${PACK_ARGS:---target=Pack} # what assembles and packs, with everything downloaded
DERIVED=${DERIVED:-layers derived/packages} # folders of the cache with results made from packages, removed before PACK_ARGS

PROGRAM=${PROGRAM:-/usr/bin/curl} # what CheckBinary is asked about

# shellcheck source-path=SCRIPTDIR source=measuring.sh
. "$(dirname "$0")/measuring.sh"

if [ ! -f "$LOCK" ] && [ -f "$root/$LOCK" ]; then
    cp "$root/$LOCK" "$LOCK"
fi

note "compiling"
once './build.sh --version'

if [ -f "$LOCK" ]; then
    # The committed lock may be for other arguments than these.
    once "$(build --target=Restore)"
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

    # Without the facts of the run before, all of the report is made again.
    measure 'nothing changed, and no report' '0.3 s more' "rm -f artifacts/report.html artifacts/report.json" "$(build)"

    find="$(build '--target=FindLibrary --name=libxml2')"
    why="$(build '--target=Why --file=libzstd.so.1')"
    measure 'FindLibrary, no cache' '10 s' "rm -rf '$cache'" "$find"
    sh -c "$restore && $find" >>"$log" 2>&1
    measure 'FindLibrary, another name' '-' "rm -rf '$cache/derived/answers'" "$find"
    measure 'FindLibrary, asked again' '0.6 s' "$find >/dev/null" "$find"
    measure 'Doctor' '2 s' "$(build --target=Doctor) >/dev/null" "$(build --target=Doctor)"
    measure 'Why' '0.45 s' "$why >/dev/null" "$why"

    # What is in each image, read from all layers, and everything about it that others can check.
    measure 'Sbom' '1 s more' "rm -rf artifacts/sbom artifacts/sbom.json" "$(build --target=Sbom)"
    attest=$(build --target=Attest)
    measure 'Attest, nothing changed' '0.1 s more' "$attest >/dev/null" "$attest"

    # All platforms differ, by a label; 1 means that something changed.
    once "$(build "--artifacts=$work/other" --labels=bench=1)"
    diff="$(build --target=Diff) --from='$work/other/oci'"
    measure 'Diff of two layouts' '1 s' "$diff >/dev/null || [ \$? = 1 ]" "$diff || [ \$? = 1 ]"

    # An image of one's own, from a program, in a folder of its own; and how long the packed tool takes to start.
    new="$(build "--project=$work/new")"
    measure 'New and a build, a program' '20 s' "rm -rf '$work/new'" "$new --target=New '--binary=$PROGRAM' && $new"
    if dotnet pack build --configuration Release --output "$work/feed" -p:Version=1.0.0-bench -p:RunAnalyzers=false >>"$log" 2>&1 \
        && DOTNET_CLI_HOME=$work/home dotnet tool install busybox-glibc --version 1.0.0-bench --source "$work/feed" --tool-path "$work/tools" >>"$log" 2>&1; then
        measure 'the tool starts' '0.35 s' true "env -u BUSYBOX_GLIBC_ROOT '$work/tools/busybox-glibc' '--project=$work/new' --target=Completion --shell=bash"
    fi

    # A report of 3,000 files and 400 libraries in Chromium, by its own clock; the tests have the page. Skipped where they are.
    note 'a large report'
    times=$work/times.json
    REPORT_TIMES=$times dotnet test tests/Tests.csproj --configuration Release -p:RunAnalyzers=false --filter FullyQualifiedName~BrowserTests >>"$log" 2>&1 || note 'the tests of the report failed'
    for event in load open; do
        [ ! -s "$times" ] || sed -n "s/^ *\"$event\": \([0-9]*\),$/\1/p" "$times" | awk -v name="a large report, $event" '{ printf "%s\t%.2f\t%.2f\t-\t1 s\n", name, $1 / 1000, $1 / 1000 }' >>"$rows"
    done

    # One program, and a folder of 500 programs and libraries of this machine, beside tools that read this machine's files alone. 1 means that something is missing.
    check="$(build --target=CheckBinary)"
    measure 'CheckBinary, a program' '0.45 s' "$check --binary='$PROGRAM' >/dev/null || true" "$check --binary='$PROGRAM' || [ \$? = 1 ]"
    gather_programs "$work/programs"
    measure 'CheckBinary, 500 files' '3 s' true "$check --binary='$work/programs' || [ \$? = 1 ]"
    measure 'ldd, a program' '-' true "ldd '$PROGRAM'"
    measure 'ldd, 500 files' '-' true "find '$work/programs' -type f -exec ldd {} + >/dev/null 2>&1 || true"
    if command -v libtree >/dev/null; then
        measure 'libtree, a program' '-' true "libtree '$PROGRAM'"
        measure 'libtree, 500 files' '-' true "find '$work/programs' -type f -exec libtree {} + >/dev/null 2>&1 || true"
    fi
    sh -c "$restore"

    derived=
    for folder in $DERIVED; do
        derived="$derived '$cache/$folder'"
    done
    measure 'assemble and pack' '2 x the floor' "rm -rf artifacts $derived" "$(build "$PACK_ARGS")"

    gather "$LOCK" "$LAYOUT"
    # Pushing all of the layout to a registry on this machine that has nothing; ours reads everything back too.
    if command -v docker-registry >/dev/null && command -v skopeo >/dev/null; then
        port=${REGISTRY_PORT:-5977}
        printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' \
            "$work/registry" "$port" >"$work/registry.yml"
        docker-registry serve "$work/registry.yml" >>"$log" 2>&1 &
        registry=$!
        sh -c "$(build --target=Tag)" >>"$log" 2>&1
        push=$(build --target=Publish --exclusive "--registry=localhost:$port/bench")
        measure 'push from nothing' '1.2 x skopeo' "rm -rf '$work/registry'" "$push"
        measure 'push again' '0.3 s' "$push" "$push"
        measure 'skopeo copy --all' '-' "rm -rf '$work/registry'" \
            "skopeo copy --all --dest-tls-verify=false 'oci:$LAYOUT:glibc' 'docker://localhost:$port/bench/skopeo:glibc'"

        # Published once more with its attestations, which is what a stranger downloads and checks, all eight platforms.
        once "$(build --target=Attest) && $(build --target=Publish --exclusive "--registry=localhost:$port/attested")"
        verify=$(build --target=VerifyPublished "--image=localhost:$port/attested/busybox:glibc")
        measure 'VerifyPublished' '5 s' "$verify >/dev/null" "$verify"

        # One layer of 300 MB among the others, in a layout of its own.
        large=$work/large
        mkdir "$large"
        python3 bench/large-layout.py "$LAYOUT" "$large/oci" 300000000
        measure 'push a layer of 300 MB' '1.2 x skopeo' "rm -rf '$work/registry'" \
            "$(build --target=Publish --exclusive "--artifacts=$large" "--registry=localhost:$port/large")"
        measure 'skopeo, 300 MB' '-' "rm -rf '$work/registry'" \
            "skopeo copy --all --dest-tls-verify=false 'oci:$large/oci:glibc' 'docker://localhost:$port/large/skopeo:glibc'"
    else
        note "no docker-registry or no skopeo: publishing is left out"
    fi

    floor
fi

table
against_floor 'assemble and pack'

# ratio OURS THEIRS
ratio() {
    awk -v ours="$(mean "$1")" -v theirs="$(mean "$2")" -v names="$1 / $2" 'BEGIN {
        if (ours > 0 && theirs > 0) { printf "%s = %.2f / %.2f = %.2f\n", names, ours, theirs, ours / theirs }
    }'
}
ratio 'push from nothing' 'skopeo copy --all'
ratio 'push a layer of 300 MB' 'skopeo, 300 MB'
