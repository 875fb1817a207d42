using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable(ParallelScope.All)]
internal sealed class ZoneNameTests
{
    [TestCase("UTC", null)]
    [TestCase("Etc/UTC", null)]
    [TestCase("none", null)]
    [TestCase("", null)]
    [TestCase("Asia/Shanghai", "Asia/Shanghai")]
    [TestCase(" asia/shanghai ", "Asia/Shanghai")]
    [TestCase("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires")]
    [TestCase("Etc/GMT-8", "Etc/GMT-8")]
    [TestCase("GMT", "GMT")]
    [TestCase("/usr/share/zoneinfo/Asia/Shanghai", "Asia/Shanghai")]
    public void AZoneOfTheDatabaseIsTaken(string value, string? zone) => Assert.That(ZoneName.Parse(value, "here"), Is.EqualTo(zone));

    [TestCase("Asia/Shanghi", "unknown time zone Asia/Shanghi", "Asia/Shanghai")]
    [TestCase("Asia/Peking", "unknown time zone Asia/Peking", "zoneinfo|did you mean")]
    [TestCase("shanghai", "unknown time zone shanghai", "Asia/Shanghai")]
    [TestCase("CST-8", "unknown time zone CST-8", "zoneinfo|did you mean")]
    [TestCase("../../etc/passwd", "unknown time zone", "zoneinfo|did you mean")]
    [TestCase("right/Asia/Shanghai", "unknown time zone", "Asia/Shanghai")]
    [TestCase("PRC", "PRC is an old name of the time zone Asia/Shanghai", "write Asia/Shanghai")]
    [TestCase("us/eastern", "us/eastern is an old name of the time zone America/New_York", "tzdata-legacy")]
    public void AnotherNameIsAnErrorThatHelps(string value, string what, string next)
    {
        var error = Assert.Throws<ConfigurationException>(() => ZoneName.Parse(value, "cake.config:3"))!;
        Assert.That(error.What, Does.StartWith(what));
        Assert.That(error.Where, Is.EqualTo("cake.config:3"));
        Assert.That(error.Next, Does.Match(next));
    }

    [TestCase("none", "")]
    [TestCase("Asia", "Asia/")]
    [TestCase("asia/ , europe/berlin", "Asia/ Europe/Berlin")]
    [TestCase("Asia/**;Asia", "Asia/")]
    [TestCase("America/Argentina,UTC", "America/Argentina/ UTC")]
    [TestCase("/usr/share/zoneinfo/Asia,\uFF0CEtc", "Asia/ Etc/")]
    public void ListsHaveZonesAndRegions(string value, string zones) => Assert.That(string.Join(' ', ZoneName.ParseList(value, "here")), Is.EqualTo(zones));

    [TestCase("Asien,Europe/Berln,Asia", "unknown time zone Asien, Europe/Berln", "Europe/Berlin")]
    [TestCase("US,Asia", "unknown time zone US", "")]
    [TestCase("PRC,US/Eastern", "PRC is an old name of the time zone Asia/Shanghai; US/Eastern is an old name of the time zone America/New_York", "write Asia/Shanghai, America/New_York")]
    [TestCase("..,*,/", "unknown time zone ..", "")]
    public void AllThatIsWrongInAListIsNamedTogether(string value, string what, string next)
    {
        var error = Assert.Throws<ConfigurationException>(() => ZoneName.ParseList(value, "cake.config:3"))!;
        Assert.That(error.What, Does.StartWith(what));
        Assert.That(error.Next, Does.Contain(next));
    }

    [Test]
    [Category(Categories.Integration)]
    public void TheTableHasTheNamesOfDebiansPackages()
    {
        var names = Names("tzdata").ToList();
        Assert.That(names, Has.Count.GreaterThan(400));
        Assert.That(names.Where(name => name != "UTC" && name != "Etc/UTC").Select(name => ZoneName.Parse(name, name)), Is.EqualTo(names.Where(name => name != "UTC" && name != "Etc/UTC")));
        Assert.That(Names("tzdata-legacy").Select(name => Assert.Throws<ConfigurationException>(() => ZoneName.Parse(name, "here"))!.What), Is.Not.Empty.And.All.Contains("is an old name"));
    }

    private static List<string> Names(string package)
    {
        const string folder = "/usr/share/zoneinfo/";
        var names = new List<string>();
        var path = RealPackages.Fetch(package, "amd64");
        using var deb = DebFile.Open(File.OpenRead(path), Path.GetFileName(path));
        deb.ReadData((entry, _) =>
        {
            if (entry.Type != DebEntryType.Directory && entry.Path.StartsWith(folder, StringComparison.Ordinal) && !entry.Path.StartsWith(folder + "right/", StringComparison.Ordinal)
                && char.IsAsciiLetterUpper(entry.Path[folder.Length]) && !Path.HasExtension(entry.Path) && !entry.Path.EndsWith("/Factory", StringComparison.Ordinal))
            {
                names.Add(entry.Path[folder.Length..]);
            }

            return true;
        });
        return names;
    }
}
