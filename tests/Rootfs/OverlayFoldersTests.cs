using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class OverlayFoldersTests
{
    private static readonly Platform _arm64 = KnownPlatforms.Find("linux/arm64")!;

    private string _project = string.Empty;

    [SetUp]
    public void MakeAProject()
    {
        _project = Directory.CreateTempSubdirectory("overlay-").FullName;
        Write("all/usr/local/lib/libbar.so.1", "for all");
        Write("all/usr/local/lib/libbar2.so.1", "for all");
        Write("linux-arm64/usr/local/lib/libbar.so.1", "for arm64");
        Write("all/usr/local/bin/tool", "#!/bin/sh\n", executable: true);
        Write("all/opt/app/deep/data", "x");
        Link("all/usr/local/lib/libbar.so", "libbar.so.1");
    }

    [TearDown]
    public void DropTheProject() => Directory.Delete(_project, recursive: true);

    [Test]
    public void ThePlatformsFileComesBeforeTheOneForAll()
    {
        Assert.That(Take(_arm64, "/usr/local/lib/libbar*.so*").Text("usr/local/lib/libbar.so.1"), Is.EqualTo("for arm64"));
        var tree = Take(KnownPlatforms.Amd64, "/usr/local/lib/libbar*.so*");
        Assert.That(tree.Text("usr/local/lib/libbar.so.1"), Is.EqualTo("for all"));
        Assert.That(tree.Paths().Where(path => path.Contains("libbar", StringComparison.Ordinal)), Is.EqualTo(new[] { "usr/local/lib/libbar.so", "usr/local/lib/libbar.so.1", "usr/local/lib/libbar2.so.1" }));
        Assert.That(tree.TryGet("usr/local/lib/libbar.so.1", out var file) && file is { Mode: 0x1A4, UserId: 0, ModificationTime: null, Origin: "overlay/all" });
        Assert.That(tree.TryGet("usr/local/lib/libbar.so", out var link) && link.LinkTarget == "libbar.so.1");
    }

    [Test]
    public void OneStarStopsAtASlashAndTwoDoNot()
    {
        Assert.That(() => Take(_arm64, "/opt/*"), Throws.TypeOf<RootfsException>());
        Assert.That(Take(_arm64, "/opt/**").Paths(), Does.Contain("opt/app/deep/data"));
        Assert.That(() => Take(_arm64, "/usr/local/bin/tool.*"), Throws.TypeOf<RootfsException>(), "a dot is a dot");
    }

    [Test]
    public void AnExecutableStaysOne()
    {
        Assert.That(Take(_arm64, "/usr/local/bin/tool").TryGet("usr/local/bin/tool", out var tool) && tool.Mode == 0x1ED);
    }

    [Test]
    public void NoMatchNamesTheLineAndTheFoldersUnlessItIsOptional()
    {
        Assert.That(
            () => Take(_arm64, "/opt/none"),
            Throws.TypeOf<RootfsException>().With.Message.Contains("lib-requires.txt:7").And.Message.Contains("overlay/linux-arm64/opt/none").And.Message.Contains("overlay/all/opt/none").And.Message.Contains("linux/arm64"));
        Assert.That(Take(_arm64, "/opt/none", optional: true).Count, Is.Zero);
    }

    [TestCase("../../../../etc/passwd")]
    [TestCase("/../etc/passwd")]
    public void ALinkOutOfTheImageIsRefused(string target)
    {
        Link("all/usr/local/lib/evil.so", target);
        Assert.That(() => Take(_arm64, "/usr/local/lib/*"), Throws.TypeOf<RootfsException>().With.Message.Contains("evil.so"));
    }

    [Test]
    public void ALinkToAFolderIsNotWalkedInto()
    {
        Link("all/opt/loop", ".");
        Assert.That(Take(_arm64, "/opt/**").Paths(), Does.Contain("opt/loop").And.None.StartsWith("opt/loop/"));
    }

    private RootfsTree Take(Platform platform, string pattern, bool optional = false) => new OverlayFolders(_project, platform).Take(
        [new Requirement(RequirementKind.Overlay, pattern, null, null, KnownPlatforms.Default, optional, "lib-requires.txt", 7, pattern)]);

    private void Write(string path, string text, bool executable = false)
    {
        var file = Path.Combine(_project, "overlay", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        if (executable && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private void Link(string path, string target) => File.CreateSymbolicLink(Path.Combine(_project, "overlay", path), target);
}
