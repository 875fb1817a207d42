using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Lines of people's own in the Dockerfiles on a real engine, where nothing is compiled.</summary>
[Category(Categories.EndToEnd)]
internal sealed class OwnLinesWithDockerTests
{
    [OneTimeSetUp]
    public void Start() => RealEngine.Require();

    [Test]
    public void SettingsGiveTheSameImageFromBothEngines()
    {
        var arguments = new[] { "--busybox=debian", "--platforms=linux/amd64,linux/arm/v7,linux/arm64" };
        using var copy = new ProjectCopy();
        copy.Append("Dockerfile.run", OwnLinesTests.Settings);
        copy.Append("Dockerfile.builder", "LABEL a=b\nENV C=d\n");
        copy.Replace("cake.config", "[Image]\n", OwnLinesTests.Keys);
        var embedded = copy.Run([.. arguments, "--engine=embedded"]).Succeeded();
        Assert.That(copy.Run([.. arguments, "--engine=buildx"]).Succeeded().IndexDigest, Is.EqualTo(embedded.IndexDigest));
    }

    /// <summary>Whatever it takes: layers that Docker makes of it are joined to the one that an image of this build has.</summary>
    [Test]
    public void LinesThatMakeFilesInTheImageAreInIt()
    {
        var around = Directory.CreateTempSubdirectory("around-");
        using var copy = new ProjectCopy(Path.Combine(around.FullName, "it's a \"path\", 100%;=é"));
        copy.Append("own.txt", "own");
        copy.Replace("Dockerfile.run", "FROM scratch\n", "FROM debian:trixie-slim AS mine\nRUN echo made >/made && ln -s made /link\nFROM scratch\n");
        copy.Append("Dockerfile.run", "COPY --from=mine /made /link /srv/\nCOPY --chown=65532 own.txt /etc/issue\nENTRYPOINT [\"/bin/cat\"]\nCMD [\"/srv/made\"]\n");
        copy.Run("--busybox=debian", "--platforms=linux/amd64", "--engine=auto").Succeeded();
        var image = Images(copy.Layout).Single();
        Assert.That(image.LayerCount, Is.EqualTo(1));
        var tree = Tree(image);
        Assert.That(tree.TryGet("srv/made", out var made) && tree.TryGet("etc/issue", out var own) && own.UserId == 65532 && made.Content.Length == 5, Is.True);
        Assert.That(image.Config.Run.EntryPoint, Is.EqualTo(new[] { "/bin/cat" }));
    }

    [Test]
    public void TheTargetBuildxBuildsWhateverTheEngineIsSaidToBe()
    {
        using var copy = new ProjectCopy();
        var run = copy.Run("--busybox=debian", "--platforms=linux/amd64", "--engine=embedded", "--target=Buildx").Succeeded();
        Assert.That(copy.PathOf("artifacts/logs/buildx.log"), Does.Exist);
        Assert.That(run.Output, Does.Contain("engine: buildx, because the target Buildx supports no other"));
    }

    /// <summary>Beside it lines of one's own have the same compilers; where they come before BusyBox is compiled, it is compiled with them.</summary>
    [Test]
    public void BusyboxOfTheCacheIsCompiledAgainOnlyWhereOwnLinesMayChangeIt()
    {
        using var copy = new ProjectCopy();
        var embedded = copy.Run("--platforms=linux/amd64").Succeeded();
        string[] arguments = ["--platforms=linux/amd64", "--engine=buildx"];
        copy.Append("Dockerfile.builder", "RUN . /etc/platform && echo 'int main(void) { return 0; }' >/tmp/x.c && $CC -o /tmp/x /tmp/x.c\n");
        Assert.That(copy.Run(arguments).Succeeded().IndexDigest, Is.EqualTo(embedded.IndexDigest));
        var log = File.ReadAllText(copy.PathOf("artifacts/logs/buildx.log"));
        Assert.That(log, Does.Match("BusyBox is in the cache of the build|#\\d+ CACHED").And.Not.Contain("@phase"), "an engine that ran this test before has the step itself");
        Assert.That(copy.PathOf("artifacts/logs/buildx-busybox.log"), Does.Not.Exist);
        copy.Replace("Dockerfile.builder", "FROM tools AS compiler\n", "FROM tools AS compiler\nENV MINE=1\n");
        Assert.That(copy.Run(arguments).Succeeded().IndexDigest, Is.EqualTo(embedded.IndexDigest));
        Assert.That(File.ReadAllText(copy.PathOf("artifacts/logs/buildx-busybox.log")), Does.Contain("@phase").And.Not.Contain("in the cache"));
    }

    private static IReadOnlyList<OciImage> Images(string layout) => OciLayoutReader.Open(layout).ReadImages();

    private static RootfsTree Tree(OciImage image)
    {
        using var layer = image.OpenLayer();
        return RootfsTar.Read(layer, image.Platform.Name);
    }
}
