using System.Globalization;
using BusyboxGlibc.Reports.Page;

namespace BusyboxGlibc.Tests.Reports.Page;

/// <summary>Facts of images that nobody built: an ordinary one, one of somebody who means no good, and a very large one.</summary>
internal static class Samples
{
    // What others broke reports with: an end of the script (vulnlog 197, oracletrace 85, criterion 232), a comment in it (gws-auditor 3), attributes with both quotes (doc-detective 255), unescaped
    // package fields (analysis-model 819), directions of text (terminal 2409, object-browser 2828, FarManager 871), C1 and escape sequences (7-Zip 26.01), separators of lines in scripts.
    public static readonly string[] Evil =
    [
        "</script><script>alert(1)</script>", "<!--<script>", "\"><img src=x onerror=alert(1)>", "' onfocus='alert(1)' autofocus='", "</title></style><svg/onload=alert(1)>", "</bdi></td></table><h1>gone",
        "safe\u202Egnp.exe", "a\u2066b\u2069c\u200Bd\uFEFFe\u061Cf\u00ADg", "\u001b[2J\u001b]0;title\u0007\u009b31m", "a\u2028b\u2029c", "{{constructor.constructor('alert(1)')()}}", "javascript:alert(1)", "`|`<b>@all [x](http://x)", "%3Cscript%3E&lt;script&gt;&amp;", "\ud800lone", "漢字 ключ", "__proto__",
        "${alert(1)}", "a\r\nb\tc", new string('x', 5000),
    ];

    private static readonly string[] _rules = ["layout", "tree", "libraries", "system", "commands", "loader", "records", "run"];

    public static ReportFacts Ordinary() => Make("busybox:glibc", ["linux/amd64", "linux/arm64"], Files(40), 40, text => text);

    public static ReportFacts Hostile() => Make(Evil[0], ["linux/amd64"], [.. Evil.Select((text, number) => ($"/lib/{text}", text, 1000L * (number + 1)))], Evil.Length, Twist);

    public static ReportFacts Large() => Make(
        "registry.example/large:glibc", ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/arm/v6", "linux/386", "linux/ppc64le", "linux/riscv64", "linux/s390x"], Files(3000), 400, text => text);

    private static string Twist(string text) => Evil[text.Length % Evil.Length] + text;

    private static IReadOnlyList<(string Path, string Owner, long Bytes)> Files(int count) =>
        [.. Enumerable.Range(0, count).Select(number => (string.Create(CultureInfo.InvariantCulture, $"/lib/libsample{number}.so.1"), string.Create(CultureInfo.InvariantCulture, $"package{number % 400}"), 4_000_000L / (number + 1)))];

    private static ReportFacts Make(string name, string[] platforms, IReadOnlyList<(string Path, string Owner, long Bytes)> files, int libraries, Func<string, string> twist)
    {
        var all = (1 << platforms.Length) - 1;
        var digest = "sha256:" + new string('a', 64);
        var reasons = Reasons(files, libraries, all, twist);
        var image = new ReportImage(
            "key", name, digest, "2026-11-24T00:00:00Z", twist("trixie"), twist("2.41"), twist("1.38.0"), new string('b', 64),
            [.. platforms.Select(platform => new ReportPlatform(platform, digest, "x86_64-linux-gnu", "ld-linux-x86-64.so.2", files.Count, libraries, 408, files.Sum(file => file.Bytes), files.Sum(file => file.Bytes) / 3))],
            [.. files.Select(file => new ReportFile(file.Path, file.Owner, [.. platforms.Select((_, number) => number == 1 && file.Bytes % 7 == 0 ? -1 : file.Bytes)]))],
            [.. files.Select(file => file.Owner).Distinct(StringComparer.Ordinal).Select(owner => new ReportPackage(owner, twist("1.2-3"), owner, twist("1.2-3+b1"), 1))],
            reasons,
            [new("CVE-2021-42373", twist("busybox"), "fixed", twist("fixed in 1.34.0"), all), new("CVE-2023-45853", "zlib", "not-affected", twist("no package has it"), 1), new("CVE-2025-0001", "glibc", "open", twist("linux/amd64 is concerned"), 1)],
            [new(twist("busybox:glibc-nonroot"), digest, 0)]);
        List<ReportTask> tasks = [new("Restore", 0.31, "done"), new("Pack", 1.52, "done"), new("Buildx", 0, "skipped"), new(twist("Verify"), 0.77, "done")];
        var run = new ReportRun(twist("embedded engine"), twist("unchanged"), 3.2, tasks, twist("./build.sh --suite=trixie"), "57cebcc002e954abab2535ac5f42c54abef41c6f", true);
        return new ReportFacts(
            ReportFacts.Current, image,
            new ReportChecks(_rules, [], [], [twist("linux/amd64 /lib/libsample1.so.1: note")], [.. platforms.Select((platform, number) => new ReportSmoke(platform, twist("private root, native"), [new("applets", "passed", ""), new(twist("libraries"), number == 0 ? "failed" : "not-run", twist("no such program\nsecond line")), new("c++", "absent", "")]))]),
            new ReportOpen(digest, twist("security-tracker.debian.org"), [new("CVE-2026-1", "glibc", "open", twist("low"), null, twist("a description"), all)]),
            new ReportHistory(
                new ReportEarlier(twist("docker.io/acme/busybox:glibc"), digest, [new("linux/amd64", 20_000_000, 6_000_000)]), new ReportEarlier(name, digest, []),
                new ReportLockChange(twist("the lock of commit 1bc779dd9f17"), [new(twist("zlib"), "1:1.3.1-1", "1:1.3.1-2", twist("1 CVE fixed"), ["CVE-2026-2"], twist("not known"))])),
            run, run with { Seconds = 0.4 });
    }

    private static ReportReasons Reasons(IReadOnlyList<(string Path, string Owner, long Bytes)> files, int libraries, int all, Func<string, string> twist)
    {
        // Each needs the three before it and, as everything does, the first; a line asks for each tenth.
        List<string> roots = [.. Enumerable.Range(0, Math.Max(1, libraries / 10)).Select(number => twist(string.Create(CultureInfo.InvariantCulture, $"lib-requires.txt:{number + 1}: libsample{number * 10}")))];
        List<ReportEdge> edges = [];
        List<ReportReasonFile> nodes = [];
        for (var number = 0; number < files.Count; number++)
        {
            var asked = number % 10 == 0 && number / 10 < roots.Count ? number / 10 : -1;
            var root = Math.Min(roots.Count - 1, (number / 10) + (number % 10 == 0 ? 0 : 1));
            nodes.Add(new ReportReasonFile(files[number].Path, files[number].Owner, [asked >= 0 ? new ReportReason(all, asked, -1, "asks for") : number + 1 < files.Count ? new ReportReason(all, root, number + 1, "needs") : new ReportReason(all, root, -1, "asks for")]));
            if (asked >= 0 || number + 1 == files.Count)
            {
                edges.Add(new ReportEdge(-1 - Math.Max(asked, root), number, "asks for", all));
            }

            if (number < libraries)
            {
                edges.AddRange(new[] { number - 1, number - 2, number - 3, 0 }.Where(to => to >= 0 && to != number).Distinct().Select(to => new ReportEdge(number, to, "needs", all)));
            }
        }

        return new ReportReasons(roots, nodes, edges);
    }
}
