namespace Cake.Git;

/// <summary>Who did something to a commit, and when.</summary>
public sealed class GitSignature
{
    internal GitSignature(string email, string name, DateTimeOffset when) => (Email, Name, When) = (email, name, when);

    /// <summary>The address.</summary>
    public string Email { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The time, to the second, in the zone it was written in.</summary>
    public DateTimeOffset When { get; }
}
