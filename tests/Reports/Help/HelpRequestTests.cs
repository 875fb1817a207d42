using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Reports.Help;

namespace BusyboxGlibc.Tests.Reports.Help;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class HelpRequestTests
{
    [TestCase("", false, "", "")]
    [TestCase("--target=Tag --offline", false, "Tag", "--target=Tag --offline")]
    [TestCase("--help", true, "", "")]
    [TestCase("-h", true, "", "")]
    [TestCase("--help=Tag", true, "Tag", "")]
    [TestCase("--help Tag", true, "Tag", "")]
    [TestCase("-h:Tag --offline", true, "Tag", "--offline")]
    [TestCase("--help Tag --help=Lock", true, "Tag Lock", "")]
    [TestCase("--help --offline", true, "", "--offline")]
    [TestCase("--offline --help=true", true, "", "--offline")]
    [TestCase("--help true", true, "", "")]
    [TestCase("--help=false --tree", false, "", "--tree")]
    [TestCase("--help false --tree", false, "", "--tree")]
    [TestCase("--target Tag --help", true, "Tag", "--target Tag")]
    [TestCase("-t=Tag --help Lock", true, "Lock", "-t=Tag")]
    [TestCase("--cache DIR --help", true, "", "--cache DIR")]
    [TestCase("-- --help", false, "", "-- --help")]
    public void Help(string line, bool asked, string topics, string rest)
    {
        var request = HelpRequest.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(request.Help, Is.EqualTo(asked));
        Assert.That(request.Version, Is.False);
        Assert.That(string.Join(' ', request.Topics), Is.EqualTo(topics));
        Assert.That(string.Join(' ', request.Rest), Is.EqualTo(rest));
    }

    [TestCase("--version", true, "")]
    [TestCase("--ver --offline", true, "--offline")]
    [TestCase("--version=false", false, "")]
    [TestCase("--version true", true, "")]
    [TestCase("--version Publish", true, "Publish")]
    public void Version(string line, bool asked, string rest)
    {
        var request = HelpRequest.Parse(line.Split(' '));
        Assert.That((request.Help, request.Version, string.Join(' ', request.Rest)), Is.EqualTo((false, asked, rest)));
    }

    [TestCase("--help=", "--help does not name a target")]
    [TestCase("-h:", "-h does not name a target")]
    [TestCase("--version=7", "--version takes no value")]
    public void AValueThatIsNone(string line, string message) =>
        Assert.That(() => HelpRequest.Parse([line]), Throws.TypeOf<BuildException>().With.Message.Contain(message));
}
