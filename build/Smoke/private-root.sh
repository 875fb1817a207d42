# shellcheck shell=sh  # after devices.sh of build/Busybox/BuildRoot
# Starts a program of an image in its unpacked root file system. Arguments: the way (namespaces or chroot), the root, the line that
# registers an emulator in it or nothing, the options of unshare(1) that make root the image's user or nothing, then what env(1) is to run. With namespaces its mounts are nobody else's; says @in once what is left is to start the program.
set -eu
way=$1 root=$2 handler=$3 mapped=$4
shift 4

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
    if [ -n "$handler" ]; then
        # This user namespace's own; what is registered is gone when it is unmounted. The emulator's path starts at the root.
        mount -n -t binfmt_misc binfmt_misc "$root/proc/sys/fs/binfmt_misc"
        cd "$root"
        printf '%s' "$handler" >"$root/proc/sys/fs/binfmt_misc/register"
    fi
else
    devices make
fi

# What fails here is this machine's fault.
# shellcheck disable=SC2086 # options, without blanks of their own
[ -z "$mapped" ] || unshare $mapped true

echo @in >&2
exec env -i "$@"
