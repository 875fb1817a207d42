using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>An option source held in memory.</summary>
internal sealed class FakeOptions
{
    private readonly Dictionary<string, string?> arguments = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["HOME"] = "/home/someone" };
    private string config = string.Empty;

    public FakeOptions Argument(string name, string? value)
    {
        arguments[name] = value;
        return this;
    }

    public FakeOptions Environment(string name, string value)
    {
        environment[name] = value;
        return this;
    }

    public FakeOptions NoHome()
    {
        environment.Remove("HOME");
        return this;
    }

    public FakeOptions Config(string text)
    {
        config = text;
        return this;
    }

    public BuildOptions Read() =>
        BuildOptions.Read(
            new OptionSource(arguments.GetValueOrDefault, arguments.ContainsKey, environment.GetValueOrDefault, CakeConfigFile.Parse(config, "cake.config")),
            "/project");

    public ConfigurationException Error() => Assert.Throws<ConfigurationException>(() => Read())!;
}
