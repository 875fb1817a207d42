using BusyboxGlibc.Configuration;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

/// <summary>Which of glibc's packages the modules of iconv come from: Debian 14 keeps most in a package of their own.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CharacterSetPartsTests
{
    [TestCase("none", "forky", "")]
    [TestCase("utf,ISO-8859-1", "trixie", "libc6: ISO8859-1 UTF-16 UTF-32 UTF-7 gconv-modules *.conf")]
    [TestCase("utf,ISO-8859-1", "forky", "libc6: ISO8859-1 UTF-16 UTF-32 UTF-7 gconv-modules")]
    [TestCase("GB18030", "forky", "libc6: gconv-modules; libc-gconv-modules-extra: GB18030 *.conf")]
    [TestCase("GB18030,UTF-16", "bookworm", "libc6: GB18030 UTF-16 gconv-modules *.conf")]
    [TestCase("all", "trixie", "libc6: * gconv-modules *.conf")]
    [TestCase("all", "forky", "libc6: * gconv-modules; libc-gconv-modules-extra: * *.conf")]
    public void ASelectionIsTakenFromThePackagesOfItsSuite(string charsets, string suite, string parts) =>
        Assert.That(
            string.Join("; ", CharacterSets.Parts(CharsetList.Parse(charsets, "test"), suite)
                .Select(part => $"{part.Package}: {string.Join(' ', part.Patterns.Select(pattern => pattern.Split('/')[^1].Replace(".so", string.Empty, StringComparison.Ordinal)))}")),
            Is.EqualTo(parts));
}
