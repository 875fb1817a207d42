using System.Security.Cryptography;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Setup.Projects;
using BusyboxGlibc.Tests.Busybox.Releases;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;
using Cake.Core;
using NSubstitute;

namespace BusyboxGlibc.Tests.Setup.Projects;

/// <summary>An update step by step, with a suite that lists sources and runs that end as the test says.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category(Categories.Unit)]
internal sealed class UpdateRunTests : IDisposable
{
    private static readonly byte[] _tarball = NewerReleasesTests.Tarball(new DateTime(2026, 12, 1, 0, 0, 0, DateTimeKind.Utc));

    private readonly TemporaryFolder _folder = new();
    private readonly WarningBoard _board = new();
    private readonly List<string> _steps = [];
    private readonly Interruption _interruption = new();
    private readonly Dictionary<string, Queue<int>> _codes = [];
    private readonly string _difference = "### 1 package changed\n\ntext\n";
    private readonly List<(string Name, string Value)> _arguments = [];
    private string? _newLock = "new";
    private Exception? _failure;

    public UpdateRunTests()
    {
        foreach (var name in new[] { BusyboxReleases.FileName, "Dockerfile.builder", "lib-requires.txt", "cake.config" })
        {
            File.Copy(Path.Combine(ProjectCopy.RepositoryFolder, name), _folder.File(name));
        }

        File.WriteAllText(_folder.File("image.lock.json"), "old");
        Directory.CreateDirectory(_folder.File("artifacts/oci"));
    }

    private string Text => File.ReadAllText(_folder.File("artifacts/update.md"));

    public void Dispose()
    {
        _folder.Dispose();
        _interruption.Dispose();
    }

    [Test]
    public async Task NothingNewerChangesNothing()
    {
        _newLock = null;
        Assert.That(await Run(), Is.Null);
        Assert.That(_steps, Is.EqualTo(new[] { "Verify", "Lock" }));
        Unchanged();
    }

    [Test]
    public async Task NewerPackagesAreTestedAndTold()
    {
        Assert.That(await Run(), Is.EqualTo(_folder.File("artifacts/update.md")));
        Assert.That(_steps, Is.EqualTo(new[] { "Verify", "Lock", "SmokeTest", "Diff" }));
        Assert.That(Text, Is.EqualTo(_difference));
        Unchanged(lockText: "new");
    }

    [Test]
    public async Task TheNextReleaseOfASeriesIsTaken()
    {
        Assert.That(await Run("1:1.38.1-1"), Is.Not.Null);
        Assert.That(_steps, Is.EqualTo(new[] { "Verify", "Lock", "SmokeTest", "Diff" }));
        Assert.That(BusyboxReleases.Read(_folder.File(BusyboxReleases.FileName)), Has.Property("Default").EqualTo("1.38.1"));
        Assert.That(File.ReadAllText(_folder.File("Dockerfile.builder")), Does.Contain("\nARG BUSYBOX_VERSION=1.38.1\n").And.Contain($"\nARG BUSYBOX_SHA256={Sha256}\nARG BUSYBOX_DATE=2026-12-01\n"));
        Assert.That(Text, Does.StartWith(_difference).And.Contain($"- BusyBox 1.38.1 of 2026-12-01, SHA-256 `{Sha256}`, as in Debian's signed index and from https://busybox.net/downloads/busybox-1.38.1.tar.bz2: the image has it now."));
    }

    /// <summary>Upstream calls it unstable: it can be chosen, and no image gets it by itself.</summary>
    [Test]
    public async Task TheFirstReleaseOfASeriesIsOnlyAdded()
    {
        _newLock = null;
        Assert.That(await Run("1:1.39.0-1"), Is.Not.Null);
        Assert.That(_steps, Is.EqualTo(new[] { "Verify", "Lock" }), "nothing of the image changes");
        var table = BusyboxReleases.Read(_folder.File(BusyboxReleases.FileName));
        Assert.That((table.Default, table.Releases[0].Version), Is.EqualTo(("1.38.0", "1.39.0")));
        Assert.That(Text, Does.StartWith("### BusyBox 1.39.0 in busybox-releases.json\n\n- BusyBox 1.39.0 of 2026-12-01").And.Contain("`--busybox-version=1.39.0`").And.Contain("unstable"));
        Assert.That(File.ReadAllText(_folder.File("Dockerfile.builder")), Does.Contain("\nARG BUSYBOX_VERSION=1.38.0\n"));
    }

    [Test]
    public async Task AReleaseThatDoesNotPassIsLeftOutAndThePackagesAreTakenAlone()
    {
        _codes["SmokeTest"] = new([1, 0]);
        Assert.That(await Run("1:1.38.1-1"), Is.Not.Null);
        Assert.That(_steps, Is.EqualTo(new[] { "Verify", "Lock", "SmokeTest", "Lock", "SmokeTest", "Diff" }));
        Assert.That(BusyboxReleases.Read(_folder.File(BusyboxReleases.FileName)), Has.Property("Default").EqualTo("1.38.0"));
        Assert.That(File.ReadAllText(_folder.File("Dockerfile.builder")), Is.EqualTo(File.ReadAllText(Path.Combine(ProjectCopy.RepositoryFolder, "Dockerfile.builder"))));
        Assert.That(Text, Does.StartWith(_difference).And.Contain("- BusyBox 1.38.1 is in `busybox-releases.json`, but the image with it cannot be built").And.Not.Contain("has it now"));
        Assert.That(_board.Warnings, Has.Some.StartWith("with BusyBox 1.38.1: the image with what is newer cannot be built"));
    }

