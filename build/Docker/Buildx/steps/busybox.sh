#!/bin/sh
# Compiles the BusyBox of TARGETPLATFORM into /busybox by the one recipe, build/Busybox/compile.sh. Where no release was brought
# along and the image has no compiler, both come from the network: the release's checksum decides, not where it is from.
set -eu

sh /steps/platform.sh "$TARGETPLATFORM" >/etc/platform
# shellcheck source=/dev/null # made by the line above
. /etc/platform

if [ -f /release/none ]; then
    echo 'busybox.sh: BusyBox is part of the base tree'
    exit 0
fi

if [ -f /busybox/busybox ]; then
    echo 'busybox.sh: BusyBox is in the cache of the build'
    exit 0
fi

install_tools() {
    set -- make gcc libc6-dev gawk bzip2 patch diffutils
    if [ "$DEBIAN_ARCH" != "$(dpkg --print-architecture)" ]; then
        # Packages have no underscore in their names: gcc-x86-64-linux-gnu.
        set -- "$@" "gcc-$(printf %s "${CROSS_COMPILE%-}" | tr _ -)" "libc6-dev-$DEBIAN_ARCH-cross"
    fi
    apt-get update -q
    apt-get install -q -y --no-install-recommends "$@"
}
command -v "$CC" >/dev/null || install_tools

name=busybox-$BUSYBOX_VERSION.tar.bz2
release=/release/$name
if [ ! -f "$release" ]; then
    release=/tmp/$name
    # The same tarball is in Debian's pool, under another name.
    # shellcheck disable=SC2016 # $(SITE) is apt's to read
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
    for url in "https://busybox.net/downloads/$name" "$mirror/pool/main/b/busybox/busybox_$BUSYBOX_VERSION.orig.tar.bz2"; do
        /usr/lib/apt/apt-helper download-file "$url" "$release" "SHA256:$BUSYBOX_SHA256" && break
    done
fi
echo "$BUSYBOX_SHA256  $release" | sha256sum --check --quiet

fragments=busybox.config
if [ -f "/release/options/$PLATFORM" ]; then
    mkdir -p /tmp/options
    cp "/release/options/$PLATFORM" /tmp/options/busybox-releases.json
    fragments="$fragments /tmp/options/busybox-releases.json"
fi

cd /project
SOURCE=$release PATCHES=$BUSYBOX_PATCHES FRAGMENTS=$fragments ARCH=$BUSYBOX_ARCH OUTPUT=/busybox WORK=/tmp/work \
    JOBS=$(nproc) SOURCE_DATE_EPOCH=$(date --utc --date "$BUSYBOX_DATE" +%s) \
    sh build/Busybox/compile.sh
rm -rf /tmp/work /tmp/options "/tmp/$name"
