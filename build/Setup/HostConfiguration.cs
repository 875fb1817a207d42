using BusyboxGlibc.Configuration;
using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.IO;
using Path = System.IO.Path;

namespace BusyboxGlibc.Setup;

/// <summary>The host reads <c>cake.config</c> before any task, and its errors name neither the file nor the line.</summary>
internal static class HostConfiguration
{
    /// <summary>Checks that the host can read the file. What only the build's own reader refuses is left to the tasks that need it, so that <c>--tree</c>
    /// and <c>--description</c> work nevertheless.</summary>
    /// <param name="rootFolder">The project's folder.</param>
    /// <exception cref="ConfigurationException">It cannot; the error names the line.</exception>
    public static void Check(string rootFolder)
    {
        try
        {
            CakeConfigFile.Read(Path.Combine(rootFolder, "cake.config"));
        }
        catch (ConfigurationException) when (IsReadByHost(rootFolder))
        {
            // Reported when a task reads its options.
        }
    }

    private static bool IsReadByHost(string rootFolder)
    {
        try
        {
            new CakeConfigurationProvider(new FileSystem(), new CakeEnvironment(new CakePlatform(), new CakeRuntime())).CreateConfiguration(rootFolder, new Dictionary<string, string>());
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
