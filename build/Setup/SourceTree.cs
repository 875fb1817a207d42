using BusyboxGlibc.Registry;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Git;

namespace BusyboxGlibc.Setup;

/// <summary>The project's folder as git sees it.</summary>
internal static class SourceTree
{
    /// <summary>Asks git.</summary>
    /// <param name="context">Cake's context.</param>
    /// <param name="rootFolder">The project's folder.</param>
    /// <returns>Null where git cannot tell: the folder is no repository's top, has no commit, or git is not there or refuses.</returns>
    public static SourceRevision? FindRevision(ICakeContext context, string rootFolder)
    {
        // A repository that only happens to hold this folder says nothing of it.
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
            context.Log.Verbose("git does not say which commit this is: {0}", error.Message);
            return null;
        }
    }
}
