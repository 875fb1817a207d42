using Cake.Core;
using Cake.Core.Diagnostics;

namespace Cake.Frosting;

/// <summary>Registers tasks and lifetimes with Cake's engine.</summary>
internal sealed class TaskWiring(
    ICakeEngine engine,
    IFrostingContext context,
    ICakeLog log,
    IEnumerable<IFrostingTask> tasks,
    IFrostingSetup? setup = null,
    IFrostingTeardown? teardown = null,
    IFrostingTaskSetup? taskSetup = null,
    IFrostingTaskTeardown? taskTeardown = null)
{
    /// <summary>Registers everything; called once, before the run.</summary>
    /// <exception cref="FrostingException">A dependency names a class that is no task.</exception>
    public void Wire()
    {
        foreach (var task in tasks)
        {
            var shape = TaskShape.Of(task.GetType());
            if (shape.Context.IsInstanceOfType(context))
            {
                Register(task, shape);
            }
            else
            {
                log.Warning("Task {0} cannot be used since the context isn't convertible to {1}.", shape.Name, shape.Context.FullName);
            }
        }

        if (setup is not null)
        {
            engine.RegisterSetupAction(info => setup.Setup(context, info));
        }

        if (teardown is not null)
        {
            engine.RegisterTeardownAction(info => teardown.Teardown(context, info));
        }

        if (taskSetup is not null)
        {
            engine.RegisterTaskSetupAction(info => taskSetup.Setup(context, info));
        }

        if (taskTeardown is not null)
        {
            engine.RegisterTaskTeardownAction(info => taskTeardown.Teardown(context, info));
        }
    }

    private void Register(IFrostingTask task, TaskShape shape)
    {
        log.Debug("Registering task: {0}", shape.Name);
        var builder = engine.RegisterTask(shape.Name);
        if (!string.IsNullOrWhiteSpace(shape.Description))
        {
            builder.Description(shape.Description);
        }

        // Only what is overridden: a task without work of its own shows as delegated in the report, and an error handler
        // that does nothing would make every failure count as handled.
        if (shape.Runs)
        {
            builder.Does(task.RunAsync);
        }

        if (shape.Decides)
        {
            builder.WithCriteria(task.ShouldRun, task.SkippedMessage);
        }

        if (shape.ContinuesOnError)
        {
            builder.ContinueOnError();
        }

        if (shape.HandlesErrors)
        {
            builder.OnError(error => task.OnError(error, context));
        }

        if (shape.Finishes)
        {
            builder.Finally(() => task.Finally(context));
        }

        foreach (var dependency in shape.Dependencies)
        {
            builder.IsDependentOn(Name(shape, dependency));
        }

        foreach (var dependee in shape.Dependees)
        {
            builder.IsDependeeOf(Name(shape, dependee));
        }
    }

    private static string Name(TaskShape asking, Type dependency) =>
        typeof(IFrostingTask).IsAssignableFrom(dependency)
            ? TaskShape.NameOf(dependency)
            : throw new FrostingException($"{asking.Name}: the dependency '{dependency.Name}' is not a valid task.");
}
