using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

/// <summary>Small packages made in the test, deb(5) with uncompressed parts, and the lock that takes everything in them.</summary>
internal sealed class MadePackages : IPackageStore, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("made-packages-").FullName;
    private readonly SortedDictionary<string, LockedPackage> _packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _all = new(StringComparer.Ordinal);

    /// <summary>Starts with the packages no image is without.</summary>
    public MadePackages()
    {
        Add("base-files", Trees.File("usr/lib/os-release", "PRETTY_NAME=\"Debian 99 (test)\"\nID=debian\n"), Trees.File("etc/debian_version", "99\n"));
        Add(
            "base-passwd",
            Trees.File("usr/share/base-passwd/passwd.master", "root:*:0:0:root:/root:/bin/bash\nnobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"),
            Trees.File("usr/share/base-passwd/group.master", "root:*:0:\nshadow:*:42:\nnogroup:*:65534:\n"));
        Add("libc-bin", Trees.File("etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n"), Trees.File("etc/ld.so.conf.d/libc.conf", "/usr/local/lib\n"));
        Add("libc6", Trees.File("etc/ld.so.conf.d/x86_64-linux-gnu.conf", "/usr/local/lib/x86_64-linux-gnu\n"));
        Add("ncurses-base", Trees.File("usr/share/terminfo/d/dumb", "not one"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public Task<string> FetchAsync(PinnedPackage package, CancellationToken cancellation) => Task.FromResult(Path.Combine(_folder, package.PoolPath));

    /// <summary>Makes or replaces a package; every file and link of it is locked, and a copyright is added where it brings none.</summary>
    public void Add(string name, params RootfsEntry[] entries)
    {
        var data = Trees.Of(entries);
        if (!entries.Any(entry => entry.Path.StartsWith("usr/share/doc/", StringComparison.Ordinal)))
        {
            data.Add(Trees.File($"usr/share/doc/{name}/copyright", $"by the makers of {name}"));
        }

#pragma warning disable CA5351 // dpkg's own checksum
        var sums = string.Concat(data.Entries.Where(entry => entry.Type == RootfsEntryType.File)
            .Select(entry => $"{Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(entry.Content.Span))}  {entry.Path}\n"));
#pragma warning restore CA5351
        var control = Trees.Of(Trees.File("control", $"Package: {name}\nVersion: 1\nArchitecture: amd64\n"), Trees.File("md5sums", sums));
        using (var deb = File.Create(Path.Combine(_folder, name + ".deb")))
        {
            deb.Write("!<arch>\n"u8);
            Member(deb, "debian-binary", "2.0\n"u8);
            Member(deb, "control.tar", control.Tar(0));
            Member(deb, "data.tar", data.Tar(0));
        }

        string[] files = _all[name] = [.. data.Entries.Where(entry => entry.Type != RootfsEntryType.Directory).Select(entry => "/" + entry.Path).Order(StringComparer.Ordinal)];
        _packages[name] = new LockedPackage(new PinnedPackage(name, "1", "amd64", name, "1", "debian", name + ".deb", 1, Sum(name)), 0, files);
    }

    /// <summary>Locks a link that the build makes.</summary>
    public void Link(string name, string path, string target) => _packages[name] = _packages[name] with { Links = [.. _packages[name].Links, new LockedLink(path, target)] };

    /// <summary>The lines of the lock.</summary>
    public List<LockedRequirement> Requirements { get; } = [];

    /// <summary>The lock of what was made.</summary>
    public LockedPlatform Locked => new(KnownPlatforms.Amd64, Requirements, [.. _packages.Values]);

    /// <summary>Takes a file out of the lock, not out of the package.</summary>
    public void Forget(string name, string path) =>
        _packages[name] = _packages[name] with { Files = [.. _packages[name].Files.Where(file => file != path)] };

    /// <summary>Locks all files of a package.</summary>
    public void LockAll(string name) => _packages[name] = _packages[name] with { Files = _all[name] };

    /// <summary>Makes a package one of the user's own, without the copyright that an archive's has.</summary>
    public void MakeLocal(string name)
    {
        Forget(name, $"/usr/share/doc/{name}/copyright");
        _packages[name] = _packages[name] with { Pin = _packages[name].Pin with { Archive = "local" } };
    }

    public Task<RootfsTree> AssembleAsync(ImageFeatures features = ImageFeatures.None) => BaseTreeAssembler.AssembleAsync(
        Locked, new AssembleOptions(features, [], _folder), this, default);

    /// <summary>The same, with what is read of the packages kept in a cache.</summary>
    public Task<RootfsTree> AssembleAsync(PackageCache? cache) => BaseTreeAssembler.AssembleAsync(
        Locked, new AssembleOptions(ImageFeatures.None, [], _folder), this, default, cache);

    /// <summary>Makes every package file unreadable as one.</summary>
    public void Damage()
    {
        foreach (var path in Directory.EnumerateFiles(_folder, "*.deb"))
        {
            File.WriteAllText(path, "no package");
        }
    }

    private string Sum(string name) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder, name + ".deb"))));

    private static void Member(FileStream deb, string name, ReadOnlySpan<byte> content)
    {
        deb.Write(Encoding.ASCII.GetBytes($"{name,-16}{0,-12}{0,-6}{0,-6}{"100644",-8}{content.Length,-10}`\n"));
        deb.Write(content);
        if (content.Length % 2 == 1)
        {
            deb.WriteByte((byte)'\n');
        }
    }
}
