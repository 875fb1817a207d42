#!/usr/bin/env bash
# Measures the compilation of BusyBox beside what it costs without us: plain `make` in the same build root, one platform after the
# other. It asserts nothing and touches nothing of yours: it works on the last commit, in a clone in the temporary folder.
#
# Needs: git, util-linux (unshare), the network to the package archive, and some 3 GB. All eight take two cores half an hour.
set -euo pipefail

PLATFORMS=${PLATFORMS:-linux/amd64,linux/arm64,linux/arm/v7,linux/arm/v6,linux/386,linux/ppc64le,linux/riscv64,linux/s390x}
JOBS=${JOBS:-2}          # compilers at once, for both sides
CHANGED=${CHANGED:-linux/s390x} # the platform whose inputs are changed

root=$(cd "$(dirname "$0")/.." && pwd -P)
for tool in git unshare awk sha256sum; do
    if ! command -v "$tool" >/dev/null; then
        echo "bench/compile.sh needs $tool" >&2
        exit 1
    fi
done

work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
repo=$work/repo
cache=$work/cache
log=$work/log
rows=$work/rows
sizes=$work/sizes
: >"$rows"
: >"$sizes"

git clone --quiet --no-hardlinks "$root" "$repo"
cd "$repo"

note() { echo "bench: $*" >&2; }
now() { date +%s.%N; }
since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f", to - from }'; }
row() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$rows"; }

# build ARGUMENT...: a run that must end well.
build() {
    ./build.sh "--cache=$cache" "--platforms=$PLATFORMS" "--jobs=$JOBS" --locked "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        exit 1
    }
}

# What the build says of a platform's compilation that is over: "busybox linux/amd64: 1.05 MB, 410 applets".
compiled() { grep -c '^busybox linux/.*applets' "$log" || true; }

# The architecture and the prefix of the cross tools, of docs/design.md's table.
cross() {
    awk -F '|' -v platform="$1" '{ for (i = 1; i <= NF; i++) gsub(/^ +| +$/, "", $i) } $2 == platform && $7 != "" { print $7, $6 }' docs/design.md | head -n 1
}

note 'compiling the build itself'
./build.sh --version >"$log" 2>&1

note 'all from nothing: fetch, unpack, compile'
started=$(now)
build --target=CompileBusybox
row 'all, from nothing' "$(since "$started")" '1.15 x plain make + 60 s'

note 'the rest of the image'
build
note 'nothing changed'
started=$(now)
build
row 'nothing changed, whole build' "$(since "$started")" '1.5 s'
row '  of them compiled' "$(compiled)" '0'

buildroot=$(echo "$cache"/build-root/*/root)
tarball=$(find "$cache/sha256" -type f -name "$(awk -F '"' '/"default"/ { version = $4 } /"version"/ { now = $4 } /"sha256"/ && now == version { print $4; exit }' busybox-releases.json)")
user=()
if [ "$(id -u)" -ne 0 ]; then
    user=(--user --map-root-user)
fi

# Nothing in the build root reads this, but its end would be the end of what runs there.
mkfifo "$work/open"
exec 9<>"$work/open"

# inside FOLDER COMMAND...: runs a command in the build root, FOLDER being /build there.
inside() {
    local folder=$1
    shift
    unshare "${user[@]}" --mount --pid --fork --kill-child sh -c "$(cat build/Busybox/BuildRoot/enter.sh)" enter.sh \
        namespaces "$buildroot" "$folder" /build PATH=/usr/sbin:/usr/bin HOME=/tmp LC_ALL=C TZ=UTC "$@" <&9
}

# Which platform a program is of is seen by its loader.
loader() { LC_ALL=C grep -aoE '/lib[0-9]*/ld[A-Za-z0-9_.-]*\.so\.[0-9]+' "$1" | head -n 1; }

total=0
for platform in ${PLATFORMS//,/ }; do
    read -r arch prefix < <(cross "$platform")
    folder=$work/plain
    rm -rf "$folder"
    mkdir -p "$folder/patches"
    cp "$tarball" "$folder/release.tar.bz2"
    cp build/Busybox/patches/all/*.patch "$folder/patches/"
    # The configuration is the same for all.
    for result in "$cache"/busybox/*/; do cp "$result/config" "$folder/config"; done
    note "plain make: $platform"
    started=$(now)
    # shellcheck disable=SC2016 # $file is of the shell inside
    inside "$folder" ARCH="$arch" CROSS_COMPILE="$prefix" sh -ec '
        mkdir tree
        tar -xjf release.tar.bz2 -C tree --strip-components=1 --no-same-owner
        for file in patches/*.patch; do patch -s -d tree -p1 <"$file"; done
        cp config tree/.config
        yes "" | make -C tree oldconfig >/dev/null
        make -C tree -j'"$JOBS"' busybox' >"$log" 2>&1 || {
        tail -n 30 "$log" >&2
        exit 1
    }
    seconds=$(since "$started")
    total=$(awk -v a="$total" -v b="$seconds" 'BEGIN { print a + b }')
    row "plain make, $platform" "$seconds" '-'
    plain=$(stat -c %s "$folder/tree/busybox")
    for result in "$cache"/busybox/*/; do
        if [ "$(loader "$result/busybox")" = "$(loader "$folder/tree/busybox")" ]; then
            awk -v platform="$platform" -v plain="$plain" -v made="$(stat -c %s "$result/busybox")" 'BEGIN {
                printf "%-16s %10d %10d %+8.2f %%\n", platform, plain, made, 100 * (made - plain) / plain }' >>"$sizes"
        fi
    done
done
row 'plain make, the sum' "$total" '-'

note "one platform's inputs changed"
awk -v platform="$CHANGED" '/"options": \{\}/ && !done { sub(/\{\}/, "{ \"" platform "\": [\"# CONFIG_BZIP2 is not set\"] }"); done = 1 } { print }' busybox-releases.json >"$work/releases"
cp "$work/releases" busybox-releases.json
started=$(now)
build --target=CompileBusybox
row "$CHANGED's inputs changed" "$(since "$started")" '-'
row '  of them compiled' "$(compiled)" '1'

printf '\n%s, %s compilers at once\n\n' "$(git log -1 --format='commit %h')" "$JOBS"
printf '%-30s %10s  %s\n' 'measured' 'seconds' 'aim'
while IFS=$'\t' read -r name value aim; do
    printf '%-30s %10s  %s\n' "$name" "$value" "$aim"
done <"$rows"
awk -F '\t' '$1 == "all, from nothing" { made = $2 } $1 == "plain make, the sum" { sum = $2 }
    END { printf "\nfrom nothing / (1.15 x sum + 60 s) = %.1f / %.1f = %.2f\n", made, 1.15 * sum + 60, made / (1.15 * sum + 60) }' "$rows"
printf '\n%-16s %10s %10s\n' 'size in bytes' 'plain make' 'ours'
cat "$sizes"
