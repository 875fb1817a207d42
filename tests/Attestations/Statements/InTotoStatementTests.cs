using System.Text;
using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Statements;

namespace BusyboxGlibc.Tests.Attestations.Statements;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class InTotoStatementTests
{
    private static readonly string _digest = "sha256:" + new string('a', 64);

    [Test]
    public void BytesAreFixed()
    {
        var statement = new InTotoStatement([new StatementSubject("pkg:docker/busybox@glibc", _digest)], PredicateTypes.Spdx, "{\"b\":1,\"a\":\"é\"}"u8.ToArray());
        Assert.That(Encoding.UTF8.GetString(statement.Write()), Is.EqualTo(
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"pkg:docker/busybox@glibc\",\"digest\":{\"sha256\":\"" + new string('a', 64) +
            "\"}}],\"predicateType\":\"https://spdx.dev/Document\",\"predicate\":{\"b\":1,\"a\":\"é\"}}"));
        var read = InTotoStatement.Read(statement.Write(), "x");
        Assert.That(read.Write(), Is.EqualTo(statement.Write()));
        Assert.That(read.IsAbout(_digest) && !read.IsAbout("sha256:" + new string('b', 64)));
    }

    // Forms that tools of others wrote: v0.1 of in-toto, a predicate as text, no subject, digests of other algorithms, halves of documents.
    [TestCase("""{"_type":"https://in-toto.io/Statement/v0.1","subject":[],"predicateType":"x","predicate":{}}""", "_type")]
    [TestCase("""{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"x","predicate":{}}""", "about nothing")]
    [TestCase("""{"_type":"https://in-toto.io/Statement/v1","subject":{},"predicateType":"x","predicate":{}}""", "subject is missing or is not an array")]
    [TestCase("""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha1":"00"}}],"predicateType":"x","predicate":{}}""", "sha256 is missing")]
    [TestCase("""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"../x"}}],"predicateType":"x","predicate":{}}""", "no sha256 digest")]
    [TestCase("""{"_type":"https://in-toto.io/Statement/v1","subject":[7],"predicateType":"x","predicate":{}}""", "digest is missing")]
    [TestCase("""{"_type":"https://in-toto.io/Statement/v1","_type":"y"}""", "Duplicate")]
    [TestCase("[]", "_type")]
    [TestCase("{", "depth")]
    public void RefusesOtherForms(string text, string why) =>
        Assert.That(Assert.Throws<AttestationException>(() => InTotoStatement.Read(Encoding.UTF8.GetBytes(text), "x.intoto.json"))!.Message, Does.Contain(why).And.Contain("x.intoto.json is not an in-toto statement"));

    [Test]
    public void RefusesWhatIsNotUtf8() =>
        Assert.That(() => InTotoStatement.Read(new byte[] { 0x7b, 0xff, 0x7d }, "x"), Throws.TypeOf<AttestationException>().With.Message.Contain("UTF-8"));
}
