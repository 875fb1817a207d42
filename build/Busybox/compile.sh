#!/bin/sh
# Compiles one BusyBox release for one platform. This is the only recipe: the embedded build root and the Dockerfile both
# run it. No program made for the target is ever started, so no emulation is needed.
#
# Input, all by environment variables:
#   SOURCE             the release, busybox-<version>.tar.bz2; its checksum is the caller's business
#   PATCHES            folders separated by blanks; every *.patch in them is applied with `patch -p1`, folder after folder,
#                      bytewise within a folder; an absent or empty folder is fine, so may be the whole list
#   FRAGMENTS          files separated by blanks, laid over `make defconfig` (see busybox.config); a later one wins; may be empty
#   ARCH               BusyBox's name of the architecture, such as aarch64
#   CROSS_COMPILE      what the cross tools' names start with, such as aarch64-linux-gnu-
#   OUTPUT             the folder to write busybox, busybox.links and config to; made if absent
#   WORK               an empty folder to work in; made if absent
#   JOBS               how many files to compile at once
#   SOURCE_DATE_EPOCH  seconds since 1970: the time BusyBox shows as that of its build
#
# Output on standard output, for a caller that shows progress; every other line is log:
#   @phase unpack|configure|compile|link|done
#   @total N           so many source files are going to be compiled
#     CC      PATH     one of them is being compiled (make's own line)
#
# Exit codes, from sysexits.h: 64 a variable is missing or wrong, 65 a patch or a fragment is, 66 an input is not there,
# 69 a tool is not there, 70 the compilation failed, 73 an output cannot be made.
#
# Needs make, gcc, binutils, the cross gcc and libc, coreutils, sed, grep, awk, tar, bzip2, patch, diffutils and findutils.

set -eu

# The same order of files, the same texts and modes on every machine; the time zone reaches BusyBox's banner.
LC_ALL=C
TZ=UTC
export LC_ALL TZ
unset CDPATH
umask 022

fail() {
    code=$1
    shift
    printf '%s: %s\n' compile.sh "$*" >&2
    exit "$code"
}

# ---- input ----

require() {
    eval "value=\${$1-}"
    # shellcheck disable=SC2154 # eval sets it
    [ -n "$value" ] || fail 64 "the variable $1 is not set; it must be $2"
}

require SOURCE 'the path of busybox-<version>.tar.bz2'
require ARCH "BusyBox's name of the architecture"
require CROSS_COMPILE 'the prefix of the cross tools'
require OUTPUT 'the folder to write to'
require WORK 'an empty folder to work in'
require JOBS 'the number of files to compile at once'
require SOURCE_DATE_EPOCH 'a time in seconds since 1970'
[ "${PATCHES+set}" ] || fail 64 'the variable PATCHES is not set; it must be folders separated by blanks, or empty'
[ "${FRAGMENTS+set}" ] || fail 64 'the variable FRAGMENTS is not set; it must be files separated by blanks, or empty'

case $JOBS in
*[!0-9]* | 0*) fail 64 "JOBS is '$JOBS'; it must be a whole number from 1 on" ;;
esac
case $SOURCE_DATE_EPOCH in
*[!0-9]*) fail 64 "SOURCE_DATE_EPOCH is '$SOURCE_DATE_EPOCH'; it must be a whole number of seconds" ;;
esac
case $ARCH$CROSS_COMPILE in
*[!A-Za-z0-9_./+-]*) fail 64 "ARCH is '$ARCH' and CROSS_COMPILE is '$CROSS_COMPILE'; letters, digits and _./+- are allowed" ;;
esac

[ -f "$SOURCE" ] || fail 66 "SOURCE: there is no file $SOURCE"
# Both lists are split at blanks and nowhere else, and a * in them is no pattern.
set -f
for fragment in $FRAGMENTS; do
    [ -r "$fragment" ] || fail 66 "FRAGMENTS: there is no file $fragment, or it cannot be read"
done
set +f

for tool in make gcc awk sed grep sort find xargs tar bzip2 patch cmp "${CROSS_COMPILE}gcc" "${CROSS_COMPILE}ar" "${CROSS_COMPILE}strip"; do
    command -v "$tool" >/dev/null || fail 69 "the program $tool is not on PATH"
