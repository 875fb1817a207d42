# shellcheck shell=sh
# Starts a program of an image in its unpacked root file system. Arguments: the way (namespaces or chroot), the root, then what
# env(1) is to run. With namespaces its mounts are nobody else's; says @in once what is left is to start the program.
set -eu
way=$1 root=$2
shift 2

devices() {
    while read -r name major minor; do
        "$1" "$name" "$major" "$minor"
    done <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
END
}

# shellcheck disable=SC2317  # called by the name that devices is given
borrow() {
    : >"$root/dev/$1"
    mount -n --bind "/dev/$1" "$root/dev/$1"
}

# shellcheck disable=SC2317  # as above
make() {
    [ -c "$root/dev/$1" ] || mknod -m 666 "$root/dev/$1" c "$2" "$3" 2>/dev/null || [ -c "$root/dev/$1" ]
}

for folder in dev proc; do
    if [ -L "$root/$folder" ] || [ ! -d "$root/$folder" ]; then
        echo "/$folder of the image is not a folder" >&2
        exit 1
    fi
done

if [ "$way" = namespaces ]; then
    mount -n -t tmpfs -o mode=755 dev "$root/dev"
    devices borrow
    # A container may forbid it; most programs do without.
    mount -n -t proc proc "$root/proc" 2>/dev/null || :
else
    devices make
fi

echo @in >&2
exec env -i "$@"
