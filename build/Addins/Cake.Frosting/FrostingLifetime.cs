using Cake.Core;

namespace Cake.Frosting;

/// <summary>Runs before the whole run.</summary>
public interface IFrostingSetup
{
    /// <summary>Called before the whole run.</summary>
    void Setup(ICakeContext context, ISetupContext info);
}

/// <summary>Runs after the whole run, failed or not.</summary>
public interface IFrostingTeardown
{
    /// <summary>Called after the whole run, failed or not.</summary>
    void Teardown(ICakeContext context, ITeardownContext info);
}

/// <summary>Runs before and after the whole run.</summary>
public interface IFrostingLifetime : IFrostingSetup, IFrostingTeardown;

/// <summary>Runs before and after the whole run, with Cake's own context.</summary>
public abstract class FrostingLifetime : FrostingLifetime<ICakeContext>;

/// <summary>Runs before and after the whole run.</summary>
/// <typeparam name="TContext">The build's context.</typeparam>
public abstract class FrostingLifetime<TContext> : IFrostingLifetime
    where TContext : ICakeContext
{
    /// <summary>Called before the whole run.</summary>
    public abstract void Setup(TContext context, ISetupContext info);

    /// <summary>Called after the whole run, failed or not.</summary>
    public abstract void Teardown(TContext context, ITeardownContext info);

    void IFrostingSetup.Setup(ICakeContext context, ISetupContext info) => Setup((TContext)context, info);

    void IFrostingTeardown.Teardown(ICakeContext context, ITeardownContext info) => Teardown((TContext)context, info);
}
