using Cake.Core;

namespace Cake.Frosting;

/// <summary>Runs before every task.</summary>
public interface IFrostingTaskSetup
{
    /// <summary>Called before every task.</summary>
    void Setup(ICakeContext context, ITaskSetupContext info);
}

/// <summary>Runs after every task, failed or not.</summary>
public interface IFrostingTaskTeardown
{
    /// <summary>Called after every task, failed or not.</summary>
    void Teardown(ICakeContext context, ITaskTeardownContext info);
}

/// <summary>Runs before and after every task.</summary>
public interface IFrostingTaskLifetime : IFrostingTaskSetup, IFrostingTaskTeardown;

/// <summary>Runs before and after every task, with Cake's own context.</summary>
public abstract class FrostingTaskLifetime : FrostingTaskLifetime<ICakeContext>;

/// <summary>Runs before and after every task.</summary>
/// <typeparam name="TContext">The build's context.</typeparam>
public abstract class FrostingTaskLifetime<TContext> : IFrostingTaskLifetime
    where TContext : ICakeContext
{
    /// <summary>Called before every task.</summary>
    public abstract void Setup(TContext context, ITaskSetupContext info);

    /// <summary>Called after every task, failed or not.</summary>
    public abstract void Teardown(TContext context, ITaskTeardownContext info);

    void IFrostingTaskSetup.Setup(ICakeContext context, ITaskSetupContext info) => Setup((TContext)context, info);

    void IFrostingTaskTeardown.Teardown(ICakeContext context, ITaskTeardownContext info) => Teardown((TContext)context, info);
}
