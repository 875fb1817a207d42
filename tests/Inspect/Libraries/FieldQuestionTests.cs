using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Inspect.Libraries;

/// <summary>Names that people ask for, from questions about "error while loading shared libraries" and "which package provides", against the real archive.</summary>
[Category(Categories.Integration)]
internal sealed class FieldQuestionTests
{
    private static readonly Platform[] _platforms = [KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm/v7")!];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => RealSuite.RequireAsync();

    [TestCase("libGL.so.1", "libgl1", "libGL.so.1")]
    [TestCase("libgthread-2.0.so.0", "libglib2.0-0t64", "libgthread-2.0.so.0")]
    [TestCase("libnss3.so", "libnss3", "libnss3.so")]
    [TestCase("libaio.so.1", "libaio1t64", "libaio.so.1 [!linux/arm/v7]")]
    [TestCase("libcrypt.so.1", "libcrypt1", "libcrypt.so.1")]
    [TestCase("libxcb", "libxcb1", "libxcb")]
    [TestCase("libodbc", "libodbc2", "libodbc")]
    [TestCase("libjpeg.so.62", "libjpeg62-turbo", "libjpeg.so.62")]
    [TestCase("libpq.so.5", "libpq5", "libpq.so.5")]
    [TestCase("liblzma.so.5", "liblzma5", "liblzma.so.5")]
    [TestCase("libgomp.so.1", "libgomp1", "libgomp.so.1")]
    [TestCase("libatomic", "libatomic1", "libatomic")]
    [TestCase("libstdc++.so.6", "libstdc++6", "libstdc++.so.6")]
    [TestCase("libsystemd.so.0", "libsystemd0", "libsystemd.so.0")]
    [TestCase("libquadmath.so.0", "libquadmath0", "libquadmath.so.0 [!linux/arm/v7]")]
    [TestCase("ld-linux-armhf.so.3", "libc6", "ld-linux-armhf.so.3 [!linux/amd64]")]
    [TestCase("libxml2.so.2", "libxml2", "libxml2.so.2")]
    [TestCase("libcurl4", "libcurl4t64", "libcurl.so.4")]
    [TestCase("zlib1g", "zlib1g", "libz.so.1")]
    [TestCase("-lssl", "libssl3t64", "libssl")]
    [TestCase("curl", "curl", "curl")]
    public async Task ALibraryOfTheSuiteIsFound(string name, string package, string line)
    {
        var answer = await FindAsync(name);
        Assert.That((answer.Found?.Platforms[0].Pin.Name, answer.Found?.Line), Is.EqualTo((package, line)), string.Join('\n', LibraryLines.Of(answer)));
        Assert.That(answer.Found!.Platforms.Select(one => one.Size), Is.All.GreaterThan(1000));
    }

    [TestCase("libssl-dev", "libssl.so.3")]
    [TestCase("libpng*", "libpng16.so.16")]
    [TestCase("libjvm.so", "libjvm.so = openjdk-21-jre-headless")]
    [TestCase("/usr/lib/x86_64-linux-gnu/sasl2/libplain.so", "libplain.so = libsasl2-modules")]
    [TestCase("libboost*", "libboost_log.so.1.83.0")]
    public async Task ANameThatMeansMoreIsAListOfLines(string name, string line)
    {
        var answer = await FindAsync(name);
        Assert.That(answer.Rows.Select(row => row.Line), Has.Some.EqualTo(line));
        Assert.That(answer.Rows, Has.Count.AtMost(20));
    }

    [TestCase("libncurses.so.5", "libncurses.so.6")]
    [TestCase("libtinfo.so.5", "libtinfo.so.6")]
    [TestCase("libpython3.11.so.1.0", "libpython3.13.so.1")]
    [TestCase("libicui18n.so.70", "libicui18n.so.76")]
    [TestCase("libjpeg.so.8", "libjpeg.so.62")]
    [TestCase("libtiff.so.5", "libtiff.so.6")]
    [TestCase("libffi.so.7", "libffi.so.8")]
    [TestCase("libreadline.so.7", "libreadline.so.8")]
    [TestCase("libidn.so.11", "libidn.so.12")]
    [TestCase("libgfortran.so.3", "libgfortran.so.5")]
    [TestCase("libssl.so.1.1", "libssl.so.3")]
    [TestCase("libpng", "libpng16.so.16")]
    [TestCase("libmysqlclient.so.21", "libmariadb")]
    [TestCase("libcudart.so.12", "own package file")]
    [TestCase("libnvidia-ml.so.1", "NVIDIA's container toolkit")]
    [TestCase("libc.musl-x86_64.so.1", "glibc")]
    public async Task WhatTheSuiteLacksGetsAnAnswerThatHelps(string name, string next)
    {
        var answer = await FindAsync(name);
        Assert.That(answer.IsFound, Is.False);
        Assert.That(answer.Next, Does.Contain(next));
    }

    private static async Task<LibraryAnswer> FindAsync(string name)
    {
        var options = new FakeOptions().Read();
        var store = new PackageStore(RealSuite.Client(), RealSuite.HostMirrors, options.RootFolder, new SilentProgressBoard());
        var packages = new PackageCache(RealSuite.Cache);
        var finder = new LibraryFinder(
            async _ => await RealSuite.OpenAsync("trixie"),
            new OtherSuites([], (_, _) => throw new InvalidOperationException()),
            () => LockFile.Read(ProjectFiles.Path("image.lock.json")),
            store,
            2,
            new ContentsCache(RealSuite.Cache),
            packages,
            new AddedBytes(store, packages, RealSuite.Cache),
            new LockRequest(
                "trixie", RequirementFile.Read(ProjectFiles.Path("lib-requires.txt"), _platforms), BaseParts.For(options.Image.Features, debianBusybox: false, "trixie"), _platforms, options.RootFolder));
        return await finder.FindAsync(FinderBench.Query(name), default);
    }
}
