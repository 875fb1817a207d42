using System.Text;
using BusyboxGlibc.Debian.Package;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>What is read of the scripts that put libraries into the loader's folder.</summary>
public class AlternativeLinkTests
{
    private const string Link = "/usr/lib/x86_64-linux-gnu/libblas.so.3";

    private static IReadOnlyList<AlternativeLink> In(string script) => AlternativeLink.In(Encoding.UTF8.GetBytes(script), "amd64");

    [Test]
    public void ALineOverSeveralLinesIsOneCommand() => Assert.That(
        In("#!/bin/sh\nset -e\nupdate-alternatives --install " + Link + " \\\n   libblas.so.3-x86_64-linux-gnu\\\n /usr/lib/x86_64-linux-gnu/blas/libblas.so.3 10\n"),
        Is.EqualTo(new[] { new AlternativeLink(Link, "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3", 10) }));

    [Test]
    public void AVariableThatWasSetToPlainTextIsKnown() => Assert.That(
        In($"pri=75\ntriplet='x86_64-linux-gnu'; if true; then\n  update-alternatives --quiet --install \"/usr/lib/$triplet/libblis.so.4\" libblis.so.4-${{triplet}} /usr/lib/${{triplet}}/blis-pthread/libblis.so.4 $pri || true\nfi"),
        Is.EqualTo(new[] { new AlternativeLink("/usr/lib/x86_64-linux-gnu/libblis.so.4", "/usr/lib/x86_64-linux-gnu/blis-pthread/libblis.so.4", 75) }));

    [Test]
    public void SlavesFollowTheirMaster() => Assert.That(
        In("/usr/bin/update-alternatives --install /usr/bin/vi vi /usr/bin/vim.tiny 15 --slave /usr/share/man/man1/vi.1.gz vi.1.gz /usr/share/man/man1/vim.1.gz").Select(link => (link.Path, link.Priority)),
        Is.EqualTo(new[] { ("/usr/bin/vim.tiny", 15), ("/usr/share/man/man1/vim.1.gz", 15) }));

    [TestCase("# update-alternatives --install /usr/a a /usr/b 10")]
    [TestCase("update-alternatives --remove libblas.so.3 /usr/lib/blas/libblas.so.3")]
    [TestCase("update-alternatives --install \"$(find /)\" a /usr/b 10")]
    [TestCase("update-alternatives --install /usr/a a ${unknown:-/usr/b} 10")]
    [TestCase("update-alternatives --install /usr/../etc/a a /usr/b 10")]
    [TestCase("update-alternatives --install relative a /usr/b 10")]
    [TestCase("update-alternatives --install /usr/a a /usr/b high")]
    [TestCase("update-alternatives --install /usr/a a")]
    [TestCase("update-alternatives --install '/usr/a a /usr/b 10")]
    public void WhatCannotBeToldIsLeftOut(string script) => Assert.That(In(script), Is.Empty);

    [Test]
    public void AnyBytesAreTaken()
    {
        var random = new Random(7);
        var pieces = new[] { "update-alternatives", "--install", "/usr/a", " ", "\n", "\\", "'", "\"", "$", "${", "}", "=", "x", ";", "10", "\0", "é", "`", "#", "--slave" };
        for (var round = 0; round < 2000; round++)
        {
            Assert.That(() => In(string.Concat(Enumerable.Range(0, 40).Select(_ => pieces[random.Next(pieces.Length)]))), Throws.Nothing);
        }
    }
}
