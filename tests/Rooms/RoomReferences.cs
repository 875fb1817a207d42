using Mono.Cecil;
using Mono.Cecil.Cil;

namespace BusyboxGlibc.Tests.Rooms;

/// <summary>Which room's code refers to which room's types: signatures, fields, attributes, locals and instructions of the compiled program.</summary>
internal static class RoomReferences
{
    private const string Root = "BusyboxGlibc.";

    /// <summary>Pairs of a type and a type of another room that it refers to.</summary>
    public static IReadOnlySet<(TypeDefinition From, TypeDefinition To)> Of(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly, new ReaderParameters { InMemory = true });
        var pairs = new HashSet<(TypeDefinition From, TypeDefinition To)>();
        foreach (var type in module.GetTypes().Where(type => RoomOf(type) is not null))
        {
            foreach (var used in Used(type).SelectMany(Parts).Select(reference => reference.Scope == module || reference is TypeDefinition ? reference.Resolve() : null))
            {
                if (used is not null && RoomOf(used) is { } room && room != RoomOf(type))
                {
                    pairs.Add((Outermost(type), Outermost(used)));
                }
            }
        }

        return pairs;
    }

    /// <summary>The room of a type: the first folder of its namespace; null for what is in none.</summary>
    public static string? RoomOf(TypeDefinition type)
    {
        var name = Outermost(type).Namespace;
        return name.StartsWith(Root, StringComparison.Ordinal) ? name[Root.Length..].Split('.')[0] : name.StartsWith("Cake.", StringComparison.Ordinal) ? "Addins" : null;
    }

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeReference?> Used(TypeDefinition type)
    {
        IEnumerable<TypeReference?> own =
        [
            type.BaseType,
            .. type.Interfaces.Select(one => one.InterfaceType),
            .. type.Fields.Select(field => field.FieldType),
            .. type.Properties.Select(property => property.PropertyType),
            .. type.CustomAttributes.SelectMany(Of),
            .. type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        ];
        return own.Concat(type.Methods.SelectMany(Of));
    }

    private static IEnumerable<TypeReference?> Of(CustomAttribute attribute) =>
        [attribute.AttributeType, .. attribute.ConstructorArguments.Select(argument => argument.Value as TypeReference)];

    private static IEnumerable<TypeReference?> Of(MethodDefinition method)
    {
        IEnumerable<TypeReference?> signature = [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType), .. method.CustomAttributes.SelectMany(Of)];
        return !method.HasBody ? signature : signature
            .Concat(method.Body.Variables.Select(variable => variable.VariableType))
            .Concat(method.Body.ExceptionHandlers.Select(handler => handler.CatchType))
            .Concat(method.Body.Instructions.SelectMany(Of));
    }

    private static IEnumerable<TypeReference?> Of(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => Parts(generic.ElementType).Concat(generic.GenericArguments.SelectMany(Parts)),
        TypeSpecification other => Parts(other.ElementType),
        _ => [type],
    };
}
