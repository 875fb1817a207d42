using Cake.Frosting;
using Spectre.Console.Cli;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>Holds the host's reading of command lines against the parser that Cake.Frosting itself uses.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class HostArgumentTests
{
    [TestCase("--platforms=linux/amd64")]
    [TestCase("--platforms", "linux/amd64,linux/arm64")]
    [TestCase("--offline")]
    [TestCase("--offline", "--locked")]
    [TestCase("--cache=a", "--cache=b", "--CACHE", "c")]
    [TestCase("--registry=localhost:5000/x")]
    [TestCase("--registry:localhost")]
    [TestCase("--xyz=a=b")]
    [TestCase("--xyz", "-1")]
    [TestCase("--xyz=-y")]
    [TestCase("--dryrun=false", "--xyz", "y")]
    [TestCase("--exclusive", "--xyz=y")]
    [TestCase("--exclusive", "true", "--xyz=y")]
    [TestCase("--target=Shower", "--target", "Shower", "--xyz")]
    [TestCase("-e", "-v", "q", "--xyz=1")]
    [TestCase("--Tree")]
    [TestCase("--settings_skipverification=true")]
    public void ArgumentsReachTasksAsFrostingsParserReadsThem(params string[] args)
    {
        string[] line = args.Contains("--target=Shower") ? args : ["--target=Shower", .. args];
        var host = new HostFixture().With(host => host.UseContext<SampleContext>()).Task<Shower>();
        Assert.That(host.Run(line), Is.Zero, string.Join('\n', host.Log.Lines));
        Assert.That(host.Trace.Events[..^1], Is.EqualTo(Expected(line)));
    }

    // Frosting's parser refuses it; an empty value is how a list is emptied, so the host takes it.
    [Test]
    public void AnEmptyValueIsAValue()
    {
        var host = new HostFixture().With(host => host.UseContext<SampleContext>()).Task<Shower>();
        Assert.That(host.Run("--target=Shower", "--features="), Is.Zero);
        Assert.That(host.Trace.Events[0], Is.EqualTo("features=[]"));
    }

    private static List<string> Expected(string[] args)
    {
        var app = new CommandApp<Capture>();
        app.Configure(config => config.PropagateExceptions());
        var kept = new Kept();
        app.WithData(kept);
        Assert.That(app.Run(args), Is.Zero);
        return kept.Lines;
    }

    private sealed class Kept
    {
        public List<string> Lines { get; } = [];
    }

    private sealed class Settings : CommandSettings
    {
        [CommandOption("--target|-t|--Target <TARGET>")]
        public string[] Targets { get; set; } = [];

        [CommandOption("--verbosity|-v <VERBOSITY>")]
        public string? Verbosity { get; set; }

        [CommandOption("--tree|--showtree")]
        public bool Tree { get; set; }

        [CommandOption("--dryrun|--noop|--whatif")]
        public bool DryRun { get; set; }

        [CommandOption("--exclusive|-e")]
        public bool Exclusive { get; set; }
    }

    private sealed class Capture : Command<Settings>
    {
        public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
        {
            var arguments = new SortedDictionary<string, List<string?>>(StringComparer.OrdinalIgnoreCase);
            foreach (var group in context.Remaining.Parsed)
            {
                var name = group.Key.TrimStart('-');
                arguments.TryAdd(name, []);
                arguments[name].AddRange(group);
            }

            arguments["target"] = [.. settings.Targets];
            ((Kept)context.Data!).Lines.AddRange(arguments
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key}=[{string.Join('|', pair.Value.Select(value => value ?? "null"))}]"));
            return 0;
        }
    }
}
