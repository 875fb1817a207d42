using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>Programs that end as a test says, and what they were called with.</summary>
internal sealed class FakeCommands(Func<string, CommandResult> run, params string[] present) : ICommandRunner
{
    private readonly List<string> _calls = [];

    public IReadOnlyList<string> Calls => _calls;

    public string? Find(string program) => present.Contains(program) ? "/usr/bin/" + program : null;

    public Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation)
    {
        var call = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        lock (_calls)
        {
            _calls.Add(call);
        }

        return Task.FromResult(run(call));
    }

    public static CommandResult Ends(int? code, params string[] error) => new(code, [], error);
}
