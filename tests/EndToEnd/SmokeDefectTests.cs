using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Rootfs;
using BusyboxGlibc.Tests.Smoke;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The real image runs, and with one library gone, swapped or older neither SmokeTest nor Verify lets it pass.</summary>
[Category(Categories.EndToEnd)]
internal sealed class SmokeDefectTests
{
    private static readonly string[] _names = ["linux/amd64", "linux/arm64", "linux/s390x"];

    private static readonly IReadOnlyList<SmokeCheck> _libraries = [SmokeChecks.All[1]];

    [TestCaseSource(nameof(_names))]
    public async Task ALibraryThatIsGone(string name)
    {
        var image = await SmokeSamples.ChangedAsync(KnownPlatforms.Find(name)!, entry => RootfsPath.Name(entry.Path).StartsWith("libmnl.so.0.", StringComparison.Ordinal) ? null : entry);
        Refused(image, await SmokeSamples.TestAsync(image, _libraries), "libmnl.so.0");
    }

    [TestCaseSource(nameof(_names))]
    public async Task ALibraryOfAnotherPlatform(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        var other = await SmokeSamples.RealAsync(KnownPlatforms.Find(name == "linux/arm64" ? "linux/riscv64" : "linux/arm64")!);
        var swapped = other.Library("libmnl.so.0")!.Content;
        var image = await SmokeSamples.ChangedAsync(
            platform, entry => entry.Type == RootfsEntryType.File && RootfsPath.Name(entry.Path).StartsWith("libmnl.so.0", StringComparison.Ordinal) ? entry with { Content = swapped } : entry);
        Refused(image, await SmokeSamples.TestAsync(image, _libraries), "libmnl.so.0");
    }

    [TestCaseSource(nameof(_names))]
    public async Task ALibraryThatDoesNotYetHaveASymbolVersion(string name)
    {
        // libbpf asks libelf for this version; one made before it calls its newest otherwise.
        var image = await SmokeSamples.ChangedAsync(
            KnownPlatforms.Find(name)!, entry => entry.Path.StartsWith("lib/libelf", StringComparison.Ordinal) && entry.Type == RootfsEntryType.File
                ? entry with { Content = Replace(entry.Content.Span, "ELFUTILS_1.6\0", "ELFUTILS_0.6\0") }
                : entry);
        Refused(image, await SmokeSamples.TestAsync(image, _libraries), "ELFUTILS_1.6");
    }

    [TestCaseSource(nameof(_names))]
    public async Task ASymbolThatNobodyHas(string name)
    {
        var image = await SmokeSamples.ChangedAsync(
            KnownPlatforms.Find(name)!, entry => entry.Path.StartsWith("lib/libelf", StringComparison.Ordinal) && entry.Type == RootfsEntryType.File
                ? entry with { Content = Replace(entry.Content.Span, "inflateInit_\0", "inflateInut_\0") }
                : entry);
        Refused(image, await SmokeSamples.TestAsync(image, _libraries), "inflateInut_");
    }

    [Test]
    public async Task AnOlderGlibc()
    {
        var archive = RealArchive.Of("bookworm");
        var old = await BaseTreeAssembler.AssembleAsync(await archive.LockAsync(KnownPlatforms.Amd64), new AssembleOptions(ImageFeatures.None, [], "nowhere"), archive, default);
        Assert.That(old.TryGet(old.Resolve("lib/libc.so.6")!, out var libc), "bookworm's libc6 has it");
        var image = await SmokeSamples.ChangedAsync(
            KnownPlatforms.Amd64, entry => entry.Path == "lib/libc.so.6" ? entry with { Content = libc!.Content } : entry);
        Refused(image, await SmokeSamples.TestAsync(image, _libraries), "libc.so.6");
    }

    [Test]
    public async Task AnAppletWithoutALinkAndALinkWithoutAnApplet()
    {
        var image = await SmokeSamples.ChangedAsync(
            KnownPlatforms.Amd64, entry => entry.Path switch
            {
                "usr/bin/awk" => null,
                "usr/bin/wget" => entry with { Path = "usr/bin/wgets" },
                _ => entry,
            });
        var smoke = await SmokeSamples.TestAsync(image, [SmokeChecks.All[0]]);
        Assert.That(smoke.Reason("applets"), Does.Contain("for /usr/bin/awk").And.Contain("/usr/bin/wgets points to BusyBox, which has no such applet"));
    }

    private static void Refused(SmokeImage image, PlatformSmoke smoke, string about)
    {
        Assert.That(smoke.State("libraries"), Is.EqualTo(SmokeState.Failed), string.Join('\n', SmokeTable.Lines([smoke])));
        Assert.That(smoke.Reason("libraries"), Does.Contain(about));
        Assert.That(RootfsVerifier.Verify(image.Platform, image.Tree).Select(finding => finding.Text), Has.Some.Contains(about), "Verify says so too");
        Assert.That(() => SmokeVerdict.Check([smoke], []), Throws.TypeOf<SmokeException>());
    }

    private static byte[] Replace(ReadOnlySpan<byte> content, string from, string to)
    {
        var bytes = content.ToArray();
        var at = content.IndexOf(Encoding.ASCII.GetBytes(from));
        Assert.That(at, Is.Positive, $"there is no {from}");
        Encoding.ASCII.GetBytes(to).CopyTo(bytes, at);
        return bytes;
    }
}
