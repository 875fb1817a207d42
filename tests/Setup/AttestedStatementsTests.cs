using System.Text.Json;
using BusyboxGlibc.Attestations.Provenance;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Setup;

/// <summary>Which statements are made about which images, and what they say of tests that this machine could not run.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AttestedStatementsTests
{
    private static readonly Platform[] _platforms = [KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm64")!];
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Drop() => _folder.Dispose();

    [Test]
    public void EachStatementIsAboutItsImages()
    {
        var layout = Write("statements");
        var made = Make(layout, ImageReference.TryParse("ghcr.io/acme/busybox:glibc")!, []);
        Assert.That(made.Select(one => one.FileName), Is.EqualTo(new[]
        {
            "spdx.linux-amd64.intoto.json", "spdx.index.intoto.json", "openvex.linux-arm64.intoto.json", "provenance.index.intoto.json", "verify.index.intoto.json", "vsa.index.intoto.json",
        }));
        var names = made.ToDictionary(one => one.FileName.Split('.')[0] + "." + one.FileName.Split('.')[1], one => one.Statement().Subjects.Select(subject => subject.Name).ToList());
        Assert.Multiple(() =>
        {
            Assert.That(names["spdx.linux-amd64"], Is.EqualTo(new[] { "pkg:docker/acme/busybox@glibc?platform=linux%2Famd64&repository_url=ghcr.io" }));
            Assert.That(names["spdx.index"], Is.EqualTo(new[] { "pkg:docker/acme/busybox@glibc?repository_url=ghcr.io" }));
            Assert.That(names["openvex.linux-arm64"], Is.EqualTo(new[] { "pkg:docker/acme/busybox@glibc?platform=linux%2Farm64&repository_url=ghcr.io" }));
            Assert.That(names["provenance.index"], Has.Count.EqualTo(3));
            Assert.That(made.All(one => one.Statement().IsAbout(layout.Index.Digest) || one.Platform is not null));
        });
        Assert.That(Make(layout, ImageReference.TryParse("ghcr.io/acme/busybox:glibc")!, []).Select(one => one.Content.ToArray()), Is.EqualTo(made.Select(one => one.Content.ToArray())));
    }

    [Test]
    public void WhatWasNotRunIsAWarning()
    {
        var smoke = new PlatformSmoke("linux/amd64", "private root", [new("applets", SmokeState.Passed), new("ip", SmokeState.Absent), new("date", SmokeState.NotRun, "why")]);
        var predicate = Predicate(Make(Write("smoke"), ImageReference.TryParse("busybox:glibc")!, [smoke]), "smoke-test");
        Assert.Multiple(() =>
        {
            Assert.That(predicate.GetProperty("result").GetString(), Is.EqualTo("WARNED"));
            Assert.That(Texts(predicate, "passedTests"), Is.EqualTo(new[] { "linux/amd64: applets" }));
            Assert.That(Texts(predicate, "warnedTests"), Is.EqualTo(SmokeChecks.All.Select(check => $"linux/arm64: {check.Name}").Prepend("linux/amd64: date")));
            Assert.That(predicate.GetRawText(), Does.Not.Contain("private root"), "how a test was run depends on the machine");
        });
    }

    [Test]
    public void NotesOfVerifyAreWarningsOfTheirPlatform()
    {
        var predicate = Predicate(Make(Write("notes"), ImageReference.TryParse("busybox:glibc")!, [], "linux/arm64 /lib/libx.so: searches"), "verify");
        Assert.That(Texts(predicate, "warnedTests"), Is.EqualTo(new[] { "linux/arm64: libraries" }));
        Assert.That(Texts(predicate, "passedTests"), Has.Length.EqualTo((2 * RootfsVerifier.Rules.Count) + 1).And.Contains("linux/amd64: libraries").And.Contains("layout").And.Contains("abi"));
    }

    private static IReadOnlyList<Attestation> Make(OciLayoutReader layout, ImageReference name, IReadOnlyList<PlatformSmoke> smoke, params string[] notes) => new AttestedStatements(layout, name).Make(
        [new SbomFile(SbomForm.Spdx, _platforms[0], "{}"u8.ToArray()), new SbomFile(SbomForm.Spdx, null, "{}"u8.ToArray())],
        new BuildRecord([], [], [], IsCi: false),
        new LayoutProof(layout.Index.Digest, [], []) { Notes = notes },
        [(_platforms[1], "{}"u8.ToArray())],
        smoke);

    private OciLayoutReader Write(string name)
    {
        using var writer = new OciLayoutWriter(_folder[name]);
        writer.Commit([.. _platforms.Select(platform => writer.AddImage(TestImages.Spec(platform), TestImages.Layer(_folder["cache"], platform.Name)))], TestImages.Labels, TestImages.Names);
        return OciLayoutReader.Open(_folder[name]);
    }

    private static JsonElement Predicate(IReadOnlyList<Attestation> made, string kind)
    {
        using var document = JsonDocument.Parse(made.Single(one => one.Kind == kind).Statement().Predicate);
        return document.RootElement.Clone();
    }

    private static string[] Texts(JsonElement parent, string name) => [.. parent.GetProperty(name).EnumerateArray().Select(one => one.GetString()!)];
}
