namespace BusyboxGlibc.Tests.Configuration;

/// <summary>The repository that the two options of the image's name stand for.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RepositoryNamesTests
{
    [TestCase("", null, "docker.io/library/busybox")]
    [TestCase("", "acme/tool", "docker.io/acme/tool")]
    [TestCase("acme", null, "docker.io/acme/busybox")]
    [TestCase("ghcr.io/acme", null, "ghcr.io/acme/busybox")]
    [TestCase("localhost:5000", null, "localhost:5000/busybox")]
    [TestCase("localhost", "library/busybox", "localhost/library/busybox")]
    [TestCase("index.docker.io/acme", null, "docker.io/acme/busybox")]
    [TestCase("docker.io", "busybox", "docker.io/library/busybox")]
    [TestCase("[::1]:5000", null, "[::1]:5000/busybox")]
    [TestCase("DOCKER.IO/acme/x", null, "docker.io/acme/x/busybox")]
    [TestCase("GHCR.io:443/acme", null, "ghcr.io:443/acme/busybox")]
    [TestCase("LocalHost/acme", null, "localhost/acme/busybox")]
    [TestCase("[FE80::1]:5000", null, "[fe80::1]:5000/busybox")]
    [TestCase("registry-1.docker.io/acme", null, "docker.io/acme/busybox")]
    [TestCase("registry.hub.docker.com/acme", null, "docker.io/acme/busybox")]
    [TestCase("Index.Docker.IO", null, "docker.io/library/busybox")]
    [TestCase("https://index.docker.io/v1/", null, "docker.io/library/busybox")]
    [TestCase("https://index.docker.io/v1/", "acme/busybox", "docker.io/acme/busybox")]
    [TestCase("ghcr.io/acme/", null, "ghcr.io/acme/busybox")]
    [TestCase("acme/", null, "docker.io/acme/busybox")]
    [TestCase("HTTPS://ghcr.io/", null, "ghcr.io/busybox")]
    [TestCase("https://ghcr.io/v2/", "acme/busybox", "ghcr.io/acme/busybox")]
    [TestCase("ghcr.io/v2", null, "ghcr.io/v2/busybox")]
    [TestCase("ghcr.io/acme/busybox", "busybox", "ghcr.io/acme/busybox/busybox")]
    [TestCase("ghcr.io/acme/my-busybox", null, "ghcr.io/acme/my-busybox/busybox")]
    public void TheImageIsNamedAsDockerReadsRegistrySlashRepository(string registry, string? repository, string expected)
    {
        var given = Given.Argument("registry", registry);
        if (repository is not null)
        {
            given.Argument("repository", repository);
        }

        Assert.That(given.Read().Image.Name.ToString(), Is.EqualTo(expected));
    }

    [TestCase("http://ghcr.io/acme", "without http")]
    [TestCase("ghcr.io/Acme", "namespace")]
    [TestCase("GHCR.IO/Acme/", "namespace")]
    [TestCase("ghcr.io//acme", "namespace")]
    [TestCase("ghcr.io/acme/busybox", "already ends in the image's name")]
    [TestCase("ghcr.io/acme/busybox/", "already ends in the image's name")]
    [TestCase("ghcr.io/acme/busybox:glibc", "contains a tag")]
    [TestCase("ghcr.io/acme@sha256:0000", "contains a tag or digest")]
    [TestCase("-bad.example", "allowed")]
    [TestCase("host:port", "allowed")]
    public void ABadRegistryIsRefusedWithAnExample(string registry, string why)
    {
        var error = Given.Argument("registry", registry).Error();
        Assert.That(error.Where, Is.EqualTo("argument --registry"));
        Assert.That(error.Why, Does.Contain(why));
        Assert.That(error.Next, Does.Contain("ghcr.io/acme"));
    }

    [TestCase("https://hub.docker.com/r/acme", "web site", "--registry=acme")]
    [TestCase("https://someone:s3cret@ghcr.io/acme", "user name or password", "ghcr.io/acme")]
    [TestCase("someone:s3cret@ghcr.io/busybox", "user name or password", "ghcr.io/acme")]
    [TestCase("http://registry.lan:5000", "without http", "write registry.lan:5000; one without TLS is named by --insecure-registry too")]
    [TestCase("localhost:5000/busybox", "ends in the image's name", "write localhost:5000 for localhost:5000/busybox, or add --repository=busybox for localhost:5000/busybox/busybox")]
    public void ABadRegistryIsAnsweredWithTheRightSpelling(string registry, string why, string next)
    {
        var error = Given.Argument("registry", registry).Error();
        Assert.That(error.Why, Does.Contain(why));
        Assert.That(error.Next, Does.Contain(next));
        Assert.That(error.ToString(), Does.Not.Contain("s3cret"));
    }

    [TestCase("busybox:glibc", "tag")]
    [TestCase("Busybox", "lower-case")]
    [TestCase("a//b", "lower-case")]
    [TestCase("", "lower-case")]
    public void ABadRepositoryIsRefused(string repository, string why)
    {
        var error = Given.Environment("CAKE_IMAGE_REPOSITORY", "x").Argument("repository", repository).Error();
        Assert.That(error.Where, Is.EqualTo("argument --repository"));
        Assert.That(error.Why, Does.Contain(why));
    }

    private static FakeOptions Given => new();
}
