namespace Cake.Frosting;

/// <summary>The host was set up or called wrongly: a dependency that is no task, a folder that is not there.</summary>
public sealed class FrostingException : Exception
{
    /// <summary>Makes the error from its text.</summary>
    public FrostingException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error from its text and the error underneath.</summary>
    public FrostingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
