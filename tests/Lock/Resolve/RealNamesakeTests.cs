using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Tests.Debian;
using NSubstitute;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Names of the real archive that are a library and a package at once.</summary>
[Category(Categories.Integration)]
internal sealed class RealNamesakeTests
{
    // Libraries whose package has the same name: one meaning.
    private static readonly string[] _plain = ["liba52-0.7.4", "libcutl-1.10", "libgctp-2.0.0", "libhpdf-2.3.0", "libijs-0.35", "libnspr4", "libsidplay2", "libxmlsec1"];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => RealSuite.RequireAsync();

    [TestCase("trixie", "libssl3t64")]
    [TestCase("bookworm", "libssl3")]
    public async Task TheLibrariesWhoseNameIsAPackageOfOtherLibrariesAreThese(string codename, string openssl)
    {
        using var suite = await RealSuite.OpenAsync(codename);
        var found = await NamesakesAsync(suite);
        TestContext.Out.WriteLine(string.Join('\n', found));
        Assert.That(found, Is.EqualTo(new[]
        {
            "libftdi1 of libftdi1-2, package libftdi1: libftdi.so.1",
            $"libssl3 of libnss3, package {openssl}: libcrypto.so.3 libssl.so.3",
        }));
    }

    [TestCase("trixie")]
    [TestCase("bookworm")]
    public async Task EachOfThemWarnsAndTheLinesOfTheWarningAndPlainNamesDoNot(string codename)
    {
        var warnings = await WarningsAsync(codename, [.. _plain, "libftdi1", "libssl3"]);
        Assert.That(warnings, Has.Count.EqualTo(2));
        Assert.That(warnings, Has.Some.Match("libftdi1 is libftdi1.so.* of libftdi1-2, .* write libftdi.so.1; .* write libftdi1 = libftdi1-2$"));
        Assert.That(warnings, Has.Some.Match("libssl3 is libssl3.so of libnss3, .* write libcrypto.so.3 or libssl.so.3; .* write libssl3 = libnss3$"));
        Assert.That(await WarningsAsync(codename, [.. _plain, "libftdi.so.1", "libftdi1 = libftdi1-2", "libcrypto.so.3", "libssl.so.3", "libssl3 = libnss3"]), Is.Empty);
    }

    // For every name of a package, what a line of that name takes, by the indices alone.
    private static async Task<List<string>> NamesakesAsync(DebianSuite suite)
    {
        var packages = await suite.PackagesAsync("amd64", default);
        var contents = await suite.ContentsAsync("amd64", default);
        var search = new RequirementSearch(new PinChoice(suite, Locks.Amd64, [], [], [], default), () => Task.FromResult(contents));
        var found = new List<string>();
        foreach (var name in packages.Names
            .Where(name => name.StartsWith("lib", StringComparison.Ordinal))
            .Select(name => name.EndsWith("t64", StringComparison.Ordinal) ? name[..^3] : name)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal))
        {
            foreach (var taken in await search.CandidatesAsync(Locks.Library(name)) is [var best, ..] ? best : [])
            {
                if (await NamesakePackage.FindAsync(Locks.Library(name), taken, packages, () => Task.FromResult(contents), Locks.Amd64) is { } other)
                {
                    found.Add($"{name} of {taken}, package {other.Name}: {string.Join(' ', other.Libraries)}");
                }
            }
        }

        return found;
    }

    private static async Task<List<string>> WarningsAsync(string codename, string[] lines)
    {
        var board = Substitute.For<IProgressBoard>();
        board.Begin(default!, default, default).ReturnsForAnyArgs(_ => new SilentProgressBoard().Begin(string.Empty, null, ProgressUnit.Files));
        var warnings = new List<string>();
        board.When(shown => shown.Warn(Arg.Any<string>())).Do(call => warnings.Add(call.Arg<string>()));
        var client = RealSuite.Client();
        using var suite = await RealSuite.OpenAsync(codename, client);
        await new Resolver(suite, new PackageStore(client, RealSuite.HostMirrors, RealSuite.Cache, board), board, 2, new ContentsCache(RealSuite.Cache)).ResolveAsync(
            new ResolveRequest(
                codename, RequirementFile.Parse(string.Join('\n', lines), "lib-requires.txt", [Locks.Amd64]), [], [Locks.Amd64], null, true, null, RealSuite.Cache),
            default);
        return warnings;
    }
}
