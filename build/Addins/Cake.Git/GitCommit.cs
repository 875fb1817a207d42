namespace Cake.Git;

/// <summary>A commit.</summary>
public sealed class GitCommit
{
    internal GitCommit(string sha) => Sha = sha;

    /// <summary>Its full name, in hexadecimal digits.</summary>
    public string Sha { get; }
}