    /// <summary>Of two, the line of the one that failed is another, and values of the user's own in the Dockerfile come back.</summary>
    [Test]
    public async Task TheReleaseThatDoesNotPassIsNamedAmongSeveral()
    {
        var own = File.ReadAllText(_folder.File("Dockerfile.builder")).Replace("ARG BUSYBOX_DATE=", "ARG BUSYBOX_DATE=1999-12-31 # ours, not ", StringComparison.Ordinal);
        File.WriteAllText(_folder.File("Dockerfile.builder"), own);
        _codes["SmokeTest"] = new([1, 0]);
        Assert.That(await Run("1:1.38.1-1", "1:1.39.0-1"), Is.Not.Null);
        Assert.That(BusyboxReleases.Read(_folder.File(BusyboxReleases.FileName)).Releases.Select(release => release.Version), Is.EqualTo(new[] { "1.39.0", "1.38.1", "1.38.0", "1.37.0" }));
        Assert.That(BusyboxReleases.Read(_folder.File(BusyboxReleases.FileName)), Has.Property("Default").EqualTo("1.38.0"));
        Assert.That(File.ReadAllText(_folder.File("Dockerfile.builder")), Is.EqualTo(own));
        Assert.That(Text.Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(2)
            .And.ItemAt(0).StartsWith("- BusyBox 1.38.1 is in `busybox-releases.json`, but the image with it cannot be built")
            .And.ItemAt(1).StartsWith("- BusyBox 1.39.0 of 2026-12-01"));
    }

    /// <summary>The default of the table is then not what the image has: a build would test nothing, and a failure of it would not be the release's.</summary>
    [TestCase("busybox-version", "1.37.0")]
    [TestCase("busybox-version", "1.38.0")]
    [TestCase("busybox", "debian")]
    [TestCase("busybox", "none")]
    [TestCase(null, "[Busybox]\nVersion=1.37.0\n")]
    public async Task AnImageWithAnotherBusyboxThanTheDefaultLeavesIt(string? argument, string value)
    {
        if (argument is null)
        {
            File.WriteAllText(_folder.File("cake.config"), value);
        }
        else
        {
            _arguments.Add((argument, value));
        }

        _newLock = null;
        Assert.That(await Run("1:1.38.1-1"), Is.Not.Null);
        Assert.That(_steps, Is.EqualTo(new[] { "Verify", "Lock" }), "nothing of the image changes");
        var table = BusyboxReleases.Read(_folder.File(BusyboxReleases.FileName));
        Assert.That((table.Default, table.Releases[0].Version), Is.EqualTo(("1.38.0", "1.38.1")));
        Assert.That(File.ReadAllText(_folder.File("Dockerfile.builder")), Does.Contain("\nARG BUSYBOX_VERSION=1.38.0\n"));
        Assert.That(Text, Does.Contain("`--busybox-version=1.38.1`. The image has the BusyBox that the project chooses, so the default stays.").And.Not.Contain("has it now"));
    }

    [Test]
    public void AFailureOfItsPackagesIsNotTheReleases()
    {
        _arguments.Add(("busybox", "debian"));
        _codes["SmokeTest"] = new([1]);
        Assert.That(() => Run("1:1.38.1-1"), Throws.TypeOf<BuildException>());
        Assert.That(_steps, Is.EqualTo(new[] { "Verify", "Lock", "SmokeTest" }));
        Assert.That(_board.Warnings, Is.Empty);
        Unchanged();
    }

    private static IEnumerable<Exception> Failures => [new IOException("No space left on device"), new UnauthorizedAccessException("Access to the path is denied."), new OperationCanceledException()];

    [TestCaseSource(nameof(Failures))]
    public void WhateverEndsItAllIsAsBefore(Exception failure)
    {
        _failure = failure;
        Assert.That(() => Run("1:1.38.1-1"), Throws.TypeOf(failure.GetType()));
        Unchanged();
        Assert.That(_folder.File("artifacts/update"), Does.Not.Exist);
    }

    [Test]
    public void AFirstLockThatDoesNotPassIsRemoved()
    {
        File.Delete(_folder.File("image.lock.json"));
        _codes["SmokeTest"] = new([1]);
        Assert.That(() => Run(), Throws.TypeOf<BuildException>());
        Assert.That(_folder.File("image.lock.json"), Does.Not.Exist);
    }

    [Test]
    public void IfThePackagesDoNotPassEitherAllIsAsBefore()
    {
        _codes["SmokeTest"] = new([1, 1]);
        Assert.That(() => Run("1:1.38.1-1"), Throws.TypeOf<BuildException>().With.Property("Where").EqualTo("--target=SmokeTest"));
        Unchanged();
        Assert.That(_folder.File("artifacts/update"), Does.Not.Exist);
    }

