using System.Security.Cryptography;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Smoke;

/// <summary>Programs cross-compiled in the build root and linked to the libraries of the image itself. The results are cached by all of their inputs.</summary>
/// <param name="cacheFolder">The cache.</param>
/// <param name="tools">The packages of the build root that are visible to an image's compilation.</param>
/// <param name="openRoot">Returns the build root with compilers for an image; not called if the cache has the program.</param>
internal sealed class SmokeProgram(
    string cacheFolder, Func<SmokeImage, IReadOnlyList<PinnedPackage>> tools, Func<SmokeImage, CancellationToken, Task<IBuildRoot>> openRoot)
{
    private const string Format = "smoke program 3";

    private const string Name = "program";

    private readonly System.Threading.Lock _turns = new();
    private Task _last = Task.CompletedTask;

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);

    /// <summary>Returns the path of a program for an image, compiling it if needed.</summary>
    /// <exception cref="SmokeException">It does not compile or link: the image's libraries are not valid.</exception>
    /// <exception cref="BuildException">No compiler is available here.</exception>
    public async Task<string> CompileAsync(SmokeImage image, SmokeSource source, CancellationToken cancellation)
    {
        var linked = source.LibrariesOf(image).Where(library => library.IsLinked).Select(library => (library.Soname, File: Whole(image, source, library.Soname))).ToList();
        var arguments = Arguments(image, source);
        var text = source.Read();
        var folder = Path.Combine(cacheFolder, "smoke", InputKey.Of(
        [
            Format,
            image.Platform.Name,
            Sum(text),
            .. arguments,
            .. linked.Select(library => Sum(library.File.Content.Span)),
            "tools",
            .. tools(image).Select(tool => $"{tool.Name} {tool.Version} {tool.Architecture} {tool.Sha256}").Order(StringComparer.Ordinal),
        ]));
        var program = Path.Combine(folder, Name);
        if (IsWhole(program))
        {
            return program;
        }

        var root = await OpenRootAsync(image, cancellation);
        using var claim = await FolderLock.TakeAsync(folder, () => { }, cancellation);
        var work = Path.Combine(folder, "work");
        try
        {
            Remove(work);
            Directory.CreateDirectory(work);
            await File.WriteAllBytesAsync(Path.Combine(work, source.File), text, cancellation);
            foreach (var library in linked)
            {
                await File.WriteAllBytesAsync(Path.Combine(work, library.Soname), library.File.Content, cancellation);
            }

            await RunAsync(root, image, source, new BuildRootCommand(work, arguments, new Dictionary<string, string>()), cancellation);
            Keep(Path.Combine(work, Name), program);
            return program;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(folder, error);
        }
        finally
        {
            Remove(work);
        }
    }

    // One after another, because they fill the same folder.
    private Task<IBuildRoot> OpenRootAsync(SmokeImage image, CancellationToken cancellation)
    {
        lock (_turns)
        {
            var opened = OpenAfterAsync(_last, image, cancellation);
            _last = opened;
            return opened;
        }
    }

    private async Task<IBuildRoot> OpenAfterAsync(Task before, SmokeImage image, CancellationToken cancellation)
    {
        _ = await Task.WhenAny(before);
        return await openRoot(image, cancellation);
    }

    private static async Task RunAsync(IBuildRoot root, SmokeImage image, SmokeSource source, BuildRootCommand command, CancellationToken cancellation)
    {
        const int kept = 12;
        var said = new Queue<string>();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_limit);
        string? fault;
        try
        {
            var code = await root.RunAsync(
                command,
                line =>
                {
                    said.Enqueue(line);
                    if (said.Count > kept)
                    {
                        said.Dequeue();
                    }
                },
                deadline.Token);
            fault = code == 0 ? null : $"exit code {code}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            fault = $"did not finish within {_limit.TotalSeconds:0} s";
        }

        if (fault is not null)
        {
            throw new SmokeException(NotLinked(image, source), why: string.Join('\n', said.Prepend(fault)));
        }
    }

    // Recorded as needed whether used or not, as in old programs; the loader must find the dependencies of the libraries.
    private static IReadOnlyList<string> Arguments(SmokeImage image, SmokeSource source) =>
    [
        $"{image.Platform.CrossPrefix}{source.Compiler[0]}", .. source.Compiler.Skip(1), "-O1", "-pthread", "-o", Name,
        .. source.LibrariesOf(image).Select(library => $"-D{library.Macro}"),
        source.File, "-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined",
        .. source.LibrariesOf(image).Where(library => library.IsLinked).Select(library => $"./{library.Soname}"),
    ];

    private static RootfsEntry Whole(SmokeImage image, SmokeSource source, string soname) =>
        image.Library(soname) ?? throw new SmokeException(NotLinked(image, source), why: $"the records of the image list {soname}, but /lib/{soname} does not exist");

    private static string NotLinked(SmokeImage image, SmokeSource source) => $"a {source.Language} program cannot be linked for {image.Platform}";

    private static void Keep(string made, string program)
    {
        var content = File.ReadAllBytes(made);
        AtomicFile.Write(program, stream => stream.Write(content));
        if (!OperatingSystem.IsWindows())
        {
            // Copying it into a container also copies its mode.
            File.SetUnixFileMode(program, (UnixFileMode)FilePermissions.Octal755);
        }

        AtomicFile.WriteText(program + ".sha256", Sum(content) + "\n");
    }

    private static bool IsWhole(string program)
    {
        try
        {
            return File.ReadAllText(program + ".sha256").TrimEnd() == Sum(File.ReadAllBytes(program));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Absent, or still used by a killed compiler.
        }
    }

    private static string Sum(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
