using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Inspect.Binaries;

/// <summary>Lines are added to lib-requires.txt without changing anything else of it.</summary>
[Category(Categories.Unit)]
internal sealed class RequirementWriterTests
{
    [TestCase("libz\n", "libz\nlibfoo.so.1\n")]
    [TestCase("# mine\nlibz # why", "# mine\nlibz # why\nlibfoo.so.1\n")]
    [TestCase("libz\r\n", "libz\r\nlibfoo.so.1\r\n")]
    [TestCase("\ufefflibz\n", "\ufefflibz\nlibfoo.so.1\n")]
    [TestCase("", "libfoo.so.1\n")]
    [TestCase("libfoo.so.1 # why\nlibz\n", "libfoo.so.1 # why\nlibz\n")]
    public void TheFormOfTheFileStays(string before, string after)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("lib-requires.txt");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(before));
        RequirementWriter.Add(path, ["libfoo.so.1"], KnownPlatforms.Default);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Encoding.UTF8.GetBytes(after)));
    }

    [Test]
    public void AFileThatWouldBecomeInvalidIsNotChanged()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("lib-requires.txt");
        File.WriteAllText(path, "libfoo.so.1 [linux/386]\n");
        Assert.That(() => RequirementWriter.Add(path, ["libfoo.so.1"], KnownPlatforms.Default), Throws.TypeOf<ConfigurationException>());
        Assert.That(File.ReadAllText(path), Is.EqualTo("libfoo.so.1 [linux/386]\n"));
        Assert.That(folder.Names, Is.EqualTo(new[] { "lib-requires.txt" }));
    }
}
