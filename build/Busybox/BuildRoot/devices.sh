# shellcheck shell=sh disable=SC2154,SC2317  # root and way are set, and devices is called, by the script that this one precedes
# Makes the devices of a root file system in $root/dev: its own, or with namespaces those of the machine, mounted.
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

borrow() {
    : >"$root/dev/$1"
    mount -n --bind "/dev/$1" "$root/dev/$1"
}

# Several may make them at once.
make() {
    [ -c "$root/dev/$1" ] || mknod -m 666 "$root/dev/$1" c "$2" "$3" 2>/dev/null || [ -c "$root/dev/$1" ]
}

