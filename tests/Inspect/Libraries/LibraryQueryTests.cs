using BusyboxGlibc.Configuration;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Tests.Configuration;
using CsCheck;

namespace BusyboxGlibc.Tests.Inspect.Libraries;

/// <summary>What may be asked, and what is refused.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LibraryQueryTests
{
    [TestCase("", "", "is not told what to find")]
    [TestCase("libfoo bar", "", "libfoo bar is more than one name")]
    [TestCase("lib(ssl|tls)", "", "has the character ( in its name")]
    [TestCase("^libssl$", "", "has the character ^ in its name")]
    [TestCase("libß.so", "", "has the character ß in its name")]
    [TestCase("库", "", "has the character 库 in its name")]
    [TestCase("libé", "", "is not a name")]
    [TestCase("'", "", "an empty name")]
    [TestCase("", "a b", "more than one name")]
    [TestCase("", "a;b", "has the character ; in its name")]
    [TestCase("libz", "ip", "one thing at a time, not --name and --command")]
    public void WhatCannotBeANameIsRefusedWithTheReason(string name, string command, string error) =>
        Assert.That(Assert.Throws<ConfigurationException>(() => FinderBench.Query(name, command))!.Message, Does.Contain(error));

    [TestCase("libz,libssl.so.3", "libz|libssl.so.3")]
    [TestCase("libz， libssl、-lm,", "libz|libssl|libm")]
    [TestCase("libz,libz", "libz")]
    [TestCase("error while loading shared libraries: libssl.so.3: cannot open shared object file: No such file, or so", "libssl.so.3")]
    [TestCase("/lib/libc.so.6: version `GLIBC_2.38' not found (required by ./x)", "GLIBC_2.38")]
    public void SeveralNamesAreSeveralQuestions(string written, string names) =>
        Assert.That(string.Join('|', LibraryQuery.Read(new InspectOptions(written, string.Empty, false)).Select(query => query.Text)), Is.EqualTo(names));

    [Test]
    public void AVeryLongNameIsRefusedAndNotRepeated()
    {
        var error = Assert.Throws<ConfigurationException>(() => FinderBench.Query(new string('a', 3000)))!;
        Assert.That(error.Message, Does.Contain("more than 512 characters"));
        Assert.That(error.Message, Has.Length.LessThan(500));
    }

    [TestCase("--name", 10_000)]
    [TestCase("--command", 5000)]
    public void AnOptionOfThousandsOfCharactersIsRefused(string option, int length) =>
        Assert.That(
            Assert.Throws<ConfigurationException>(() => new FakeOptions().Argument(option[2..], new string('a', length)).Read())!.Message, Does.Contain("cannot be read"));

    [TestCase("lib\u0007z")]
    [TestCase("lib\nz")]
    [TestCase("lib\u001b[31mz")]
    public void AnOptionWithControlCharactersIsRefused(string name) =>
        Assert.That(Assert.Throws<ConfigurationException>(() => new FakeOptions().Argument("name", name).Read())!.Message, Does.Contain("control character"));

    [Test]
    public void NoTextIsAnsweredWithAnythingButAQuestionOrARefusal() => Gen.OneOf(Gen.String, Gen.Const("ye,T-ERc"), Gen.Const(","), Gen.Const("a,,b")).Sample(text =>
    {
        try
        {
            Assert.That(LibraryQuery.Read(new InspectOptions(text, string.Empty, false)).Select(query => query.Readings(BusyboxGlibc.Platforms.KnownPlatforms.Default)), Has.All.Not.Null);
        }
        catch (ConfigurationException)
        {
            // Refused.
        }
    });
}
