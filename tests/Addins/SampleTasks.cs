using Cake.Core;
using Cake.Frosting;

namespace BusyboxGlibc.Tests.Addins;

public sealed class SampleContext(ICakeContext context, Trace trace) : FrostingContext(context)
{
    public Trace Trace { get; } = trace;
}

[TaskName("Fetch")]
[TaskDescription("Brings what is needed")]
public sealed class FetchTask : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => context.Trace.Add("Fetch");
}

[TaskName("Make")]
[IsDependentOn(typeof(FetchTask))]
public sealed class MakeTask : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => context.Trace.Add("Make");
}

[TaskName("Sweep")]
[IsDependeeOf(typeof(FetchTask))]
public sealed class SweepTask : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => context.Trace.Add("Sweep");
}

[IsDependentOn(typeof(MakeTask))]
public sealed class All : FrostingTask<SampleContext>;

public sealed class Slow : AsyncFrostingTask<SampleContext>
{
    public override async Task RunAsync(SampleContext context)
    {
        context.Trace.Add("begin");
        await Task.Delay(20);
        context.Trace.Add("end");
    }
}

public sealed class Broken : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => throw new InvalidOperationException("it broke");

    public override void Finally(SampleContext context) => context.Trace.Add("finally");
}

public sealed class BrokenWithCode : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => throw new CakeException(42, "tool failed");
}

public sealed class BrokenLater : AsyncFrostingTask<SampleContext>
{
    public override Task RunAsync(SampleContext context) =>
        Task.FromException(new AggregateException(new CakeException(9, "first"), new CakeException("second")));
}

[ContinueOnError]
public sealed class BrokenButMinor : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => throw new InvalidOperationException("minor");
}

[IsDependentOn(typeof(BrokenButMinor))]
public sealed class AfterMinor : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => context.Trace.Add("AfterMinor");
}

[IsDependentOn(typeof(Broken))]
public sealed class AfterBroken : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => context.Trace.Add("AfterBroken");
}

public sealed class Handled : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => throw new InvalidOperationException("handled");

    public override void OnError(Exception exception, SampleContext context) => context.Trace.Add("on error: " + exception.Message);
}

public sealed class Never : FrostingTask<SampleContext>, IFrostingTask
{
    public string SkippedMessage => "the moon is wrong";

    public override bool ShouldRun(SampleContext context) => false;

    public override void Run(SampleContext context) => context.Trace.Add("Never");
}

[IsDependentOn(typeof(Never))]
public sealed class AfterNever : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => context.Trace.Add("AfterNever");
}

[IsDependentOn(typeof(string))]
internal sealed class Misled : FrostingTask<SampleContext>;

public sealed class Shower : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context)
    {
        foreach (var (name, values) in context.Arguments.GetArguments().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            context.Trace.Add($"{name}=[{string.Join('|', values.Select(value => value ?? "null"))}]");
        }

        context.Trace.Add("in " + context.Environment.WorkingDirectory.FullPath);
    }
}

public sealed class SampleLifetime : FrostingLifetime<SampleContext>
{
    public override void Setup(SampleContext context, ISetupContext info) =>
        context.Trace.Add($"setup for {info.TargetTask.Name}");

    public override void Teardown(SampleContext context, ITeardownContext info) =>
        context.Trace.Add($"teardown {(info.Successful ? "well" : info.ThrownException.Message)}");
}

public sealed class BrokenLifetime : FrostingLifetime<SampleContext>
{
    public override void Setup(SampleContext context, ISetupContext info) => throw new InvalidOperationException("setup broke");

    public override void Teardown(SampleContext context, ITeardownContext info) => context.Trace.Add("teardown");
}

public sealed class SampleTaskLifetime : FrostingTaskLifetime<SampleContext>
{
    public override void Setup(SampleContext context, ITaskSetupContext info) => context.Trace.Add($"before {info.Task.Name}");

    public override void Teardown(SampleContext context, ITaskTeardownContext info) => context.Trace.Add($"after {info.Task.Name}");
}

public sealed class ConfigurationShower : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => context.Trace.Add(context.Configuration.GetValue("image_registry"));
}
