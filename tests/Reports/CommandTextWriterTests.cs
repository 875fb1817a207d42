using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

/// <summary>Commands in messages as they must be typed.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CommandTextWriterTests
{
    [Test]
    public void TheCommandOfTheRunTakesThePlaceOfTheScript()
    {
        using var text = new StringWriter { NewLine = "\n" };
        using var writer = new CommandTextWriter(text);
        writer.WriteLine("run ./build.sh --target=Lock");
        writer.Command = "busybox-glibc --project='a b'";
        writer.WriteLine("run ./build.sh --target=Lock, or {0}", "./build.sh");
        writer.Write("./build.sh");
        writer.Write('x');
        writer.Write(['.', '/'], 0, 2);
        Assert.That(text.ToString(), Is.EqualTo("run ./build.sh --target=Lock\nrun busybox-glibc --project='a b' --target=Lock, or busybox-glibc --project='a b'\nbusybox-glibc --project='a b'x./"));
    }

    [TestCase(new string[0], "./build.sh")]
    [TestCase(new[] { "images/app" }, "./build.sh --project=images/app")]
    [TestCase(new[] { "it's" }, "./build.sh --project='it'\\''s'")]
    [TestCase(new[] { "a", "b" }, "./build.sh")]
    public void TheProjectIsNamedAgain(string[] projects, string command) => Assert.That(CommandConsole.CommandOf(projects), Is.EqualTo(command));
}
