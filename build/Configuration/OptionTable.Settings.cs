namespace BusyboxGlibc.Configuration;

/// <content>The options for how a container of the image is started: those of Dockerfile.run that need no line there.</content>
internal static partial class OptionTable
{
    private const string PairForm = """write KEY:value, or as JSON with \u003d for an equals sign: {"KEY": "a\u003db"}""";

    private const string ArrayForm = """write the words separated by blanks, or the JSON array without its brackets, "prog", "--port\u003d80", with \u003d for an equals sign""";

    private static string[] Packing => ["Pack", "Buildx", "Verify"];

    /// <summary><c>[Image] Users</c>.</summary>
    public static Option Users => field ??= new(
        "Image", "Users", "users",
        "Accounts of your own in the image, each with a group of the same name and number and a home folder, separated by commas. They have no password.",
        None, "NAME:NUMBER, NAME:NUMBER:HOME, NAME:NUMBER:HOME:SHELL, or none")
    {
        Example = "app:10001:/app", Tasks = ["Assemble"], IsList = true,
    };

    /// <summary><c>[Image] User</c>.</summary>
    public static Option User => field ??= new(
        "Image", "User", "user",
        "The user of a container, as USER in Dockerfile.run.",
        None, "a name or number of the image, with a group after a colon if wanted, or none")
    {
        Example = "nonroot", Tasks = Packing,
    };

    /// <summary><c>[Image] Env</c>.</summary>
    public static Option Env => field ??= new(
        "Image", "Env", "env",
        "Environment variables, separated by commas. $PATH and other variables of the image are replaced in values. In cake.config a colon takes the place of =, which Cake cannot read twice in a line.",
        None, """KEY=value, in cake.config KEY:value, a JSON object such as {"KEY": "a,b"}, or none""")
    {
        Example = "LANG=C.UTF-8", Tasks = Packing, IsList = true, Separator = '\n', FileForm = PairForm,
    };

    /// <summary><c>[Image] WorkingDirectory</c>.</summary>
    public static Option WorkingDirectory => field ??= new(
        "Image", "WorkingDirectory", "working-directory",
        "The folder in which a container starts, as WORKDIR in Dockerfile.run: it is created if the image does not have it, and belongs to the user.",
        None, "an absolute path, or none")
    {
        Example = "/app", Tasks = Packing,
    };

    /// <summary><c>[Image] Entrypoint</c>.</summary>
    public static Option Entrypoint => field ??= new(
        "Image", "Entrypoint", "entrypoint",
        "What a container of the image runs: words separated by blanks, or a JSON array as in a Dockerfile. The command sh is then left out.",
        None, "a command of the image with its first arguments, or none")
    {
        Example = "prog", Tasks = Packing, FileForm = ArrayForm,
    };

    /// <summary><c>[Image] Cmd</c>.</summary>
    public static Option Cmd => field ??= new(
        "Image", "Cmd", "cmd",
        "The default command of a container, or the arguments of Entrypoint: words separated by blanks, or a JSON array as in a Dockerfile. It replaces the command sh.",
        None, "a command of the image with its arguments, or none")
    {
        Example = "sh -l", Tasks = Packing, FileForm = ArrayForm,
    };

    /// <summary><c>[Image] Labels</c>.</summary>
    public static Option Labels => field ??= new(
        "Image", "Labels", "labels",
        "Labels of the image, which are also annotations of its manifests and, unless the build sets them itself, of the index; separated by commas. In cake.config a colon takes the place of =.",
        None, """KEY=value, in cake.config KEY:value, a JSON object such as {"KEY": "a,b"}, or none""")
    {
        Example = "com.acme.team=base", Tasks = Packing, IsList = true, Separator = '\n', FileForm = PairForm,
    };

    /// <summary><c>[Image] Ports</c>.</summary>
    public static Option Ports => field ??= new(
        "Image", "Ports", "ports",
        "The ports that programs of the image listen on, as EXPOSE in Dockerfile.run, separated by commas.",
        None, "80, 53/udp, 8000-8010/tcp, or none")
    {
        Example = "8080/tcp", Tasks = Packing, IsList = true,
    };

    /// <summary><c>[Image] Volumes</c>.</summary>
    public static Option Volumes => field ??= new(
        "Image", "Volumes", "volumes",
        "The folders that a container keeps outside of its file system, as VOLUME in Dockerfile.run, separated by commas.",
        None, "absolute paths, or none")
    {
        Example = "/data", Tasks = Packing, IsList = true,
    };

    /// <summary><c>[Image] StopSignal</c>.</summary>
    public static Option StopSignal => field ??= new(
        "Image", "StopSignal", "stop-signal",
        "The signal that stops a container, as STOPSIGNAL in Dockerfile.run.",
        None, "the name or number of a Linux signal, or none")
    {
        Example = "SIGINT", Tasks = Packing,
    };

    /// <summary><c>--variants</c>.</summary>
    public static Option Variants => field ??= new(
        null, "Variants", "variants",
        "The variants of cake.config, sections such as [Variant.nonroot], that are built, verified, tested and published with the image. For CheckBinary, Why and Vulnerabilities the one to ask about.",
        string.Empty, "names of sections [Variant.NAME], without Variant., or none")
    {
        Example = "nonroot,debug", Tasks = [.. Packing, "CheckPublish", "CheckBinary", "Why", "Vulnerabilities"], DefaultText = "all of cake.config", IsList = true, Group = Image,
    };
}
