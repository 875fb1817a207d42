using System.Text;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Frosting;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>Runs a host whose console and log are kept, and whose tasks write what they do into a trace.</summary>
internal sealed class HostFixture
{
    private readonly List<Action<CakeHost>> _steps = [];

    public Trace Trace { get; } = new();

    public KeptConsole Console { get; } = new();

    public KeptLog Log { get; } = new();

    public StringWriter Ansi { get; } = new();

    public HostFixture With(Action<CakeHost> step)
    {
        _steps.Add(step);
        return this;
    }

    public HostFixture Task<T>()
        where T : class, IFrostingTask =>
        With(host => host.ConfigureServices(services => services.AddSingleton<IFrostingTask, T>()));

    public int Run(params string[] args)
    {
        var host = new CakeHost().ConfigureServices(services => services
            .AddSingleton(Trace)
            .AddSingleton<IConsole>(Console)
            .AddSingleton<ICakeLog>(Log)
            .AddSingleton(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Ansi) })));
        foreach (var step in _steps)
        {
            step(host);
        }

        return host.Run(args);
    }
}

/// <summary>What happened, in order.</summary>
public sealed class Trace
{
    public List<string> Events { get; } = [];

    public void Add(string what) => Events.Add(what);
}

internal sealed class KeptLog : ICakeLog
{
    public List<string> Lines { get; } = [];

    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args)
    {
        if (verbosity <= Verbosity)
        {
            Lines.Add($"{level}: {(args.Length == 0 ? format : string.Format(null, format, args))}");
        }
    }
}

internal sealed class KeptConsole : IConsole
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public ConsoleColor ForegroundColor { get; set; }

    public ConsoleColor BackgroundColor { get; set; }

    public bool SupportAnsiEscapeCodes => false;

    public void Write(string format, params object[] arg) => _text.AppendFormat(null, format, arg);

    public void Write(string value) => _text.Append(value);

    public void WriteLine(string format, params object[] arg) => _text.AppendFormat(null, format, arg).Append('\n');

    public void WriteLine(string value) => _text.Append(value).Append('\n');

    public void WriteError(string format, params object[] arg) => Write(format, arg);

    public void WriteError(string value) => Write(value);

    public void WriteErrorLine(string format, params object[] arg) => WriteLine(format, arg);

    public void WriteErrorLine(string value) => WriteLine(value);

    public void ResetColor()
    {
    }
}
