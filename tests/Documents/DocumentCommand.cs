namespace BusyboxGlibc.Tests.Documents;

/// <summary>A command that a page tells its readers to type.</summary>
/// <param name="Where">Page and line.</param>
/// <param name="Call">The command.</param>
/// <param name="IsWhole">Whether it is typed as it is written; otherwise a sentence names a part of one, such as an option.</param>
internal sealed record DocumentCommand(string Where, ShellCall Call, bool IsWhole)
{
    // The names by which readers start this program.
    private static readonly string[] _own = ["./build.sh", "./build.ps1", "build.sh", "busybox-glibc", "buildx.sh"];

    private static readonly string[] _others =
    [
        "apt-get", "buildctl", "cd", "cosign", "crane", "curl", "dnx", "docker", "dotnet", "eval", "gh", "git", "go", "gpg", "grype", "make", "node", "npm", "npx", "openssl", "oras", "podman", "printf",
        "python3", "skopeo", "source", "sudo", "trivy",
    ];

    // Parts of a shell, and of PowerShell, that need no proof.
    private static readonly string[] _builtIn = ["cd", "echo", "eval", "source", "Invoke-Expression", "Out-String"];

    /// <summary>Whether it starts this program.</summary>
    public bool IsOwn => OwnWords is not null;

    /// <summary>The arguments of this program; null for a command of others. <c>dnx</c> and <c>docker run</c> pass on what is behind its name.</summary>
    public IReadOnlyList<string>? OwnWords => Call.Words switch
    {
        [var option, ..] when option.StartsWith("--", StringComparison.Ordinal) => Call.Words,
        ["sh", var script, ..] when _own.Contains(script) => [.. Call.Words.Skip(2)],
        [var program, ..] when _own.Contains(program) => [.. Call.Words.Skip(1)],
        ["dnx", "busybox-glibc", ..] => [.. Call.Words.SkipWhile(word => word != "--").Skip(1)],
        ["docker", "run", ..] when Call.Words.Contains("busybox-glibc:glibc") => [.. Call.Words.SkipWhile(word => word != "busybox-glibc:glibc").Skip(1)],
        _ => null,
    };

    /// <summary>Whether a text is a command, by its first word.</summary>
    public static bool IsOne(string text) => ShellLineOf(text) is [{ Words: [var first, ..] } call, ..]
        && (_own.Contains(first) || first == "sh" || _others.Contains(first) || (call.Variables.Count > 0 && call.Words[0][0] == '/'));

    /// <summary>All commands of a page.</summary>
    public static IEnumerable<DocumentCommand> Of(DocumentPage page) =>
        page.Blocks.SelectMany(OfBlock).Concat(page.Words.SelectMany(OfWord)).Where(command => !_builtIn.Contains(command.Call.Words[0]));

    private static IEnumerable<DocumentCommand> OfBlock(DocumentBlock block)
    {
        var (page, first) = (block.Where[..block.Where.LastIndexOf(':')], int.Parse(block.Where[(block.Where.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        var typed = block.Language switch
        {
            "sh" or "console" or "powershell" => Joined(block.Lines),
            "yaml" => block.Lines.Index().Where(line => line.Item.TrimStart(' ', '-').StartsWith("run: ", StringComparison.Ordinal)).Select(line => (line.Index, line.Item[(line.Item.IndexOf("run: ", StringComparison.Ordinal) + 5)..])),
            _ => block.Lines.Index().Where(line => line.Item.StartsWith("$ ", StringComparison.Ordinal)).Select(line => (line.Index, line.Item[2..])),
        };
        return typed.SelectMany(line => ShellLine.Calls(line.Item2).Select(call => new DocumentCommand($"{page}:{first + line.Index}", call, IsWhole: true)));
    }

    // A line that a backslash continues is one with the next.
    private static IEnumerable<(int Index, string Text)> Joined(IReadOnlyList<string> lines)
    {
        for (var index = 0; index < lines.Count; index++)
        {
            var (start, text) = (index, lines[index]);
            while (text.EndsWith('\\') && index + 1 < lines.Count)
            {
                text = $"{text[..^1]} {lines[++index].TrimStart()}";
            }

            yield return (start, text);
        }
    }

    // The name of another program, with or without that of a part of it (docker load), is a word about it.
    private static IEnumerable<DocumentCommand> OfWord(DocumentWord word)
    {
        var isOption = word.Text.StartsWith("--", StringComparison.Ordinal) && word.Text.Length > 2;
        return !isOption && !IsOne(word.Text) ? []
            : ShellLine.Calls(word.Text).Select(call => new DocumentCommand(word.Where, call, IsWhole: !isOption))
                .Where(command => command.IsOwn ? command.Call.Words is not ["busybox-glibc"] : !command.Call.Words.All(part => part.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-') && part[0] != '-'));
    }

    private static IReadOnlyList<ShellCall> ShellLineOf(string text)
    {
        try
        {
            return ShellLine.Calls(text);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
