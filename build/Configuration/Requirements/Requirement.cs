using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration.Requirements;

/// <summary>The kind of a requirement.</summary>
public enum RequirementKind
{
    /// <summary>A shared library, from a line of <c>lib-requires.txt</c>.</summary>
    Library,

    /// <summary>A command, from <c>Commands</c> in <c>cake.config</c>.</summary>
    Command,

    /// <summary>Files from an overlay folder, from a line of <c>lib-requires.txt</c> that starts with a slash.</summary>
    Overlay,

    /// <summary>Files of a package by their path, from a line of <c>lib-requires.txt</c>
    /// such as <c>/usr/lib/{triplet}/ossl-modules/legacy.so = openssl-provider-legacy</c>.</summary>
    Files,

    /// <summary>What a program of the user needs, from <c>WithBinary</c>.</summary>
    Program,
}

/// <summary>One line of <c>lib-requires.txt</c>, or one entry of <c>Commands</c>; the grammar is in docs/design.md.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">The name of a library (<c>libz</c>), a soname (<c>libssl.so.3</c>), the name of a command, an overlay pattern, or a pattern of a package's files.</param>
/// <param name="Package">The Debian package it must come from, or null.</param>
/// <param name="PackageFile">A user-supplied package file, relative to this file, where <c>{arch}</c> is the Debian architecture; or null.</param>
/// <param name="OnlyOn">The platforms it applies to, in the order of <see cref="KnownPlatforms.All"/>.</param>
/// <param name="IsOptional">Whether its absence is reported as a note instead of an error.</param>
/// <param name="Source">The file that contains it, as shown to the user: <c>lib-requires.txt</c>.</param>
/// <param name="Line">The line, starting at 1; 0 if the source has no lines, as an argument.</param>
/// <param name="Text">The line in canonical form, as recorded in the lock. Two lines with the same meaning have the same text.</param>
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
    /// <summary>Whether the library is named by its exact soname instead of by a name that covers every version.</summary>
    public bool IsExactSoname => Kind == RequirementKind.Library && Name.Contains(".so", StringComparison.Ordinal);

    /// <summary>Whether it stands for any number of files of a package.</summary>
    public bool IsPattern => Kind == RequirementKind.Files && Name.Contains('*', StringComparison.Ordinal);

    /// <summary>Whether files that a program loads only if it can may name this library and not find it: an exact soname that is optional.</summary>
    public bool MayBeLacking => IsOptional && IsExactSoname;

    /// <summary>Whether the program that loads the library may resolve its undefined symbols: <c>(plugin)</c>.</summary>
    public bool IsPlugin { get; init; }

    /// <summary>Whether the library may have build attributes that exceed the platform's CPU: <c>(any-cpu)</c>.</summary>
    public bool IsAnyCpu { get; init; }

    /// <summary>Whether it is a library, named by its soname, that is added only where nothing else brings it.</summary>
    public bool IsImplied { get; init; }

    /// <summary>File and line, for an error.</summary>
    public string Where => Line > 0 ? $"{Source}:{Line}" : Source;

    /// <summary>The pattern of a package's files on a platform: <c>{triplet}</c> is its multiarch triplet, <c>{arch}</c> its Debian architecture.</summary>
    public string PathOn(Platform platform) => Name
        .Replace(RequirementNames.Triplet, platform.Triplet, StringComparison.Ordinal)
        .Replace(RequirementNames.Architecture, platform.DebianArchitecture, StringComparison.Ordinal);

    /// <summary>Whether the requirement applies to that platform.</summary>
    public bool AppliesTo(Platform platform) => OnlyOn.Contains(platform);
}
