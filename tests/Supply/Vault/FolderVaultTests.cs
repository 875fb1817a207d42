using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Supply.Vault;

namespace BusyboxGlibc.Tests.Supply.Vault;

/// <summary>A vault in a folder: what is taken from it, and what is not.</summary>
[Category(Categories.Unit)]
[Parallelizable(ParallelScope.All)]
internal sealed class FolderVaultTests
{
    [Test]
    public async Task AFileOfTheVaultIsVerifiedAndCached()
    {
        using var vault = new SampleVault();
        vault.Write();
        Assert.That(await vault.FetchAsync(SampleVault.Zlib), Is.EqualTo(SampleVault.Zlib));
        Directory.Delete(vault.Folder, recursive: true);
        Assert.That(vault.Cache.Find(SampleVault.Sum(SampleVault.Zlib), SampleVault.Zlib.Length), Is.Not.Null);
        Assert.That(vault.Told, Is.Empty);
    }

    [Test]
    public async Task WhatIsMissingIsToldOnce()
    {
        using var vault = new SampleVault();
        vault.Write();
        File.Delete(vault.BlobOf(SampleVault.Zlib));
        Assert.That(await vault.FetchAsync(SampleVault.Zlib), Is.Null);
        Assert.That(await vault.FetchAsync("another file"u8.ToArray(), what: "other"), Is.Null);
        Assert.That(vault.Told, Is.EqualTo(["the vault does not have zlib1g: what it lacks comes from the mirrors"]));
        Assert.That(await vault.FetchAsync(SampleVault.Libc), Is.EqualTo(SampleVault.Libc), "the others are used");
    }

    [TestCase("changed", "its SHA-256 should be")]
    [TestCase("shorter", "its size is 299999, not 300000")]
    [TestCase("longer", "its size is 300001, not 300000")]
    [TestCase("empty", "its size is 0, not 300000")]
    [TestCase("link", "it is a symbolic link")]
    [TestCase("folder", "")]
    public async Task ADamagedFileIsNotUsed(string damage, string why)
    {
        using var vault = new SampleVault();
        vault.Write();
        var blob = vault.BlobOf(SampleVault.Zlib);
        var bytes = await File.ReadAllBytesAsync(blob);
        File.Delete(blob);
        switch (damage)
        {
            case "changed":
                bytes[250_000] ^= 1;
                await File.WriteAllBytesAsync(blob, bytes);
                break;
            case "shorter":
                await File.WriteAllBytesAsync(blob, bytes[..^1]);
                break;
            case "longer":
                await File.WriteAllBytesAsync(blob, [.. bytes, 0]);
                break;
            case "empty":
                await File.WriteAllBytesAsync(blob, []);
                break;
            case "link":
                File.CreateSymbolicLink(blob, "/dev/zero");
                break;
            default:
                Directory.CreateDirectory(blob);
                break;
        }

        Assert.That(await vault.FetchAsync(SampleVault.Zlib), Is.Null);
        Assert.That(vault.Told.Single(), why.Length == 0 ? Does.Contain("does not have zlib1g") : Does.StartWith("warning: the vault has zlib1g damaged").And.Contains(why).And.Not.Contains("\n"));
        Assert.That(Directory.Exists(vault.Cache.Folder) ? Directory.GetFiles(vault.Cache.Folder, "*", SearchOption.AllDirectories) : [], Is.Empty, "nothing of it is kept");
        Assert.That(await vault.FetchAsync(SampleVault.Libc), Is.EqualTo(SampleVault.Libc), "the others are used");
    }

    [TestCase("an image", """{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":2}]}""")]
    [TestCase("nothing", """{"schemaVersion":2,"manifests":[]}""")]
    [TestCase("another artifact", """{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":2,"artifactType":"application/spdx+json"}]}""")]
    [TestCase("no layout", null)]
    public async Task SomethingElseIsAnError(string what, string? index)
    {
        using var vault = new SampleVault();
        vault.Write();
        if (index is null)
        {
            File.Delete(Path.Combine(vault.Folder, OciLayoutFiles.Marker));
        }
        else
        {
            File.WriteAllText(Path.Combine(vault.Folder, OciLayoutFiles.Index), index);
        }

        var error = await Assert.ThrowsAsync<NotAVaultException>(() => vault.FetchAsync(SampleVault.Zlib), what);
        Assert.That(error!.Message, Does.Contain("the vault is not a vault").And.Contains("--target=Vault"));
    }

