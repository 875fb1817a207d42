using System.Text;
using BusyboxGlibc.Busybox;

namespace BusyboxGlibc.Tests.Busybox;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AppletNamesTests
{
    private const string Names = "[\0[[\0ash\0cat\0ls\0sh\0wget\0";

    [Test]
    public void TheSortedRunFromTheBracketOnIsFound() =>
        Assert.That(Find("ELF....\0[\0not this\0\0" + Names + "\0/var/log"), Is.EqualTo(new[] { "[", "[[", "ash", "cat", "ls", "sh", "wget" }));

    [TestCase("")]
    [TestCase("\0")]
    [TestCase("\0[\0")]
    [TestCase("\0[\0[[\0ash\0cat\0ls\0sh")]
    [TestCase("\0[\0[[\0ash\0cat\0ls\0sh\0")]
    [TestCase("\0[\0[[\0ash\0cat\0sh\0ls\0\0")]
    [TestCase("\0[\0[[\0ash\0ash\0cat\0ls\0sh\0\0")]
    [TestCase("\0[\0[[\0ash\0cat\0ls\0../sh\0sh\0\0")]
    [TestCase("\0[\0[[\0ash\0cat\0ls\0\0")]
    [TestCase("x[\0[[\0ash\0cat\0ls\0sh\0\0")]
    public void AnythingElseIsNoList(string data) =>
        Assert.That(() => Find(data), Throws.TypeOf<BusyboxException>().With.Message.Contains("it"));

    [Test]
    public void TwoListsThatDifferAreRefusedAndTwoThatAgreeAreNot()
    {
        Assert.That(() => Find("\0" + Names + "\0\0" + Names + "xz\0\0"), Throws.TypeOf<BusyboxException>().With.Message.Contains("two different"));
        Assert.That(() => Find("\0" + Names + "\0\0" + Names + "\0"), Throws.Nothing);
    }

    [Test]
    public void AnyBytesGiveNamesOrTheRoomsOwnErrorInBoundedTime()
    {
        var random = new Random(3);
        var seed = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("\0[\0[[\0a\0b\0", 20_000)) + "\0" + Names + "\0");
        for (var round = 0; round < 40; round++)
        {
            for (var change = 0; change < 50; change++)
            {
                seed[random.Next(seed.Length)] = (byte)random.Next(256);
            }

            try
            {
                AppletNames.Find(seed, "it");
            }
            catch (BusyboxException)
            {
                // What it is for.
            }
        }
    }

    [TestCase("1:1.37.0-6+b9", "1.37.0")]
    [TestCase("1:1.35.0-4+deb12u1+b1", "1.35.0")]
    [TestCase("1.38.0", "1.38.0")]
    [TestCase("1.38.0-rc1-2", "1.38.0-rc1")]
    public void TheUpstreamVersionIsBetweenEpochAndRevision(string version, string upstream) =>
        Assert.That(DebianBusybox.UpstreamVersion(version), Is.EqualTo(upstream));

    private static IReadOnlyList<string> Find(string data) => AppletNames.Find(Encoding.Latin1.GetBytes(data), "it");
}
