using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Rootfs;

/// <summary>The tables of what commands bring along, against the packages of both suites.</summary>
[Category(Categories.Integration)]
internal sealed class CommandDataTests
{
    private static readonly string[] _names =
        [.. CommandData.All.Select(row => row.DataPackage).Concat(CommandAlternatives.All.Select(one => one.Package)).Distinct().Order(StringComparer.Ordinal)];

    [TestCase("trixie")]
    [TestCase("bookworm")]
    public async Task EachRowMatchesFilesOfItsPackage(string suite)
    {
        var packages = await PackagesAsync(suite);
        foreach (var row in CommandData.All)
        {
            Assert.That(packages, Does.ContainKey(row.DataPackage), string.Join(", ", row.Commands));
            var patterns = row.Patterns.Select(Glob).ToList();
            Assert.That(Paths(packages[row.DataPackage]).Where(path => patterns.Any(pattern => pattern.IsMatch(path))), Is.Not.Empty, $"{row.DataPackage}: {string.Join(' ', row.Patterns)}");
        }
    }

    [Test]
    public async Task NoPatternIsForNothing()
    {
        var suites = new[] { await PackagesAsync("trixie"), await PackagesAsync("bookworm") };
        var all = suites.SelectMany(packages => packages).ToLookup(pair => pair.Key, pair => pair.Value);
        foreach (var row in CommandData.All)
        {
            var paths = all[row.DataPackage].SelectMany(Paths).ToList();
            Assert.That(row.Patterns.Where(pattern => !paths.Any(Glob(pattern).IsMatch)), Is.Empty, row.DataPackage);
        }
    }

    [TestCase("trixie")]
    [TestCase("bookworm")]
    public async Task AlternativesAreThoseThatThePackagesInstall(string suite)
    {
        Requires.Tool("dpkg-deb");
        var packages = await PackagesAsync(suite);
        foreach (var alternative in CommandAlternatives.All.Where(one => packages.ContainsKey(one.Package)))
        {
            var paths = Paths(packages[alternative.Package]);
            if (alternative.Path is { } path)
            {
                Assert.That(paths, Does.Contain(path), alternative.Name);
                continue;
            }

            var script = Shell.Run("dpkg-deb", "-I", packages[alternative.Package], "postinst").Succeeded().Output;
            var links = AlternativeLink.In(System.Text.Encoding.UTF8.GetBytes(script), "amd64").Where(link => RootfsPath.Name(link.Link) == alternative.Name).ToList();
            Assert.That(links.Select(link => MergedUsr.Of(link.Path)), Has.Some.Matches<string>(found => found is not null && paths.Contains(found)), $"{alternative.Name} of {alternative.Package}");
        }
    }

    [Test]
    public void ACommandBringsItsDataOnItsPlatformsAndOnlyFromItsOwnPackage()
    {
        var parts = For("ip, file [linux/amd64]");
        Assert.That(parts.Select(part => part.Package), Is.EqualTo(new[] { "iproute2", "libmagic-mgc" }));
        Assert.That((parts[0].AppliesTo(KnownPlatforms.Amd64), parts[1].AppliesTo(KnownPlatforms.Amd64), parts[1].AppliesTo(KnownPlatforms.Default[1])), Is.EqualTo((true, true, false)));
        Assert.That(For("ip = ./debs/ip_{arch}.deb, jq"), Is.Empty);
        Assert.That(For("vi = vim-tiny").Select(part => part.Package), Is.EqualTo(new[] { "vim-tiny" }));
        Assert.That(For("vim").Select(part => part.Package), Is.EqualTo(new[] { "vim-common", "vim-runtime" }));
    }

    private static IReadOnlyList<BasePackage> For(string commands) => CommandData.For(CommandList.Parse(commands, "test", 0, KnownPlatforms.Default));

    private static async Task<Dictionary<string, string>> PackagesAsync(string suite)
    {
        var archive = RealArchive.Of(suite, _names);
        var packages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in (await archive.LockAsync(KnownPlatforms.Amd64)).Packages.Where(package => _names.Contains(package.Pin.Name)))
        {
            packages.Add(package.Pin.Name, await archive.FetchAsync(package.Pin, default));
        }

        return packages;
    }

    private static HashSet<string> Paths(string file)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        using var deb = DebFile.Open(File.OpenRead(file), file);
        deb.ReadData((entry, _) =>
        {
            if (entry.Type != DebEntryType.Directory)
            {
                paths.Add(System.Text.RegularExpressions.Regex.Replace(entry.Path, "^/(bin|sbin|lib)/", "/usr/$1/"));
            }

            return true;
        });
        paths.UnionWith(deb.Control.Alternatives.Select(link => MergedUsr.Of(link.Link)));
        return paths;
    }

    private static System.Text.RegularExpressions.Regex Glob(string pattern) => new(
        "^" + System.Text.RegularExpressions.Regex.Escape(pattern).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$");
}
