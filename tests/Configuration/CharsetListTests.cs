using BusyboxGlibc.Configuration;
using BusyboxGlibc.Formats.Gconv;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable(ParallelScope.All)]
internal sealed class CharsetListTests
{
    [TestCase("none", "")]
    [TestCase("", "")]
    [TestCase("utf", "UTF-16 UTF-32 UTF-7")]
    [TestCase("western", "CP1252 ISO8859-1 ISO8859-15")]
    [TestCase("western,utf;western", "CP1252 ISO8859-1 ISO8859-15 UTF-16 UTF-32 UTF-7")]
    [TestCase("Chinese", "BIG5 EUC-CN GB18030 GBK")]
    [TestCase("gb2312，gbk、cp936", "EUC-CN GBK")]
    [TestCase("GB18030 big5 Big5-HKSCS", "BIG5 BIG5HKSCS GB18030")]
    [TestCase("UTF-16LE,ucs-2be", "UTF-16")]
    [TestCase("utf-8, ascii, UCS-4", "")]
    [TestCase("shift_jis,Windows-31J,euc-jp", "CP932 EUC-JP SJIS")]
    [TestCase("latin1,ISO_8859-1:1987//,iso-8859-1", "ISO8859-1")]
    [TestCase("koi8-r,windows-1251", "CP1251 KOI8-R")]
    [TestCase("chinese,all", "all")]
    [TestCase("ＧＢＫ，ｕｔｆ－１６、big5；ｋｏｉ８-r", "BIG5 GBK KOI8-R UTF-16")]
    public void NamesAliasesAndGroupsSelectModules(string value, string modules) =>
        Assert.That(string.Join(' ', CharsetList.Parse(value, "here")), Is.EqualTo(modules));

    [TestCase("gb18031", "GB18030")]
    [TestCase("utf16-le,gbkk", "GBK")]
    [TestCase("kio8-r", "KOI8-R")]
    [TestCase("chinesse", "did you mean chinese")]
    [TestCase("westen", "groups: utf, western")]
    public void AnUnknownNameIsAnErrorWithTheNearest(string value, string next)
    {
        var error = Assert.Throws<ConfigurationException>(() => CharsetList.Parse(value, "cake.config:3"))!;
        Assert.That(error.What, Does.StartWith("unknown character set"));
        Assert.That(error.Where, Is.EqualTo("cake.config:3"));
        Assert.That(error.Next, Does.Contain(next));
    }

    [Test]
    public void AllUnknownNamesAreToldAtOnce() =>
        Assert.That(Assert.Throws<ConfigurationException>(() => CharsetList.Parse("no-1,gbk,no-2", "here"))!.What, Does.Contain("no-1, no-2"));

    [Test]
    [Category(Categories.Integration)]
    public void TheTableHasTheNamesOfDebiansConfigurationEachWithItsModule()
    {
        var files = RealPackages.PlainFiles("libc6", "amd64", "/usr/lib/x86_64-linux-gnu/gconv/");
        var lines = files.Where(file => !file.Key.EndsWith(".cache", StringComparison.Ordinal)).SelectMany(file => GconvLine.Read(file.Value)).ToList();
        var modules = lines.Where(line => line is { Module: not null, To: "INTERNAL" }).ToDictionary(line => line.From, line => line.Module![..^3], StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var expected = line.Module is null ? modules[line.To] : line.From == "INTERNAL" ? modules[line.To] : modules[line.From];
            var name = line.From == "INTERNAL" ? line.To : line.From;
            Assert.That(CharsetList.Parse(name, "here"), Is.EqualTo(new[] { expected }), name);
        }
    }
}
