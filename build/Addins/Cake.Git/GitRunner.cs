using Cake.Core;
using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Cake.Git;

/// <summary>Asks the <c>git</c> command about a repository.</summary>
/// <param name="context">Where the command is looked for, and what starts it.</param>
internal sealed class GitRunner(ICakeContext context)
    : Tool<ToolSettings>(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools)
{
    private int _exitCode;

    /// <summary>Runs a command in the top folder of a repository.</summary>
    /// <param name="repository">The folder. As with the package, none above it is looked at.</param>
    /// <param name="words">The command and its arguments.</param>
    /// <returns>The lines of its standard output.</returns>
    /// <exception cref="CakeException">There is no such folder, it is no repository, or git is not found or fails; with what git says.</exception>
    public string[] Read(DirectoryPath repository, params string[] words)
    {
        var folder = repository.MakeAbsolute(context.Environment);
        if (!context.FileSystem.Exist(folder))
        {
            throw new CakeException($"Path '{folder.FullPath}' doesn't point at a valid Git repository or workdir: there is no such folder.");
        }

        var arguments = new ProcessArgumentBuilder().Append("-C").AppendQuoted(folder.FullPath).Append("--no-optional-locks");
        foreach (var word in words)
        {
            arguments.AppendQuoted(word);
        }

        var process = new ProcessSettings
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            EnvironmentVariables = new Dictionary<string, string?>
            {
                ["GIT_CEILING_DIRECTORIES"] = folder.GetParent()?.FullPath ?? folder.FullPath,
                ["LC_ALL"] = "C",
            },
        };
        string[] output = [], error = [];
        Run(new ToolSettings(), arguments, process, ended => (output, error) = ([.. ended.GetStandardOutput()], [.. ended.GetStandardError()]));
        return _exitCode == 0
            ? output
            : throw new CakeException(_exitCode, $"git {words[0]} failed in '{folder.FullPath}' (exit code {_exitCode}): {string.Join(' ', error.Take(3))}");
    }

    /// <inheritdoc/>
    protected override void ProcessExitCode(int exitCode) => _exitCode = exitCode;

    /// <inheritdoc/>
    protected override string GetToolName() => "Git";

    /// <inheritdoc/>
    protected override IEnumerable<string> GetToolExecutableNames() => ["git", "git.exe"];
}
