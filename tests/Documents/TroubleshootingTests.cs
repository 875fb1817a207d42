using System.Text;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>The messages that readers search for on the page about troubleshooting are those of the programs that print them, letter by letter.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class TroubleshootingTests
{
    private const string Libraries = "/usr/lib/x86_64-linux-gnu/";

    // Of each message, what is the same in all of them; the package and the file that has it.
    private static readonly (string Message, string[] Parts, string Package, string File)[] _messages =
    [
        ("error while loading shared libraries: libX.so.1: cannot open shared object file", ["error while loading shared libraries", "cannot open shared object file"], "libc6", Libraries + "ld-linux-x86-64.so.2"),
        ("version `GLIBC_2.38' not found", ["version `%s' not found"], "libc6", Libraries + "ld-linux-x86-64.so.2"),
        ("symbol lookup error: … undefined symbol", ["symbol lookup error", "undefined symbol: "], "libc6", Libraries + "ld-linux-x86-64.so.2"),
        ("Illegal instruction", ["Illegal instruction"], "libc6", Libraries + "libc.so.6"),
        ("Operation not permitted", ["Operation not permitted"], "libc6", Libraries + "libc.so.6"),
        ("iconv: conversion from `GBK' is not supported", ["conversion from `%s' is not supported"], "libc-bin", "/usr/bin/iconv"),
        ("setlocale: LC_ALL: cannot change locale", ["setlocale: %s: cannot change locale"], "bash", "/usr/bin/bash"),
        ("locale::facet::_S_create_c_locale name not valid", ["locale::facet::_S_create_c_locale name not valid"], "libstdc++6", Libraries + "libstdc++.so.6.0.33"),
        ("certificate verify failed", ["certificate verify failed"], "libssl3t64", Libraries + "libcrypto.so.3"),
        ("unable to get local issuer certificate", ["unable to get local issuer certificate"], "libssl3t64", Libraries + "libcrypto.so.3"),
        ("wget: note: TLS certificate validation not implemented", ["note: TLS certificate validation not implemented"], "busybox", "/usr/bin/busybox"),
        ("Error opening terminal: xterm-256color", ["Error opening terminal: %s."], "libncursesw6", Libraries + "libncursesw.so.6.5"),
        ("bash: not found", ["%s: not found"], "busybox", "/usr/bin/busybox"),
        ("Hash Sum mismatch", ["Hash Sum mismatch"], "libapt-pkg7.0", Libraries + "libapt-pkg.so.7.0.0"),
        ("denied: requested access to the resource is denied", ["requested access to the resource is denied"], "docker-registry", "/usr/bin/docker-registry"),
        ("insufficient_scope", ["insufficient_scope"], "docker-registry", "/usr/bin/docker-registry"),
    ];

    // Of runc and Docker's client, whose packages are large, and of the kernel by them; what is no message is not looked for either.
    private static readonly string[] _others =
    [
        "exec /app: no such file or directory", "exec format error", "permission denied", "unknown flag: --platform", "docker: 'buildx' is not a docker command", "404 Not Found",
        "docker run busybox:glibc", "unknown/unknown", "GLIBCXX_…", "CXXABI_…", "iconv_open", "TZ=Asia/Shanghai",
    ];

    [TestCase("docs/troubleshooting.md")]
    [TestCase("docs/troubleshooting.zh-CN.md")]
    public void EveryMessageOfThePageIsInTheTable(string name)
    {
        var firsts = File.ReadLines(ProjectFiles.Path(name)).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split(" | ")[0]).Skip(1);
        var messages = firsts.SelectMany(first => DocumentPage.Read(name, first).Words).Select(word => word.Text).ToList();
        Assert.That(messages, Is.EquivalentTo(_messages.Select(message => message.Message).Concat(_others)));
    }

    [TestCaseSource(nameof(_messages))]
    [Category(Categories.Integration)]
    public void AMessageIsInTheProgramThatPrintsIt((string Message, string[] Parts, string Package, string File) message)
    {
        var files = RealPackages.PlainFiles(message.Package, "amd64", message.File[..(message.File.LastIndexOf('/') + 1)]);
        var name = Path.GetFileName(message.File);
        Assert.That(files.Keys, Does.Contain(name));
        foreach (var part in message.Parts)
        {
            Assert.That(files[name].AsSpan().IndexOf(Encoding.ASCII.GetBytes(part)), Is.GreaterThan(0), $"{message.Package}: {part}");
        }
    }
}
