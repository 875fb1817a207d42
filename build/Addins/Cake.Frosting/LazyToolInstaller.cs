using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Packaging;
using Cake.Core.Tooling;
using Cake.DotNetTool.Module;
using Cake.NuGet;
using Microsoft.Extensions.DependencyInjection;

namespace Cake.Frosting;

/// <summary>
/// Cake's tool installer, made when the first tool is to be installed: the NuGet client it stands on would otherwise be
/// loaded by every run.
/// </summary>
internal sealed class LazyToolInstaller(IServiceProvider provider) : IToolInstaller
{
    public IEnumerable<FilePath> Install(PackageReference tool)
    {
        var services = new ServiceCollection()
            .AddSingleton(provider.GetRequiredService<IFileSystem>())
            .AddSingleton(provider.GetRequiredService<ICakeEnvironment>())
            .AddSingleton(provider.GetRequiredService<IGlobber>())
            .AddSingleton(provider.GetRequiredService<IProcessRunner>())
            .AddSingleton(provider.GetRequiredService<IToolLocator>())
            .AddSingleton(provider.GetRequiredService<ICakeConfiguration>())
            .AddSingleton(provider.GetRequiredService<ICakeLog>())
            .AddSingleton(provider.GetRequiredService<ICakeContext>())
            .UseModule<Cake.Common.Modules.CommonModule>()
            .UseModule<NuGetModule>()
            .UseModule<DotNetToolModule>();
        foreach (var installer in provider.GetServices<IPackageInstaller>())
        {
            services.AddSingleton(installer);
        }

        using var tools = services.AddSingleton<ToolInstaller>().BuildServiceProvider();
        return [.. tools.GetRequiredService<ToolInstaller>().Install(tool)];
    }
}
