using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.IO;

namespace Cake.Frosting;

/// <summary>
/// Cake's configuration: values from cake.config in the working folder, CAKE_ environment variables and the command
/// line, each over the one before. Read when first asked, since most runs never ask.
/// </summary>
internal sealed class FrostingConfiguration : ICakeConfiguration
{
    private readonly Lazy<ICakeConfiguration> _values;

    public FrostingConfiguration(
        IFileSystem fileSystem,
        ICakeEnvironment environment,
        HostSwitches switches) =>
        _values = new(() =>
        {
            var arguments = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, value) in switches.Remaining)
            {
                arguments.TryAdd(name, value ?? string.Empty);
            }

            return new CakeConfigurationProvider(fileSystem, environment)
                .CreateConfiguration(environment.WorkingDirectory, arguments);
        });

    public string GetValue(string key) => _values.Value.GetValue(key);
}
