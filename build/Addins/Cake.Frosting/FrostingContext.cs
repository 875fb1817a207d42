using Cake.Core;

namespace Cake.Frosting;

/// <summary>What a build's own context implements, to be given to every task.</summary>
public interface IFrostingContext : ICakeContext;

/// <summary>The base of a build's own context: Cake's context, to which the build adds its properties.</summary>
/// <param name="context">Cake's context, injected by the host.</param>
public class FrostingContext(ICakeContext context) : CakeContextAdapter(context), IFrostingContext;
