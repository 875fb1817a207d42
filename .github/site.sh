#!/bin/sh
# Makes the source of the site in FOLDER out of README and docs, for Jekyll: what works on GitHub, where these pages are read
# too, must work there.
#
#   .github/site.sh FOLDER
#
# Links between the pages lead to the pages of the site, all others into the repository. Headings get the anchors that GitHub
# gives them (kramdown alone gives Chinese ones none), and nothing in braces is taken for a template.
set -eu

[ "$#" -eq 1 ] || {
    echo "usage: $0 FOLDER" >&2
    exit 2
}
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
repository=${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-OWNER/busybox-glibc}
export LC_ALL=C.UTF-8

set -- README.md README.zh-CN.md docs/*.md docs/adr/*.md
mkdir -p "$out/adr" "$out/images" "$out/_data"
cp -R docs/site/. "$out"
cp docs/images/* "$out/images"

for page in "$@"; do
    awk -v page="$page" -v pages=" $* " -v repository="$repository" -v out="$out" '
        # Where a page of the project is on the site, without the ending.
        function place(path) {
            sub(/\.md$/, "", path)
            sub(/^docs\//, "", path)
            sub(/README(\.zh-CN)?$/, path ~ /zh-CN$/ ? "index.zh-CN" : "index", path)
            return path
        }

        # A path as seen from the project, of one as seen from the page.
        function resolved(path,    parts, count, stack, top, index_, result) {
            count = split(folder path, parts, "/")
            top = 0
            for (index_ = 1; index_ <= count; index_++) {
                if (parts[index_] == "..") top--
                else if (parts[index_] != "." && parts[index_] != "") stack[++top] = parts[index_]
            }
            result = ""
            for (index_ = 1; index_ <= top; index_++) result = result (index_ > 1 ? "/" : "") stack[index_]
            return result
        }

        function target(link,    path, anchor) {
            if (link ~ /^[a-z]+:/ || link ~ /^#/) return link
            anchor = index(link, "#") ? substr(link, index(link, "#")) : ""
            path = resolved(substr(link, 1, length(link) - length(anchor)))
            if (index(pages, " " path " ")) return root place(path) ".html" anchor
            if (path ~ /^docs\/images\//) return root substr(path, 6)
            return repository "/blob/HEAD/" path anchor
        }

        function links(text,    result) {
            result = ""
            while (match(text, /\]\([^() ]+\)/)) {
                result = result substr(text, 1, RSTART + 1) target(substr(text, RSTART + 2, RLENGTH - 3)) ")"
                text = substr(text, RSTART + RLENGTH)
            }
            return result text
        }

        # As GitHub makes it: small letters, no punctuation, hyphens for blanks.
        function slug(text) {
            text = tolower(text)
            gsub(/[!-,.\/:-@[-^`{-~]/, "", text)
            gsub(/(，|、|。|：|；|？|！|（|）|“|”|《|》|…|—)/, "", text)
            gsub(/ /, "-", text)
            return text
        }

        function quoted(text) {
            gsub(/\\/, "\\\\", text)
            gsub(/"/, "\\\"", text)
            return "\"" text "\""
        }

        function head(title,    twin, isChinese) {
            isChinese = page ~ /\.zh-CN\.md$/
            twin = page
            if (isChinese) sub(/\.zh-CN\.md$/, ".md", twin)
            else sub(/\.md$/, ".zh-CN.md", twin)
            print "---\nlayout: default\ntitle: " quoted(title) "\nlang: " (isChinese ? "zh-CN" : "en") "\nroot: " quoted(root) "\nhere: " quoted(place(page) ".html") > file
            print "home: " quoted(isChinese ? "index.zh-CN.html" : "index.html") "\nrepository_page: " quoted(repository "/blob/HEAD/" page) > file
            if (index(pages, " " twin " ")) print "twin: " quoted(place(twin) ".html") > file
            print "---\n{% raw %}" > file
        }

        BEGIN {
            folder = page
            if (!sub(/[^\/]*$/, "", folder)) folder = ""
            root = folder == "docs/adr/" ? "../" : ""
            file = out "/" place(page) ".md"
        }

        !started {
            started = 1
            title = $0
            sub(/^# */, "", title)
            head(title)
        }

        /^ *```/ { fenced = !fenced; print > file; next }
        fenced { print > file; next }
        /^#+ / {
            text = $0
            sub(/^#+ /, "", text)
            print links($0) "\n{: id=\"" slug(text) "\"}" > file
            next
        }
        { print links($0) > file }
        END { print "{% endraw %}" > file }
    ' "$page"
done

# The navigation is the table of pages that both READMEs end with.
for page in README.md README.zh-CN.md; do
    case $page in
        *zh-CN*) echo 'zh-CN:' ;;
        *) echo 'en:' ;;
    esac
    sed -n 's,^| \[\([^]]*\)\](docs/\([^)]*\)\.md) | .*,- {title: "\1"\, url: "\2.html"},p' "$page"
done >"$out/_data/navigation.yml"
