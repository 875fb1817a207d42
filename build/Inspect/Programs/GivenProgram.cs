using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Programs;

/// <summary>The files of a program for one platform.</summary>
/// <param name="Input">The files to check; those for other platforms are left out.</param>
/// <param name="Elves">The ELF files among them.</param>
internal sealed record ProgramFiles(GivenInput Input, IReadOnlyList<ElfFile> Elves)
{
    /// <summary>The libraries that must come from the image, by name, and the folders that the files search themselves.</summary>
    public IReadOnlyList<string> Needs
    {
        get
        {
            var own = Elves.SelectMany(elf => new[] { elf.Soname, RootfsPath.Name(elf.Name) }).OfType<string>().ToHashSet(StringComparer.Ordinal);
            return [
                .. Elves.SelectMany(elf => elf.Needed).Where(name => !own.Contains(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                .. Elves.SelectMany(elf => elf.RPath.Concat(elf.RunPath)).Where(folder => folder.StartsWith('/')).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ];
        }
    }
}

/// <summary>A program that the image is built for.</summary>
/// <param name="Name">Its name, the same on every platform.</param>
/// <param name="Path">Its path, as the user wrote it.</param>
/// <param name="Files">Its files on each platform that it is for, in the order of the platforms.</param>
internal sealed record GivenProgram(string Name, string Path, IReadOnlyDictionary<Platform, ProgramFiles> Files)
{
    private const int MostText = 2000;

    /// <summary>Whether it is in the image; otherwise the image only has what it needs.</summary>
    public bool IsInside { get; init; }

    /// <summary>The absolute paths of its files on a platform.</summary>
    public IEnumerable<string> PathsOn(Platform platform) => Files.TryGetValue(platform, out var files) ? files.Input.Files.Select(file => file.Path) : [];

    /// <summary>The files of programs on a platform as they are in the image: programs and scripts are executable even if the machine that they come from lost that.</summary>
    /// <exception cref="RootfsException">Two of them have different files at one path.</exception>
    public static RootfsTree TreeOf(IEnumerable<GivenProgram> programs, Platform platform)
    {
        var tree = new RootfsTree();
        foreach (var (input, elves) in programs.Where(program => program.Files.ContainsKey(platform)).Select(program => program.Files[platform]))
        {
            var started = elves.Where(elf => elf.Interpreter is not null || BinaryKind.IsStatic(elf)).Select(elf => elf.Name)
                .Concat(input.Files.Where(file => !ElfFile.IsElf(file.Content)).Select(file => file.Path)).ToHashSet(StringComparer.Ordinal);
            foreach (var entry in input.Tree.Entries.Where(entry => entry.Type != RootfsEntryType.Directory || !input.Tree.IsImplied(entry.Path)))
            {
                tree.Add(entry.Type != RootfsEntryType.File ? entry : entry with { Mode = started.Contains("/" + entry.Path) ? FilePermissions.Octal755 : entry.Mode });
            }
        }

        return tree;
    }

    /// <summary>What changes if any of its files does.</summary>
    public string Identity
    {
        get
        {
            // Platforms share the files of a path without placeholders.
            var trees = Files.Values.Select(files => files.Input.Tree).Distinct().ToDictionary(tree => tree, tree => InputKey.Of(tree.Entries.Select(TextOf)));
            return $"program {Name} {InputKey.Of(Files.SelectMany(pair => pair.Value.Input.Files.Select(file => file.Path).Prepend(trees[pair.Value.Input.Tree]).Prepend(pair.Key.Name)))}";
        }
    }

    /// <summary>What it needs, as requirements: one for all platforms on which it needs the same. None on a platform where it needs nothing.</summary>
    public IEnumerable<Requirement> Requirements => Files
        .Select(pair => (Platform: pair.Key, pair.Value.Needs))
        .Where(pair => pair.Needs.Count > 0)
        .GroupBy(pair => TextOf(pair.Needs), pair => pair.Platform, StringComparer.Ordinal)
        .Select(group => new Requirement(RequirementKind.Program, Name, null, null, [.. group], IsOptional: false, $"program {Name}", 0, group.Key));

    /// <summary>Its files on a platform, in the form in which dependencies are resolved.</summary>
    public IReadOnlyList<OverlayFile> OverlayFiles(Platform platform)
    {
        var (input, elves) = Files[platform];
        var byPath = elves.ToDictionary(elf => elf.Name, StringComparer.Ordinal);
        return [.. input.Tree.Entries.Where(entry => entry.Type == RootfsEntryType.SymbolicLink || byPath.ContainsKey("/" + entry.Path))
            .Select(entry => new OverlayFile("/" + entry.Path, entry.LinkTarget, byPath.GetValueOrDefault("/" + entry.Path)))];
    }

    private static string TextOf(RootfsEntry entry) =>
        $"{entry.Path} {entry.Type} {entry.Mode} {entry.LinkTarget} {(entry.Type == RootfsEntryType.File ? Convert.ToHexStringLower(SHA256.HashData(entry.Content.Span)) : string.Empty)}";

    // A line of the lock has a limited length; a folder with hundreds of needs is recorded by their digest.
    private string TextOf(IReadOnlyList<string> needs)
    {
        var text = ElfText.Show(string.Join(' ', needs));
        return $"program {Name}: {(text.Length <= MostText ? text : $"{needs.Count} libraries, sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}")}";
    }
}
