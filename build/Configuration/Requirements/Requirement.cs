using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration.Requirements;

/// <summary>What a requirement asks for.</summary>
public enum RequirementKind
{
    /// <summary>A shared library, from a line of <c>lib-requires.txt</c>.</summary>
    Library,

    /// <summary>A command, from <c>Commands</c> in <c>cake.config</c>.</summary>
    Command,

    /// <summary>Files of an overlay folder, from a line of <c>lib-requires.txt</c> that starts with a slash.</summary>
    Overlay,

    /// <summary>Files of a package by their path, from a line of <c>lib-requires.txt</c> such as <c>/usr/lib/{triplet}/ossl-modules/legacy.so = openssl-provider-legacy</c>.</summary>
    Files,
}

/// <summary>One line of <c>lib-requires.txt</c>, or one entry of <c>Commands</c>; the grammar is in docs/design.md.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Name">A library's name (<c>libz</c>), its soname (<c>libssl.so.3</c>), a command's name, an overlay pattern, or a pattern of a package's files.</param>
/// <param name="Package">The Debian package it must come from, or null.</param>
/// <param name="PackageFile">A package file of the user's own, relative to the file, <c>{arch}</c> standing for the Debian architecture; or null.</param>
/// <param name="OnlyOn">The platforms it is asked for on, in the order of <see cref="KnownPlatforms.All"/>.</param>
/// <param name="IsOptional">Whether absence is a note instead of an error.</param>
/// <param name="Source">The file it was written in, as people know it: <c>lib-requires.txt</c>.</param>
/// <param name="Line">The line, from 1; 0 where the source has no lines, as an argument.</param>
/// <param name="Text">The line in canonical form: what the lock records it as. Two lines that mean the same have the same text.</param>
public sealed record Requirement(
    RequirementKind Kind,
    string Name,
    string? Package,
    string? PackageFile,
    IReadOnlyList<Platform> OnlyOn,
    bool IsOptional,
    string Source,
    int Line,
    string Text)
{
    /// <summary>Whether a library is named by its exact soname instead of by a name for every version.</summary>
    public bool IsExactSoname => Kind == RequirementKind.Library && Name.Contains(".so", StringComparison.Ordinal);

    /// <summary>Whether the library may leave symbols to the program that loads it: <c>(plugin)</c>.</summary>
    public bool IsPlugin { get; init; }

    /// <summary>Whether the library may have build attributes above the platform's CPU: <c>(any-cpu)</c>.</summary>
    public bool IsAnyCpu { get; init; }

    /// <summary>File and line, for an error.</summary>
    public string Where => Line > 0 ? $"{Source}:{Line}" : Source;

    /// <summary>The pattern of a package's files on a platform: <c>{triplet}</c> is its multiarch triplet, <c>{arch}</c> its Debian architecture.</summary>
    public string PathOn(Platform platform) => Name
        .Replace(RequirementNames.Triplet, platform.Triplet, StringComparison.Ordinal)
        .Replace(RequirementNames.Architecture, platform.DebianArchitecture, StringComparison.Ordinal);

    /// <summary>Whether the requirement is asked for on that platform.</summary>
    public bool AppliesTo(Platform platform) => OnlyOn.Contains(platform);
}