done

mkdir -p -- "$WORK" "$OUTPUT" || fail 73 'WORK or OUTPUT cannot be made'
WORK=$(cd -- "$WORK" && pwd -P)
OUTPUT=$(cd -- "$OUTPUT" && pwd -P)
# A remainder of another run would be taken for up to date.
[ -z "$(ls -A -- "$WORK")" ] || fail 64 "WORK: $WORK is not empty"
# BusyBox's makefiles split paths at blanks, and gcc's prefix map splits at =.
case $WORK in
*[!A-Za-z0-9_./+,@%~-]*) fail 64 "WORK: $WORK has a character that makefiles cannot bear; letters, digits and _./+,@%~- are allowed" ;;
esac

# ---- sources ----

echo '@phase unpack'
tree=$WORK/busybox
mkdir -- "$tree" "$WORK/tmp"
tar -xjf "$SOURCE" -C "$tree" --strip-components=1 --no-same-owner --no-same-permissions ||
    fail 66 "SOURCE: $SOURCE cannot be unpacked"
[ -f "$tree/applets/busybox.mkll" ] || fail 66 "SOURCE: $SOURCE is no BusyBox release"

set -f
for folder in $PATCHES; do
    set +f
    for file in "$folder"/*.patch; do
        [ -f "$file" ] || continue # an unmatched pattern stands for itself
        echo "  PATCH   $file"
        # Forward: a patch the release already has is an error, not something to take out again.
        patch -d "$tree" -p1 --forward --batch --no-backup-if-mismatch <"$file" || fail 65 "PATCHES: $file does not apply"
    done
done
set +f

# ---- configuration ----

echo '@phase configure'

# make sees these variables and no others, so that neither a CFLAGS of the caller nor an outer make changes the result.
# Nothing is an argument of make: BusyBox's makefile takes an s anywhere among those, as in ARCH=s390, for `make -s`.
# Names of folders stay out of the program (__FILE__, debug information); a build id would be a second name for the same bytes.
run_make() {
    env -i PATH="$PATH" LC_ALL=C TZ=UTC HOME="$WORK/tmp" TMPDIR="$WORK/tmp" SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" \
        ARCH="$ARCH" CROSS_COMPILE="$CROSS_COMPILE" \
        CFLAGS="-ffile-prefix-map=$tree=." LDFLAGS='-Wl,--build-id=none' \
        make -C "$tree" --no-print-directory "$@"
}

run_make defconfig >"$WORK/defconfig.log" 2>&1 || {
    cat "$WORK/defconfig.log"
    fail 70 'make defconfig failed'
}

# Every fragment line becomes NAME, VALUE, FILE, LINE and how it was written, separated by tabs. FILE is named as the caller
# named it: errors are read by the person who edits that file. A lone leading # makes a comment, as does an option in it;
# but what kconfig would take for `# CONFIG_X is not set` and is not quite that must not pass in silence.
: >"$WORK/requests"
bad=0
set -f
for fragment in $FRAGMENTS; do
    set +f
    awk -v file="$fragment" '
        function wrong(why) { printf "%s:%d: %s\n", file, NR, why | "cat >&2"; bad = 1 }
        { sub(/\r$/, ""); sub(/[ \t]+$/, ""); sub(/^[ \t]+/, "") }
        /^$/ { next }
        /^#[ \t]*CONFIG_[A-Za-z0-9_]+[ \t]+is[ \t]+not[ \t]+set/ {
            if ($0 !~ /^#[ \t]*CONFIG_[A-Za-z0-9_]+[ \t]+is[ \t]+not[ \t]+set$/) { wrong("text after \"is not set\": " $0); next }
            name = $0; sub(/^#[ \t]*CONFIG_/, "", name); sub(/[ \t].*$/, "", name)
            take(name, "n", "# CONFIG_" name " is not set"); next
        }
        /^#/ { next }
        /^CONFIG_[A-Za-z0-9_]+=/ {
            name = $0; sub(/=.*$/, "", name); sub(/^CONFIG_/, "", name)
            value = $0; sub(/^[^=]*=/, "", value)
            if (value !~ /^(y|n|-?[0-9]+|0[xX][0-9A-Fa-f]+|"([^"\\\t]|\\[^\t])*")$/) {
                wrong("CONFIG_" name " needs y, n, a number or a \"text\", and nothing after it: " $0); next
            }
            take(name, value, $0); next
        }
        { wrong("neither CONFIG_X=y nor # CONFIG_X is not set: " $0) }
        function take(name, value, text) {
            if (name in seen) { wrong("CONFIG_" name " is already in line " seen[name]); return }
            seen[name] = NR
            printf "%s\t%s\t%s\t%d\t%s\n", name, value, file, NR, text
        }
        END { close("cat >&2"); exit bad }
    ' "$fragment" >>"$WORK/requests" || bad=1
done
set +f

# One line for each option: what a fragment sets replaces the default's line.
mv -- "$tree/.config" "$WORK/defaults"
awk -F '\t' -v requests="$WORK/requests" '
    BEGIN { while ((getline < requests) > 0) { if (!($1 in value)) order[++n] = $1; value[$1] = $2 } }
    { name = $0; sub(/^# /, "", name); sub(/^CONFIG_/, "", name); sub(/[= ].*$/, "", name) }
    /^(# )?CONFIG_/ && name in value { next }
    { print }
    END { for (i = 1; i <= n; i++) if (value[order[i]] == "n") printf "# CONFIG_%s is not set\n", order[i]
          else printf "CONFIG_%s=%s\n", order[i], value[order[i]] }
' "$WORK/defaults" >"$tree/.config"

# An option switched on may bring new questions: an empty answer takes the default.
yes '' | run_make oldconfig >"$WORK/oldconfig.log" 2>&1 || {
    cat "$WORK/oldconfig.log"
    fail 70 'make oldconfig failed'
}

# kconfig drops what it does not know and what it cannot have without an error, so compare what was asked with what is.
# An option whose dependencies are not met has no line at all in .config: whether it exists is seen in Config.in.
(cd -- "$tree" && find . -name Config.in -exec sed -n 's/^[ 	]*\(menu\)\{0,1\}config[ 	][ 	]*\([A-Za-z0-9_]*\).*/\2/p' {} +) >"$WORK/options"
awk -F '\t' -v options="$WORK/options" -v requests="$WORK/requests" '
    function wrong(why) { printf "%s:%s: %s did not take effect: %s\n", file[i], line[i], text[i], why | "cat >&2"; bad = 1 }
    BEGIN {
        while ((getline < options) > 0) known[$1] = 1
        while ((getline < requests) > 0) {
            name[++n] = $1; value[n] = $2; file[n] = $3; line[n] = $4; text[n] = $5; last[$1] = n
        }
    }
    /^CONFIG_/ { option = $0; sub(/=.*$/, "", option); sub(/^CONFIG_/, "", option); now[option] = $0; sub(/^[^=]*=/, "", now[option]) }
    END {
        for (i = 1; i <= n; i++) {
            if (!(name[i] in known)) { wrong("there is no such option"); continue }
            if (last[name[i]] != i) continue # a later fragment changes it, on purpose
            is = name[i] in now ? now[name[i]] : "n"
            if (is == value[i]) continue
            why = is == "n" ? "its dependencies are not met" : value[i] == "n" ? "another option needs it" : "that value is not possible"
            wrong("it is CONFIG_" name[i] "=" is " after oldconfig (" why ")")
        }
        close("cat >&2"); exit bad
    }
