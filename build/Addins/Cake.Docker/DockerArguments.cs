using System.Reflection;
using System.Text;
using Cake.Core;
using Cake.Core.IO;

namespace Cake.Docker;

/// <summary>Writes the arguments of a command of <c>docker</c>: its words, the switches by name, what follows them.</summary>
internal static class DockerArguments
{
    /// <summary>Writes them.</summary>
    /// <param name="command">The words before the switches, as they are.</param>
    /// <param name="settings">The switches. Only properties that the type itself declares count: what it inherits is about
    /// starting the process.</param>
    /// <param name="operands">What follows, each one argument.</param>
    public static ProcessArgumentBuilder Of(string command, AutoToolSettings settings, IReadOnlyList<string> operands)
    {
        var arguments = new ProcessArgumentBuilder().Append(command);
        foreach (var property in settings.GetType()
            .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            Append(arguments, "--" + SwitchName(property.Name), property.GetValue(settings), settings.SecretProperties.Contains(property.Name));
        }

        foreach (var operand in operands)
        {
            arguments.AppendQuoted(operand);
        }

        return arguments;
    }

    private static void Append(ProcessArgumentBuilder arguments, string name, object? value, bool secret)
    {
        switch (value)
        {
            case null or false:
                break;
            case true:
                arguments.Append(name);
                break;
            case IEnumerable<string> values:
                foreach (var each in values)
                {
                    AppendValue(arguments, name, each, secret);
                }

                break;
            default:
                AppendValue(arguments, name, (string)value, secret);
                break;
        }
    }

    private static void AppendValue(ProcessArgumentBuilder arguments, string name, string value, bool secret)
    {
        if (secret)
        {
            arguments.AppendSwitchQuotedSecret(name, value);
        }
        else
        {
            arguments.AppendSwitchQuoted(name, value);
        }
    }

    // CacheFrom is cache-from.
    private static string SwitchName(string property)
    {
        var name = new StringBuilder(property.Length + 4);
        foreach (var (index, character) in property.Index())
        {
            if (char.IsAsciiLetterUpper(character) && index > 0)
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(character));
        }

        return name.ToString();
    }
}
