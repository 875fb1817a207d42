using System.Diagnostics.CodeAnalysis;
using System.Text;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>The tree being verified and the findings so far.</summary>
internal sealed class VerificationContext(Platform platform, RootfsTree tree, FileOrigins origins)
{
    private readonly List<Finding> _findings = [];

    private HashSet<string>? _names;

    internal Platform Platform => platform;

    internal RootfsTree Tree => tree;

    internal FileOrigins Origins { get; } = origins.In(tree);

    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The group of rules that is checked now.</summary>
    internal string Rule { get; set; } = string.Empty;

    /// <summary>Adds a finding for a path of the tree, given without its leading slash.</summary>
    internal void Add(string path, string what, string? askedBy = null, bool isNote = false) =>
        _findings.Add(new Finding(platform, "/" + path, what, askedBy, isNote) { Rule = Rule });

    /// <summary>Returns the regular file that a path leads to, following links.</summary>
    internal bool TryFile(string path, [NotNullWhen(true)] out RootfsEntry? file)
    {
        file = null;
        return tree.Resolve(path) is { } found && tree.TryGet(found, out file) && file.Type == RootfsEntryType.File;
    }

    /// <summary>Whether the image has a file of that name in any folder, so that the program that loads a plug-in can load it before.</summary>
    internal bool HasLibrary(string? name) =>
        name is not null && (_names ??= [.. tree.Entries.Select(entry => entry.Path[(entry.Path.LastIndexOf('/') + 1)..])]).Contains(name);

    /// <summary>Returns the lines of the text file that a path leads to; null, and a finding, if there is none.</summary>
    internal string[]? Lines(string path)
    {
        if (!TryFile(path, out var file))
        {
            Add(path, "is missing");
            return null;
        }

        return Encoding.UTF8.GetString(file.Content.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
