using System.Security.Cryptography;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Smoke;

/// <summary>
/// The C++ program, <c>program.cpp</c> next to this file, cross-compiled in the build root and linked to the libraries of the image itself. The
/// result is cached by all of its inputs.
/// </summary>
/// <param name="cacheFolder">The cache.</param>
/// <param name="tools">The packages of the build root that are visible to a platform's compilation.</param>
/// <param name="openRoot">Returns the build root with a C++ compiler for a platform; not called if the cache has the program.</param>
internal sealed class SmokeProgram(
    string cacheFolder, Func<SmokeImage, IReadOnlyList<PinnedPackage>> tools, Func<SmokeImage, CancellationToken, Task<IBuildRoot>> openRoot)
{
    private const string Format = "smoke program 1";

    private const string Name = "program";

    private readonly System.Threading.Lock _turns = new();
    private Task _last = Task.CompletedTask;

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);

    private static readonly (string Soname, string Macro, string Said)[] _libraries = [("libz.so.1", "HAS_ZLIB", " zlib/1"), ("libnuma.so.1", "HAS_NUMA", " numa/1")];

    /// <summary>The line that the program prints.</summary>
    public static string Expected(SmokeImage image) =>
        "caught 36 7/4 localhost/nobody" + string.Concat(_libraries.Where(library => image.HasLibrary(library.Soname)).Select(library => library.Said)) + SmokeText.Expected(image);

    /// <summary>Returns the path of the program for an image, compiling it if needed.</summary>
    /// <exception cref="SmokeException">It does not compile or link: the image's libraries are not valid.</exception>
    /// <exception cref="BuildException">No compiler is available here.</exception>
    public async Task<string> CompileAsync(SmokeImage image, CancellationToken cancellation)
    {
        var libraries = _libraries.Where(library => image.HasLibrary(library.Soname)).Select(library => (library.Soname, library.Macro, File: Whole(image, library.Soname))).ToList();
        var arguments = Arguments(image, [.. libraries.Select(library => (library.Soname, library.Macro))]);
        var source = EmbeddedFile.Read("smoke/program.cpp");
        var folder = Path.Combine(cacheFolder, "smoke", InputKey.Of(
        [
            Format,
            image.Platform.Name,
            Sum(source),
            .. arguments,
            .. libraries.Select(library => Sum(library.File.Content.Span)),
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
            await File.WriteAllBytesAsync(Path.Combine(work, "program.cpp"), source, cancellation);
            foreach (var library in libraries)
            {
                await File.WriteAllBytesAsync(Path.Combine(work, library.Soname), library.File.Content, cancellation);
            }

            await RunAsync(root, image, new BuildRootCommand(work, arguments, new Dictionary<string, string>()), cancellation);
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

    private static async Task RunAsync(IBuildRoot root, SmokeImage image, BuildRootCommand command, CancellationToken cancellation)
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
            throw new SmokeException($"a C++ program cannot be linked for {image.Platform}", why: string.Join('\n', said.Prepend(fault)));
        }
    }

    // Recorded as needed whether used or not, as in old programs; the loader must find the dependencies of the libraries.
    private static IReadOnlyList<string> Arguments(SmokeImage image, IReadOnlyList<(string Soname, string Macro)> libraries) =>
    [
        $"{image.Platform.CrossPrefix}g++", "-std=c++20", "-O1", "-pthread", "-Wall", "-Werror", "-o", Name,
        .. libraries.Select(library => $"-D{library.Macro}"),
        "program.cpp", "-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined",
        .. libraries.Select(library => $"./{library.Soname}"),
    ];

    private static RootfsEntry Whole(SmokeImage image, string soname) => image.Library(soname) ?? throw new SmokeException(
        $"a C++ program cannot be linked for {image.Platform}", why: $"the records of the image list {soname}, but /lib/{soname} does not exist");

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
