#!/bin/sh
# Makes /rootfs: the root file system that ./build.sh made of the base tree and the compiled BusyBox. A plain `docker build` has none,
# and gets BusyBox with what it needs to run: the C library that the compiler links with.
set -eu

# shellcheck source=/dev/null # made by busybox.sh
. /etc/platform
tree=/trees/$(printf %s "$PLATFORM" | tr / -).tar
mkdir -p /rootfs

if [ -f "$tree" ]; then
    tar -x -p --numeric-owner -f "$tree" -C /rootfs
    exit 0
elif [ -n "$(ls -A /trees)" ]; then
    echo "rootfs.sh: root file systems were passed, but none for $PLATFORM" >&2
    exit 66
fi

mkdir -p /rootfs/bin /rootfs/dev /rootfs/etc /rootfs/proc /rootfs/root /rootfs/sys
mkdir -m 1777 /rootfs/tmp
install /busybox/busybox /rootfs/bin/busybox
while read -r link; do
    mkdir -p "/rootfs${link%/*}"
    ln -s -r /rootfs/bin/busybox "/rootfs$link"
done </busybox/busybox.links

# The loader at the path that the program names, the libraries in a folder that each loader searches.
LC_ALL=C "${CROSS_COMPILE}readelf" -l -d /busybox/busybox >/tmp/needs
sed -n 's,.*program interpreter: \(.*\)].*,\1,p; s,.*(NEEDED).*\[\(.*\)].*,/lib/\1,p' /tmp/needs | while read -r library; do
    install -D "$("$CC" -print-file-name="${library##*/}")" "/rootfs$library"
done
rm /tmp/needs
