#!/bin/sh
# Makes /rootfs: the base tree, and BusyBox laid over it. The build completes what it reads back: each applet and command at /bin too, a real
# command wherever an applet of its name is, the loader's cache.
set -eu

# shellcheck source=/dev/null # made by busybox.sh
. /etc/platform
tree=/base-trees/$(printf %s "$PLATFORM" | tr / -).tar
mkdir -p /rootfs

# Without base trees, as in a plain `docker build`: the libraries and commands that the lock names, fetched again, in the places
# they have in the image. Enough to look around in; accounts, certificates and records come with ./build.sh alone.
from_lock() {
    mkdir -p /rootfs/bin /rootfs/dev /rootfs/etc /rootfs/lib /rootfs/proc /rootfs/root /rootfs/run /rootfs/sbin /rootfs/sys /rootfs/tmp /rootfs/usr/bin /rootfs/usr/sbin /rootfs/var
    chmod 1777 /rootfs/tmp
    [ -e /rootfs/lib64 ] || ln -s lib /rootfs/lib64
    # One line a file: archive, pool path, checksum and path. The lock is written by the build, one value a line. It has Debian's BusyBox
    # too, for those who take that one: beside a compiled one it would be found first.
    compiled=0
    [ ! -f /busybox/busybox ] || compiled=1
    awk -F '"' -v platform="$PLATFORM" -v compiled="$compiled" '
        $2 == "platform" { here = $4 == platform }
        $2 == "buildRoots" { here = 0 }
        !here { next }
        $2 == "packages" { packages = 1 }
        $2 == "requirements" { packages = 0 }
        !packages { next }
        $2 == "name" { name = $4 }
        compiled && name == "busybox" { next }
        $2 == "archive" { archive = $4 }
        $2 == "pool" { pool = $4 }
        $2 == "sha256" { sum = $4 }
        $2 ~ /^\/(usr\/)?(lib|bin|sbin)/ && NF == 3 { print archive, pool, sum, $2 }
    ' /project/image.lock.json >/tmp/files
    # shellcheck disable=SC2016 # $(SITE) is apt's to read
    apt-get indextargets --format '$(SITE)' 'Created-By: Packages' >/tmp/sites
    main=$(grep -v security /tmp/sites | head -n 1)
    security=$(grep -m 1 security /tmp/sites || :)
    # Mirrors mostly have both archives beside each other; security.debian.org has what they lack.
    security="$security $main-security http://security.debian.org/debian-security"
    cut -d ' ' -f 1-3 /tmp/files | sort -u | while read -r archive pool sum; do
        [ "$archive" = debian ] && sites=$main || sites=$security
        rm -f /tmp/package.deb
        for site in $sites; do
            /usr/lib/apt/apt-helper download-file "$site/$pool" /tmp/package.deb "SHA256:$sum" && break
        done
        [ -f /tmp/package.deb ] || {
            echo "rootfs.sh: $pool is not on the mirror any more; renew the lock: ./build.sh --target=Lock" >&2
            exit 69
        }
        rm -rf /tmp/package
        dpkg-deb -x /tmp/package.deb /tmp/package
        grep -F " $pool $sum " /tmp/files | while read -r _ _ _ path; do
            # Libraries lie flat in /lib; what is in a folder of its own below lib/<triplet> stays in it.
            place=$(printf %s "$path" | sed "s,^/usr/lib/$TRIPLET/,/lib/,; s,^/usr/lib64/,/lib/,")
            mkdir -p "/rootfs$(dirname "$place")"
            # The loader has a second name that leads to it: where both get the same place, the file is what stays.
            if [ -L "/tmp/package$path" ] && [ -e "/rootfs$place" ]; then
                continue
            fi
            cp -P --remove-destination --preserve=mode,timestamps "/tmp/package$path" "/rootfs$place"
        done
    done
    rm -rf /tmp/package /tmp/package.deb /tmp/files /tmp/sites
}

if [ -f "$tree" ]; then
    tar -x -p --numeric-owner -f "$tree" -C /rootfs
elif [ -n "$(ls -A /base-trees)" ]; then
    echo "rootfs.sh: base trees were brought along, and none for $PLATFORM" >&2
    exit 66
else
    from_lock
fi

if [ -f /busybox/busybox ]; then
    install -m 0755 -D /busybox/busybox /rootfs/bin/busybox
    install -m 0644 -D /busybox/config /rootfs/usr/share/doc/busybox/config
    # One process for all of them: four hundred of mkdir and ln take seconds. Relative, so that the tree may be looked at from outside.
    # What is at a link's place already is a real command.
    perl -ne '
        chomp;
        next if $_ eq "/bin/busybox" or -e "/rootfs$_" or -l "/rootfs$_";
        my ($folder) = m{^(.*)/} or die "busybox.links: $_\n";
        my $target = $folder eq "/bin" ? "busybox" : "../" x ($folder =~ tr{/}{}) . "bin/busybox";
        my $made = "/rootfs";
        for (split m{/}, substr $folder, 1) { $made .= "/$_"; -d $made or mkdir $made or die "$made: $!\n" }
        symlink $target, "/rootfs$_" or die "/rootfs$_: $!\n";
        print "/rootfs$_\n";
    ' /busybox/busybox.links >/tmp/made
    xargs touch --no-dereference --date "$BUSYBOX_DATE UTC" /rootfs/bin/busybox /rootfs/usr/share/doc/busybox/config </tmp/made
    rm -f /tmp/made
fi

# The folders' own times, which laying something into them changed.
if [ -f "$tree" ]; then
    tar -t -f "$tree" | grep '/$' | tar -x -p --numeric-owner --no-recursion -f "$tree" -C /rootfs -T -
fi
