using System.Text;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Inspect.Published;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.EndToEnd;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Smoke;
using Cake.Core;
using NSubstitute;

namespace BusyboxGlibc.Tests.Setup;

/// <summary>What a rebuild is started with, and what its digests say.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PublishedRebuildTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void TheSameDigestIsProvenAndAnotherOneNamesWhatDiffers()
    {
        Write("published", "linux/amd64", "linux/arm64");
        Write("same", "linux/amd64", "linux/arm64");
        var published = Claims("published");
        var same = PublishedRebuild.Compare(published, _folder["same"]);
        Assert.That((same.State, same.Text), Is.EqualTo((ProofState.Proven, $"built again with the same digest: {published.IndexDigest}")));

        Write("other", ["linux/amd64", "linux/arm64"], what => what == "linux/arm64" ? "changed" : what, lockSum: new string('1', 64));
        var other = PublishedRebuild.Compare(published, _folder["other"]);
        Assert.That(other.State, Is.EqualTo(ProofState.Refuted));
        Assert.That(other.Text, Does.Contain(published.IndexDigest).And.Contain("other images: linux/arm64;").And.Contain("other inputs: image.lock.json"));
    }

    [Test]
    public void OtherSettingsSayNothingAboutTheDigest()
    {
        Write("published", "linux/amd64");
        Write("other", ["linux/amd64"], what => what, zones: "\"Asia/Shanghai\"");
        var error = Assert.Throws<BuildException>(() => PublishedRebuild.Compare(Claims("published"), _folder["other"]))!;
        Assert.That(error.Why, Is.EqualTo("zones: none, here Asia/Shanghai"));
    }

    // The name and the relaxed checks of a run change no byte.
    [Test]
    public void TheNameAndTheMachineDoNotMatter()
    {
        Write("published", ["linux/amd64"], what => what, image: "ghcr.io/acme/busybox:glibc", relaxed: "\"--checkvaliduntil=false\"");
        Write("same", "linux/amd64");
        Assert.That(PublishedRebuild.Compare(Claims("published"), _folder["same"]).State, Is.EqualTo(ProofState.Proven));
    }

    [Test]
    public void AnAttestedIndexIsComparedWithoutItsAttestations()
    {
        Write("published", "linux/amd64");
        var plain = Claims("published").IndexDigest;
        var path = Path.Combine(_folder["published"], "oci");
        IndexAttestations.Replace(path, [new AttestedImage(OciLayoutReader.Open(path).Manifests[0], [("{}"u8.ToArray(), "application/vnd.in-toto+json", new Dictionary<string, string>())])], TestImages.Names[0]);
        Assert.That(OciLayoutReader.Open(path).Index.Digest, Is.Not.EqualTo(plain));
        Assert.That(Claims("published").IndexDigest, Is.EqualTo(plain));
    }

    [Test]
    public async Task TheRebuildIsThisProgramWithWhatTheProvenanceSays()
    {
        Write("published", ["linux/amd64", "linux/arm/v7"], what => what, lockSum: FileHash.Of(Path.Combine(ProjectCopy.RepositoryFolder, "image.lock.json")));
        var commands = new FakeCommands(_ => FakeCommands.Ends(1, "compile: no space left"), "env", "git");
        var error = (await Assert.ThrowsAsync<BuildException>(() => RunAsync(commands, Claims("published"), ("mirror", "tuna"), ("platforms", "linux/386"), ("image", "ghcr.io/x"), ("json", ""), ("offline", ""))))!;
        Assert.That(error.Why, Does.Contain("compile: no space left"));
        var call = commands.Calls.Single();
        Assert.That(call, Does.StartWith($"env BUSYBOX_GLIBC_ROOT={ProjectCopy.RepositoryFolder} SOURCE_DATE_EPOCH=1795542067 "));
        Assert.That(call.Split(' '), Is.SupersetOf(new[]
        {
            "--target=Attest", "--locked", "--attest=file", "--sign=none", "--variants=none", "--engine=embedded", "--platforms=linux/amd64,linux/arm/v7", "--busybox=debian", "--mirror=tuna", "--offline",
            $"--artifacts={Path.Combine(_folder["work"], "artifacts")}",
        }));
        Assert.That(call, Does.Not.Contain("linux/386").And.Not.Contain("--image").And.Not.Contain("--json").And.Not.Contain("--features"), "what the configuration says needs no argument");
    }

    // What a variant has is that of the image and what its section adds: an argument would change the image below it.
    [Test]
    public async Task AVariantIsBuiltAgainWithTheImageBelowIt()
    {
        Write("published", ["linux/amd64"], what => what, lockSum: FileHash.Of(Path.Combine(ProjectCopy.RepositoryFolder, "image.lock.json")), zones: "\"Asia/Shanghai\"", variant: "nonroot");
        Write("other", ["linux/amd64"], what => what, zones: "\"Asia/Shanghai\"", variant: "nonroot", features: "");
        var published = Claims("published", "nonroot");
        var commands = new FakeCommands(_ => FakeCommands.Ends(1, "there is no variant nonroot"), "env", "git");
        Assert.That((await Assert.ThrowsAsync<BuildException>(() => RunAsync(commands, Claims("other", "nonroot") with { Inputs = published.Inputs })))!.Why, Does.Contain("there is no variant nonroot"));
        Assert.That(commands.Calls.Single().Split(' '), Has.Member("--variants=nonroot").And.No.Member("--variants=none").And.No.Member("--features=none").And.Member("--busybox=debian"));
        Assert.That(PublishedRebuild.Compare(published, _folder["published"]).State, Is.EqualTo(ProofState.Proven));
        Assert.That(Assert.Throws<BuildException>(() => PublishedRebuild.Compare(published, _folder["other"]))!.Why, Does.StartWith("features: certificates, locale, netbase, here none"));
    }

    // The image below has the epoch of its own packages. What is set for the rebuild is the epoch of both, so it is set only if it was for the build too; and never what the environment of the rebuild has.
    [TestCase("1795542067", "env BUSYBOX_GLIBC_ROOT=", " SOURCE_DATE_EPOCH=1795542067 ")]
    [TestCase("1794169200", "env -u SOURCE_DATE_EPOCH BUSYBOX_GLIBC_ROOT=", null)]
    [TestCase(null, "env -u SOURCE_DATE_EPOCH BUSYBOX_GLIBC_ROOT=", null)]
    public async Task TheEpochOfAVariantIsNotThatOfTheImageBelowIt(string? ofImage, string start, string? set)
    {
        Write("published", ["linux/amd64"], what => what, lockSum: FileHash.Of(Path.Combine(ProjectCopy.RepositoryFolder, "image.lock.json")), variant: "debug");
        var claims = Claims("published", "debug");
        claims = ofImage is null ? claims : claims with { Parameters = claims.Parameters.Append(new("imageSourceDateEpoch", [ofImage])).ToDictionary() };
        var commands = new FakeCommands(_ => FakeCommands.Ends(1, "there is no variant debug"), "env", "git");
        await Assert.ThrowsAsync<BuildException>(() => RunAsync(commands, claims));
        Assert.That(commands.Calls.Single(), Does.StartWith(start).And.Contains(set ?? start).And.Not.Contains(set is null ? "SOURCE_DATE_EPOCH=" : "-u SOURCE_DATE_EPOCH"));
    }

    // No section of the configuration has it, so what the run was given is given to the rebuild too.
    [Test]
    public async Task TheOriginOfBusyboxMayBeGivenAsTheProvenanceSaysIt()
    {
        Write("published", ["linux/amd64"], what => what, lockSum: FileHash.Of(Path.Combine(ProjectCopy.RepositoryFolder, "image.lock.json")));
        var commands = new FakeCommands(_ => FakeCommands.Ends(1), "env", "git");
        await Assert.ThrowsAsync<BuildException>(() => RunAsync(commands, Claims("published"), ("busybox", "debian")));
        Assert.That(commands.Calls.Single().Split(' '), Has.Exactly(1).EqualTo("--busybox=debian"));
    }

    [TestCase("../../etc")]
    [TestCase("none")]
    [TestCase("--target")]
    [TestCase("")]
    public async Task ANameThatNoVariantHasIsNoPath(string name)
    {
        Write("published", ["linux/amd64"], what => what);
        var claims = Claims("published");
        claims = claims with { Parameters = claims.Parameters.Append(new("variant", [name])).ToDictionary() };
        var commands = new FakeCommands(_ => FakeCommands.Ends(0), "env", "git");
        Assert.That((await Assert.ThrowsAsync<BuildException>(() => RunAsync(commands, claims)))!.Why, Does.Contain("a variant that cannot be one"));
        Assert.That(commands.Calls, Is.Empty);
    }

    [TestCase(Commit, $"get the commit {Commit}")]
    [TestCase("--upload-pack=evil", "get the commit")]
    [TestCase(null, "its provenance names no commit")]
    public async Task AnotherStateOfTheProjectIsTakenFromGitOrNamed(string? commit, string next)
    {
        Write("published", ["linux/amd64"], what => what, lockSum: new string('1', 64), commit: commit);
        var commands = new FakeCommands(_ => FakeCommands.Ends(128, "fatal: not a valid object name"), "env", "git");
        var error = (await Assert.ThrowsAsync<BuildException>(() => RunAsync(commands, Claims("published"))))!;
        Assert.That(error.Why, Is.EqualTo("these files differ: image.lock.json"));
        Assert.That(error.Next, Does.Contain(next));
        Assert.That(commands.Calls.Count, Is.EqualTo(commit == Commit ? 1 : 0), "only a commit is given to git");
    }

    [Test]
    public async Task WithoutAProvenanceOfThisBuildThereIsNothingToBuild()
    {
        Write("published", "linux/amd64");
        var layout = OciLayoutReader.Open(Path.Combine(_folder["published"], "oci"));
        foreach (var (provenance, why) in new[] { (null, "no provenance that is believed"), ("""{"buildDefinition":{"buildType":"https://mobyproject.org/buildkit@v1","externalParameters":{},"resolvedDependencies":[]}}""", "of another build"), ("{}", "no provenance") })
        {
            var claims = PublishedClaims.Of(layout, provenance is null ? null : Encoding.UTF8.GetBytes(provenance));
            Assert.That((await Assert.ThrowsAsync<BuildException>(() => RunAsync(new FakeCommands(_ => FakeCommands.Ends(0)), claims)))!.Why, Does.Contain(why));
        }
    }

    private Task<ProofFinding> RunAsync(FakeCommands commands, PublishedClaims claims, params (string Name, string Value)[] given)
    {
        var arguments = Substitute.For<ICakeArguments>();
        arguments.GetArguments(Arg.Any<string>()).Returns([]);
        string[] busybox = [.. given.Where(pair => pair.Name == "busybox").Select(pair => pair.Value)];
        arguments.GetArguments("busybox").Returns(busybox);
        arguments.HasArgument("busybox").Returns(busybox.Length > 0);
        var inputs = new BuildInputs(arguments, Substitute.For<IProgressBoard>(), TimeProvider.System, ProjectFolders.Find(null));
        return new PublishedRebuild(inputs, commands, new SilentProgressBoard()).RunAsync(
            claims, [.. given.Select(pair => KeyValuePair.Create(pair.Name, (ICollection<string>)[pair.Value]))], Directory.CreateDirectory(_folder["work"]).FullName, CancellationToken.None);
    }

    private PublishedClaims Claims(string name, string? variant = null)
    {
        var (folder, suffix) = (_folder[name], variant is null ? string.Empty : $"-{variant}");
        return PublishedClaims.Of(
            OciLayoutReader.Open(Path.Combine(folder, $"oci{suffix}")), InTotoStatement.Read(File.ReadAllBytes(Path.Combine(folder, $"attestations{suffix}", "provenance.index.intoto.json")), "provenance").Predicate);
    }

    private void Write(string name, params string[] platforms) => Write(name, platforms, what => what);

    private void Write(string name, string[] platforms, Func<string, string> content, string? lockSum = null, string zones = "", string image = "docker.io/library/busybox:glibc", string relaxed = "", string? commit = Commit, string? variant = null, string features = "\"certificates\", \"locale\", \"netbase\"")
    {
        var (folder, suffix) = (_folder[name], variant is null ? string.Empty : $"-{variant}");
        using (var writer = new OciLayoutWriter(Path.Combine(folder, $"oci{suffix}")))
        {
            var manifests = platforms.Select(platform => writer.AddImage(TestImages.Spec(TestImages.Platform(platform)), TestImages.Layer(_folder["cache"], content(platform)))).ToList();
            writer.Commit(manifests, TestImages.Labels, TestImages.Names);
        }

        var project = commit is null ? string.Empty : $$$"""{"name": "project", "digest": {"gitCommit": "{{{commit}}}"}},""";
        var predicate = $$$"""
            {"buildDefinition": {"buildType": "urn:busybox-glibc:build:1",
             "externalParameters": {"image": ["{{{image}}}"], {{{(variant is null ? string.Empty : $"\"variant\": [\"{variant}\"],")}}} "platforms": [{{{string.Join(',', platforms.Select(platform => $"\"{platform}\""))}}}], "suite": ["trixie"], "platformSuites": [], "busybox": ["debian"],
              "features": [{{{features}}}], "charsets": ["ISO8859-1", "UTF-16", "UTF-32", "UTF-7"], "locales": [], "zones": [{{{zones}}}], "sourceDateEpoch": ["1795542067"], "relaxedChecks": [{{{relaxed}}}]},
             "resolvedDependencies": [{{{project}}} {"name": "image.lock.json", "digest": {"sha256": "{{{lockSum ?? new string('0', 64)}}}"}},
              {"name": "Release trixie", "digest": {"sha256": "{{{new string('2', 64)}}}"}, "annotations": {"date": "2026-11-21T09:15:44Z"}}]}}
            """;
        Directory.CreateDirectory(Path.Combine(folder, $"attestations{suffix}"));
        File.WriteAllBytes(
            Path.Combine(folder, $"attestations{suffix}", "provenance.index.intoto.json"),
            new InTotoStatement([new StatementSubject("pkg:docker/busybox", OciLayoutReader.Open(Path.Combine(folder, $"oci{suffix}")).Index.Digest)], PredicateTypes.Provenance, Encoding.UTF8.GetBytes(predicate)).Write());
    }
}
