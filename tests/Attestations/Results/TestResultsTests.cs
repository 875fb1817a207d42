using System.Text;
using BusyboxGlibc.Attestations.Results;

namespace BusyboxGlibc.Tests.Attestations.Results;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class TestResultsTests
{
    private static readonly string _digest = "sha256:" + new string('a', 64);

    [TestCase("PASSED", TestOutcome.Passed)]
    [TestCase("WARNED", TestOutcome.Passed, TestOutcome.Warned)]
    [TestCase("FAILED", TestOutcome.Warned, TestOutcome.Failed, TestOutcome.Passed)]
    [TestCase("WARNED")]
    public void TheWorstTestIsTheResult(string result, params TestOutcome[] outcomes) =>
        Assert.That(new TestResults([], [.. outcomes.Select(outcome => ("x", outcome))]).Result, Is.EqualTo(result));

    [Test]
    public void EachTestIsInOneList() => Assert.That(
        Encoding.UTF8.GetString(new TestResults([("index", _digest)], [("a", TestOutcome.Passed), ("b", TestOutcome.Warned), ("c", TestOutcome.Passed)]).Predicate()),
        Is.EqualTo("""{"result":"WARNED","configuration":[{"name":"index","digest":{"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}],"passedTests":["a","c"],"warnedTests":["b"],"failedTests":[]}"""));

    [Test]
    public void ASummaryClaimsNoMoreThanLevelOne()
    {
        var text = Encoding.UTF8.GetString(new VerificationSummary("pkg:oci/busybox", ["tree"], [("spdx.index.intoto.json", _digest)]).Predicate());
        Assert.That(text, Does.Contain("\"verifiedLevels\":[\"SLSA_BUILD_LEVEL_1\",\"BUSYBOX_GLIBC_VERIFIED\"]").And.Contain("\"uri\":\"urn:busybox-glibc:verify:1#tree\"").And.Not.Contain("timeVerified"));
    }
}
