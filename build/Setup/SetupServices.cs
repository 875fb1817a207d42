using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup.Projects;
using Microsoft.Extensions.DependencyInjection;

namespace BusyboxGlibc.Setup;

/// <summary>Registers what tasks share, and the services of the rooms, with the host.</summary>
internal static class SetupServices
{
    /// <summary>Adds all services. Nothing is read or started before a task needs it.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="tasks">The tasks that lead to the image.</param>
    /// <param name="folders">The folders of the project and of the program.</param>
    public static IServiceCollection AddBuild(this IServiceCollection services, EngineTasks tasks, ProjectFolders folders) => services
        .AddTransient(typeof(Lazy<>), typeof(LazyService<>))
        .AddSingleton(TimeProvider.System)
        .AddSingleton<ICommandRunner>(_ => new CommandRunner())
        .AddSingleton(folders)
        .AddSingleton<BuildInputs>()
        .AddSingleton<BuildPaths>()
        .AddSingleton<NewProject>()
        .AddSingleton<UpdateRun>()
        .AddSingleton<TestRun>()
        .AddSingleton<LintChecks>()
        .AddSingleton<BuildResults>()
        .AddSingleton<Workspace>()
        .AddSingleton<CacheKeeping>()
        .AddSingleton<DoctorChecks>()
        .AddSingleton<TagKeeping>()
        .AddSingleton<TaskTimes>()
        .AddSingleton<ReportContents>()
        .AddSingleton<Reporting>()
        .AddSingleton(provider => new EarlierLock(
            new CommandRunner(keptLines: EarlierLock.KeptLines), provider.Get<BuildInputs>().RootFolder, provider.Get<BuildPaths>().Lock, provider.Get<BuildPaths>().Cache, provider.Get<PackageCache>()))
        .AddSingleton(tasks)
        .AddSingleton(NewEngineChoice)
        .AddDebian()
        .AddLock()
        .AddBusybox()
        .AddImage()
        .AddDocker()
        .AddSmoke()
        .AddInspect()
        .AddSingleton<Attesting>()
        .AddSingleton<VaultKeeping>()
        .AddSingleton<SourcesInspection>()
        .AddSingleton<VexChecks>()
        .AddRegistry();

    /// <summary>Returns a service of the host.</summary>
    internal static T Get<T>(this IServiceProvider services)
        where T : notnull =>
        services.GetRequiredService<T>();

    /// <summary>The values of all options.</summary>
    internal static Configuration.BuildOptions Options(this IServiceProvider services) => services.Get<BuildInputs>().Options;

    private static EngineChoice NewEngineChoice(IServiceProvider services)
    {
        var inputs = services.Get<BuildInputs>();
        return new EngineChoice(
            () => inputs.Options.Image.Engine,
            inputs.Targets,
            services.Get<EngineTasks>(),
            cancellation => new DockerPresence(services.Get<ICommandRunner>()).WhyNotAsync(cancellation),
            () => inputs.Dockerfiles.FirstForDocker(),
            services.Get<IProgressBoard>().Note);
    }
}
