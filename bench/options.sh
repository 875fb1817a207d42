#!/usr/bin/env bash
# Measures what options add: two more platforms to a build and to SmokeTest, and character sets, locales and variants to the size of
# an image. It asserts nothing and touches nothing of yours: it works on the last commit, in a clone in the temporary folder.
#
# Needs: git, hyperfine, binutils, xz-utils, python3. BusyBox is not compiled again where CACHE, the cache of a build of these
# platforms, has it; otherwise it is compiled once, for half an hour.
set -euo pipefail

CACHE=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/busybox-glibc}
BUILD_ARGS=${BUILD_ARGS-}
EIGHT=${EIGHT:-linux/amd64,linux/arm64,linux/arm/v7,linux/arm/v6,linux/386,linux/ppc64le,linux/riscv64,linux/s390x}
TEN=${TEN:---platforms=$EIGHT,linux/loong64,linux/arm/v5 --platformsuite=linux/loong64@forky}

# shellcheck source-path=SCRIPTDIR source=measuring.sh
. "$(dirname "$0")/measuring.sh"

note "compiling"
once './build.sh --version'
mkdir "$cache"
if [ -d "$CACHE/busybox" ]; then
    cp -a "$CACHE/busybox" "$cache/busybox"
fi

# The locks of both, and BusyBox for all of them.
once "$(build)"
once "$(build "$TEN")"
cp -a "$cache/busybox" "$work/busybox"
cp -a artifacts/tried "$work/tried"
empty="rm -rf '$cache' artifacts && mkdir -p '$cache' artifacts && cp -a '$work/busybox' '$cache/busybox' && cp -a '$work/tried' artifacts/tried"
measure 'eight platforms' '-' "$empty" "$(build)"
measure 'ten platforms' '1.25 x' "$empty" "$(build "$TEN")"
measure 'SmokeTest of ten' '100 s' "$empty && $(build "$TEN")" "$(build "$TEN" --target=SmokeTest)"

# compressed FOLDER: the bytes of all layers of a layout, each blob once.
compressed() {
    python3 - "$1" <<'END'
import json, os, sys
blobs = os.path.join(sys.argv[1], 'blobs', 'sha256')
layers = {}
for name in os.listdir(blobs):
    with open(os.path.join(blobs, name), 'rb') as file:
        if file.read(1) == b'{':
            file.seek(0)
            for layer in json.load(file).get('layers', []):
                layers[layer['digest']] = layer['size']
print(sum(layers.values()))
END
}

printf '%-34s %10s\n' 'adds to linux/amd64' 'MB' >"$work/sizes"

# size NAME BASE ARGUMENT...: one row, against the bytes of a layout made before.
size() {
    local name=$1 base=$2
    shift 2
    note "$name"
    once "$(build --platforms=linux/amd64 "--artifacts=$work/size" "$@")"
    awk -v name="$name" -v made="$(compressed "$work/size/oci")" -v base="$base" 'BEGIN { printf "%-34s %10.2f\n", name, (made - base) / 1e6 }' >>"$work/sizes"
}

once "$(build --platforms=linux/amd64 "--artifacts=$work/none" --charsets=none)"
size 'charsets utf,western,chinese' "$(compressed "$work/none/oci")" --charsets=utf,western,chinese
once "$(build --platforms=linux/amd64 "--artifacts=$work/plain")"
plain=$(compressed "$work/plain/oci")
size 'locale zh_CN.UTF-8' "$plain" --locales=zh_CN.UTF-8

# Variants: what the layout of each has beyond the image's own layers.
printf '\n[Variant.nonroot]\nUser=65532\n[Variant.app]\nUsers=app:10001:/app\n[Variant.trace]\nCommands=+strace\n[Variant.tls]\nLibraries=+libssl,libcrypto\n' >>cake.config
once "$(build --platforms=linux/amd64 "--artifacts=$work/variants")"
for variant in nonroot app trace tls; do
    awk -v name="variant $variant" -v made="$(compressed "$work/variants/oci-$variant")" -v base="$plain" 'BEGIN { printf "%-34s %10.2f\n", name, (made - base) / 1e6 }' >>"$work/sizes"
done

table
awk -v ten="$(mean 'ten platforms')" -v eight="$(mean 'eight platforms')" 'BEGIN { if (eight > 0) { printf "\nten / eight = %.2f / %.2f = %.2f\n\n", ten, eight, ten / eight } }'
cat "$work/sizes"
