using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Setup;

/// <summary>Marks a task that leads to the image, for <see cref="EngineChoice"/>.</summary>
/// <param name="engine">The only engine that has this task; <see cref="Engine.Auto"/> if both have it.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EngineTaskAttribute(Engine engine = Engine.Auto) : Attribute
{
    /// <summary>The only engine that has this task; <see cref="Engine.Auto"/> if both have it.</summary>
    public Engine Engine { get; } = engine;

    /// <summary>Whether a run of only this task ends before an image is made.</summary>
    public bool EndsBeforeImage { get; init; }
}
