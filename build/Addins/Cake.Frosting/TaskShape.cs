using Cake.Core;

namespace Cake.Frosting;

/// <summary>What a task's class says of it, read once: name, dependencies, context and which methods it overrides.</summary>
internal sealed class TaskShape
{
    private readonly Type _type;
    private readonly Type? _base;

    private TaskShape(Type type)
    {
        _type = type;
        _base = FrostingBase(type);
        Context = _base?.GenericTypeArguments[0] ?? typeof(ICakeContext);
        Name = type.Name;
        var dependencies = new List<Type>();
        var dependees = new List<Type>();
        foreach (var attribute in type.GetCustomAttributes(inherit: true))
        {
            switch (attribute)
            {
                case TaskNameAttribute given:
                    Name = given.Name;
                    break;
                case TaskDescriptionAttribute given:
                    Description = given.Description;
                    break;
                case ContinueOnErrorAttribute:
                    ContinuesOnError = true;
                    break;
                case IsDependentOnAttribute given:
                    dependencies.Add(given.Task);
                    break;
                case IsDependeeOfAttribute given:
                    dependees.Add(given.Task);
                    break;
            }
        }

        Dependencies = dependencies;
        Dependees = dependees;
    }

    public string Name { get; }

    public string? Description { get; }

    public bool ContinuesOnError { get; }

    public Type Context { get; }

    public IReadOnlyList<Type> Dependencies { get; }

    public IReadOnlyList<Type> Dependees { get; }

    public bool Runs => Overrides("Run", Context) || Overrides("RunAsync", Context);

    public bool Decides => Overrides("ShouldRun", Context);

    public bool HandlesErrors => Overrides("OnError", typeof(Exception), Context);

    public bool Finishes => Overrides("Finally", Context);

    public static TaskShape Of(Type type) => new(type);

    public static string NameOf(Type type) =>
        type.GetCustomAttributes(typeof(TaskNameAttribute), inherit: false) is [TaskNameAttribute given, ..] ? given.Name : type.Name;

    private static Type? FrostingBase(Type type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (current.IsConstructedGenericType
                && (current.GetGenericTypeDefinition() == typeof(FrostingTask<>)
                    || current.GetGenericTypeDefinition() == typeof(AsyncFrostingTask<>)))
            {
                return current;
            }
        }

        return null;
    }

    // A class of its own making, below neither base, has every method.
    private bool Overrides(string method, params Type[] parameters) =>
        _base is null
        || (_type.GetMethod(method, parameters) is { } found
            && found.DeclaringType != _base
            && found.GetBaseDefinition().DeclaringType == _base);
}
