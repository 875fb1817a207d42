using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>
/// A program <c>docker-credential-NAME</c> that stores passwords outside of <c>config.json</c> (docker/docker-credential-helpers: the registry on
/// standard input, JSON on standard output). Its output is never shown, because it may contain the password.
/// </summary>
/// <param name="searchPath">The folders to search, separated as in <c>PATH</c>; null for the value of <c>PATH</c>.</param>
internal sealed partial class CredentialHelper(string? searchPath = null)
{
    private const int LongestAnswer = 64 * 1024;
    private const string IdentityTokenUser = "<token>";

    /// <summary>The time limit of a helper; some prompt the user to unlock a key ring.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether this machine has such a helper; also true for an invalid name, which calling the helper then reports.</summary>
    public bool Has(string name) => !NameForm().IsMatch(name) || new CommandRunner(searchPath).Find($"docker-credential-{name}") is not null;

    /// <summary>Gets the account for a registry from a helper.</summary>
    /// <param name="name">The name of the helper without its prefix, as in <c>config.json</c>.</param>
    /// <param name="host">The registry.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The account, or null where the helper has none.</returns>
    /// <exception cref="RegistryException">The helper does not exist, failed, did not end, or its output is not valid.</exception>
    public async Task<RegistryCredentials?> GetAsync(string name, RegistryHost host, CancellationToken cancellation)
    {
        // The name becomes part of a program's name: it must not lead out of the search path.
        if (!NameForm().IsMatch(name))
        {
            throw Failed(SafeText.Text(name), host, "that is not a valid helper name");
        }

        var program = $"docker-credential-{name}";
        var path = new CommandRunner(searchPath).Find(program) ?? throw Failed(name, host, $"there is no {program} on PATH");
        var (code, answer) = await RunAsync(path, name, host, cancellation);
        if (code != 0)
        {
            return answer.Contains("credentials not found", StringComparison.OrdinalIgnoreCase) ? null : throw Failed(name, host, $"it exited with code {code}");
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
            // Both streams are read at the same time, so that a helper with much output never blocks.
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, deadline.Token);
            var answer = ReadAsync(process.StandardOutput, deadline.Token);
            await AskAsync(process, host, deadline.Token);
            if (await answer is not { } said)
            {
                // It is blocked on output that is no longer read.
                Kill(process);
                throw Failed(name, host, $"it wrote more than {LongestAnswer} characters");
            }

            await process.WaitForExitAsync(deadline.Token);
            await errors;
            return (process.ExitCode, said);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancellation.ThrowIfCancellationRequested();
            throw Failed(name, host, $"it did not exit within {AnswerLimit.TotalSeconds:0.#} s");
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
            // It ended without reading its input; its exit code is reported.
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
            // Without the parser's message, which may quote the output.
            throw Failed(name, host, "its response is not JSON with Username and Secret");
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
            // It had already ended.
        }
    }

    private static RegistryException Failed(string name, RegistryHost host, string why) => new(
        $"the credential helper {name} returned no account for {host}",
        why: why,
        next: $"run it manually: echo {host.CredentialKey} | docker-credential-{name} get; or set REGISTRY_USER and REGISTRY_PASSWORD");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
