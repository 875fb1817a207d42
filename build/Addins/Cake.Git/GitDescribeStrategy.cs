namespace Cake.Git;

/// <summary>Which references a commit is described by.</summary>
public enum GitDescribeStrategy
{
    /// <summary>Annotated tags.</summary>
    Default,

    /// <summary>All tags.</summary>
    Tags,

    /// <summary>All references.</summary>
    All,
}
