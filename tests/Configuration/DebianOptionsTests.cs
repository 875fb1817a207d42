namespace BusyboxGlibc.Tests.Configuration;

/// <summary>Options of the Debian archive, beside what the host's own apt says.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DebianOptionsTests
{
    // The host's apt takes Release files past their date: that counts as long as nothing is said here.
    [TestCase(null, null, null, false)]
    [TestCase("true", null, null, true)]
    [TestCase("false", null, null, false)]
    [TestCase(null, "true", null, true)]
    [TestCase(null, null, "true", true)]
    [TestCase("true", "false", "false", true)]
    [TestCase("false", "true", "true", false)]
    [TestCase(null, "false", "true", false)]
    [TestCase(null, "", "true", true)]
    public void WhatIsSaidOfValidUntilWinsOverTheHostsApt(string? argument, string? environment, string? config, bool checks)
    {
        var options = new FakeOptions();
        options = argument is null ? options : options.Argument("checkvaliduntil", argument);
        options = environment is null ? options : options.Environment("CAKE_DEBIAN_CHECKVALIDUNTIL", environment);
        options = config is null ? options : options.Config($"[Debian]\nCheckValidUntil={config}\n");
        Assert.That(options.Read().Debian.ChecksValidUntil(hostTakesExpired: true), Is.EqualTo(checks));
        Assert.That(new FakeOptions().Read().Debian.ChecksValidUntil(hostTakesExpired: false), Is.True, "without such a host it is checked");
    }
}
