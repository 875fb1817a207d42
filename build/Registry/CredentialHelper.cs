using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>
/// A program <c>docker-credential-NAME</c> that keeps passwords outside of <c>config.json</c> (docker/docker-credential-helpers: the
/// registry on standard input, JSON on standard output). What it says is never shown, for it may hold the password.
/// </summary>
/// <param name="searchPath">The folders to look for it in, separated as in <c>PATH</c>; that variable's value where null.</param>
internal sealed partial class CredentialHelper(string? searchPath = null)
{
    private const int LongestAnswer = 64 * 1024;
    private const string IdentityTokenUser = "<token>";

    /// <summary>How long a helper has to answer; some ask people to unlock a key ring.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether there is such a helper on this machine; also for what is no helper's name, which asking it then says.</summary>
    public bool Has(string name) => !NameForm().IsMatch(name) || new CommandRunner(searchPath).Find($"docker-credential-{name}") is not null;

    /// <summary>Asks a helper for a registry's account.</summary>
    /// <param name="name">The helper's name without its prefix, as it stands in <c>config.json</c>.</param>
    /// <param name="host">The registry.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The account, or null where the helper has none.</returns>
    /// <exception cref="RegistryException">There is no such helper, it failed, did not end, or its answer is not valid.</exception>
    public async Task<RegistryCredentials?> GetAsync(string name, RegistryHost host, CancellationToken cancellation)
    {
        // It becomes part of a program's name: nothing that leads out of the search path.
        if (!NameForm().IsMatch(name))
        {
            throw Failed(SafeText.Text(name), host, "that is no helper's name");
        }

        var program = $"docker-credential-{name}";
        var path = new CommandRunner(searchPath).Find(program) ?? throw Failed(name, host, $"there is no {program} on PATH");
        var (code, answer) = await RunAsync(path, name, host, cancellation);
        if (code != 0)
        {
            return answer.Contains("credentials not found", StringComparison.OrdinalIgnoreCase) ? null : throw Failed(name, host, $"it ended with exit code {code}");
        }

        return Read(answer, name, host);
    }

    private async Task<(int Code, string Answer)> RunAsync(string path, string name, RegistryHost host, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(AnswerLimit);
        using var process = Start(path, name, host);
        try
        {
            // Both are read at once, so that a helper that talks much never waits for us.
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, deadline.Token);
            var answer = ReadAsync(process.StandardOutput, deadline.Token);
            await AskAsync(process, host, deadline.Token);
            if (await answer is not { } said)
            {
                // It waits for us to read on, which nobody will.
                Kill(process);
                throw Failed(name, host, $"it said more than {LongestAnswer} characters");
            }

            await process.WaitForExitAsync(deadline.Token);
            await errors;
            return (process.ExitCode, said);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancellation.ThrowIfCancellationRequested();
            throw Failed(name, host, $"it did not end within {AnswerLimit.TotalSeconds:0.#} s");
        }
    }

    private static Process Start(string path, string name, RegistryHost host)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(path, ["get"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw Failed(name, host, error.Message);
        }
    }

    private static async Task AskAsync(Process process, RegistryHost host, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(host.CredentialKey.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without listening; its exit code says how.
        }
    }

    private static async Task<string?> ReadAsync(StreamReader output, CancellationToken cancellation)
    {
        var buffer = new char[LongestAnswer + 1];
        var length = await output.ReadBlockAsync(buffer, cancellation);
        return length > LongestAnswer ? null : new string(buffer, 0, length);
    }

    private static RegistryCredentials? Read(string answer, string name, RegistryHost host)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var (user, secret) = (document.RootElement.GetProperty("Username").GetString(), document.RootElement.GetProperty("Secret").GetString());
            var origin = $"docker-credential-{name}";
            return string.IsNullOrEmpty(secret) ? null
                : user == IdentityTokenUser ? RegistryCredentials.IdentityToken(secret, origin)
                : RegistryCredentials.Password(user ?? string.Empty, secret, origin);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Without the reader's own words, which may quote the answer.
            throw Failed(name, host, "its answer is not JSON with Username and Secret");
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It had ended by itself.
        }
    }

    private static RegistryException Failed(string name, RegistryHost host, string why) => new(
        $"the credential helper {name} gave no account for {host}",
        why: why,
        next: $"try it by hand: echo {host.CredentialKey} | docker-credential-{name} get; or set REGISTRY_USER and REGISTRY_PASSWORD");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
