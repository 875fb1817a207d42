using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LogGroupsTests
{
    [TestCase("GITHUB_ACTIONS", "true", "::group::Restore|::endgroup::")]
    [TestCase("GITLAB_CI", "true", "\e[0Ksection_start:0:restore\r\e[0KRestore|\e[0Ksection_end:0:restore\r\e[0K")]
    [TestCase("TF_BUILD", "True", "##[group]Restore|##[endgroup]")]
    [TestCase("CI", "true", "")]
    [TestCase("GITHUB_ACTIONS", "false", "")]
    public void EachCiSystemHasItsOwnBorders(string variable, string value, string lines)
    {
        var written = new List<string>();
        var groups = new LogGroups(name => name == variable ? value : null, new Epoch(), written.Add);
        groups.Begin("Restore");
        groups.End("Restore");
        Assert.That(string.Join('|', written), Is.EqualTo(lines));
    }

    private sealed class Epoch : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
