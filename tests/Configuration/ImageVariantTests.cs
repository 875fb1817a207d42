using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>The sections of cake.config that describe variants.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ImageVariantTests
{
    [Test]
    public void AVariantIsTheImageAndWhatItAdds()
    {
        var options = Read("[Image]", "Commands=ip", "Env=A:1", "[Variant.debug]", "Commands=+strace,gdbserver, +tcpdump", "Libraries=+libssl,libcrypto", "User=0", "Env=B:2", "[Variant.nonroot]", "User=65532");
        Assert.That(options.Image.Commands.Select(command => command.Text), Is.EqualTo(new[] { "ip" }));
        Assert.That(options.Image.Run.User, Is.Null);
        var (debug, nonroot) = (options.Variants[0], options.Variants[1]);
        Assert.That((debug.Name, nonroot.Name), Is.EqualTo(("debug", "nonroot")));
        Assert.That(debug.Image.Commands.Select(command => command.Text), Is.EqualTo(new[] { "ip", "strace", "gdbserver", "tcpdump" }));
        Assert.That(debug.Libraries.Select(library => library.Text), Is.EqualTo(new[] { "libssl", "libcrypto" }));
        Assert.That(debug.Libraries[0].Where, Is.EqualTo("cake.config:6"));
        Assert.That((debug.Run.User!.Value, debug.Run.User.IsOfRun, debug.Run.User.Where), Is.EqualTo(("0", true, "cake.config:7")), "it has precedence over Dockerfile.run");
        Assert.That(debug.Run.Environment!.Value, Is.EqualTo(new[] { ("B", "2") }), "its own alone: the image's are applied before");
        Assert.That(nonroot.Image.Commands.Select(command => command.Text), Is.EqualTo(new[] { "ip" }));
    }

    [Test]
    public void WhatARunChangesOfTheImageIsInItsVariantsToo()
    {
        var options = new FakeOptions().Config("[Image]\nCommands=ip\n[Variant.debug]\nCommands=+strace\n").Argument("commands", "+curl").Read();
        Assert.That(options.Variants[0].Image.Commands.Select(command => command.Text), Is.EqualTo(new[] { "ip", "curl", "strace" }));
        Assert.That(options.Tried.Keys, Is.EqualTo(new[] { OptionTable.Commands }));
    }

    [Test]
    public void ACompleteListMustContainTheImages()
    {
        Assert.That(Read("[Image]", "Commands=ip", "[Variant.debug]", "Commands=ip,strace").Variants[0].Image.Commands, Has.Count.EqualTo(2));
        var error = Error("[Image]", "Commands=ip,ethtool", "[Variant.debug]", "Commands=strace");
        Assert.That((error.What, error.Where, error.Next), Is.EqualTo(("a variant cannot take ip, ethtool away", "cake.config:4", "to add to the list, write Commands=+strace")));
        Assert.That(Error("[Variant.a]", "Features=none").What, Is.EqualTo("a variant cannot take certificates, locale, netbase away"));
    }

    [Test]
    public void TheEntryPointOfTheImageCanBeCleared() =>
        Assert.That(Read("[Image]", "Entrypoint=app", "[Variant.shell]", "Entrypoint=none", "Cmd=sh").Variants[0].Run.EntryPoint!.Value, Is.Empty);

    [TestCase("[Variant nonroot]", "User=1", "[Variant nonroot] is not a section name", "write [Variant.nonroot]")]
    [TestCase("[Variant:nonroot]", "User=1", "[Variant:nonroot] is not a section name", "write [Variant.nonroot]")]
    [TestCase("[Variants.nonroot]", "User=1", "[Variants.nonroot] is not a section name", "write [Variant.nonroot]")]
    [TestCase("[Variant]", "User=1", "unknown section [Variant]", "[Variant.NAME]")]
    [TestCase("[Variant.]", "User=1", "[Variant.] has a name that is no tag suffix", "such as [Variant.nonroot]")]
    [TestCase("[Variant.Non_Root]", "User=1", "[Variant.Non_Root] has a name that is no tag suffix", "such as [Variant.non-root]")]
    [TestCase("[Variant.-x]", "User=1", "[Variant.-x] has a name that is no tag suffix", "such as [Variant.x]")]
    [TestCase("[Variant.none]", "User=1", "[Variant.none] has a name that is no tag suffix", "such as [Variant.nonroot]")]
    [TestCase("[Variant.debian12]", "User=1", "[Variant.debian12] has a name that is no tag suffix", "such as [Variant.nonroot]")]
    [TestCase("[Variant.20261124-0123456789ab]", "User=1", "[Variant.20261124-0123456789ab] has a name that is no tag suffix", "such as [Variant.nonroot]")]
    [TestCase("[Variant.a]", "Usr=1", "unknown key Usr in [Variant.a]", "did you mean User?")]
    [TestCase("[Variant.a]", "Librarys=+libz", "unknown key Librarys in [Variant.a]", "did you mean Libraries?")]
    [TestCase("[Variant.a]", "Engine=buildx", "[Variant.a] cannot set Engine", "set it in [Image]")]
    [TestCase("[Variant.a]", "Suite=forky", "[Variant.a] cannot set Suite", "set it in [Debian]")]
    [TestCase("[Variant.a]", "Jobs=2", "[Variant.a] cannot set Jobs", "--jobs=")]
    [TestCase("[Variant.a]", "Commands=-ip", "a variant cannot take ip away", "take it out of Commands in [Image], and add it in each variant that needs it")]
    [TestCase("[Variant.a]", "Libraries=-libz", "a variant cannot take libz away", "or lib-requires.txt")]
    [TestCase("[Variant.a]", "Commands=strace,+curl", "Commands has names with and without a sign", "write Commands=+strace,curl")]
    [TestCase("[Variant.a]", "Features=+tzdat", "unknown feature tzdat", "did you mean tzdata?")]
    [TestCase("[Variant.a]", "User=none", "User=none has no meaning in a variant", "write User=0 for root")]
    [TestCase("[Variant.a]", "Libraries=+libz,libz", "libz is required twice", "name libz once")]
    [TestCase("[Variant.a]", "", "the variant a is the image itself", "set something")]
    [TestCase("[Variant.a]", "Commands=+ip", "the variant a is the image itself", "set something")]
    public void AFaultNamesTheLineAndTheNextStep(string section, string line, string what, string next)
    {
        var error = Error(section, line);
        Assert.That(error.What, Does.StartWith(what));
        Assert.That(error.Where, Does.StartWith("cake.config:"));
        Assert.That(error.Next, Does.Contain(next));
    }

    [Test]
    public void TwoVariantsAreNotAlike()
    {
        var error = Error("[Variant.a]", "Commands=+strace,curl", "[Variant.b]", "Commands=+curl,strace");
        Assert.That((error.What, error.Where, error.Why), Is.EqualTo(("the variants a and b are alike", "cake.config:3", "cake.config:1 describes the same image")));
        Assert.That(Read("[Variant.a]", "Commands=+strace", "[Variant.b]", "Commands=+strace", "User=1").Variants, Has.Count.EqualTo(2));
    }

    [Test]
    public void AKeyAppearsOnceInAVariantAlsoInCakesOtherForm() =>
        Assert.That(Assert.Throws<ConfigurationException>(() => new FakeOptions().Config("Variant.a_User=1\n[Variant.a]\nUser=2\n").Read())!.What, Is.EqualTo("[Variant.a] User appears twice"));

    [TestCase("stable-nonroot", "stable")]
    [TestCase("glibc-nonroot", "x")]
    [TestCase("1.38-glibc-nonroot", "x")]
    public void ATagOfTheImageIsNotThatOfAVariant(string tag, string other)
    {
        var error = new FakeOptions().Config($"[Image]\nTags={tag},{other}\n[Variant.nonroot]\nUser=1\n").Error();
        Assert.That((error.What, error.Where), Is.EqualTo(($"the tag {tag} is that of the variant nonroot", "cake.config:2")));
    }

    [TestCase("none", "")]
    [TestCase("b,A", "a b")]
    [TestCase(null, "a b")]
    public void AnArgumentSelectsVariantsAndTheLockHasAll(string? value, string selected)
    {
        var options = new FakeOptions().Config("[Variant.a]\nUser=1\n[Variant.b]\nUser=2\n");
        var read = (value is null ? options : options.Argument("variants", value)).Read();
        Assert.That(string.Join(' ', read.Variants.Select(variant => variant.Name)), Is.EqualTo(selected));
        Assert.That(read.AllVariants, Has.Count.EqualTo(2));
    }

    [Test]
    public void AnUnknownVariantIsRefusedWithTheNearest()
    {
        var error = new FakeOptions().Config("[Variant.nonroot]\nUser=1\n").Argument("variants", "nonrot").Error();
        Assert.That((error.What, error.Where, error.Next), Is.EqualTo(("there is no variant nonrot", "argument --variants", "did you mean nonroot? variants: nonroot; or none")));
        Assert.That(new FakeOptions().Argument("variants", "debug").Error().Next, Is.EqualTo("add a section [Variant.debug] to cake.config"));
    }

    private static BuildOptions Read(params string[] lines) => new FakeOptions().Config(string.Join('\n', lines)).Read();

    private static ConfigurationException Error(params string[] lines) => new FakeOptions().Config(string.Join('\n', lines)).Error();
}
