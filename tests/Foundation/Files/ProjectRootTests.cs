using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Foundation.Files;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProjectRootTests
{
    [Test]
    public void TheFolderAboveTheProgramIsFound() =>
        Assert.That(Path.Combine(ProjectRoot.Find(null, AppContext.BaseDirectory), "build", "Build.csproj"), Does.Exist);

    [Test]
    public void WhatTheScriptsSaySettlesIt()
    {
        var root = ProjectRoot.Find(null, AppContext.BaseDirectory);
        Assert.That(ProjectRoot.Find(root + "/", "/"), Does.StartWith(root));
    }

    [TestCase("/usr", "/")]
    [TestCase(null, "/usr/bin")]
    public void AnyOtherFolderIsAnError(string? given, string start) =>
        Assert.That(() => ProjectRoot.Find(given, start), Throws.TypeOf<BuildException>());
}
