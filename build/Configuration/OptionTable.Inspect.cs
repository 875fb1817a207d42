namespace BusyboxGlibc.Configuration;

/// <content>The options of the tasks that answer questions about libraries and the image. They are only arguments.</content>
internal static partial class OptionTable
{
    private const string InspectGroup = "Inspect";

    /// <summary><c>--name</c>.</summary>
    public static Option Name { get; } = new(
        null, "Name", "name",
        "The library to find: a name, a soname, a path or the name of a package; * stands for any characters.",
        string.Empty, "libssl, libssl.so.3, /usr/lib/x86_64-linux-gnu/libssl.so.3, libpng*, libssl-dev")
    {
        Example = "libssl.so.3", Tasks = ["FindLibrary"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--command</c>.</summary>
    public static Option Command { get; } = new(
        null, "Command", "command",
        "The command to find.",
        string.Empty, "the name of a command, such as curl")
    {
        Example = "curl", Tasks = ["FindLibrary"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--symbol</c>.</summary>
    public static Option Symbol { get; } = new(
        null, "Symbol", "symbol",
        "The symbol to find, with or without its version, in the libraries of the image, of cached packages and of --name.",
        string.Empty, "NAME, or NAME@VERSION")
    {
        Example = "SSL_read@OPENSSL_3.0.0", Tasks = ["FindLibrary"], Group = InspectGroup, DefaultText = "none",
    };

    /// <summary><c>--json</c>.</summary>
    public static Option Json { get; } = new(
        null, "Json", "json",
        "Print the answer as JSON.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["FindLibrary"], Group = InspectGroup, IsSwitch = true,
    };
}
