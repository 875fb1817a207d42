using BusyboxGlibc.Registry;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Git;

namespace BusyboxGlibc.Setup;

/// <summary>The project's folder as git sees it.</summary>
internal static class SourceTree
{
    /// <summary>Queries git.</summary>
    /// <param name="context">Cake's context.</param>
    /// <param name="rootFolder">The project's folder.</param>
    /// <returns>Null if git gives no answer: the folder is not the top of a repository, has no commit, or git is missing or fails.</returns>
    public static SourceRevision? FindRevision(ICakeContext context, string rootFolder)
    {
        // A repository that merely contains this folder does not describe it.
        if (!Path.Exists(Path.Combine(rootFolder, ".git")))
        {
            return null;
        }

        try
        {
            return new SourceRevision(context.GitLogTip(rootFolder).Sha, context.GitHasUncommitedChanges(rootFolder));
        }
#pragma warning disable CA1031 // The stand-in throws CakeException, the package exceptions of LibGit2Sharp; neither may fail a build that does not need git.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            context.Log.Verbose("git cannot determine the current commit: {0}", error.Message);
            return null;
        }
    }
}
