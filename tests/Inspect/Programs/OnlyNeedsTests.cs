using BusyboxGlibc.Configuration;
using BusyboxGlibc.Inspect.Programs;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Inspect.Programs;

/// <summary>What an image of programs alone has besides their libraries; that it suffices is shown by running programs in it.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class OnlyNeedsTests
{
    [TestCase("libssl.so.3", "", "Certificates")]
    [TestCase("libcurl.so.4", "", "Certificates")]
    [TestCase("libc.so.6", "/etc/ssl/certs/ca-certificates.crt", "Certificates", TestName = "the path in a program that contains its TLS library, as of Go")]
    [TestCase("libc.so.6", "", "None")]
    public void CertificatesComeWithTls(string needed, string text, string features)
    {
        using var folder = new TemporaryFolder();
        Assert.That(OnlyNeeds.Of(Options(), Read(folder, needed, text)).Features.ToString(), Is.EqualTo(features));
    }

    [Test]
    public void WhatIsSetStays()
    {
        using var folder = new TemporaryFolder();
        var image = OnlyNeeds.Of(Options("[Image]\nFeatures=tzdata\nCommands=curl\nCharsets=chinese\n"), Read(folder, "libc.so.6"));
        Assert.That((image.Features, image.Commands.Single().Name, image.Charsets.Count > 0), Is.EqualTo((ImageFeatures.Tzdata, "curl", true)));
        Assert.That(Options().Commands, Is.Empty, "the default commands are for all images");
    }

    [TestCase("libtinfo.so.6", true)]
    [TestCase("libncursesw.so.6", true)]
    [TestCase("libc.so.6", false)]
    public void TerminalsComeWithNcurses(string needed, bool has)
    {
        using var folder = new TemporaryFolder();
        Assert.That(OnlyNeeds.Terminals(Read(folder, needed)), Is.EqualTo(has));
    }

    private static ImageOptions Options(string config = "") => new FakeOptions().Argument("only-binary", null).Argument("with-binary", "app").Config(config).Read().Image;

    private static IReadOnlyList<GivenProgram> Read(TemporaryFolder folder, string needed, string text = "")
    {
        File.WriteAllBytes(folder["app"], [.. TinyElf.Program(KnownPlatforms.Amd64, needed), .. System.Text.Encoding.ASCII.GetBytes(text)]);
        return new ProgramReader(folder.Path, [KnownPlatforms.Amd64], "--with-binary").Read(["app"], isOnAll: true);
    }
}
