using System.Text;
using BusyboxGlibc.Attestations.Sbom;

namespace BusyboxGlibc.Tests.Attestations.Sbom;

/// <summary>Copyright files say licences only in Debian's machine-readable form; everything else says nothing.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PackageLicenceTests
{
    private const string Header = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";

    // Names as in the copyright files of Debian 13's libbpf, ncurses, libzstd, elfutils, glibc, libcap2 and zlib.
    [TestCase("GPL-2+", "GPL-2.0-or-later")]
    [TestCase("LGPL-2.1 or BSD-2-clause", "LGPL-2.1-only OR BSD-2-Clause")]
    [TestCase("BSD-3-clause or GPL-2.0", "BSD-3-Clause OR GPL-2.0-only")]
    [TestCase("LGPL-3+ or GPL-2+", "LGPL-3.0-or-later OR GPL-2.0-or-later")]
    [TestCase("Expat", "MIT")]
    [TestCase("ISC, and ISC", "ISC")]
    [TestCase("GPL-1+ or Expat, and ISC", "(GPL-1.0-or-later OR MIT) AND ISC")]
    [TestCase("zlib", "Zlib")]
    public void NamesBecomeExpressions(string name, string expected) => Assert.That(Read($"{Header}Files: *\nCopyright: x\nLicense: {name}\n").Expression, Is.EqualTo(expected));

    [Test]
    public void ParagraphsAreJoinedAndTextsKept()
    {
        var licence = Read($"{Header}Files: *\nCopyright: a\nLicense: GPL-2+\n\nFiles: b\nCopyright: b\nLicense: Expat or Own\n\nLicense: Own\n Do what\n .\n you like.\n");
        Assert.Multiple(() =>
        {
            Assert.That(licence.Expression, Does.Match(@"^GPL-2\.0-or-later AND \(MIT OR LicenseRef-Own-[0-9a-f]{8}\)$"));
            Assert.That(licence.Others.Single().Text, Is.EqualTo("Do what\n\nyou like."));
        });
    }

    [Test]
    public void AnExceptionMakesALicenceOfItsOwn() =>
        Assert.That(Read($"{Header}Files: *\nCopyright: a\nLicense: GPL-3+ with autoconf exception\n text\n").Expression, Does.Match("^LicenseRef-GPL-3--with-autoconf-exception-[0-9a-f]{8}$"));

    [TestCase("This package was debianized by Ian Wienand.\n\nIt is under the GPL-2.\n", TestName = "prose")]
    [TestCase(Header, TestName = "a header alone")]
    [TestCase(Header + "Files: *\nCopyright: a\n", TestName = "files without a licence")]
    [TestCase(Header + "Files: *\nLicense:\n text\n", TestName = "a licence without a name")]
    [TestCase(Header + "Files: *\nLicense: GPL-2\nLicense: GPL-3\n", TestName = "a field twice")]
    [TestCase(Header + " continued\n", TestName = "a continuation first")]
    [TestCase(Header + "no colon here\n", TestName = "no field")]
    [TestCase("Format: https://example.org/other\n\nFiles: *\nLicense: GPL-2\n", TestName = "another format")]
    [TestCase("", TestName = "nothing")]
    public void AnythingElseSaysNothing(string text) => Assert.That(Read(text), Is.EqualTo(PackageLicence.Unknown));

    [Test]
    public void HugeFilesAndOtherEncodingsSayNothing()
    {
        var text = Header + "Files: *\nLicense: GPL-2\n";
        Assert.That(PackageLicence.Read(Encoding.UTF8.GetBytes(text + new string('\n', 1 << 20))), Is.EqualTo(PackageLicence.Unknown));
        Assert.That(PackageLicence.Read(Encoding.Latin1.GetBytes(text + "Comment: é\n")), Is.EqualTo(PackageLicence.Unknown));
    }

    private static PackageLicence Read(string text) => PackageLicence.Read(Encoding.UTF8.GetBytes(text));
}
