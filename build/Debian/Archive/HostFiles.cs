using System.ComponentModel;
using System.Diagnostics;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>Access to the host's files that configure its package sources.</summary>
internal interface IHostFiles
{
    /// <summary>Returns the text of a file, or null if it is absent or cannot be read.</summary>
    string? Read(string path);

    /// <summary>Returns the paths of the files in a folder in ordinal order; empty if the folder is absent.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Returns the output of a host program called with one argument; null if it fails or takes too long.</summary>
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
