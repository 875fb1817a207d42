# Packages out of the Debian archive for the scripts beside this one: Release by its signature, the index by Release, the
# packages by the index. Read with `.`; it takes from its reader:
#   dir       the folder; downloads are in DIR/downloads, what was said in DIR/log
#   project   the project's folder
#   suite     the suite's codename
#   keys      the suite whose archive keys it is signed with
#   packages  the names of the packages
#   arch      the Debian architecture
#   say, fail, fail_with_log
# shellcheck shell=sh disable=SC2154

# The mirror that apt of this machine uses for its own release: `$(RELEASE)` is what its sources call the suite.
find_mirror() {
    mirror=${ENGINE_MIRROR:-}
    if [ -z "$mirror" ]; then
        codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release | tr -d '"')
        # shellcheck disable=SC2016  # The dollars are apt's.
        mirror=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
            awk -v codename="$codename" '($1 == codename || $1 == "stable") && $2 == "main" { print $3; exit }') || true
    fi
    mirror=${mirror:-http://ftp.debian.org/debian}
    mirror=${mirror%/}
}

# --- Downloads: Release by its signature, the index by Release, the packages by the index.

# fetch PATH FILE: from the mirror, through apt, which knows the machine's proxies.
fetch() {
    rm -f "$2"
    /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 \
        download-file "$mirror/$1" "$2" >>"$dir/log/downloads" 2>&1 && [ -s "$2" ]
}

# has_sum SHA256 FILE
has_sum() {
    [ -f "$2" ] && echo "$1  $2" | sha256sum --check --status
}

# The project's own copy of the archive's keys, out of their armor: gpgv reads the bare form only. The machine's
# keyring may be older than the suite.
make_keyring() {
    keyring=$dir/downloads/$suite.gpg
    : >"$keyring"
    for key in "$project"/build/Debian/Keys/debian-archive-"$keys"-*.asc; do
        awk '/^-----BEGIN/ { body = 0; next } /^-----END/ { exit } body && !/^=/ { print } /^[[:space:]]*$/ { body = 1 }' "$key" |
            base64 -d >>"$keyring"
    done
    [ -s "$keyring" ] || fail "no keys of the archive in $project/build/Debian/Keys"
}

# fetch_index NAME: Packages of the suite under that name of it, verified; 1 where it is not to be had or does not fit.
fetch_index() {
    if ! fetch "dists/$1/InRelease" "$dir/downloads/InRelease"; then
        say "$mirror has no dists/$1/InRelease"
        return 1
    fi
    rm -f "$dir/downloads/Release"
    # One good signature is enough, as for apt: the archive also signs with the keys of the release before.
    gpgv --status-fd 1 --keyring "$keyring" --output "$dir/downloads/Release" "$dir/downloads/InRelease" >"$dir/log/gpgv" 2>&1 || true
    if ! grep -q '^\[GNUPG:\] VALIDSIG ' "$dir/log/gpgv" || grep -q '^\[GNUPG:\] BADSIG ' "$dir/log/gpgv"; then
        fail_with_log "$dir/log/gpgv" "dists/$1/InRelease of $mirror is not signed by the keys of $suite"
    fi
    codename=$(sed -n 's/^Codename: //p' "$dir/downloads/Release")
    if [ "$codename" != "$suite" ]; then
        say "dists/$1 of $mirror is $codename, not $suite"
        return 1
    fi
    index=main/binary-$arch/Packages.xz
    sum=$(awk -v index_path="$index" '/^[^ ]/ { sums = ($1 == "SHA256:") } sums && $3 == index_path { print $1; exit }' "$dir/downloads/Release")
    [ -n "$sum" ] || fail "dists/$1/InRelease of $mirror lists no SHA-256 of $index"
    if ! fetch "dists/$1/$index" "$dir/downloads/Packages.xz" || ! has_sum "$sum" "$dir/downloads/Packages.xz"; then
        say "dists/$1/$index of $mirror does not match its Release"
        return 1
    fi
    xz -dc "$dir/downloads/Packages.xz" >"$dir/downloads/Packages"
}

# Writes DIR/downloads/list: NAME SHA256 PATH of each package, in one pass over the index.
write_list() {
    awk -v wanted="$packages" '
        BEGIN { count = split(wanted, names, " "); for (i = 1; i <= count; i++) want[names[i]] = 1 }
        /^Package: / { name = $2; path = ""; sum = "" }
        /^Filename: / { path = $2 }
        /^SHA256: / { sum = $2 }
        /^$/ { if (name in want && path != "" && sum != "") print name, sum, path; name = "" }
        END { if (name in want && path != "" && sum != "") print name, sum, path }
    ' "$dir/downloads/Packages" >"$dir/downloads/list.new"
    for package in $packages; do
        [ "$(grep -c "^$package " "$dir/downloads/list.new")" -eq 1 ] || fail "the index of $suite does not contain exactly one $package for $arch"
    done
    mv "$dir/downloads/list.new" "$dir/downloads/list"
}

# The packages of the list that are not there yet; 1 where one is not to be had.
fetch_packages() {
    while read -r name sum path; do
        deb=$dir/downloads/$name.deb
        if has_sum "$sum" "$deb"; then
            continue
        fi
        if ! fetch "$path" "$deb" || ! has_sum "$sum" "$deb"; then
            say "$mirror/$path is missing, or is not what the index states"
            return 1
        fi
    done <"$dir/downloads/list"
}
