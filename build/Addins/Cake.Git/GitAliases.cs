using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.Git;

/// <summary>What a git repository says of itself. A folder that is no repository's top, a git that is not found and one that fails are errors
/// (<see cref="CakeException"/>; the package has exceptions of LibGit2Sharp there).</summary>
[CakeAliasCategory("Git")]
public static class GitAliases
{
    /// <summary>The commit that is checked out.</summary>
    /// <param name="context">The context.</param>
    /// <param name="repositoryDirectoryPath">The repository's top folder.</param>
    /// <exception cref="CakeException">There is no commit yet, or see above.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Log")]
    public static GitCommit GitLogTip(this ICakeContext context, DirectoryPath repositoryDirectoryPath)
    {
        var lines = Read(context, repositoryDirectoryPath, "log", "-1", "--no-show-signature", "--format=%H");
        return lines is [var sha]
            ? new GitCommit(sha)
            : throw new CakeException($"git log says nothing that can be read in '{repositoryDirectoryPath.FullPath}'.");
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
}
