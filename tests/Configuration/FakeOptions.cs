using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>An option source held in memory.</summary>
internal sealed class FakeOptions
{
    private readonly Dictionary<string, string?> _arguments = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal) { ["HOME"] = "/home/someone" };
    private string _config = string.Empty;

    public FakeOptions Argument(string name, string? value)
    {
        _arguments[name] = value;
        return this;
    }

    public FakeOptions Environment(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    public FakeOptions NoHome()
    {
        _environment.Remove("HOME");
        return this;
    }

    public FakeOptions Config(string text)
    {
        _config = text;
        return this;
    }

    public BuildOptions Read() =>
        BuildOptions.Read(
            new OptionSource(_arguments.GetValueOrDefault, _arguments.ContainsKey, _environment.GetValueOrDefault, CakeConfigFile.Parse(_config, "cake.config")),
            "/project");

    public ConfigurationException Error() => Assert.Throws<ConfigurationException>(() => Read())!;
}
