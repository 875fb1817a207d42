using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Docker.Buildx;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildContextsTests
{
    private static readonly Dictionary<Platform, IReadOnlyList<string>> _options = new()
    {
        [KnownPlatforms.Amd64] = [],
        [KnownPlatforms.Find("linux/arm/v7")!] = ["# CONFIG_A is not set", "CONFIG_B=y"],
    };

    private TemporaryFolder _folder = null!;

    private BuildContexts Contexts => new(_folder.File("buildx"));

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void EachContextIsAFolderOfWhatWasVerified()
    {
        Lay(["make", "gcc"], "tar");
        Assert.That(Files(), Is.EqualTo(new[]
        {
            "packages/amd64/common/gcc_0123456789abcdef.deb", "packages/amd64/common/make_0123456789abcdef.deb",
            "release/busybox-1.99.0.tar.bz2", "release/options/linux/arm/v7", "rootfs/linux-amd64.tar",
        }));
        Assert.That(Path.Combine(_folder.Path, "buildx/packages/amd64/linux/amd64"), Does.Exist, "a step mounts it");
        Assert.That(File.ReadAllText(_folder.File("buildx/release/options/linux/arm/v7")), Is.EqualTo("# CONFIG_A is not set\nCONFIG_B=y\n"));
    }

    /// <summary>The step of the platform's compilers copies it, so another platform's compiles nothing again.</summary>
    [Test]
    public void ABusyboxThatIsCompiledLiesBesideThePackagesOfItsPlatform()
    {
        var folder = BuildContexts.PlatformFolder("amd64", KnownPlatforms.Amd64);
        Contexts.LayPackages(
            new Dictionary<string, IReadOnlyList<(PinnedPackage Pin, string File)>> { [folder] = [] },
            [(folder, new CompiledBusybox("ELF"u8.ToArray(), ["/bin/sh", "/sbin/init"], "CONFIG_A=y\n"u8.ToArray()))]);
        string[] expected = ["busybox:ELF", "busybox.links:/bin/sh\n/sbin/init\n", "config:CONFIG_A=y\n"];
        Assert.That(Files().Select(name => $"{name}:{File.ReadAllText(_folder.File($"buildx/{name}"))}"), Is.EqualTo(expected.Select(file => $"packages/amd64/linux/amd64/busybox/{file}")));
    }

    /// <summary>BusyBox is compiled before there is a root file system with it.</summary>
    [Test]
    public void DockerGetsTheFoldersThatAreThereAlready()
    {
        var contexts = Contexts;
        contexts.LayPackages(new Dictionary<string, IReadOnlyList<(PinnedPackage Pin, string File)>> { [BuildContexts.CommonFolder("amd64")] = [] }, []);
        contexts.LayRelease(null, string.Empty, _options);
        string[] compiling = [$"packages={_folder.File("buildx/packages")}", $"release={_folder.File("buildx/release")}"];
        Assert.That(contexts.Arguments, Is.EqualTo(compiling));
        contexts.LayRootfs(new Dictionary<Platform, RootfsTree>(), 0);
        Assert.That(contexts.Arguments, Is.EqualTo(compiling.Append($"rootfs={_folder.File("buildx/rootfs")}")));
    }

    [Test]
    public void WhatIsNotAskedForAnyMoreGoesAndWhatIsTheSameStaysUntouched()
    {
        Lay(["make", "gcc"], "tar");
        var option = _folder.File("buildx/release/options/linux/arm/v7");
        var time = File.GetLastWriteTimeUtc(option);
        File.WriteAllText(_folder.File("buildx/packages/amd64/common/evil.deb"), "x");
        Lay(["make"], "another tar");
        Assert.That(Files().Where(name => name.StartsWith("packages", StringComparison.Ordinal)), Is.EqualTo(new[] { "packages/amd64/common/make_0123456789abcdef.deb" }));
        Assert.That(File.ReadAllText(RootfsTar), Does.Contain("another tar"));
        Assert.That(File.GetLastWriteTimeUtc(option), Is.EqualTo(time));
    }

    [Test]
    public void ADamagedCopyIsMadeAnew()
    {
        Lay(["make"], "tar");
        var made = File.ReadAllBytes(RootfsTar);
        File.WriteAllText(RootfsTar, new string('x', made.Length));
        Lay(["make"], "tar");
        Assert.That(File.ReadAllBytes(RootfsTar), Is.EqualTo(made));
    }

    [Test]
    public void WhereNothingIsCompiledTheReleaseSaysSo()
    {
        Lay([], "tar");
        Contexts.LayRelease(null, string.Empty, _options);
        Assert.That(Files().Where(name => name.StartsWith("release", StringComparison.Ordinal)), Is.EqualTo(new[] { "release/none" }));
    }

    private string RootfsTar => _folder.File("buildx/rootfs/linux-amd64.tar");

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder.File("buildx"), "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_folder.File("buildx"), path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private void Lay(IReadOnlyList<string> packages, string tree)
    {
        string Made(string name, string content)
        {
            var path = _folder.File(name);
            File.Delete(path);
            File.WriteAllText(path, content);
            return path;
        }

        Contexts.LayPackages(new Dictionary<string, IReadOnlyList<(PinnedPackage Pin, string File)>>
        {
            [BuildContexts.CommonFolder("amd64")] = [.. packages.Select(name => (
                new PinnedPackage(name, "1", "amd64", name, "1", "debian", $"pool/{name}.deb", 1, $"0123456789abcdef{new string('0', 48)}"), Made($"{name}.deb", name)))],
            [BuildContexts.PlatformFolder("amd64", KnownPlatforms.Amd64)] = [],
        }, []);
        Contexts.LayRelease(Made("tarball", "release"), "busybox-1.99.0.tar.bz2", _options);
        var rootfs = new RootfsTree();
        rootfs.Add(new RootfsEntry("tree", RootfsEntryType.File, 420, 0, 0, null, null, System.Text.Encoding.ASCII.GetBytes(tree), "test"));
        Contexts.LayRootfs(new Dictionary<Platform, RootfsTree> { [KnownPlatforms.Amd64] = rootfs }, 1);
    }
}
