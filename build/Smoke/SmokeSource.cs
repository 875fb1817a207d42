using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Smoke;

/// <summary>A library of the image that a program of SmokeTest uses where the image has it.</summary>
/// <param name="Soname">Its name.</param>
/// <param name="Macro">What the source is compiled with.</param>
/// <param name="Said">What the program then prints.</param>
/// <param name="IsLinked">Whether the program is linked to it; otherwise glibc loads it by its name.</param>
public sealed record SmokeLibrary(string Soname, string Macro, string Said, bool IsLinked = true);

/// <summary>The source of a program that SmokeTest compiles for an image and runs in it.</summary>
/// <param name="Check">The name of its check.</param>
/// <param name="Language">The language, as messages name it.</param>
/// <param name="File">The source, next to this file.</param>
/// <param name="Compiler">The compiler, without the prefix of the platform, and its options.</param>
/// <param name="Needs">The library without which an image cannot run it.</param>
/// <param name="Said">What it prints first.</param>
/// <param name="Inside">The absolute path of the program in the image.</param>
/// <param name="Libraries">Further libraries that it uses.</param>
public sealed record SmokeSource(string Check, string Language, string File, IReadOnlyList<string> Compiler, string Needs, string Said, string Inside, IReadOnlyList<SmokeLibrary> Libraries)
{
    /// <summary>The program in C.</summary>
    public static SmokeSource C { get; } = new(
        "c", "C", "program.c", ["gcc", "-std=c17", "-D_GNU_SOURCE"], "libc.so.6", "threads/36 localhost/nobody", "/smoke-program-c",
        [
            new SmokeLibrary("libgcc_s.so.1", "HAS_GCC_S", " cancel/1", IsLinked: false),
            new SmokeLibrary("libz.so.1", "HAS_ZLIB", " zlib/1"),
            new SmokeLibrary("libnuma.so.1", "HAS_NUMA", " numa"),
        ]);

    /// <summary>The program in C++.</summary>
    public static SmokeSource Cxx { get; } = new("c++", "C++", "program.cpp", ["g++", "-std=c++20"], "libstdc++.so.6", "caught 36 7/4", "/smoke-program-c++", []);

    /// <summary>Whether an image can run it, or should by its records.</summary>
    public bool IsFor(SmokeImage image) => image.HasLibrary(Needs);

    /// <summary>Those of the further libraries that an image has, or should have by its records.</summary>
    public IReadOnlyList<SmokeLibrary> LibrariesOf(SmokeImage image) => [.. Libraries.Where(library => image.HasLibrary(library.Soname))];

    /// <summary>The line that the program prints in an image.</summary>
    public string Expected(SmokeImage image) => Said + string.Concat(LibrariesOf(image).Select(library => library.Said)) + SmokeText.Expected(SmokeText.Arguments(image, this));

    /// <summary>The text of the source.</summary>
    public byte[] Read() => EmbeddedFile.Read($"smoke/{File}");
}
