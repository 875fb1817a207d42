# shellcheck shell=bash
# What the measurements of whole builds have in common. Where it is sourced, a clone of the repository's last commit is made to work
# in, and a folder for everything else; both are gone in the end.

CORES=${CORES:-2} # as many as the aims are meant for; held by taskset where the machine has more
RUNS=${RUNS:-3}   # runs of each measurement
BUILD_ARGS=${BUILD_ARGS---busybox=debian} # given to every ./build.sh; the aims are of a build that compiles nothing

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for tool in git hyperfine ar xz gzip xargs; do
    if ! command -v "$tool" >/dev/null; then
        echo "$0 needs $tool: apt-get install git hyperfine binutils xz-utils" >&2
        exit 1
    fi
done

pin=()
if [ "$(nproc)" -gt "$CORES" ] && command -v taskset >/dev/null; then
    pin=(taskset -c "0-$((CORES - 1))")
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
registry= # a process to be ended too
end() {
    if [ -n "$registry" ]; then
        kill "$registry" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
repo=$work/repo
cache=$work/cache
log=$work/log
rows=$work/rows
: >"$log"
: >"$rows"

git clone --quiet --no-hardlinks "$root" "$repo"
cd "$repo" || exit 1

note() { echo "bench: $*" >&2; }

# build ARGUMENT...: what is run and measured, as one shell line for hyperfine.
build() { printf './build.sh --cache=%q %s %s' "$cache" "$BUILD_ARGS" "$*"; }

# once LINE: what must end well, and is not measured.
once() {
    sh -c "$1" >>"$log" 2>&1 || {
        cat "$log" >&2
        exit 1
    }
}

# measure NAME AIM PREPARE COMMAND: one row; a command that fails gives a row that says so, and the next one is measured.
measure() {
    local name=$1 aim=$2 prepare=$3 command=$4 csv=$work/one.csv memory=$work/memory
    note "$name"
    rm -f "$csv" "$memory"
    {
        echo '#!/bin/sh'
        if [ -x /usr/bin/time ]; then
            printf 'exec /usr/bin/time -a -o %q -f %%M sh -c %q\n' "$memory" "$command"
        else
            printf '%s\n' "$command"
        fi
    } >"$work/command.sh"
    if "${pin[@]}" hyperfine --style none --shell sh --runs "$RUNS" --prepare "$prepare" --export-csv "$csv" \
        --output inherit "sh '$work/command.sh'" >>"$log" 2>&1 && [ -s "$csv" ]; then
        awk -F, -v name="$name" -v aim="$aim" -v kib="$(sort -n "$memory" 2>/dev/null | tail -n 1)" '
            NR == 2 { printf "%s\t%.2f\t%.2f\t%s\t%s\n", name, $2, $7, kib == "" ? "-" : sprintf("%.0f", kib / 1024), aim }' "$csv" >>"$rows"
    else
        printf '%s\tfailed\t-\t-\t%s\n' "$name" "$aim" >>"$rows"
        note "failed: $(tail -n 3 "$log" | tr '\n' ' ')"
    fi
}

# mean NAME: the mean of a row measured before, 0 where it failed.
mean() { awk -F '\t' -v name="$1" '$1 == name { print $2 + 0 }' "$rows"; }

# gather LOCK LAYOUT: finds what the floor is measured on, the packages that a lock pins and the layers of a layout.
gather() {
    local sum file blob
    grep -oE '"[0-9a-f]{64}"' "$1" | tr -d '"' | sort -u | while read -r sum; do
        file=$cache/sha256/${sum:0:2}/$sum
        if [ -f "$file" ] && [ "$(head -c 7 "$file")" = '!<arch>' ]; then
            printf '%s\0' "$file"
        fi
    done >"$work/debs"
    mkdir "$work/layers"
    for blob in "$2"/blobs/sha256/*; do
        if gzip -t "$blob" 2>/dev/null; then
            gzip -dc <"$blob" >"$work/layers/${blob##*/}.tar"
        fi
    done
    find "$work/layers" -type f -print0 >"$work/tars"
    cat >"$work/unpack.sh" <<'END'
case $(ar t "$1") in
    *data.tar.xz*) ar p "$1" data.tar.xz | xz -dc ;;
    *data.tar.gz*) ar p "$1" data.tar.gz | gzip -dc ;;
    *data.tar.zst*) ar p "$1" data.tar.zst | zstd -dc ;;
    *) ar p "$1" data.tar ;;
esac >/dev/null
END
    note "floor: $(count "$work/debs") packages, $(count "$work/tars") layers"
}

# gather_programs FOLDER: copies 500 ELF files of this machine into a folder.
gather_programs() {
    local file number=0
    mkdir "$1"
    while IFS= read -r -d '' file; do
        if [ "$number" -lt 500 ] && [ "$(head -c 4 "$file" | tail -c 3)" = ELF ]; then
            number=$((number + 1))
            cp "$file" "$1/$number-${file##*/}"
        fi
    done < <(find /usr/bin /usr/sbin "/usr/lib/$(uname -m)-linux-gnu" -xdev -type f -size +16k -size -4096k -print0 | sort -z)
    note "$number programs and libraries, $(du -sm "$1" | cut -f 1) MB"
}

count() { tr -cd '\0' <"$1" | wc -c; }

# floor: two rows, what reading the packages and writing the layers costs with native tools.
floor() {
    measure 'floor: xz -dc' '-' true "xargs -0 -r -n 1 -P $CORES sh '$work/unpack.sh' <'$work/debs'"
    measure 'floor: gzip -6' '-' true "xargs -0 -r -n 1 -P $CORES sh -c 'gzip -6c \"\$1\" >/dev/null' sh <'$work/tars'"
}

# table: all rows.
table() {
    local name average best memory aim
    printf '\n%s, %s cores, %s runs each\n\n' "$(git log -1 --format='commit %h')" "$CORES" "$RUNS"
    printf '%-24s %10s %10s %10s  %s\n' 'measured' 'mean, s' 'best, s' 'peak, MiB' 'aim'
    while IFS=$'\t' read -r name average best memory aim; do
        printf '%-24s %10s %10s %10s  %s\n' "$name" "$average" "$best" "$memory" "$aim"
    done <"$rows"
}

# against_floor NAME: a row beside the floor.
against_floor() {
    awk -v name="$1" -v made="$(mean "$1")" -v xz="$(mean 'floor: xz -dc')" -v gzip="$(mean 'floor: gzip -6')" 'BEGIN {
        if (made > 0 && xz + gzip > 0) { printf "\n%s / floor = %.2f / %.2f = %.2f\n", name, made, xz + gzip, made / (xz + gzip) }
    }'
}
