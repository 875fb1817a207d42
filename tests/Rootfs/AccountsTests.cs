using BusyboxGlibc.Configuration;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

/// <summary>Accounts of the user in the base tree.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AccountsTests
{
    private MadePackages _made = null!;

    [SetUp]
    public void Start() => _made = new MadePackages();

    [TearDown]
    public void Drop() => _made.Dispose();

    [Test]
    public async Task AnAccountHasAGroupALockedPasswordAndAHome()
    {
        var tree = await Assemble("worker:10002,app:10001:/srv/app:/usr/sbin/nologin,service:999:/nonexistent");
        Assert.That(tree.Text("etc/passwd"), Does.EndWith(
            "\nservice:x:999:999:service:/nonexistent:/bin/sh\napp:x:10001:10001:app:/srv/app:/usr/sbin/nologin\nworker:x:10002:10002:worker:/home/worker:/bin/sh\n"));
        Assert.That(tree.Text("etc/group"), Does.EndWith("\nservice:*:999:\napp:*:10001:\nworker:*:10002:\n"));
        Assert.That(tree.Text("etc/shadow"), Does.EndWith("\napp:*::0:99999:7:::\nworker:*::0:99999:7:::\n"));
        foreach (var (path, id) in new[] { ("srv/app", 10001), ("home/worker", 10002) })
        {
            Assert.That(tree.TryGet(path, out var home) ? (home.Type, home.Mode, home.UserId, home.GroupId) : default, Is.EqualTo((RootfsEntryType.Directory, 0x1ED, id, id)), path);
        }

        Assert.That(tree.TryGet("nonexistent", out _), Is.False);
    }

    [Test]
    public async Task WithoutAShellAnAccountHasNone() => Assert.That((await Assemble("app:10001", hasShell: false)).Text("etc/passwd"), Does.Contain("\napp:x:10001:10001:app:/home/app:/usr/sbin/nologin\n"));

    [Test]
    public async Task TheHomeMayHoldFilesOfPackages()
    {
        _made.Add("data", Trees.File("app/data", "x"));
        Assert.That((await Assemble("app:10001:/app")).TryGet("app", out var home) ? (home.UserId, home.Mode) : default, Is.EqualTo((10001, 0x1ED)));
    }

    [TestCase("root:7", "root: the image has a user of this name")]
    [TestCase("nonroot:7", "nonroot: the image has a user of this name")]
    [TestCase("shadow:7", "shadow: the image has a group of this name")]
    [TestCase("app:65534", "app: 65534 is the number of the user nobody")]
    [TestCase("app:42", "app: 42 is the number of the group shadow")]
    [TestCase("app:65532", "app: 65532 is the number of the user nonroot")]
    [TestCase("app:7:/etc", "app: the home /etc is a system folder")]
    [TestCase("app:7:/etc/app", "app: the home /etc/app is in the system folder /etc")]
    [TestCase("app:7:/usr", "app: the home /usr is a folder that every image has")]
    [TestCase("app:7:/tmp", "app: the home /tmp is a folder that every image has")]
    [TestCase("app:7:/var/run/app", "app: the home /var/run/app goes through the link /var/run")]
    [TestCase("app:7:/opt/file", "app: the home /opt/file is a file of the image")]
    [TestCase("app:7:/opt/file/x", "app: the home /opt/file/x is below the file /opt/file")]
    public async Task WhatTheImageHasAlreadyIsRefused(string users, string why)
    {
        _made.Add("data", Trees.File("opt/file", "x"));
        var error = (await Assert.ThrowsAsync<RootfsException>(() => Assemble(users)))!;
        Assert.That((error.Where, error.Why), Is.EqualTo(("cake.config:7", why)));
    }

    [Test]
    public async Task AllFaultsAreToldAtOnce() =>
        Assert.That((await Assert.ThrowsAsync<RootfsException>(() => Assemble("root:7,app:42,x:8:/etc")))!.Message, Does.Contain("3 accounts").And.Contain("root: the image").And.Contain("app: 42 is").And.Contain("x: the home /etc"));

    private Task<RootfsTree> Assemble(string users, bool hasShell = true) => BaseTreeAssembler.AssembleAsync(
        _made.Locked, new AssembleOptions(ImageFeatures.None, [], Path.GetTempPath()) { Users = UserList.Parse(users, "cake.config:7"), HasShell = hasShell }, _made, default);
}
