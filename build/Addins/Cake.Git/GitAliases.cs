using System.Globalization;
using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.Diagnostics;
using Cake.Core.IO;

namespace Cake.Git;

/// <summary>What a git repository says of itself. A folder that is no repository's top, a git that is not found and one that fails are errors
/// (<see cref="CakeException"/>; the package has exceptions of LibGit2Sharp there).</summary>
[CakeAliasCategory("Git")]
public static class GitAliases
{
    // What the package's library takes where nothing is said; git itself would take more in a large repository.
    private const int UsualDigits = 7;

    /// <summary>The commit that is checked out.</summary>
    /// <param name="context">The context.</param>
    /// <param name="repositoryDirectoryPath">The repository's top folder.</param>
    /// <exception cref="CakeException">There is no commit yet, or see above.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Log")]
    public static GitCommit GitLogTip(this ICakeContext context, DirectoryPath repositoryDirectoryPath)
    {
        var lines = Read(context, repositoryDirectoryPath, "log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%H%n%ae%n%an%n%aI%n%ce%n%cn%n%cI%n%s%n%B");
        return lines is [var sha, var authorMail, var author, var written, var committerMail, var committer, var committed, var subject, .. var message]
            ? new GitCommit(sha, Signature(authorMail, author, written), Signature(committerMail, committer, committed), subject, string.Join('\n', message))
            : throw new CakeException($"git log says nothing that can be read in '{repositoryDirectoryPath.FullPath}'.");
    }

    /// <summary>Describes the commit that is checked out by the nearest of all references.</summary>
    /// <param name="context">The context.</param>
    /// <param name="repositoryDirectoryPath">The repository's top folder.</param>
    /// <returns>The description, such as <c>heads/main</c>; empty, with a warning, where there is none.</returns>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static string GitDescribe(this ICakeContext context, DirectoryPath repositoryDirectoryPath) =>
        GitDescribe(context, repositoryDirectoryPath, GitDescribeStrategy.All);

    /// <summary>Describes the commit that is checked out.</summary>
    /// <param name="context">The context.</param>
    /// <param name="repositoryDirectoryPath">The repository's top folder.</param>
    /// <param name="strategy">By which references.</param>
    /// <returns>The description, such as <c>v1.2-3-g0123456</c>; empty, with a warning, where there is none.</returns>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static string GitDescribe(this ICakeContext context, DirectoryPath repositoryDirectoryPath, GitDescribeStrategy strategy) =>
        GitDescribe(context, repositoryDirectoryPath, renderLongFormat: false, strategy);

    /// <summary>Describes the commit that is checked out.</summary>
    /// <param name="context">The context.</param>
    /// <param name="repositoryDirectoryPath">The repository's top folder.</param>
    /// <param name="renderLongFormat">Whether the number of commits and the commit are there also where it is tagged itself.</param>
    /// <param name="strategy">By which references.</param>
    /// <returns>The description; empty, with a warning, where there is none.</returns>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static string GitDescribe(this ICakeContext context, DirectoryPath repositoryDirectoryPath, bool renderLongFormat, GitDescribeStrategy strategy) =>
        GitDescribe(context, repositoryDirectoryPath, renderLongFormat, strategy, minimumCommitIdAbbreviatedSize: null);

    /// <summary>Describes the commit that is checked out.</summary>
    /// <param name="context">The context.</param>
    /// <param name="repositoryDirectoryPath">The repository's top folder.</param>
    /// <param name="renderLongFormat">Whether the number of commits and the commit are there also where it is tagged itself.</param>
    /// <param name="strategy">By which references.</param>
    /// <param name="minimumCommitIdAbbreviatedSize">How many digits the commit has at least, 7 where null; 0 leaves out all but the reference.</param>
    /// <returns>The description; empty, with a warning, where there is none.</returns>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static string GitDescribe(
        this ICakeContext context,
        DirectoryPath repositoryDirectoryPath,
        bool renderLongFormat,
        GitDescribeStrategy strategy,
        int? minimumCommitIdAbbreviatedSize) =>
        GitDescribe(context, repositoryDirectoryPath, "HEAD", renderLongFormat, strategy, minimumCommitIdAbbreviatedSize);

    /// <summary>Describes a commit.</summary>
    /// <param name="context">The context.</param>
    /// <param name="repositoryDirectoryPath">The repository's top folder.</param>
    /// <param name="commitishName">The commit: its name, a branch or a tag.</param>
    /// <param name="renderLongFormat">Whether the number of commits and the commit are there also where it is tagged itself.</param>
    /// <param name="strategy">By which references.</param>
    /// <param name="minimumCommitIdAbbreviatedSize">How many digits the commit has at least, 7 where null; 0 leaves out all but the reference.</param>
    /// <returns>The description; empty, with a warning, where there is none.</returns>
    /// <exception cref="CakeException">There is no such commit, or see above.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static string GitDescribe(
        this ICakeContext context,
        DirectoryPath repositoryDirectoryPath,
        string commitishName,
        bool renderLongFormat,
        GitDescribeStrategy strategy,
        int? minimumCommitIdAbbreviatedSize)
    {
        ArgumentNullException.ThrowIfNull(commitishName);
        var commit = Read(context, repositoryDirectoryPath, "rev-parse", "--verify", "--end-of-options", $"{commitishName}^{{commit}}")[0];
        List<string> words = ["describe", $"--abbrev={minimumCommitIdAbbreviatedSize ?? UsualDigits}"];
        words.AddRange(strategy switch
        {
            GitDescribeStrategy.Default => [],
            GitDescribeStrategy.Tags => ["--tags"],
            GitDescribeStrategy.All => ["--all"],
            _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "no such way to describe a commit"),
        });
        if (renderLongFormat)
        {
            words.Add("--long");
        }

        try
        {
            return Read(context, repositoryDirectoryPath, [.. words, commit])[0];
        }
        catch (CakeException error)
        {
            context.Log.Warning(Verbosity.Normal, "Describe failed, empty string returned:\n{0}", error.Message);
            return string.Empty;
        }
    }

    /// <summary>Whether a file is changed, staged, deleted or new and not ignored.</summary>
    /// <param name="context">The context.</param>
    /// <param name="path">The repository's top folder.</param>
    [CakeMethodAlias]
    [CakeAliasCategory("Repository")]
    public static bool GitHasUncommitedChanges(this ICakeContext context, DirectoryPath path) =>
        Read(context, path, "status", "--porcelain", "--untracked-files=normal").Length > 0;

    private static string[] Read(ICakeContext context, DirectoryPath repository, params string[] words)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(repository);
        return new GitRunner(context).Read(repository, words);
    }

    private static GitSignature Signature(string email, string name, string when) =>
        new(email, name, DateTimeOffset.Parse(when, CultureInfo.InvariantCulture));
}
