using System.ComponentModel;
using System.Diagnostics;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>The few files of the host that say where it gets its packages from: the edge to the host.</summary>
internal interface IHostFiles
{
    /// <summary>The text of a file, or null where it is absent or cannot be read.</summary>
    string? Read(string path);

    /// <summary>The paths of the files in a folder in ordinal order; empty where it is absent.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>What a program of the host prints when it is called with one argument; null where it fails or takes long.</summary>
    string? Run(string program, string argument);
}

/// <summary>The host's real files.</summary>
internal sealed class HostFiles : IHostFiles
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public string? Run(string program, string argument)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            _ = process.StandardError.ReadToEndAsync();
            var line = process.StandardOutput.ReadLineAsync();
            if (process.WaitForExit(_patience))
            {
                return process.ExitCode == 0 && line.Wait(_patience) ? line.Result : null;
            }

            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (Exception error) when (error is Win32Exception or IOException or InvalidOperationException or AggregateException)
        {
            return null;
        }
    }
}
