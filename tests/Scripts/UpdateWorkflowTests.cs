using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The last step of the nightly update, with a real repository and a <c>gh</c> that writes down what it is asked.</summary>
[Category(Categories.Integration)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class UpdateWorkflowTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Clone()
    {
        Requires.Tool("git");
        _folder = new TemporaryFolder();
        Directory.CreateDirectory(_folder.File("bin"));
        File.WriteAllText(_folder.File("bin/gh"), "#!/bin/sh\nprintf '%s|' \"$@\" >>\"$CALLS\"\necho >>\"$CALLS\"\n[ \"$2\" != create ] || [ ! -e \"$CALLS.open\" ]\n");
        File.SetUnixFileMode(_folder.File("bin/gh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Sh("git init -q --bare remote.git && git init -q -b main work && cd work && echo old >image.lock.json && git add . && git -c user.name=a -c user.email=a@b.example commit -qm first && git remote add origin ../remote.git && git push -q origin main && mkdir artifacts && printf '### 2 packages changed, 3 CVEs fixed\\n\\ntext\\n' >artifacts/update.md && echo /artifacts/ >.git/info/exclude").Succeeded();
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void WhatIsNewIsProposedOnceAndRenewedTheNextNight()
    {
        Sh("cd work && echo new >image.lock.json && echo other >untracked").Succeeded();
        Propose().Succeeded();
        Assert.That(Calls(), Is.EqualTo(new[] { "pr|create|--head|update|--title|2 packages changed, 3 CVEs fixed|--body-file|artifacts/update.md|" }));
        Assert.That(Sh("cd remote.git && git log --format=%s%n%an -1 update && git show --stat --format= update | cat && git rev-parse main update~1 | uniq | wc -l").Succeeded().Output, Does.StartWith("2 packages changed, 3 CVEs fixed\ngithub-actions\n").And.Contain("image.lock.json").And.Not.Contain("untracked").And.Match(@"\n\s*1\s*\z"));

        // The next night starts from main again, and the pull request is open.
        Sh("cd work && git reset -q --hard origin/main && echo newer >image.lock.json && touch \"$CALLS.open\"").Succeeded();
        Propose().Succeeded();
        Assert.That(Calls()[1..].Select(call => call.Split('|')[1]), Is.EqualTo(new[] { "create", "edit" }));
        Assert.That(Sh("cd remote.git && git show update:image.lock.json").Succeeded().Output.Trim(), Is.EqualTo("newer"));
    }

    /// <summary>A release of BusyBox changes the table, and perhaps the Dockerfile that repeats its default, and no package.</summary>
    [Test]
    public void ATableOfReleasesIsProposedToo()
    {
        Sh("cd work && echo old >busybox-releases.json && echo old >Dockerfile.builder && git add . && git -c user.name=a -c user.email=a@b.example commit -qm files && git push -q origin main && echo new >busybox-releases.json").Succeeded();
        Propose().Succeeded();
        Assert.That(Calls(), Has.Length.EqualTo(1));
        Assert.That(Sh("cd remote.git && git show --name-only --format= update").Succeeded().Output.Trim(), Is.EqualTo("busybox-releases.json"));
    }

    [Test]
    public void WithoutAChangeNothingHappens()
    {
        Propose().Succeeded();
        Assert.That(File.Exists(_folder.File("calls")), Is.False);
        Assert.That(Sh("cd remote.git && git branch").Succeeded().Output.Trim(), Is.EqualTo("main").Or.EqualTo("* main"));
    }

    private string[] Calls() => File.ReadAllLines(_folder.File("calls"));

    private ProgramRun Propose() => Sh($"cd work && sh '{Path.Combine(ProjectCopy.RepositoryFolder, ".github", "propose.sh")}'");

    private ProgramRun Sh(string script) => Shell.Run("sh", "-c", $"cd '{_folder.Path}' && CALLS='{_folder.File("calls")}' PATH='{_folder.File("bin")}':\"$PATH\" GH_TOKEN=secret; export CALLS PATH GH_TOKEN; {script}");
}
