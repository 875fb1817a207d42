using System.Reflection;
using Cake.Cli;
using Cake.Core;

namespace Cake.Frosting;

/// <summary>The version of Cake's engine: the resolver of Cake.Cli looks at the process, which is <c>dotnet</c> here.</summary>
internal sealed class CakeVersion : IVersionResolver
{
    public string GetVersion() => GetProductVersion().Split('+')[0];

    public string GetProductVersion() =>
        typeof(CakeEngine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "Unknown";
}
