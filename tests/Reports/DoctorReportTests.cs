using System.Text.Json;
using BusyboxGlibc.Doctor;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Supply.Cache;

namespace BusyboxGlibc.Tests.Reports;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DoctorReportTests
{
    private const string Fix = "curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0; export PATH=~/.dotnet:$PATH";

    private static readonly DoctorAnswer _answer = new(
    [
        ("program", [new DoctorFinding("dotnet.sdk", Health.Warning, ".NET 10.0.1, and no SDK 10.0") { Why = "a changed build program cannot be compiled\nsecond", Fix = Fix }]),
        ("engine", [new DoctorFinding("engine", Health.Good, $"embedded, because {string.Concat(Enumerable.Repeat("a long reason ", 12))}"), new DoctorFinding("engine.buildx", Health.Unused, "none \u001b[31m\u202eevil")]),
        ("machine", [new DoctorFinding("disk.cache", Health.Problem, "cache: 0 MB free") { Why = "a build needs 150 MB there", Fix = "./build.sh --target=Prune" }]),
    ]);

    [Test]
    public void TheTableFitsEightyColumnsAndCommandsStayWhole()
    {
        var lines = DoctorReport.Lines(_answer);
        Assert.Multiple(() =>
        {
            Assert.That(lines.Where(line => line.Length > 80), Is.EqualTo(new[] { $"           fix: {Fix}" }));
            Assert.That(lines[0], Is.EqualTo("program"));
            Assert.That(lines[1], Is.EqualTo("  warning  .NET 10.0.1, and no SDK 10.0"));
            Assert.That(lines[^1], Is.EqualTo("1 problem, 1 warning"));
            Assert.That(string.Concat(lines), Does.Not.Contain("\u001b").And.Not.Contain("\u202e"));
        });
    }

    [Test]
    public void OnlyProblemsMakeItNo()
    {
        Assert.That(DoctorReport.No(_answer), Is.EqualTo("a build as configured fails: cache: 0 MB free"));
        Assert.That(DoctorReport.No(new DoctorAnswer([_answer.Groups[0]])), Is.Null);
        Assert.That(DoctorReport.Lines(new DoctorAnswer([_answer.Groups[0]]))[^1], Is.EqualTo("1 warning; a build as configured works"));
        Assert.That(DoctorReport.Lines(new DoctorAnswer([]))[^1], Is.EqualTo("nothing is wrong"));
    }

    [Test]
    public void JsonNamesEveryFindingByItsId()
    {
        using var json = JsonDocument.Parse(DoctorReport.Json(_answer));
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("result").GetString(), Is.EqualTo("problem"));
            Assert.That((json.RootElement.GetProperty("problems").GetInt32(), json.RootElement.GetProperty("warnings").GetInt32()), Is.EqualTo((1, 1)));
            Assert.That(json.RootElement.GetProperty("checks").EnumerateArray().Select(check => $"{check.GetProperty("group")}/{check.GetProperty("id")}/{check.GetProperty("health")}"), Is.EqualTo(new[]
            {
                "program/dotnet.sdk/warning", "engine/engine/good", "engine/engine.buildx/unused", "machine/disk.cache/problem",
            }));
        });
    }

    [Test]
    public void TheCacheIsATableByKind()
    {
        var now = new DateTime(2026, 11, 28, 0, 0, 0, DateTimeKind.Utc);
        CacheItem item = new(CacheKind.Packages, "sha256/aa/x", false, 2_000_000, now.AddDays(-40));
        var plan = CachePlan.Of(new CacheContent("/cache", [item, item with { Path = "sha256/bb/y", Used = now }], ["derived"]), _ => false, TimeSpan.FromDays(30), now);
        var lines = CacheReport.Lines(plan, null, now);
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.All.Length.LessThanOrEqualTo(80));
            Assert.That(lines[2].Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim()), Is.EqualTo(new[] { "packages, sources", "4.0 MB", "40 d", "2.0 MB", "1 of 2" }));
            Assert.That(lines[^2], Is.EqualTo("derived is a link: what it leads to is left alone"));
            Assert.That(lines[^1], Is.EqualTo("2.0 MB of 4.0 MB can go: no lock that was used needs it"));
            Assert.That(CacheReport.Lines(plan, new PrunedCache([item], [], [(item, "Read-only file system")]), now)[^1], Is.EqualTo("2.0 MB freed, 2.0 MB stay"));
        });
    }
}
