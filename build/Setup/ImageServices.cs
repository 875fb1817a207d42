using BusyboxGlibc.Busybox;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Embedded;
using BusyboxGlibc.Oci.Layers;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>The services that make base trees and pack layouts, and the embedded engine.</summary>
internal static class ImageServices
{
    /// <summary>Adds these services.</summary>
    internal static IServiceCollection AddImage(this IServiceCollection services) => services
        .AddSingleton(provider => new BaseTreeMaker(
            provider.Get<PackageStore>(), provider.Get<IProgressBoard>(), provider.Options().Run.Jobs, provider.Get<PackageCache>()))
        .AddSingleton(provider => new LayoutPacker(
            new LayerCache(provider.Get<BuildPaths>().Cache), provider.Get<IProgressBoard>(), provider.Options().Run.Jobs, provider.Get<BuildPaths>().Abi,
            provider.Get<BuildInputs>().ProgramLayer, provider.Get<BuildInputs>().Run))
        .AddSingleton(provider => new EmbeddedEngine(
            provider.Get<IBusybox>(), provider.Get<BuildPaths>().BaseTrees, provider.Get<BuildResults>().Plan.Lock))
        .AddSingleton(provider => new EmbeddedImage(
            provider.Get<EmbeddedEngine>(), provider.Get<BuildInputs>().Dockerfiles, provider.Get<BuildResults>().Plan.Metadata, provider.Get<BuildInputs>().HasCertificates));
}