' "$tree/.config" || bad=1
[ "$bad" -eq 0 ] || exit 65

# ---- compilation ----

echo '@phase compile'

# Kbuild lists objects as lib-y, or lib-$(CONFIG_X), with lists continued over lines and named by variables. The same object
# is often asked for by several options; make compiles it once. Objects made of assembler print AS and not CC.
# shellcheck disable=SC2016 # $( is awk's to read
(cd -- "$tree" && find . -name Kbuild ! -path './scripts/*' -print | sort | xargs awk '
    FNR == 1 { folder = FILENAME; sub(/\/[^\/]*$/, "", folder); held = ""; depth = 0; split("", variable); split("", skip) }
    FILENAME == ".config" { if (/^CONFIG_[A-Za-z0-9_]+=y$/) { sub(/^CONFIG_/, ""); sub(/=y$/, ""); on[$0] = 1 }; next }
    # Conditions are about one option being y; any other holds, which at worst counts a file too many.
    /^ifn?eq/ {
        skip[++depth] = 0
        if ($0 ~ /\(\$\(CONFIG_[A-Za-z0-9_]+\),y\)/) {
            option = $0; sub(/^.*\$\(CONFIG_/, "", option); sub(/\).*$/, "", option)
            skip[depth] = ((option in on) == ($0 ~ /^ifneq/))
        }
        next
    }
    /^else/ { skip[depth] = !skip[depth]; next }
    /^endif/ { depth--; next }
    { for (i = 1; i <= depth; i++) if (skip[i]) next }
    /\\$/ { sub(/\\$/, " "); held = held $0; next }
    {
        text = held $0; held = ""
        sub(/#.*/, "", text)
        if (!match(text, /[ \t]*(:=|\+=|=)/)) next
        left = substr(text, 1, RSTART - 1); gsub(/[ \t]/, "", left)
        right = substr(text, RSTART + RLENGTH)
        while (match(left, /\$\(CONFIG_[A-Za-z0-9_]+\)/)) {
            option = substr(left, RSTART + 9, RLENGTH - 10)
            left = substr(left, 1, RSTART - 1) (option in on ? "y" : "") substr(left, RSTART + RLENGTH)
        }
        while (match(right, /\$\([A-Za-z0-9_]+\)/)) {
            used = substr(right, RSTART + 2, RLENGTH - 3)
            right = substr(right, 1, RSTART - 1) variable[used] substr(right, RSTART + RLENGTH)
        }
        variable[left] = variable[left] " " right
        if (left != "lib-y" && left != "obj-y") next
        n = split(right, objects, /[ \t]+/)
        for (i = 1; i <= n; i++) if (sub(/\.o$/, ".c", objects[i]) && !((folder "/" objects[i]) in seen)) {
            seen[folder "/" objects[i]] = 1
            print folder "/" objects[i]
        }
    }' .config) >"$WORK/objects"
total=0
while read -r file; do
    [ ! -f "$tree/$file" ] || total=$((total + 1))
done <"$WORK/objects"
echo "@total $total"

# Both in one run of make, which tries out some thirty gcc options each time it starts.
# The pipe hides make's exit code, hence the file. sed does not wait for more lines: the caller shows them as they come.
{
    run_make -j"$JOBS" busybox busybox.links 2>&1 || echo failed >"$WORK/failed"
} | sed -u '/^  LINK  /i @phase link'
[ ! -e "$WORK/failed" ] || fail 70 "the compilation for $ARCH failed; the compiler's words are above"

# The rule for busybox.links ignores errors, so look at what it made.
sort -u "$tree/busybox.links" >"$WORK/busybox.links"
grep -q '^/' "$WORK/busybox.links" || fail 70 'busybox.links names no applet'

# ---- output ----

# kconfig writes the time into a comment: the options are what counts.
sed '1,5{/^# [A-Z][a-z][a-z] [A-Z][a-z][a-z] /d;}' "$tree/.config" >"$WORK/config"
cp -- "$tree/busybox" "$WORK/busybox.made"

# Written beside and renamed: a reader that finds busybox finds it whole, and the other two with it.
put() {
    if cp -- "$1" "$OUTPUT/.$2.new" && chmod "$3" "$OUTPUT/.$2.new" && mv -f -- "$OUTPUT/.$2.new" "$OUTPUT/$2"; then
        return
    fi
    rm -f -- "$OUTPUT/.$2.new"
    fail 73 "$OUTPUT/$2 cannot be written"
}
put "$WORK/config" config 644
put "$WORK/busybox.links" busybox.links 644
put "$WORK/busybox.made" busybox 755
echo '@phase done'
