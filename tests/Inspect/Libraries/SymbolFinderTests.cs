using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Tests.Debian.Package;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Inspect.Libraries;

/// <summary>Symbols are found in the symbols files of packages, and the answer says which packages were searched.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SymbolFinderTests
{
    private const string Listing = """
        libfoo.so.1 libfoo1 #MINVER#
        | libfoo1 (>= 1.2)
        * Build-Depends-Package: libfoo-dev
         FOO_1@FOO_1 1.0
         foo_open@FOO_1 1.0
         foo_open@FOO_2 1.2 1
        #MISSING: 1.3# foo_gone@FOO_1 1.0
         (arch=amd64)foo_only@Base 1.1
         (c++|optional)"foo::Bar::run(int, char const*)@FOO_2" 1.2
         _ZN3foo3Bar3runEi@FOO_2 1.2
         _ZNK3foo3Bar4sizeEv@FOO_2 1.2
         _ZN3foo3BarC1Ev@FOO_2 1.2
         _ZSt4freei@FOO_2 1.2
        libfoo-extra.so.1 libfoo1 #MINVER#
         extra@Base 1.0
        """;

    [TestCase("foo_open", "foo_open@FOO_1 since 1.0, foo_open@FOO_2 since 1.2")]
    [TestCase("foo_open@FOO_2", "foo_open@FOO_2 since 1.2")]
    [TestCase("foo_open@@FOO_2", "foo_open@FOO_2 since 1.2")]
    [TestCase("foo_only", "foo_only@Base since 1.1")]
    [TestCase("FOO_1", "FOO_1@FOO_1 since 1.0")]
    [TestCase("_ZNK3foo3Bar4sizeEv", "_ZNK3foo3Bar4sizeEv@FOO_2 since 1.2")]
    [TestCase("foo::Bar::size", "_ZNK3foo3Bar4sizeEv@FOO_2 since 1.2")]
    [TestCase("foo::Bar::run(int)", "_ZN3foo3Bar3runEi@FOO_2 since 1.2")]
    [TestCase("foo::Bar::run(int, char const*)", "foo::Bar::run(int, char const*)@FOO_2 since 1.2, _ZN3foo3Bar3runEi@FOO_2 since 1.2")]
    [TestCase("foo::Bar::Bar()", "_ZN3foo3BarC1Ev@FOO_2 since 1.2")]
    [TestCase("std::free(int)", "_ZSt4freei@FOO_2 since 1.2")]
    public async Task ASymbolIsFoundWithItsVersions(string symbol, string found)
    {
        using var archive = Archive();
        var answer = await FindAsync(archive, symbol);
        Assert.That(answer.Notes, Is.EqualTo(new[] { $"libfoo.so.1 has {found}", "searched the 2 packages in the cache, on linux/amd64" }), string.Join('\n', LibraryLines.Of(answer)));
        Assert.That(answer.Rows.Select(row => (row.Line, row.Package)), Is.EqualTo(new[] { ("libfoo.so.1", "libfoo1") }));
    }

    [TestCase("foo_gone")]
    [TestCase("foo_ope")]
    [TestCase("foo_open@FOO_3")]
    [TestCase("Bar::size")]
    [TestCase("far_symbol")]
    public async Task WhatThePackagesOfTheCacheDoNotListIsNotFoundThere(string symbol)
    {
        using var archive = Archive();
        var answer = await FindAsync(archive, symbol);
        Assert.That((answer.IsFound, answer.Notes.Single(), answer.Next), Is.EqualTo((false, "searched the 2 packages in the cache, on linux/amd64", $"name a library that may have it: --symbol={symbol} --name=LIBRARY")));
    }

    [TestCase("libfar.so.1")]
    [TestCase("far")]
    [TestCase("libfar1")]
    public async Task ANamedLibraryIsFetchedAndOnlyItIsSearched(string name)
    {
        using var archive = Archive();
        var answer = await FindAsync(archive, "far_symbol", name);
        Assert.That((answer.Rows.Single().Package, answer.Notes[^1]), Is.EqualTo(("libfar1", "searched libfar1, on linux/amd64")));
        Assert.That(archive.Fetched, Is.EquivalentTo(new[] { "libfar1" }));
        Assert.That((await FindAsync(archive, "foo_open", name)).IsFound, Is.False);
        Assert.That(archive.Fetched, Has.Count.EqualTo(1), "what was read is kept");
    }

    [Test]
    public void ALibraryThatDoesNotExistIsAnErrorAndNotAnAbsence()
    {
        using var archive = Archive();
        Assert.That(async () => await FindAsync(archive, "foo_open", "libnone"), Throws.InstanceOf<DebianException>().With.Message.StartsWith("there is no library libnone to search"));
    }

    [TestCase("a", "", "b", "not --symbol and --command")]
    [TestCase(" ", "", "", "an empty name is not a symbol")]
    [TestCase("a", "lib(", "", "has the character ( in its name")]
    public void WhatCannotBeAskedIsRefused(string symbol, string name, string command, string said) =>
        Assert.That(Assert.Throws<ConfigurationException>(() => LibraryQuery.Read(new InspectOptions(name, command, false) { Symbol = symbol }))!.Message, Does.Contain(said));

    [Test]
    [Category(Categories.Integration)]
    public void TheSymbolsOfARealPackageAreRead()
    {
        using var file = DebFile.Open(File.OpenRead(RealPackages.Fetch("libstdc++6", "s390x")), "libstdc++6");
        var symbols = SymbolsFile.Read(file.Control.Symbols).ToList();
        Assert.That(symbols, Has.Count.GreaterThan(5000));
        Assert.That(symbols.Count(new SymbolPattern("std::__throw_bad_cast()").IsMatch), Is.EqualTo(1));
        Assert.That(symbols.Select(symbol => symbol.Soname).Distinct(), Is.EqualTo(new[] { "libstdc++.so.6" }));
    }

    // The cache has libfoo1 and libplain1, which lists no symbols and counts not; libfar1 has to be fetched.
    private static FakeArchive Archive() => new FakeArchive()
        .Add(new FakePackage("libfoo1", "1.2", Locks.Amd64) { Symbols = Listing }.Library("libfoo.so.1"))
        .Add(new FakePackage("libbar1", "1", Locks.Amd64) { Symbols = "libbar.so.1 libbar1\n bar@Base 1\n" }.Library("libbar.so.1"))
        .Add(new FakePackage("libplain1", "1", Locks.Amd64).Library("libplain.so.1"))
        .Add(new FakePackage("libfar1", "2", Locks.Amd64) { Symbols = "libfar.so.1 libfar1\n far_symbol@Base 1\n" }.Library("libfar.so.1"));

    private static async Task<LibraryAnswer> FindAsync(FakeArchive archive, string symbol, string name = "")
    {
        var far = (await archive.PackagesAsync("amd64", default)).Find("libfar1")!.Pin.Sha256;
        return await new SymbolFinder(
            _ => Task.FromResult<BusyboxGlibc.Debian.Suite.ISuite>(new FinderBench.Borrowed(archive)), archive, sha256 => sha256 != far, [Locks.Amd64], Path.Combine(archive.Folder, "cache"), archive, 2)
            .FindAsync(LibraryQuery.Read(new InspectOptions(name, string.Empty, false) { Symbol = symbol }).Single(), default);
    }
}
