using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The image's own time zone.</summary>
[Category(Categories.EndToEnd)]
internal sealed class TimeZoneTests
{
    // Bamako is a link to another file of tzdata.
    [TestCase("Asia/Shanghai", "", "CST-8")]
    [TestCase("Africa/Timbuktu", "", "GMT0")]
    [TestCase("Europe/Berlin", "+tzdata", "CET-1CEST,M3.5.0,M10.5.0/3")]
    public async Task LocalTimeIsTheZoneUnderItsName(string zone, string features, string rule)
    {
        await RealSuite.RequireAsync();
        using var project = new ProjectCopy();
        project.Run(["--busybox=debian", "--platforms=linux/amd64", $"--zone={zone}", .. features.Length == 0 ? Array.Empty<string>() : [$"--features={features}"], "--engine=embedded"]).Succeeded();
        var tree = SmokeImage.Read(OciLayoutReader.Open(project.Layout).ReadImages().Single()).Tree;
        Assert.That(tree.TryGet("etc/localtime", out var link));
        Assert.That(link!.LinkTarget, Is.EqualTo($"../usr/share/zoneinfo/{zone}"));
        Assert.That(tree.TryGet(tree.Resolve("etc/localtime")!, out var data));
        Assert.That(System.Text.Encoding.ASCII.GetString(data!.Content.Span).TrimEnd('\n'), Does.EndWith("\n" + rule));
        Assert.That(tree.TryGet("etc/timezone", out var name));
        Assert.That(System.Text.Encoding.ASCII.GetString(name!.Content.Span), Is.EqualTo(zone + "\n"));
        Assert.That(
            tree.Entries.Count(entry => entry.Type == RootfsEntryType.File && entry.Path.StartsWith("usr/share/zoneinfo/", StringComparison.Ordinal)),
            features.Length == 0 ? Is.EqualTo(1) : Is.GreaterThan(300));
    }

    // Asia/Istanbul is a link to a zone of another region, which comes along.
    [TestCase("", "Asia/Tokyo Asia/Istanbul Europe/Istanbul Europe/Berlin", "Europe/Paris America/New_York UTC")]
    [TestCase("--features=+tzdata", "Asia/Tokyo Europe/Berlin", "Europe/Paris")]
    public async Task ChosenZonesAreThereAndNoOthers(string features, string there, string absent)
    {
        await RealSuite.RequireAsync();
        using var project = new ProjectCopy();
        project.Run(["--busybox=debian", "--platforms=linux/amd64", "--zones=Asia,Europe/Berlin", "--engine=embedded", .. features.Length == 0 ? Array.Empty<string>() : [features]]).Succeeded();
        var tree = SmokeImage.Read(OciLayoutReader.Open(project.Layout).ReadImages().Single()).Tree;
        Assert.Multiple(() =>
        {
            Assert.That(there.Split(' ').Where(zone => tree.Resolve("usr/share/zoneinfo/" + zone) is null), Is.Empty);
            Assert.That(absent.Split(' ').Where(zone => tree.Resolve("usr/share/zoneinfo/" + zone) is not null), Is.Empty);
        });
    }
}
