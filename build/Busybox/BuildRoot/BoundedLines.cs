using System.Text;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>Reads a program's output line by line, with a limit on the length of a line.</summary>
internal static class BoundedLines
{
    /// <summary>The maximum number of characters kept of a line.</summary>
    public const int Longest = 8192;

    /// <summary>Reads to the end.</summary>
    /// <param name="reader">The output.</param>
    /// <param name="onLine">Called with each line, without its line end and without characters beyond <see cref="Longest"/>.</param>
    public static async Task ReadAsync(TextReader reader, Action<string> onLine)
    {
        var line = new StringBuilder();
        var buffer = new char[4096];
        try
        {
            int count;
            while ((count = await reader.ReadAsync(buffer)) > 0)
            {
                foreach (var character in buffer.AsSpan(0, count))
                {
                    if (character == '\n')
                    {
                        onLine(line.ToString().TrimEnd('\r'));
                        line.Clear();
                    }
                    else if (line.Length < Longest)
                    {
                        line.Append(character);
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The program was killed; its output so far was already passed on.
        }

        if (line.Length > 0)
        {
            onLine(line.ToString());
        }
    }
}
