namespace BusyboxGlibc.Configuration;

/// <summary>
/// Every option, once. What is read, what <c>cake.config</c> may hold, what an argument may be called, what <c>--help</c> says and what the
/// documentation lists all come from here. An argument wins over an environment variable, that over
/// <c>cake.config</c>, and that over the default.
/// </summary>
internal static partial class OptionTable
{
    /// <summary>The word for "nothing" in a value. Cake itself cannot read a key with an empty value from <c>cake.config</c>.</summary>
    public const string None = "none";

    /// <summary>The most that <c>PackageLimit</c> takes, in MiB.</summary>
    public const int MaximumPackageLimit = 1 << 20;

    /// <summary>The most that <c>--jobs</c> takes.</summary>
    public const int MaximumJobs = 256;

    /// <summary>The value of an argument out of all that were given: the first, or all of them where it is a list; null where there is none.</summary>
    public static string? Join(string argument, IEnumerable<string?> values)
    {
        var given = values.OfType<string>().ToList();
        return given.Count == 0 ? null
            : All.FirstOrDefault(option => option.IsList && option.Argument.Equals(argument, StringComparison.OrdinalIgnoreCase)) is { } list ? string.Join(list.Separator, given) : given[0];
    }

    /// <summary>The option of a key in <c>cake.config</c>, whatever its case, or null.</summary>
    public static Option? Find(string section, string key) =>
        All.FirstOrDefault(option =>
            option.Section is not null
            && option.Section.Equals(section, StringComparison.OrdinalIgnoreCase)
            && option.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
}
