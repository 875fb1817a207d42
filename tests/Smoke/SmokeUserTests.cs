using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>Users of an image looked up as engines do: the cases are those that moby/sys (user/user_test.go) tests, numbers that are names too among them.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SmokeUserTests
{
    private const string Passwd =
        """
        root:x:0:0::/root:/bin/sh
        web:x:80:81::/srv:/bin/sh
        500:x:600:601:a number for a name:/:/bin/sh
        named500:x:500:501::/:/bin/sh
        2147483648:x:7:7:out of range:/:/bin/sh
        no colons here
        """;

    private const string Group =
        """
        root:x:0:root
        www:x:81:
        staff:x:50:root,web,named500
        700:x:701:
        two:x:700:500
        no colons here
        """;

    [TestCase("root", 0, 0, "0,50")]
    [TestCase("web", 80, 81, "50")]
    [TestCase("root:www", 0, 81, "")]
    [TestCase("web:50", 80, 50, "")]
    [TestCase("80:50", 80, 50, "")]
    [TestCase("80", 80, 81, "50")]
    [TestCase("1337:50", 1337, 50, "")]
    [TestCase("1337", 1337, 0, "")]
    [TestCase("500", 500, 501, "50")]
    [TestCase("500:700", 500, 700, "")]
    [TestCase("65532:0", 65532, 0, "")]
    [TestCase("2147483647:2147483647", 2147483647, 2147483647, "")]
    public void AsEnginesLookThemUp(string user, int id, int group, string groups)
    {
        var found = SmokeUser.Find(Trees.Of(Trees.File("etc/passwd", Passwd), Trees.File("etc/group", Group)), user)!;
        Assert.That((found.Id, found.Group, string.Join(',', found.Groups)), Is.EqualTo((id, group, groups)));
        Assert.That(found.Mapped, Is.EqualTo($"--user --map-user={id} --map-group={group}"));
    }

    [TestCase("nobody-here")]
    [TestCase("root:nogroup-here")]
    [TestCase("1337:nogroup-here")]
    [TestCase("-80")]
    [TestCase("0:-3")]
    [TestCase("80:2147483648")]
    [TestCase("2147483648")]
    [TestCase("9223372036854775808")]
    public void WhatTheFilesDoNotHaveIsNobody(string user) =>
        Assert.That(SmokeUser.Find(Trees.Of(Trees.File("etc/passwd", Passwd), Trees.File("etc/group", Group)), user), Is.Null);

    [TestCase("65532", 65532)]
    [TestCase("root", null)]
    public void WithoutThoseFilesOnlyNumbersAreUsers(string user, int? id) => Assert.That(SmokeUser.Find(Trees.Of(), user)?.Id, Is.EqualTo(id));
}
