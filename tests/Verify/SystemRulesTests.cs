using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Verify;

/// <summary>The rules for accounts and identity on a small tree, without a real image; each test spoils it in one way.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SystemRulesTests
{
    private static readonly RootfsEntry[] _sound =
    [
        Trees.File("bin/sh", "x", 0x1ED),
        Trees.File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:10001:10001::/app:/bin/sh\n"),
        Trees.File("etc/group", "root:x:0:\napp:x:10001:\n"),
        Trees.File("etc/shadow", "root:*:0:0:99999:7:::\napp:!:0:0:99999:7:::\n", 0x1A0),
        Trees.File("etc/nsswitch.conf", "hosts: files dns\n"),
        Trees.File("etc/os-release", "ID=debian\nVERSION_ID=13\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n"),
        Trees.File("etc/localtime", "TZif2"),
    ];

    [Test]
    public void ASoundSystemHasNoFinding() => Assert.That(Findings(_sound), Is.Empty);

    [TestCase("etc/passwd", "app:x:10001:10001::/app:/bin/sh", "app::10001:10001::/app:/bin/sh", "allows app to log in without a password")]
    [TestCase("etc/passwd", "app:x:", "app:$6$salt$hash:", "contains a password of app")]
    [TestCase("etc/passwd", "app:x:10001:", "app:x:0:", "gives app the user ID of root")]
    [TestCase("etc/passwd", "/root:/bin/sh", "/root:/bin/zsh", "gives root the shell /bin/zsh, which does not exist")]
    [TestCase("etc/passwd", "app:x:10001:10001::/app:/bin/sh", "app", "has a malformed line: app")]
    [TestCase("etc/group", "root:x:0:", "root:x:1:", "has no group root with ID 0")]
    [TestCase("etc/shadow", "app:!", "app:", "does not lock app")]
    [TestCase("etc/nsswitch.conf", "hosts", "guests", "does not define where host names are looked up")]
    [TestCase("etc/os-release", "VERSION_ID", "X", "has no VERSION_ID")]
    [TestCase("etc/localtime", "TZif", "TZxx", "is not a time zone")]
    public void WhatIsWrongIsFoundAlone(string path, string sound, string wrong, string what)
    {
        var files = _sound.Select(file => file.Path == path ? file with { Content = Replace(file.Content, sound, wrong) } : file);
        Assert.That(Findings(files), Is.EqualTo(new[] { $"/{path}: {what}" }));
    }

    [TestCase("bin/sh", "is missing")]
    [TestCase("etc/localtime", "is missing")]
    public void WhatIsMissingIsFound(string path, string what) =>
        Assert.That(Findings(_sound.Where(file => file.Path != path)), Does.Contain($"/{path}: {what}"));

    [TestCase("bin/sh", 0x1A4, "is not executable by everyone")]
    [TestCase("etc/shadow", 0x1A4, "has mode 0644 and owner 0, not 0640 and root")]
    public void ModesAreChecked(string path, int mode, string what) =>
        Assert.That(Findings(_sound.Select(file => file.Path == path ? file with { Mode = mode } : file)), Is.EqualTo(new[] { $"/{path}: {what}" }));

    private static IEnumerable<string> Findings(IEnumerable<RootfsEntry> files)
    {
        var context = new VerificationContext(KnownPlatforms.Amd64, Trees.Of([.. files]), FileOrigins.Unknown);
        SystemRules.Check(context);
        return context.Findings.Select(finding => $"{finding.File}: {finding.What}");
    }

    private static byte[] Replace(ReadOnlyMemory<byte> content, string old, string @new)
    {
        var text = System.Text.Encoding.UTF8.GetString(content.Span);
        Assert.That(text, Does.Contain(old));
        return System.Text.Encoding.UTF8.GetBytes(text.Replace(old, @new, StringComparison.Ordinal));
    }
}
