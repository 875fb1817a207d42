namespace Cake.Git;

/// <summary>A commit.</summary>
public sealed class GitCommit
{
    internal GitCommit(string sha, GitSignature author, GitSignature committer, string messageShort, string message) =>
        (Sha, Author, Committer, MessageShort, Message) = (sha, author, committer, messageShort, message);

    /// <summary>Its full name, in hexadecimal digits.</summary>
    public string Sha { get; }

    /// <summary>Who wrote the change.</summary>
    public GitSignature Author { get; }

    /// <summary>Who committed it.</summary>
    public GitSignature Committer { get; }

    /// <summary>The whole message, with the line feed it ends in.</summary>
    public string Message { get; }

    /// <summary>The message's first paragraph, on one line.</summary>
    public string MessageShort { get; }
}
