using System.ComponentModel;
using System.Globalization;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>Tests whether this machine runs programs of a platform, by running one.</summary>
/// <param name="commands">Starts the program.</param>
/// <param name="folders">Folders for the program; the first one that is writable and allows execution is used. Missing folders are created and removed again.</param>
internal sealed class BinfmtProbe(ICommandRunner commands, IReadOnlyList<string> folders)
{
    private const int TextFileBusy = 26;
    private const int MostAttempts = 5;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    /// <summary>Runs the platform's tiny program.</summary>
    /// <returns>Null if it ran and ended as expected, otherwise the error in one line.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<string?> TryAsync(Platform platform, CancellationToken cancellation)
    {
        string? fault = null;
        foreach (var folder in folders)
        {
            var place = Path.Combine(folder, $"binfmt-{platform.FileName}-{Guid.NewGuid():N}");
            try
            {
                Directory.CreateDirectory(place);
                var path = Path.Combine(place, "tiny");
                await File.WriteAllBytesAsync(path, TinyProgram.For(platform), cancellation);
                if (!OperatingSystem.IsWindows())
                {
                    // 0755, whatever the umask.
                    File.SetUnixFileMode(path, (UnixFileMode)FilePermissions.Octal755);
                }

                var (again, isElsewhere) = await RunAsync(path, cancellation);
                fault = again;
                if (!isElsewhere)
                {
                    return fault;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                fault ??= error.Message;
            }
            finally
            {
                Remove(place);
            }
        }

        return fault;
    }

    // If the kernel refuses to start it, the folder may be mounted noexec: try another one.
    private async Task<(string? Fault, bool IsElsewhere)> RunAsync(string path, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await commands.RunAsync(path, [], _limit, cancellation);
                return (Fault(result), false);
            }
            catch (BuildException error)
            {
                var code = (error.InnerException as Win32Exception)?.NativeErrorCode;
                if (code == TextFileBusy && attempt < MostAttempts)
                {
                    // Another child process that was just started still holds the file open for writing.
                    await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt), cancellation);
                    continue;
                }

                const int accessDenied = 13;
                return (SafeText.Text(Reason(error)), code == accessDenied);
            }
        }
    }

    private static string? Fault(CommandResult result) => result.ExitCode switch
    {
        TinyProgram.ExitCode => null,
        null => string.Create(CultureInfo.InvariantCulture, $"did not finish within {_limit.TotalSeconds:0} s"),
        { } code => string.Create(CultureInfo.InvariantCulture, $"exit code {code} instead of {TinyProgram.ExitCode}") + (result.Error.Count > 0 ? $": {SafeText.Text(result.Error[^1])}" : string.Empty),
    };

    // "An error occurred trying to start process '...' with working directory '...'. Exec format error": the end is sufficient.
    private static string Reason(BuildException error) =>
        error.InnerException is Win32Exception native ? new Win32Exception(native.NativeErrorCode).Message : error.Why ?? error.What;

    private static void Remove(string place)
    {
        try
        {
            Directory.Delete(place, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An empty folder that remains is harmless.
        }
    }
}
