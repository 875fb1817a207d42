namespace Cake.Frosting;

/// <summary>Names a task; without it the class name is the task's name.</summary>
/// <param name="name">The name people write after <c>--target=</c>; letter case does not matter.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskNameAttribute(string name) : Attribute
{
    /// <summary>The task's name.</summary>
    public string Name { get; } = name;
}

/// <summary>Says in one sentence what a task does, for <c>--description</c>.</summary>
/// <param name="description">The sentence.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskDescriptionAttribute(string description) : Attribute
{
    /// <summary>The sentence.</summary>
    public string Description { get; } = description;
}

/// <summary>Lets the tasks after this one run although this one failed.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ContinueOnErrorAttribute : Attribute;

/// <summary>Makes another task run before this one. Repeatable; a derived task class inherits it.</summary>
/// <param name="type">The class of the task to run first.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IsDependentOnAttribute(Type type) : Attribute
{
    /// <summary>The class of the task to run first.</summary>
    public Type Task { get; } = type;
}

/// <summary>Makes this task run before another one. Repeatable; a derived task class inherits it.</summary>
/// <param name="type">The class of the task that waits for this one.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IsDependeeOfAttribute(Type type) : Attribute
{
    /// <summary>The class of the task that waits for this one.</summary>
    public Type Task { get; } = type;
}
