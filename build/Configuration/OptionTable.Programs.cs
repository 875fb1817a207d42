namespace BusyboxGlibc.Configuration;

/// <content>The options for programs that the image is built for.</content>
internal static partial class OptionTable
{
    /// <summary><c>[Image] WithBinary</c>.</summary>
    public static Option WithBinary { get; } = new(
        "Image", "WithBinary", "with-binary",
        "Programs that the image must run: the libraries that they need are added, and Verify proves each of them against the image. A program, a folder, a .tar archive or a .deb package, relative to the project, separated by commas; {platform}, {os}, {arch} and {variant} take one for each platform.",
        None, "paths, or none")
    {
        Example = "./out/{platform}/prog", Tasks = Resolving, IsList = true, TakesFiles = true,
    };

    /// <summary><c>[Image] Program</c>.</summary>
    public static Option Program { get; } = new(
        "Image", "Program", "program",
        "Like WithBinary, and the programs are in the image, in a layer of their own: a file in /usr/local/bin, a folder or archive below /opt, or from the root if it has a folder usr.",
        None, "paths, or none")
    {
        Example = "./out/{platform}/prog", Tasks = [.. Resolving, "Pack", "Buildx"], IsList = true, TakesFiles = true,
    };

    /// <summary><c>[Image] OnlyBinary</c>.</summary>
    public static Option OnlyBinary { get; } = new(
        "Image", "OnlyBinary", "only-binary",
        "Whether the image has only what the programs of WithBinary and Program need: lib-requires.txt is not used, and Commands, Features and Charsets that are not set are what the programs use. With --busybox=none it has no shell either.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = Resolving, IsSwitch = true,
    };
}
