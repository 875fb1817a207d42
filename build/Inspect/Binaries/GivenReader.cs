using System.Formats.Tar;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Reads what <c>--binary</c> names: a file, a folder, an archive or a Debian package. Nothing is unpacked to disk.</summary>
internal static class GivenReader
{
    private const int HeadBytes = 512;
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly EnumerationOptions _all = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>Reads one value.</summary>
    /// <param name="path">The path, as the user wrote it.</param>
    /// <param name="folder">The folder that a relative path is relative to.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <param name="program">The name of the program that it is in the image; null if it is only checked.</param>
    /// <returns>Its files; for one that cannot be used, one file with the reason.</returns>
    public static GivenInput Read(string path, string folder, CancellationToken cancellation, string? program = null)
    {
        var full = Path.GetFullPath(path, folder);
        try
        {
            if (Directory.Exists(full))
            {
                return OrNothing(ReadFolder(new GivenCollector(path, program), full, cancellation), "folder");
            }

            var info = new FileInfo(full);
            if (info.LinkTarget is { } target && !LeadsToFile(info))
            {
                return Problem(path, "not-found", $"is a link that leads nowhere, or in a circle: {target}");
            }

            if (!info.Exists)
            {
                return Problem(path, "not-found", $"does not exist: {full}");
            }

            return ReadFile(path, full, program, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or BuildException)
        {
            return Problem(path, "unreadable", $"cannot be read: {(error is BuildException known ? known.Why ?? known.What : error.Message)}");
        }
    }

    private static bool LeadsToFile(FileInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true };
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static GivenInput ReadFile(string path, string full, string? program, CancellationToken cancellation)
    {
        // The length of a device or a FIFO is 0 as well, and opening one could wait forever.
        var length = new FileInfo(full) is { LinkTarget: not null } link ? ((FileInfo)link.ResolveLinkTarget(returnFinalTarget: true)!).Length : new FileInfo(full).Length;
        if (length == 0)
        {
            return Problem(path, "not-elf", "is not an ELF file: it is empty, or a device");
        }

        using var file = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        var buffer = new byte[HeadBytes];
        var head = buffer.AsSpan(0, file.ReadAtLeast(buffer, HeadBytes, throwOnEndOfStream: false));
        file.Position = 0;
        if (GivenArchive.Is(head))
        {
            return OrNothing(GivenArchive.Read(new GivenCollector(path, program), file, head, cancellation), "archive");
        }

        if (!GivenCollector.IsChecked(head))
        {
            return head.StartsWith("PK\x03\x04"u8) ? Zip(path)
                : IsStaticLibrary(head)
                ? Problem(path, "static-library", "is a static library (.a): it becomes a part of programs when they are linked, and none needs it when it runs")
                : Problem(path, "not-elf", $"is not an ELF file: {Describe(head)}");
        }

        var collector = new GivenCollector(path, program);
        collector.AddFile(program ?? Path.GetFileName(full), Take(file, length, out var problem), isExecutable: true, problem);
        var given = collector.TakeOne();
        return given with { Files = [given.Files[0] with { Shown = path }] };
    }

    // Symbolic links are recorded and not followed, so a circle of them has no end to reach.
    private static GivenInput ReadFolder(GivenCollector collector, string full, CancellationToken cancellation)
    {
        var pending = new Stack<DirectoryInfo>([new DirectoryInfo(full)]);
        var count = 0;
        while (pending.TryPop(out var folder))
        {
            foreach (var entry in folder.EnumerateFileSystemInfos("*", _all))
            {
                cancellation.ThrowIfCancellationRequested();
                if (++count > GivenCollector.MostEntries)
                {
                    throw new InvalidDataException($"it contains more than {GivenCollector.MostEntries} files");
                }

                var place = Path.GetRelativePath(full, entry.FullName);
                collector.Note(place);
                if (entry.LinkTarget is { } target)
                {
                    collector.AddLink(place, target);
                }
                else if (entry is DirectoryInfo inner)
                {
                    collector.AddFolder(place);
                    pending.Push(inner);
                }
                else if (entry is FileInfo file && (file.Length > 0 || (collector.WantsEmpty && IsRegular(file))))
                {
                    AddFile(collector, place, file);
                }
            }
        }

        return collector.Take();
    }

    private static void AddFile(GivenCollector collector, string place, FileInfo info)
    {
        try
        {
            using var file = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0);
            Span<byte> head = stackalloc byte[4];
            if (collector.Wants(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]))
            {
                file.Position = 0;
                collector.AddFile(place, Take(file, info.Length, out var problem), !OperatingSystem.IsWindows() && (info.UnixFileMode & AnyExecute) != UnixFileMode.None, problem);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            collector.AddFile(place, default, isExecutable: false, new BinaryFinding("unreadable", FindingWeight.Unanswered, $"cannot be read: {error.Message}"));
        }
    }

    // The length of a FIFO or a device is 0 too. The tar writer asks for the type without opening it.
    private static bool IsRegular(FileInfo file)
    {
        using var written = new MemoryStream();
        using (var tar = new TarWriter(written, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(file.FullName, "file");
        }

        written.Position = 0;
        using var reader = new System.Formats.Tar.TarReader(written);
        return reader.GetNextEntry()?.EntryType == TarEntryType.RegularFile;
    }

    /// <summary>Reads a file to check.</summary>
    internal static ReadOnlyMemory<byte> Take(Stream file, long length, out BinaryFinding? problem)
    {
        problem = length <= Array.MaxLength ? null : new BinaryFinding("too-large", FindingWeight.Unanswered, $"has {length} bytes: files of more than 2 GiB are not read");
        return problem is null ? Formats.Tar.TarReader.ReadGrowing(file, length) : default;
    }

    private static bool IsStaticLibrary(ReadOnlySpan<byte> head) => head.StartsWith("!<arch>\n"u8) || head.StartsWith("!<thin>\n"u8);

    private static string Describe(ReadOnlySpan<byte> head) =>
        head.StartsWith("MZ"u8) ? "it is a program for Windows"
        : head.StartsWith(new byte[] { 0xca, 0xfe, 0xba, 0xbe }) || head.StartsWith(new byte[] { 0xcf, 0xfa, 0xed, 0xfe }) ? "it is a program for macOS, or a Java class"
        : head.ContainsAnyExceptInRange((byte)9, (byte)126) ? "it begins with other bytes" : "it is text";

    private static GivenInput OrNothing(GivenInput given, string what) =>
        given.Files.Count > 0 ? given : Problem(given.Name, "no-elf", $"is {(what[0] == 'a' ? "an" : "a")} {what} without any ELF file or script");

    private static GivenInput Zip(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JAR" or ".WAR" or ".EAR"
        ? Problem(path, "not-elf", "is not an ELF file: it is a program for a Java runtime", DataHints.JavaAdvice)
        : Problem(path, "not-elf", "is not an ELF file: it is a zip archive", "unpack it, and give the folder");

    private static GivenInput Problem(string path, string id, string what, string? next = null) =>
        new(path, [new GivenFile(path, "/" + path, default, new BinaryFinding(id, FindingWeight.Unanswered, what) { Next = next })], new Rootfs.RootfsTree());
}
