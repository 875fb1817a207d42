using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Debian.Package;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>Real packages, with dpkg-deb and tar as the second opinion.</summary>
[SuppressMessage("Security", "CA5351", Justification = "The md5sums file of a package is what it is.")]
[Category(Categories.Integration)]
internal sealed class DebRealPackagesTests
{
    [TestCase("amd64")]
    [TestCase("arm64")]
    [TestCase("armhf")]
    [TestCase("armel")]
    [TestCase("i386")]
    [TestCase("ppc64el")]
    [TestCase("riscv64")]
    [TestCase("s390x")]
    public void APackageOfEveryArchitectureReadsAsDpkgReadsIt(string architecture)
    {
        SameAsDpkg(RealPackages.Fetch("libmnl0", architecture), architecture);
        SameAsDpkg(RealPackages.Fetch("ethtool", architecture), architecture);
    }

    [TestCase("libc6")]
    [TestCase("iproute2")]
    [TestCase("base-files")]
    [TestCase("perl-base")]
    public void TheLargePackagesReadAsDpkgReadsThem(string package) => SameAsDpkg(RealPackages.Fetch(package, "amd64"), "amd64");

    [TestCase("gzip")]
    [TestCase("xz")]
    [TestCase("zstd")]
    [TestCase("none")]
    public void WhatDpkgDebPacksReadsAsDpkgReadsIt(string compression)
    {
        Requires.Tool("dpkg-deb");
        var folder = Directory.CreateTempSubdirectory("deb-");
        try
        {
            var deb = Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", "Debian", "libmnl0_1.0.5-3_amd64.deb");
            var tree = Path.Combine(folder.FullName, "tree");
            var packed = Path.Combine(folder.FullName, "packed.deb");
            Run("dpkg-deb", "--raw-extract", deb, tree);
            File.WriteAllText(Path.Combine(tree, new string('n', 150)), "a name too long for a header");
            File.CreateSymbolicLink(Path.Combine(tree, "usr", "far"), new string('t', 150));
            Run("dpkg-deb", "--root-owner-group", "--uniform-compression", $"-Z{compression}", "--build", tree, packed);
            SameAsDpkg(packed, "amd64");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void SameAsDpkg(string deb, string architecture)
    {
        Requires.Tool("dpkg-deb");
        using var file = DebFile.Open(File.OpenRead(deb), Path.GetFileName(deb));
        Assert.That(file.Control.Architecture, Is.EqualTo(architecture).Or.EqualTo("all"));
        Assert.That(Encoding.UTF8.GetString(file.Control.ControlFile.Span), Is.EqualTo(Run("dpkg-deb", "--info", deb, "control")));
        Assert.That(Encoding.UTF8.GetString(file.Control.Md5Sums.Span), Is.EqualTo(Run("dpkg-deb", "--info", deb, "md5sums")));
        var listed = new StringBuilder();
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        file.ReadData((entry, content) =>
        {
            listed.Append(Line(entry)).Append('\n');
            if (content is not null)
            {
                sums[entry.Path] = Convert.ToHexStringLower(MD5.HashData(content));
            }
            else if (entry.Type == DebEntryType.HardLink)
            {
                sums[entry.Path] = sums[entry.LinkTarget!];
            }

            return true;
        });
        var tar = Run("sh", "-c", "dpkg-deb --fsys-tarfile \"$1\" | tar tv --full-time --utc --numeric-owner --quoting-style=literal", "sh", deb);
        Assert.That(listed.ToString(), Is.EqualTo(WithoutWidths(tar)));
        foreach (var line in Encoding.UTF8.GetString(file.Control.Md5Sums.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.That(sums.GetValueOrDefault("/" + line[34..]), Is.EqualTo(line[..32]), line);
        }
    }

    /// <summary>A member as GNU tar lists it, blanks apart.</summary>
    private static string Line(DebEntry entry)
    {
        var bits = new StringBuilder(entry.Type switch { DebEntryType.Directory => "d", DebEntryType.SymbolicLink => "l", DebEntryType.HardLink => "h", _ => "-" });
        for (var bit = 8; bit >= 0; bit--)
        {
            var special = (entry.Mode >> (9 + (bit / 3)) & 1) != 0 && bit % 3 == 0;
            var set = (entry.Mode >> bit & 1) != 0;
            var letter = special ? (bit == 0 ? (set ? 't' : 'T') : (set ? 's' : 'S')) : "xwr"[bit % 3];
            bits.Append(set || special ? letter : '-');
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(entry.ModificationTime).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var path = entry.Path == "/" ? "./" : $".{entry.Path}{(entry.Type == DebEntryType.Directory ? "/" : string.Empty)}";
        var link = entry.Type switch { DebEntryType.SymbolicLink => $" -> {entry.LinkTarget}", DebEntryType.HardLink => $" link to .{entry.LinkTarget}", _ => string.Empty };
        return $"{bits} {entry.UserId}/{entry.GroupId} {entry.Size} {time} {path}{link}";
    }

    private static string WithoutWidths(string listing) =>
        string.Concat(listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var parts = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
            return $"{parts[0]} {parts[1]} {parts[2]} {parts[3]}\n";
        }));

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}");
        return output;
    }
}
