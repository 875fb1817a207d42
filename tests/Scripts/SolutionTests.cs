using System.Text.Json;
using System.Xml.Linq;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The files that say what the program and its tests are made from agree with each other.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SolutionTests
{
    private static readonly string[] _projects = ["build/Build.csproj", "tests/Tests.csproj"];

    [Test]
    public void TheSolutionHasEveryProject()
    {
        var projects = XDocument.Load(ProjectFiles.Path("busybox-glibc.slnx")).Descendants("Project").Select(project => project.Attribute("Path")!.Value);
        Assert.That(projects, Is.EqualTo(_projects));
        var found = new[] { "build", "tests", "bench" }.SelectMany(folder => Directory.EnumerateFiles(ProjectFiles.Path(folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(ProjectFiles.Path("."), path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/") && !path.Contains("/bin/"));
        Assert.That(found, Is.EquivalentTo(_projects));
    }

    [Test]
    public void TheLockFileHasEveryPackageOfBothProjectsInItsVersionWithItsContent()
    {
        var versions = XDocument.Load(ProjectFiles.Path("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        using var document = JsonDocument.Parse(File.ReadAllText(ProjectFiles.Path("tests/packages.lock.json")));
        var frameworks = document.RootElement.GetProperty("dependencies").EnumerateObject().ToList();
        Assert.That(frameworks.Select(framework => framework.Name), Is.EqualTo(new[] { "net10.0" }), "a runtime here would tie the lock to one kind of machine");
        var locked = frameworks[0].Value;
        var referenced = _projects.SelectMany(project => XDocument.Load(ProjectFiles.Path(project)).Descendants("PackageReference"))
            .Where(package => !package.Parent!.Attributes("Condition").Any(condition => condition.Value.Contains("packages")))
            .Where(package => package.Attribute("PrivateAssets") is null)
            .Select(package => package.Attribute("Include")!.Value)
            .ToList();
        Assert.That(referenced, Has.Count.GreaterThan(8));
        foreach (var name in referenced)
        {
            Assert.That(locked.TryGetProperty(name, out var package), Is.True, name);
            Assert.That(package.GetProperty("resolved").GetString(), Is.EqualTo(versions[name]), name);
            Assert.That(Convert.FromBase64String(package.GetProperty("contentHash").GetString()!), Has.Length.EqualTo(64), name);
        }
    }
}
