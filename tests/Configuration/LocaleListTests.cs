using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable(ParallelScope.All)]
internal sealed class LocaleListTests
{
    [TestCase("none", "", "")]
    [TestCase("C, POSIX", "", "")]
    [TestCase("zh_CN.UTF-8", "zh_CN.utf8", "")]
    [TestCase("ZH_cn.utf8；en_US.UTF-8", "en_US.utf8 zh_CN.utf8", "")]
    [TestCase("zh_CN.GBK", "zh_CN.gbk", "GBK")]
    [TestCase("zh_CN", "zh_CN", "EUC-CN")]
    [TestCase("zh_CN.GB2312", "zh_CN", "EUC-CN")]
    [TestCase("zh_CN.GB18030,zh_TW.BIG5", "zh_CN.gb18030 zh_TW", "BIG5 GB18030")]
    [TestCase("de_DE@euro,en_US.ISO-8859-15", "de_DE@euro en_US.iso885915", "ISO8859-15")]
    [TestCase("en_US.8859-1", "en_US", "ISO8859-1")]
    [TestCase("ja_JP.eucJP,ru_RU.KOI8-R", "ja_JP.eucjp ru_RU.koi8r", "EUC-JP KOI8-R")]
    [TestCase("agr_PE.UTF-8", "agr_PE", "")]
    public void NamesOfSetlocaleSelectFoldersAndTheirCharacterSets(string value, string folders, string charsets)
    {
        var selected = LocaleList.Parse(value, "here");
        Assert.That(string.Join(' ', selected), Is.EqualTo(folders));
        Assert.That(string.Join(' ', LocaleList.Charsets(selected)), Is.EqualTo(charsets));
    }

    [TestCase("zh_CH.UTF-8", "unknown locale zh_CH.UTF-8", "zh_CN.utf8")]
    [TestCase("zh_CN.KOI8-R", "unknown locale zh_CN.KOI8-R", "zh_CN.*zh_CN.gbk.*zh_CN.utf8")]
    [TestCase("en_UK.UTF-8,de_AT.UTF-8,xx", "unknown locale en_UK.UTF-8, xx", "en_")]
    [TestCase("chinese", "unknown locale chinese", "locale|did you mean")]
    [TestCase("C.UTF-8", "C.UTF-8 is not in Debian's package of locales", "--features=[+]locale")]
    public void AnotherNameIsAnErrorThatHelps(string value, string what, string next)
    {
        var error = Assert.Throws<ConfigurationException>(() => LocaleList.Parse(value, "cake.config:3"))!;
        Assert.That(error.What, Does.StartWith(what));
        Assert.That(error.Where, Is.EqualTo("cake.config:3"));
        Assert.That(error.Next, Does.Match(next));
    }

    [TestCase("zh_CN", "the locale zh_CN is zh_CN.GB2312; programs that write UTF-8 need zh_CN.UTF-8")]
    [TestCase("ｅｎ_US", "the locale en_US is en_US.ISO-8859-1; programs that write UTF-8 need en_US.UTF-8")]
    [TestCase("zh_CN.GB2312", null)]
    [TestCase("zh_CN.UTF-8", null)]
    [TestCase("de_DE@euro", null)]
    public void ALocaleWithoutACharacterSetIsSaidToHaveAnOldOne(string value, string? note)
    {
        Assert.That(LocaleList.Notes(value).SingleOrDefault(), Is.EqualTo(note));
        Assert.That(new FakeOptions().Argument("locales", value).Read().Image.Notes.SingleOrDefault(), Is.EqualTo(note));
    }

    [Test]
    public void TheUtf8LocaleOfCIsAcceptedWhereItsFeatureIsOn() =>
        Assert.That(new FakeOptions().Argument("locales", "C.UTF-8,zh_CN.UTF-8").Read().Image.Locales, Is.EqualTo(new[] { "zh_CN.utf8" }));

    [Test]
    [Category(Categories.Integration)]
    public void TheTableHasTheFoldersOfDebiansPackage()
    {
        const string folder = "/usr/lib/locale/";
        var names = new HashSet<string>(StringComparer.Ordinal);
        var path = RealPackages.Fetch("locales-all", "amd64");
        using var deb = DebFile.Open(File.OpenRead(path), Path.GetFileName(path));
        deb.ReadData((entry, _) =>
        {
            if (entry.Path.StartsWith(folder, StringComparison.Ordinal))
            {
                names.Add(entry.Path[folder.Length..].Split('/')[0]);
            }

            return true;
        });
        Assert.That(names, Has.Count.GreaterThan(400));
        Assert.That(LocaleList.Parse(string.Join(',', names), "here"), Is.EquivalentTo(names));
    }
}
