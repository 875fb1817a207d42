using System.Text;
using BusyboxGlibc.Debian.Package;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>What is read of the scripts that put libraries into the loader's folder.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AlternativeLinkTests
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

    // As traceroute has it, and as others write loops.
    [TestCase("for _ALTERNATIVE in traceroute6 lft\ndo\n update-alternatives --install \\\n  /usr/bin/${_ALTERNATIVE} ${_ALTERNATIVE} /usr/bin/${_ALTERNATIVE}.db 100\ndone\n")]
    [TestCase("LIST=\"traceroute6 lft\"\nif true; then for i in $LIST; do update-alternatives --install /usr/bin/$i $i /usr/bin/$i.db 100; done; fi\n")]
    [TestCase("case \"$1\" in\n configure)\n for i in traceroute6 lft; do\n while read x; do echo $x; done\n update-alternatives --install /usr/bin/$i $i /usr/bin/$i.db 100\n done ;; esac\n")]
    [TestCase("for folder in bin; do for i in traceroute6 lft; do update-alternatives --install /usr/$folder/$i $i /usr/$folder/$i.db 100; done; done\n")]
    public void ALoopIsGoneThroughForEachOfItsWords(string script) => Assert.That(
        In(script),
        Is.EqualTo(new[] { new AlternativeLink("/usr/bin/traceroute6", "/usr/bin/traceroute6.db", 100), new AlternativeLink("/usr/bin/lft", "/usr/bin/lft.db", 100) }));

    [Test]
    public void AfterALoopOverWhatNobodyCanTellItsVariableIsUnknown() => Assert.That(
        In("i=old\nfor i in $(ls); do update-alternatives --install /usr/bin/$i $i /usr/bin/$i.db 1; done\nupdate-alternatives --install /usr/a a /usr/b 1\n"),
        Is.EqualTo(new[] { new AlternativeLink("/usr/a", "/usr/b", 1) }));

    [Test]
    [CancelAfter(20_000)]
    public void LoopsInsideOfLoopsEnd()
    {
        var words = string.Join(' ', Enumerable.Range(0, 200));
        var script = string.Concat(Enumerable.Range(0, 30).Select(depth => $"for v{depth} in {words}; do\n")) + "update-alternatives --install /usr/$v29 a /usr/b 1\n" + string.Concat(Enumerable.Repeat("done\n", 30));
        Assert.That(In(script), Has.Count.GreaterThan(100));
    }

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
        var pieces = new[] { "update-alternatives", "--install", "/usr/a", " ", "\n", "\\", "'", "\"", "$", "${", "}", "=", "x", ";", "10", "\0", "é", "`", "#", "--slave", "for", "in", "do", "done", "\nfor x in 1 2;do ", ";done\n" };
        for (var round = 0; round < 2000; round++)
        {
            Assert.That(() => In(string.Concat(Enumerable.Range(0, 40).Select(_ => pieces[random.Next(pieces.Length)]))), Throws.Nothing);
        }
    }
}
