namespace BusyboxGlibc.Configuration;

/// <content>The options of the tasks that answer questions about libraries and the image. They are only arguments.</content>
internal static partial class OptionTable
{
    private const string InspectGroup = "Inspect";

    /// <summary><c>--binary</c>.</summary>
    public static Option Binary { get; } = new(
        null, "Binary", "binary",
        "What CheckBinary checks: programs, libraries, folders, .tar archives or .deb packages, relative to the project, separated by commas.",
        string.Empty, "paths")
    {
        Example = "./prog,./dist", Tasks = ["CheckBinary", "New"], Group = InspectGroup, DefaultText = "none", IsList = true, TakesFiles = true,
    };

    /// <summary><c>--against</c>.</summary>
    public static Option Against { get; } = new(
        null, "Against", "against",
        "The image that CheckBinary checks against instead of the one of image.lock.json: an OCI layout, an archive of one, or the name of an image in a registry.",
        string.Empty, "a folder, a .tar file, or REGISTRY/NAME:TAG")
    {
        Example = "docker.io/acme/busybox:glibc", Tasks = ["CheckBinary"], Group = InspectGroup, DefaultText = "the image of the lock", TakesFiles = true,
    };

    /// <summary><c>--from</c>.</summary>
    public static Option From { get; } = new(
        null, "From", "from",
        "The image of before that CompareAbi and Diff compare with the new one: an OCI layout, an archive of one, or the name of an image in a registry.",
        string.Empty, "a folder, a .tar file, or REGISTRY/NAME:TAG")
    {
        Example = "docker.io/acme/busybox:glibc", Tasks = ["CompareAbi", "Diff"], Group = InspectGroup, DefaultText = "none", TakesFiles = true,
    };

    /// <summary><c>--to</c>.</summary>
    public static Option To { get; } = new(
        null, "To", "to",
        "The new image that Diff compares with that of --from: an OCI layout, an archive of one, or the name of an image in a registry. Of Vault: where the files are kept, a folder or a name in a registry.",
        string.Empty, "a folder, a .tar file, or REGISTRY/NAME:TAG")
    {
        Example = "docker.io/acme/busybox:glibc", Tasks = ["Diff", "Vault"], Group = InspectGroup, DefaultText = "of Diff the built image, artifacts/oci; of Vault the one of --vault", TakesFiles = true,
    };

    /// <summary><c>--add</c>.</summary>
    public static Option Add { get; } = new(
        null, "Add", "add",
        "Whether CheckBinary writes the lines that are missing to lib-requires.txt.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["CheckBinary"], Group = InspectGroup, IsSwitch = true,
    };

    /// <summary><c>--name</c>.</summary>
    public static Option Name { get; } = new(
        null, "Name", "name",
        "The library to find: a name, a soname, a path, a project, a package or a symbol version; * stands for any characters, a comma separates several.",
        string.Empty, "libssl, libssl.so.3, /usr/lib/x86_64-linux-gnu/libssl.so.3, libpng*, libssl-dev, zlib, GLIBC_2.38")
    {
        Example = "libssl.so.3", Tasks = ["FindLibrary"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--command</c>.</summary>
    public static Option Command { get; } = new(
        null, "Command", "command",
        "The command to find; a comma separates several.",
        string.Empty, "the name of a command, such as curl")
    {
        Example = "curl", Tasks = ["FindLibrary"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--symbol</c>.</summary>
    public static Option Symbol { get; } = new(
        null, "Symbol", "symbol",
        "The symbol to find, perhaps with its version: in the packages of the cache, or in those of the library that --name names.",
        string.Empty, "deflate, memcpy@GLIBC_2.14, _ZSt4cout, std::__throw_bad_cast()")
    {
        Example = "memcpy@GLIBC_2.14", Tasks = ["FindLibrary"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--file</c>.</summary>
    public static Option File { get; } = new(
        null, "File", "file",
        "The file of the image to explain: a path, the name of a file, a package, an applet or a command.",
        string.Empty, "libzstd.so.1, /etc/passwd, libgcc-s1, vi")
    {
        Example = "libzstd.so.1", Tasks = ["Why"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--without</c>.</summary>
    public static Option Without { get; } = new(
        null, "Without", "without",
        "The line of lib-requires.txt, command or feature whose absence is asked for: what would leave the image with it.",
        string.Empty, "the text or name of a line, lib-requires.txt:LINE, the name of a command or feature")
    {
        Example = "libelf", Tasks = ["Why"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--all</c>.</summary>
    public static Option AllChains { get; } = new(
        null, "All", "all",
        "Show the chains of all requirements that bring the file, not only the shortest.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Why"], Group = InspectGroup, IsSwitch = true,
    };

    /// <summary><c>--json</c>.</summary>
    public static Option Json { get; } = new(
        null, "Json", "json",
        "Print the answer as JSON: one object, of CheckBinary one for each finding.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["CheckBinary", "FindLibrary", "Why", "CompareAbi", "Diff", "Sources", "VerifyPublished", "Vulnerabilities", "Doctor", "Tags"], Group = InspectGroup, IsSwitch = true,
    };

    /// <summary><c>--markdown</c>.</summary>
    public static Option Markdown { get; } = new(
        null, "Markdown", "markdown",
        "Print the answer as Markdown, for a pull request.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Diff"], Group = InspectGroup, IsSwitch = true,
    };
}
