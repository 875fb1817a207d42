using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Inspect.Reasons;

/// <summary>A question about the image.</summary>
/// <param name="Text">The file, or the line if <paramref name="IsWithout"/>.</param>
/// <param name="IsWithout">Whether the question is what would leave the image with a line.</param>
internal sealed record ReasonQuery(string Text, bool IsWithout)
{
    private const int LongestName = 512;

    /// <summary>Reads the options.</summary>
    /// <exception cref="ConfigurationException">None is given, both are, or the value cannot be the name of anything.</exception>
    public static ReasonQuery Read(InspectOptions options)
    {
        if (options.File.Length == 0 == (options.Without.Length == 0))
        {
            throw new ConfigurationException(
                options.File.Length == 0 ? "Why is not told what to explain" : "Why answers one question at a time, not --file and --without", "argument --file", next: "write --file=libzstd.so.1, or --without=LINE for what would leave the image with a line");
        }

        var query = options.File.Length > 0 ? new ReasonQuery(FullWidth.ToAscii(options.File), false) : new ReasonQuery(FullWidth.ToAscii(options.Without), true);
        return query.Text.Length <= LongestName ? query : throw new ConfigurationException(
            $"{SafeText.Text(query.Text)} is not a name", $"argument --{(query.IsWithout ? "without" : "file")}", $"more than {LongestName} characters", "write the name or path of a file of the image, or a line of lib-requires.txt");
    }
}
