using System.Security.Cryptography;
using System.Text;

namespace BusyboxGlibc.Reports;

/// <summary>What later steps of a job on GitHub Actions read: outputs in the file that <c>GITHUB_OUTPUT</c> names.</summary>
/// <remarks>Source: GitHub's "Workflow commands for GitHub Actions", setting an output parameter. The last value of a name counts.</remarks>
internal static class StepOutputs
{
    /// <summary>Appends outputs, if the run is such a job.</summary>
    /// <param name="outputs">Names and values; a value may have several lines.</param>
    /// <param name="environment">Returns the value of an environment variable.</param>
    public static void Append(IEnumerable<(string Name, string Value)> outputs, Func<string, string?> environment)
    {
        if (environment("GITHUB_OUTPUT") is { Length: > 0 } path)
        {
            File.AppendAllText(path, Text(outputs));
        }
    }

    /// <summary>The outputs in the form of that file. A value ends at a line that only its own text could predict, so that no value can set another output.</summary>
    internal static string Text(IEnumerable<(string Name, string Value)> outputs) => string.Concat(outputs.Select(output =>
    {
        var end = $"end-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(output.Value)))}";
        return $"{output.Name}<<{end}\n{output.Value.ReplaceLineEndings("\n")}\n{end}\n";
    }));
}
