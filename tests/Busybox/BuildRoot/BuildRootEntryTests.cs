using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.BuildRoot;

namespace BusyboxGlibc.Tests.Busybox.BuildRoot;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildRootEntryTests
{
    [Test]
    public async Task WhereNoWayWorksTheErrorSaysWhyAndNamesTheTwoWaysOut()
    {
        using var folder = new TemporaryFolder();
        var entry = new BuildRootEntry(folder.Path, [BuildRootWay.UserNamespaces, BuildRootWay.Chroot], ["/nonexistent/prefix"]);
        await Assert.ThatAsync(
            () => entry.RunAsync(new BuildRootCommand(folder.Path, ["true"], new Dictionary<string, string>()), _ => { }, default),
            Throws.TypeOf<BusyboxException>().With.Message.Contains("--engine=buildx").And.Message.Contains("--busybox=debian")
                .And.Message.Contains("unprivileged user namespaces: ").And.Message.Contains("chroot: "));
    }

    [Test]
    public async Task WhereThereIsNoLinuxThatIsSaid()
    {
        var entry = new BuildRootEntry("/nowhere", [], []);
        await Assert.ThatAsync(() => entry.FindWayAsync(default), Throws.TypeOf<BusyboxException>().With.Message.Contains("a Linux machine is required").And.Message.Contains("--busybox=debian"));
    }

    [Test]
    public void TheScriptIsAShellScriptWithoutFaults()
    {
        Assert.That(EnterScript.Text, Does.Contain("set -eu").And.Not.Contain("\r"));
    }
}
