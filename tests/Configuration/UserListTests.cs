using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>Accounts as people write them, and those that cannot be.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class UserListTests
{
    [TestCase("app:10001", "app:10001:/home/app:")]
    [TestCase("app:10001:/app", "app:10001:/app:")]
    [TestCase("app:10001:/app/", "app:10001:/app:")]
    [TestCase("app:10001:/app:/usr/sbin/nologin", "app:10001:/app:/usr/sbin/nologin")]
    [TestCase("b:2, a:1;c:1000700000:/c d:4", "a:1:/home/a:|b:2:/home/b:|d:4:/home/d:|c:1000700000:/c:")]
    [TestCase("a:1:/nonexistent,b:2:/nonexistent", "a:1:/nonexistent:|b:2:/nonexistent:")]
    [TestCase("none", "")]
    public void AnAccountIsNameNumberHomeAndShell(string value, string users) => Assert.That(string.Join('|', UserList.Parse(value, "here").Select(user => user.Text)), Is.EqualTo(users));

    [TestCase("app", "app: it is not NAME:NUMBER")]
    [TestCase("app:1:/a:/bin/sh:x", "it is not NAME:NUMBER")]
    [TestCase("10001:app:/app", "name and number are exchanged; write app:10001:/app")]
    [TestCase("app:x", "the second part is not a number")]
    [TestCase("app:", "the second part is not a number")]
    [TestCase("app:-1", "the second part is not a number")]
    [TestCase("app:10001:10001", "the home is not an absolute path")]
    [TestCase("app:0", "0 is root")]
    [TestCase("app:00", "0 is root")]
    [TestCase("app:65535", "65535 is reserved")]
    [TestCase("app:4294967295", "the number is above 2147483647")]
    [TestCase("my/app:1", "a name has at most 32 letters")]
    [TestCase("-app:1", "a name has at most 32 letters")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:1", "a name has at most 32 letters")]
    [TestCase("app:1:app", "the home is not an absolute path")]
    [TestCase("app:1:/", "the home is not an absolute path")]
    [TestCase("app:1:/a/../etc", "the home is not an absolute path")]
    [TestCase("app:1:/a//b", "the home is not an absolute path")]
    [TestCase("app:1:/a:sh", "the shell is not an absolute path")]
    [TestCase("a:1,b:1", "a and b have the number 1")]
    [TestCase("a:1,a:2:/x", "a and a have the name a")]
    [TestCase("a:1:/x,b:2:/x/", "a and b have the home /x")]
    public void WhatCannotBeSaysWhy(string value, string why)
    {
        var error = Assert.Throws<ConfigurationException>(() => UserList.Parse(value, "cake.config:7"))!;
        Assert.That((error.Where, error.Why), Is.EqualTo(("cake.config:7", error.Why)));
        Assert.That(error.Why, Does.Contain(why));
        Assert.That(error.Next, Does.Contain("app:10001:/app"));
    }

    [Test]
    public void AllFaultsAreToldAtOnce() =>
        Assert.That(Assert.Throws<ConfigurationException>(() => UserList.Parse("a:0,b,c:5,d:5", "here"))!.Message, Does.Contain("3 accounts").And.Contain("0 is root").And.Contain("b: it is not").And.Contain("c and d have the number 5"));
}
