using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>What the checks ask for and what they make of the answers, without running anything.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SmokeChecksTests
{
    private static readonly SmokeImage _tiny = SmokeSamples.Of(SmokeSamples.Tiny(Trees.Link("bin/date", "busybox")));

    [Test]
    public void AnImageKnowsItsLinksToBusyBoxAndWhatTheLoaderBinds()
    {
        var image = SmokeSamples.Of(SmokeSamples.Tiny(
            Trees.Link("lib/libgone.so.1", "libgone.so.1.0"), Trees.File("etc/text.so.conf.d", "no library"), Trees.File("etc/ld.so.cache", "no library"), Trees.File("lib/libtext.so.2", "not even ELF"),
            Trees.File("var/lib/dpkg/status.d/lost.md5sums", $"{new string('0', 32)}  lib/liblost.so.3\n")));
        Assert.That(image.Applets, Is.EqualTo(new[] { "/bin/sh", "/sbin/date" }));
        Assert.That(image.Linked, Does.Contain("/lib/libgone.so.1").And.Contain("/lib/liblost.so.3").And.Contain("/lib/libtext.so.2").And.Contain("/lib/libz.so.1.3.1").And.Not.Contain("/lib/libz.so.1"));
        Assert.That(image.Linked, Has.None.StartsWith("/etc/"), "what the loader reads of itself");
        Assert.That(image.HasLibrary("liblost.so.3"), "recorded, so expected");
        Assert.That(image.HasLibrary("liblost.so.2"), Is.False);
        Assert.That(image.HasCommand("ip"));
        Assert.That(image.HasCommand("date"), Is.False, "an applet");
    }

    [TestCase("applets: bin/busybox bin/sh|applets: sbin/date", null)]
    [TestCase("applets: bin/sh", "/bin/date points to BusyBox, which has no such applet\n/sbin/date points to BusyBox, which has no such applet")]
    [TestCase(
        "applets: bin/sh sbin/date usr/bin/awk",
        "BusyBox has an applet for /bin/awk, but nothing points to it\nBusyBox has an applet for /usr/bin/awk, but nothing points to it")]
    [TestCase("applets: bin/sh usr/sbin/date", "/sbin/date points to BusyBox, which has no such applet\nBusyBox has an applet for /usr/sbin/date, but nothing points to it")]
    [TestCase("applets: bin/sh sbin/date sbin/ip", null)]
    [TestCase("/sbin/date points to no program|applets: bin/sh sbin/date", "/sbin/date points to no program")]
    public void LinksAndAppletsMustAgreeExceptWhereACommandTakesThePlace(string output, string? fault) => Assert.That(Fault("applets", output), Is.EqualTo(fault));

    [Test]
    public void TheProgramIsAskedForTheCharacterSetsLocalesAndTheZoneOfTheImage()
    {
        const string gconv = "usr/lib/x86_64-linux-gnu/gconv/";
        var image = SmokeSamples.Of(SmokeSamples.Tiny(
            Trees.File(gconv + "GBK.so"), Trees.File(gconv + "UTF-16.so"), Trees.File(gconv + "KOI-8.so"), Trees.File("usr/lib/locale/zh_CN.gbk/LC_COLLATE"),
            Trees.File("usr/lib/locale/zh_CN.gbk/LC_IDENTIFICATION"), Trees.Link("usr/lib/locale/zh_CN.gbk/LC_CTYPE", "../yue_HK/LC_CTYPE"), Trees.File("usr/lib/locale/zh_CN.gbk/LC_TIME"),
            Trees.File("usr/lib/locale/yue_HK/LC_CTYPE"),
            Trees.File("etc/timezone", "Asia/Shanghai\n")));
        Assert.That(SmokeText.Arguments(image, SmokeSource.C).Select(argument => argument.Split('=')).Select(parts => $"{parts[0]} {parts[1]}"), Is.EqualTo(new[]
        {
            "charset UTF-16", "charset UTF-16LE", "charset UTF-16BE", "charset GBK", "locale zh_CN.gbk", "day zh_CN.gbk", "order zh_CN.gbk", "zone Asia/Shanghai",
        }));
        Assert.That(SmokeText.Arguments(image, SmokeSource.Cxx), Is.EqualTo(new[] { "locale=zh_CN.gbk" }), "it compares bytes of UTF-8");
        Assert.That(SmokeSource.C.Expected(image), Does.EndWith(" text/8"));
        Assert.That(SmokeSource.C.Expected(_tiny), Does.Not.Contain("text"));
    }

    [Test]
    public void ABusyBoxWithoutLinksIsAFault() => Assert.That(
        Check("applets").Fault(SmokeSamples.Of(Trees.Of(Trees.File("bin/busybox"))), ["applets: bin/busybox"]), Does.Contain("no link to BusyBox"));

    [TestCase("bound: 2 of 2", null)]
    [TestCase("/lib/libz.so.1: exit code 0|  libc.so.6 => not found|bound: 1 of 2", "not found")]
    [TestCase("bound: 1 of 1", "bound: 1 of 1")]
    public void EveryFileMustBind(string output, string? part) => Holds("libraries", output, part);

    [TestCase("getconf", "64", null)]
    [TestCase("getconf", "32", "expected 64, not \"32\"")]
    [TestCase("getconf", "", "expected 64, not nothing")]
    [TestCase("nobody", "uid=65534(nobody) gid=65534(nogroup)", null)]
    [TestCase("nobody", "uid=99(nobody)", "unexpected")]
    [TestCase("date", "UTC +0000 2026", null)]
    [TestCase("date", "CEST +0200 2026", "unexpected")]
    [TestCase("localhost", "nc: localhost (127.0.0.1:9): Connection refused", null)]
    [TestCase("localhost", "nc: localhost ([::1]:9): Network is unreachable", null)]
    [TestCase("localhost", "nc: can't connect to remote host (127.0.0.1): Connection refused", null)]
    [TestCase("localhost", "nc: can't connect to remote host: Connection refused", null)]
    [TestCase("localhost", "nc: can't connect to remote host: Cannot assign requested address", null)]
    [TestCase("localhost", "nc: can't connect to remote host (10.0.0.1): Connection refused", "unexpected")]
    [TestCase("localhost", "nc: bad address 'localhost'", "unexpected")]
    [TestCase("tmp", "written", null)]
    [TestCase("tmp", "", "unexpected: nothing")]
    [TestCase("ip", "ip utility, iproute2-6.15.0, libbpf 1.5.0", null)]
    [TestCase("ip", "BusyBox v1.38.0", "unexpected")]
    [TestCase("ethtool", "ethtool version 6.14", null)]
    [TestCase("ethtool", "ethtool: not found", "unexpected")]
    [TestCase("c", "threads/36 localhost/nobody zlib/1", null)]
    [TestCase("c", "threads/36 localhost/nobody zlib/0", "expected \"")]
    [TestCase("c", "threads/36 localhost/nobody zlib/1 text/1 not charset=GBK not order=zh_CN.gbk", "wrong in the image: charset=GBK, order=zh_CN.gbk")]
    [TestCase("c++", "caught 36 7/4", null)]
    [TestCase("c++", "caught 36", "expected \"")]
    public void AnAnswerIsRightOrTold(string check, string output, string? part) => Holds(check, output, part);

    [Test]
    public void WhatAnImageNeitherHasNorRecordsIsAbsent()
    {
        Assert.That(Check("ethtool").Absence(_tiny), Is.EqualTo("the image has no ethtool"));
        Assert.That(Check("ip").Absence(_tiny), Is.Null);
        Assert.That(Check("c").Absence(_tiny), Does.Contain("libc.so.6"));
        Assert.That(Check("c++").Absence(_tiny), Does.Contain("libstdc++.so.6"));
        Assert.That(Check("date").Absence(_tiny), Is.Null);
        Assert.That(
            Check("ethtool").Absence(SmokeSamples.Of(SmokeSamples.Tiny(Trees.File("var/lib/dpkg/status.d/ethtool.md5sums", $"{new string('0', 32)}  usr/sbin/ethtool\n")))),
            Is.Null, "recorded, so it must run");
    }

    private static SmokeCheck Check(string name) => SmokeChecks.All.Single(check => check.Name == name);

    private static string? Fault(string check, string output) => Check(check).Fault(_tiny, output.Split('|', StringSplitOptions.RemoveEmptyEntries));

    [TestCase("CST +0800 2026", true)]
    [TestCase("+08 +0800 2026", true)]
    [TestCase("GMT +0000 2026", true)]
    [TestCase("Asia", false)]
    public void AnImageWithItsOwnZoneShowsThatOne(string output, bool isRight) => Assert.That(
        Check("date").Fault(SmokeSamples.Of(Trees.Of(Trees.File("bin/busybox"), Trees.File("etc/timezone"))), [output]), isRight ? Is.Null : Does.Contain("unexpected"));

    private static void Holds(string check, string output, string? part) => Assert.That(Fault(check, output), part is null ? Is.Null : Does.Contain(part));
}
