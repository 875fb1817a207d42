using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Tests.Foundation.Images;

/// <summary>The grammar of image references.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ImageReferenceTests
{
    [TestCase("busybox:glibc", "docker.io/library/busybox:glibc", "busybox:glibc")]
    [TestCase("busybox", "docker.io/library/busybox:latest", "busybox:latest")]
    [TestCase("acme/busybox:1", "docker.io/acme/busybox:1", "acme/busybox:1")]
    [TestCase("docker.io/busybox:1", "docker.io/library/busybox:1", "busybox:1")]
    [TestCase("index.docker.io/library/busybox:1", "docker.io/library/busybox:1", "busybox:1")]
    [TestCase("registry.example/acme/x/busybox:1", "registry.example/acme/x/busybox:1", "registry.example/acme/x/busybox:1")]
    [TestCase("localhost:5000/busybox", "localhost:5000/busybox:latest", "localhost:5000/busybox:latest")]
    [TestCase("localhost/busybox", "localhost/busybox:latest", "localhost/busybox:latest")]
    [TestCase("[::1]:5000/busybox:1", "[::1]:5000/busybox:1", "[::1]:5000/busybox:1")]
    [TestCase("HOST/busybox:1", "HOST/busybox:1", "HOST/busybox:1")]
    [TestCase("docker.io/library/a/b:1", "docker.io/library/a/b:1", "library/a/b:1")]
    public void NamesAreNormalisedAsDockerDoes(string text, string full, string familiar)
    {
        var name = ImageReference.TryParse(text)!;
        Assert.That((name.Full, name.Familiar), Is.EqualTo((full, familiar)));
        Assert.That((ImageReference.TryParse(name.Full)!, ImageReference.TryParse(name.Familiar)!), Is.EqualTo((name, name)), "both mean the same");
    }

    // Names that are published, of registries with different habits.
    [TestCase("ghcr.io/home-assistant/home-assistant:stable", "ghcr.io", "home-assistant/home-assistant", "stable")]
    [TestCase("quay.io/prometheus/node-exporter:v1.8.2", "quay.io", "prometheus/node-exporter", "v1.8.2")]
    [TestCase("mcr.microsoft.com/dotnet/sdk:10.0-noble", "mcr.microsoft.com", "dotnet/sdk", "10.0-noble")]
    [TestCase("registry.k8s.io/pause:3.10", "registry.k8s.io", "pause", "3.10")]
    [TestCase("public.ecr.aws/docker/library/busybox:1.37.0-glibc", "public.ecr.aws", "docker/library/busybox", "1.37.0-glibc")]
    [TestCase("602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/coredns:v1.11.1-eksbuild.4", "602401143452.dkr.ecr.us-west-2.amazonaws.com", "eks/coredns", "v1.11.1-eksbuild.4")]
    [TestCase("us-docker.pkg.dev/google-samples/containers/gke/hello-app:1.0", "us-docker.pkg.dev", "google-samples/containers/gke/hello-app", "1.0")]
    [TestCase("registry.cn-hangzhou.aliyuncs.com/google_containers/kube-proxy:v1.31.0", "registry.cn-hangzhou.aliyuncs.com", "google_containers/kube-proxy", "v1.31.0")]
    [TestCase("gcr.io/distroless/base-debian12", "gcr.io", "distroless/base-debian12", "latest")]
    [TestCase("docker.elastic.co/elasticsearch/elasticsearch:8.15.0", "docker.elastic.co", "elasticsearch/elasticsearch", "8.15.0")]
    [TestCase("registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v17.4.0", "registry.gitlab.com", "gitlab-org/gitlab-runner/gitlab-runner-helper", "x86_64-v17.4.0")]
    [TestCase("linuxserver/plex:version-1.41.0.8994-f2c27da23", "docker.io", "linuxserver/plex", "version-1.41.0.8994-f2c27da23")]
    [TestCase("multiarch/qemu-user-static", "docker.io", "multiarch/qemu-user-static", "latest")]
    [TestCase("nvcr.io/nvidia/k8s/dcgm-exporter:3.3.7-3.5.0-ubuntu22.04", "nvcr.io", "nvidia/k8s/dcgm-exporter", "3.3.7-3.5.0-ubuntu22.04")]
    public void NamesThatArePublishedAreRead(string text, string registry, string repository, string tag) =>
        Assert.That(ImageReference.TryParse(text)!, Is.EqualTo(new ImageReference(registry, repository, tag)));

    [TestCase("")]
    [TestCase(":glibc")]
    [TestCase("Busybox:glibc")]
    [TestCase("busybox:gli bc")]
    [TestCase("busybox:glibc\n")]
    [TestCase("a//b:c")]
    [TestCase("/busybox:glibc")]
    [TestCase("../busybox:glibc")]
    [TestCase("busybox@sha256:0000000000000000000000000000000000000000000000000000000000000001")]
    [TestCase("a___b")]
    [TestCase("a..b/c")]
    [TestCase("-a/b")]
    [TestCase("a.-b")]
    [TestCase("host.example:123456/b")]
    [TestCase("host.example:/b")]
    [TestCase("a:-b")]
    [TestCase("a:.b")]
    public void WhatIsNoReferenceIsAnError(string text) => Assert.That(ImageReference.TryParse(text), Is.Null);

    [TestCase(128, true)]
    [TestCase(129, false)]
    public void ATagHasALongestLength(int length, bool isTag) => Assert.That(ImageReference.IsTag(new string('a', length)), Is.EqualTo(isTag));

    [Test]
    public void WhatTheGrammarMakesIsReadAndWhatBreaksItIsNot()
    {
        var random = new Random(13);
        for (var round = 0; round < 3000; round++)
        {
            var host = Pick(random, ["", "localhost/", "localhost:5000/", "r.example/", "10.0.0.1:443/", "A-b.Example:1/", "[fe80::1]/"]);
            var path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Component(random)));
            var tag = random.Next(2) == 0 ? string.Empty : ":" + Text(random, 1, "abzABZ019_") + Text(random, random.Next(0, 20), "abzABZ019_.-");
            var text = host + path + tag;
            if (host.Length == 0 && path.Contains('/') && ImageReference.LooksLikeHost(path.Split('/')[0]))
            {
                continue;
            }

            var read = ImageReference.TryParse(text)!;
            Assert.That(read.IsWellFormed, Is.True, text);
            Assert.That(ImageReference.TryParse(read.Full)!, Is.EqualTo(read), text);
            Assert.That(ImageReference.TryParse(read.Familiar)!, Is.EqualTo(read), text);
            Assert.That(read.Tag, Is.EqualTo(tag.Length == 0 ? "latest" : tag[1..]), text);
            Assert.That(read.Repository, Does.EndWith(path), text);

            // No place takes any of these.
            var broken = text.Insert(random.Next(text.Length + 1), Pick(random, [" ", "\n", "@", "\\", "ä", "\0", "?", "#", "%", "+", "~", "//"]));
            Assert.That(ImageReference.TryParse(broken), Is.Null, broken);
        }
    }

    private static string Component(Random random) => string.Join(
        Pick(random, [".", "_", "__", "-", "---"]), Enumerable.Range(0, random.Next(1, 4)).Select(_ => Text(random, random.Next(1, 6), "abz019")));

    private static string Text(Random random, int length, string alphabet) => new([.. Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)])]);

    private static string Pick(Random random, string[] all) => all[random.Next(all.Length)];
}