    [TestCase("{\"schemaVersion\":2,\"manifests\":[", "a document of the image cannot be read")]
    [TestCase("[]", "it is not a JSON object")]
    [TestCase("", "it is empty")]
    [TestCase("""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:../../../../etc/passwd","size":2}]}""", "is not a sha256 digest")]
    [TestCase("""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":2}]}""", "it is missing")]
    [TestCase(null, "there is no such folder")]
    public async Task AVaultThatCannotBeReadIsToldOnceAndNotAskedAgain(string? index, string why)
    {
        using var vault = new SampleVault();
        if (index is not null)
        {
            vault.Write();
            await File.WriteAllTextAsync(Path.Combine(vault.Folder, OciLayoutFiles.Index), index);
        }

        Assert.That((await vault.FetchAsync(SampleVault.Zlib), await vault.FetchAsync(SampleVault.Libc), await vault.Reader.FindAsync("debian/dists/trixie/InRelease", 1 << 20, default)), Is.EqualTo(((byte[]?)null, (byte[]?)null, (byte[]?)null)));
        Assert.That(vault.Told.Single(), Does.StartWith("warning: the vault cannot be read (").And.Contains(why).And.EndsWith("): everything comes from the mirrors"));
    }

    [Test]
    public async Task WhereAVaultIsWrittenAnythingMayHaveBeen()
    {
        using var vault = new SampleVault();
        Directory.CreateDirectory(vault.Folder);
        Assert.That(await vault.FetchAsync(SampleVault.Zlib, vault.NewReader(new FolderVault(vault.Folder, "the vault"), takesAnything: true)), Is.Null);
        Assert.That(vault.Told.Single(), Does.Contain("cannot be read"));
    }

    [Test]
    public async Task PathsOfTheVaultLeadNowhere()
    {
        using var vault = new SampleVault();
        var release = "a Release"u8.ToArray();
        vault.Write(
            SampleVault.File("../../../../outside", "one"u8.ToArray()), SampleVault.File("/etc/passwd", "two"u8.ToArray()), SampleVault.File("debian/dists/trixie/InRelease", release),
            SampleVault.File("debian\\dists\n\u001b[31m", "three"u8.ToArray()), SampleVault.File("debian/dists/trixie/InRelease", "the second of a name"u8.ToArray()));
        Assert.That(await vault.Reader.FindAsync("debian/dists/trixie/InRelease", 1 << 20, default), Is.EqualTo(release));
        Assert.That(await vault.Reader.FindAsync("debian/dists/trixie/InRelease", 4, default), Is.Null, "larger than such a file is");
        Assert.That(await vault.Reader.FindAsync("../vault/index.json", 1 << 20, default), Is.Null);
        Assert.That(Directory.GetFileSystemEntries(vault.Root).Select(Path.GetFileName), Is.EquivalentTo(["vault"]));
    }

    [Test]
    public void WritingAgainWritesNothingAndRepairsWhatIsDamaged()
    {
        using var vault = new SampleVault();
        var (digest, written) = vault.Write();
        Assert.That(written, Is.EqualTo(SampleVault.Zlib.Length + SampleVault.Libc.Length + 2));
        Assert.That(vault.Write(), Is.EqualTo((digest, 0L)));
        File.WriteAllBytes(vault.BlobOf(SampleVault.Libc), new byte[SampleVault.Libc.Length]);
        Assert.That(vault.Write(), Is.EqualTo((digest, (long)SampleVault.Libc.Length)));
        var later = vault.Write(SampleVault.File("debian/pool/more.deb", "more"u8.ToArray()));
        Assert.That(later.Written, Is.EqualTo(4), "only what is new");
        Assert.That(vault.Write().Digest, Is.EqualTo(digest));
    }

    [Test]
    public async Task FilesOfEarlierLocksAreStillFound()
    {
        using var vault = new SampleVault();
        vault.Write(SampleVault.File("debian/pool/old.deb", "old"u8.ToArray()));
        vault.Write();
        Assert.That(await vault.FetchAsync("old"u8.ToArray()), Is.EqualTo("old"u8.ToArray()));
    }

    [Test]
    public void AFolderOfSomethingElseIsNotWrittenInto()
    {
        using var vault = new SampleVault();
        Directory.CreateDirectory(vault.Folder);
        File.WriteAllText(Path.Combine(vault.Folder, "thesis.tex"), "years of work");
        Assert.That(Assert.Throws<BuildException>(() => vault.Write()).Message, Does.Contain("holds something else").And.Contains("name an empty or new folder"));
        Assert.That(Directory.GetFileSystemEntries(vault.Folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void ARunThatWasKilledIsContinued()
    {
        using var vault = new SampleVault();
        vault.Write();
        File.Delete(Path.Combine(vault.Folder, OciLayoutFiles.Index));
        Assert.That(vault.Write().Written, Is.Zero);
    }
}
