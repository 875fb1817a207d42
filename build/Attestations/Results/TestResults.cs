using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Attestations.Results;

/// <summary>How a test ended.</summary>
internal enum TestOutcome
{
    /// <summary>It passed.</summary>
    Passed,

    /// <summary>It was not run, or passed with a note.</summary>
    Warned,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>The results of tests (in-toto predicate test-result v0.1, https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md).</summary>
/// <param name="Configuration">What the tests were run with: names and digests.</param>
/// <param name="Tests">The tests, in the order they are written.</param>
internal sealed record TestResults(IReadOnlyList<(string Name, string Digest)> Configuration, IReadOnlyList<(string Test, TestOutcome Outcome)> Tests)
{
    /// <summary>The predicate.</summary>
    public byte[] Predicate() => OciJson.Object(json =>
    {
        json.WriteString("result", Result);
        json.List("configuration", Configuration, one =>
        {
            json.WriteString("name", one.Name);
            json.WriteStartObject("digest");
            json.WriteString("sha256", OciDigest.Hex(one.Digest));
            json.WriteEndObject();
        });
        json.Texts("passedTests", In(TestOutcome.Passed));
        json.Texts("warnedTests", In(TestOutcome.Warned));
        json.Texts("failedTests", In(TestOutcome.Failed));
    });

    /// <summary>The result of all of them; no test at all proves nothing.</summary>
    public string Result => In(TestOutcome.Failed).Any() ? "FAILED" : In(TestOutcome.Warned).Any() || Tests.Count == 0 ? "WARNED" : "PASSED";

    private IEnumerable<string> In(TestOutcome outcome) => Tests.Where(test => test.Outcome == outcome).Select(test => test.Test);
}