    [Test]
    public async Task NewerDatesAloneAreNone()
    {
        _codes["Diff"] = new([0]);
        Assert.That(await Run(), Is.Null);
        Unchanged();
    }

    [Test]
    public async Task OtherBytesThanTheIndexSaysAreNotTaken()
    {
        _newLock = null;
        Assert.That(await Run([NewerReleasesTests.Source("1:1.38.1-1")]), Is.Null);
        Assert.That(_board.Warnings, Is.EqualTo(new[] { "BusyBox 1.38.1 is not taken: busybox.net has other bytes than Debian's signed index says" }));
        Unchanged();
    }

    [Test]
    public async Task WithoutUpstreamOrTheSuiteThePackagesAreRenewedNevertheless()
    {
        Assert.That(await Update([Source("1:1.38.1-1")], (_, _, _) => throw new DebianException("busybox-1.38.1.tar.bz2 cannot be downloaded")).RunAsync(CancellationToken.None), Is.Not.Null);
        Assert.That(_board.Warnings, Is.EqualTo(new[] { "BusyBox 1.38.1 is not taken: busybox-1.38.1.tar.bz2 cannot be downloaded" }));
        _board.Warnings.Clear();
        File.WriteAllText(_folder.File("image.lock.json"), "old");
        Assert.That(await Update(null, Upstream).RunAsync(CancellationToken.None), Is.Not.Null);
        Assert.That(_board.Warnings, Is.EqualTo(new[] { "newer releases of BusyBox cannot be looked for: no mirror" }));
    }

    [Test]
    public async Task AProjectWithoutATableOfItsOwnIsRenewedAlone()
    {
        File.Delete(_folder.File(BusyboxReleases.FileName));
        File.Delete(_folder.File("Dockerfile.builder"));
        Assert.That(await Run("1:1.38.1-1"), Is.Not.Null);
        Assert.That(Text, Is.EqualTo(_difference));
        Assert.That(_folder.File(BusyboxReleases.FileName), Does.Not.Exist);
    }

    private static string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_tarball));

    private static IndexedSource Source(string version) => NewerReleasesTests.Source(version, sha256: Sha256, size: _tarball.Length);

    private static Task<byte[]> Upstream(Uri source, int most, CancellationToken cancellation) => Task.FromResult(_tarball);

    private void Unchanged(string lockText = "old")
    {
        Assert.That(File.ReadAllText(_folder.File("image.lock.json")), Is.EqualTo(lockText));
        foreach (var name in new[] { BusyboxReleases.FileName, "Dockerfile.builder" })
        {
            Assert.That(File.ReadAllText(_folder.File(name)), Is.EqualTo(File.ReadAllText(Path.Combine(ProjectCopy.RepositoryFolder, name))), name);
        }
    }

    private Task<string?> Run(params string[] versions) => Run([.. versions.Select(Source)]);

    private Task<string?> Run(IReadOnlyList<IndexedSource> sources) => Update(sources, Upstream).RunAsync(CancellationToken.None);

    private UpdateRun Update(IReadOnlyList<IndexedSource>? sources, Func<Uri, int, CancellationToken, Task<byte[]>> fetch)
    {
        var arguments = Substitute.For<ICakeArguments>();
        arguments.GetArguments(Arg.Any<string>()).Returns([]);
        foreach (var (name, value) in _arguments)
        {
            arguments.HasArgument(name).Returns(true);
            arguments.GetArguments(name).Returns([value]);
        }

        var inputs = new BuildInputs(arguments, _board, TimeProvider.System, new ProjectFolders(_folder.Path, ProjectCopy.RepositoryFolder));
        var suite = Substitute.For<ISuite>();
        suite.ListSourcesAsync("busybox", Arg.Any<CancellationToken>()).Returns(sources ?? []);
        var services = Substitute.For<IServiceProvider>();
        services.GetService(typeof(BusyboxGlibc.Foundation.Progress.IProgressBoard)).Returns(_board);
        return new UpdateRun(inputs, new BuildPaths(inputs), _interruption, services)
        {
            Runs = Step,
            Releases = new ReleaseUpdate(inputs, _board, [_ => sources is null ? throw new DebianException("no mirror") : Task.FromResult(suite)], fetch),
        };
    }

    private (int Code, string Output) Step(IReadOnlyList<string> words, bool reads)
    {
        var target = words.Single(word => word.StartsWith("--target=", StringComparison.Ordinal))[9..];
        _steps.Add(target);
        if (target == "Lock" && _newLock is not null)
        {
            File.WriteAllText(_folder.File("image.lock.json"), _newLock);
        }

        if (target == "SmokeTest" && _failure is not null)
        {
            throw _failure;
        }

        var usual = target == "Diff" ? 1 : 0;
        return (_codes.TryGetValue(target, out var codes) && codes.TryDequeue(out var code) ? code : usual, reads ? _difference : string.Empty);
    }
}
