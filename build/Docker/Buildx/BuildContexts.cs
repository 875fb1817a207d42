using System.Text;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>
/// The folders passed to Docker in addition to the project, one for each name in <see cref="DockerfileRenderer.Contexts"/>: everything was verified
/// on this machine, so that no step of the Dockerfile needs the network. Unchanged files are not touched, because Docker decides by time and size
/// what to send again.
/// </summary>
/// <param name="folder">The parent folder of all of them; other content in it is removed.</param>
internal sealed class BuildContexts(string folder)
{
    private readonly List<string> _written = [];

    /// <summary>The folders written so far, as arguments of <c>docker buildx build --build-context</c>, <c>NAME=FOLDER</c>.</summary>
    public IReadOnlyList<string> Arguments => [.. _written.Select(name => $"{name}={Path.Combine(folder, name)}")];

    /// <summary>Writes the packages of the build roots, and BusyBox where it needs no compiling.</summary>
    /// <param name="packages">Packages and their files, by the folder that <see cref="CommonFolder"/> or <see cref="PlatformFolder"/> names; a folder
    /// without packages is created too, because a step mounts it.</param>
    /// <param name="compiled">The BusyBox of a platform, by the folder that <see cref="PlatformFolder"/> names; the steps compile the others.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public void LayPackages(IReadOnlyDictionary<string, IReadOnlyList<(PinnedPackage Pin, string File)>> packages, IEnumerable<(string Folder, CompiledBusybox Result)> compiled)
    {
        ArgumentNullException.ThrowIfNull(packages);
        Lay(
            "packages",
            packages.SelectMany(pair => pair.Value.Select(package => (
                Path.Combine(pair.Key, $"{package.Pin.Name}_{package.Pin.Sha256[..16]}.deb"), (Action<string>)(path => HardLink.OrCopy(package.File, path)))))
                .Concat(compiled.SelectMany(one => one.Result.Files.Select(file => (
                    Path.Combine(one.Folder, "busybox", file.Name), (Action<string>)(path => File.WriteAllBytes(path, file.Content.Span)))))),
            packages.Keys);
    }

    /// <summary>Returns the folder of the packages needed to compile for any platform.</summary>
    /// <param name="host">The architecture of the compiling machine, in the spelling shared by Debian and OCI: <c>amd64</c>, <c>arm64</c>.</param>
    public static string CommonFolder(string host) => $"{host}/common";

    /// <summary>Returns the folder of the additional packages needed to compile for one platform.</summary>
    /// <param name="host">The architecture of the compiling machine.</param>
    /// <param name="platform">The target platform.</param>
    public static string PlatformFolder(string host, Platform platform) => $"{host}/{platform.Name}";

    /// <summary>Writes the release and the configuration that platforms need in addition to <c>busybox.config</c>.</summary>
    /// <param name="tarball">The tarball; null if no BusyBox is compiled.</param>
    /// <param name="fileName">Its name.</param>
    /// <param name="options">Configuration lines by platform.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public void LayRelease(string? tarball, string fileName, IReadOnlyDictionary<Platform, IReadOnlyList<string>> options)
    {
        if (tarball is null)
        {
            Lay("release", [("none", path => File.WriteAllText(path, string.Empty))]);
            return;
        }

        Lay("release",
        [
            (fileName, path => HardLink.OrCopy(tarball, path)),
            .. options.Where(pair => pair.Value.Count > 0).Select(pair =>
            {
                var text = string.Concat(pair.Value.Select(line => line + "\n"));
                return (Path.Combine("options", pair.Key.Name.Replace('/', Path.DirectorySeparatorChar)), (Action<string>)(path => File.WriteAllText(path, text, new UTF8Encoding(false))));
            }),
        ]);
    }

    /// <summary>Writes the root file systems.</summary>
    /// <param name="trees">The tree of each platform.</param>
    /// <param name="epoch">The latest time in them, in seconds since 1970-01-01 UTC.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public void LayRootfs(IReadOnlyDictionary<Platform, RootfsTree> trees, long epoch) =>
        Lay("rootfs", trees.Select(tree => ($"{tree.Key.FileName}.tar", (Action<string>)(path => AtomicFile.Write(path, stream => RootfsTar.Write(tree.Value, stream, epoch))))));

    /// <summary>Writes the program's own files that the project lacks.</summary>
    /// <param name="files">The files.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public void LayProgram(ProgramFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (!files.IsEmpty)
        {
            Lay(ProgramFiles.Context, files.Files.Select(file => (file.Key, (Action<string>)(path => File.WriteAllBytes(path, File.ReadAllBytes(file.Value))))));
        }
    }

    private void Lay(string name, IEnumerable<(string Path, Action<string> Write)> files, IEnumerable<string>? folders = null)
    {
        var root = Path.Combine(folder, name);
        _written.Add(name);
        try
        {
            foreach (var relative in folders ?? [string.Empty])
            {
                Directory.CreateDirectory(Path.Combine(root, relative));
            }

            var wanted = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (relative, write) in files)
            {
                var path = Path.Combine(root, relative);
                wanted.Add(path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Put(path, write);
            }

            foreach (var old in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(path => !wanted.Contains(path)).ToList())
            {
                File.Delete(old);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(root, error);
        }
    }

    // Rewriting a link to the same file, or the same text, would cause it to be sent again for nothing.
    private static void Put(string path, Action<string> write)
    {
        var temporary = AtomicFile.TemporaryFor(path);
        try
        {
            write(temporary);
            var (old, made) = (new FileInfo(path), new FileInfo(temporary));
            if (old.Exists && old.Length == made.Length && (old.LastWriteTimeUtc == made.LastWriteTimeUtc || Same(path, temporary)))
            {
                return;
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static bool Same(string one, string two) => File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(two));
}
