using System.Text;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.Field;

/// <summary>
/// What people ask for builds on every platform, and of what comes of it Verify says what the image's own loader says: the same where
/// all is well and where something was damaged.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class FieldTests
{
    private static readonly string[] _names = [.. KnownPlatforms.Default.Select(platform => platform.Name)];

    [Test]
    public void TheFileAsksForAHundredAndFiftyLibraries() =>
        Assert.That(RequirementFile.Read(FieldImage.Requirements, KnownPlatforms.Default), Has.Count.EqualTo(150));

    [Test]
    public async Task AllOfThemAreRestoredAssembledAndVerified() =>
        (await FieldImage.ProjectAsync()).Run("--busybox=debian", "--target=Verify").Succeeded();

    [TestCaseSource(nameof(_names))]
    public async Task VerifyAndTheLoaderSayTheSameOfEachLibrary(string name)
    {
        var image = await FieldImage.ReadAsync(KnownPlatforms.Find(name)!);
        var libraries = LoaderListing.Libraries(image);
        Assert.That(libraries, Has.Count.GreaterThan(250), "the image holds what was asked for");
        Compare(image, await LoaderListing.AskAsync(image, libraries), libraries);
    }

    // A plug-in, private libraries of Samba, a library of UCX that takes symbols from the one it is loaded by.
    [TestCase("linux/amd64")]
    [TestCase("linux/arm/v6")]
    public async Task SmokeTestHoldsLibrariesToWhatVerifyHoldsThemTo(string name)
    {
        IReadOnlyList<SmokeCheck> checks = [SmokeChecks.All.Single(check => check.Name == "libraries")];
        var image = await FieldImage.ReadAsync(KnownPlatforms.Find(name)!);
        Assert.That((await SmokeSamples.TestAsync(image, checks)).Reason("libraries"), Is.Empty);
        var unknown = await SmokeSamples.TestAsync(new SmokeImage(image.Platform, image.Tree, image.Environment), checks);
        Assert.That(unknown.Reason("libraries"), Does.Contain("undefined symbol: rcu_dereference_sym"));
    }

    // Each kind of damage once, in libraries that others need, natively and under emulation.
    [TestCase("linux/amd64")]
    [TestCase("linux/arm/v7")]
    public async Task VerifyAndTheLoaderSayTheSameOfADamagedImage(string name)
    {
        var whole = await FieldImage.ReadAsync(KnownPlatforms.Find(name)!);
        var damaged = new RootfsTree();
        foreach (var entry in whole.Tree.Entries.OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            if (Damage(entry) is { } kept)
            {
                damaged.Add(kept);
            }
        }

        var image = new SmokeImage(whole.Platform, damaged, whole.Environment);
        var libraries = LoaderListing.Libraries(image);
        var faults = Compare(image, await LoaderListing.AskAsync(image, libraries), libraries);
        Assert.That(
            faults.Select(fault => (fault.Kind, fault.Name)),
            Is.SupersetOf(new[] { (LinkFaultKind.Library, "libzstd.so.1"), (LinkFaultKind.Version, "XZ_5.0"), (LinkFaultKind.Symbol, "inflateInit9_") }));
    }

    // A library is gone, one is older than what asks for it, one asks for a symbol that nobody has.
    private static RootfsEntry? Damage(RootfsEntry entry)
    {
        bool Is(string soname) => RootfsPath.Parent(entry.Path) == "lib" && RootfsPath.Name(entry.Path).StartsWith(soname, StringComparison.Ordinal);
        return Is("libzstd.so.1") ? null
            : entry.Type != RootfsEntryType.File ? entry
            : Is("liblzma.so.5") ? entry with { Content = Replace(entry.Content, "XZ_5.0\0", "XZ_0.0\0") }
            : Is("libpng16.so.16") ? entry with { Content = Replace(entry.Content, "inflateInit2_\0", "inflateInit9_\0") }
            : entry;
    }

    private static byte[] Replace(ReadOnlyMemory<byte> content, string from, string to)
    {
        var bytes = content.ToArray();
        var at = content.Span.IndexOf(Encoding.ASCII.GetBytes(from));
        Assert.That(at, Is.Positive, $"there is no {from}");
        Encoding.ASCII.GetBytes(to).CopyTo(bytes, at);
        return bytes;
    }

    // What Verify finds its findings with, of each library by itself.
    private static HashSet<LinkFault> Compare(SmokeImage image, IReadOnlyDictionary<string, LinkAnswer> loader, IReadOnlyList<string> libraries)
    {
        Assert.That(loader.Keys, Is.EquivalentTo(libraries), "each is listed");
        var files = new Dictionary<string, ElfFile?>(StringComparer.Ordinal);
        ElfFile? Open(string path)
        {
            var real = image.Tree.Resolve(path);
            if (real is not null && !files.ContainsKey(real))
            {
                files[real] = image.Tree.TryGet(real, out var entry) && entry.Type == RootfsEntryType.File && ElfFile.IsElf(entry.Content.Span) ? ElfFile.Read(entry.Content, "/" + real) : null;
            }

            return real is null ? null : files[real];
        }

        var checker = new LinkChecker(new LibrarySearch(image.Platform, Open).Find);
        var itself = Open(image.Platform.Loader)!.Name;
        Assert.Multiple(() =>
        {
            foreach (var library in libraries)
            {
                var (problems, objects) = checker.CheckAll(Open(library)!);
                Assert.That(objects.Skip(1).Select(one => one.Name).Where(name => name != itself), Is.EquivalentTo(loader[library].Loads), $"{library}: what is loaded");
                Assert.That(problems.Select(LinkFault.Of).Distinct(), Is.EquivalentTo(loader[library].Faults), $"{library}: what is lacking");
            }
        });
        return loader.Values.SelectMany(answer => answer.Faults).ToHashSet();
    }
}
