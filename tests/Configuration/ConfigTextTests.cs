using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>Keys set in the text of a cake.config.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ConfigTextTests
{
    [TestCase("[Image]\n;Program=none\n", "[Image]\nProgram=x\n", Description = "in the place of its comment")]
    [TestCase("[Image]\r\n; Program = none\r\n\r\n[Debian]\r\n", "[Image]\r\nProgram=x\r\n\r\n[Debian]\r\n", Description = "with the file's line ends")]
    [TestCase("[Image]\nprogram = y\n;Program=none\n", "[Image]\nProgram=x\n;Program=none\n", Description = "the line that sets it")]
    [TestCase("[Image]\nUser=a\n", "[Image]\nProgram=x\nUser=a\n", Description = "in its section")]
    [TestCase("[Variant.a]\n;Program=none\n", "[Variant.a]\n;Program=none\n[Image]\nProgram=x\n", Description = "in a section of its own")]
    [TestCase("", "[Image]\nProgram=x\n")]
    public void AKeyIsSetWhereItBelongs(string before, string after)
    {
        var text = ConfigText.Set(before, OptionTable.Program, "x");
        Assert.That(text, Is.EqualTo(after));
        Assert.That(CakeConfigFile.Parse(text, "cake.config").Find("Image", "Program")?.Value, Is.EqualTo("x"));
    }

    [TestCase("a=b")]
    [TestCase("a\nUser=root")]
    public void WhatTheFileCannotHaveIsAnError(string value) =>
        Assert.That(() => ConfigText.Set(string.Empty, OptionTable.Program, value), Throws.TypeOf<BuildException>());
}
