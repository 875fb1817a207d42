using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>The optional features of the image besides libraries and commands.</summary>
[Flags]
internal enum ImageFeatures
{
    /// <summary>No optional feature.</summary>
    None = 0,

    /// <summary>The bundle of CA certificates and <c>SSL_CERT_FILE</c>.</summary>
    Certificates = 1,

    /// <summary>The locale C.UTF-8.</summary>
    Locale = 2,

    /// <summary><c>/etc/services</c>, <c>/etc/protocols</c>, <c>/etc/rpc</c> and <c>/etc/ethertypes</c>.</summary>
    Netbase = 4,

    /// <summary>The time zones.</summary>
    Tzdata = 8,

    /// <summary>The old names of time zones too; they imply <see cref="Tzdata"/>.</summary>
    TzdataLegacy = 16,
}

/// <summary>Reads the value of <c>Features</c>.</summary>
internal static class FeatureList
{
    /// <summary>The names of all features.</summary>
    public static IReadOnlyList<string> Names { get; } = ["certificates", "locale", "netbase", "tzdata", "tzdata-legacy"];

    /// <summary>The listed features, separated by commas or blanks; <c>none</c> and an empty value mean no features.</summary>
    /// <param name="value">The value as written.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <exception cref="ConfigurationException">A name is unknown, or occurs twice.</exception>
    public static ImageFeatures Parse(string value, string where)
    {
        var features = ImageFeatures.None;
        foreach (var name in ValueList.Split(value))
        {
            var index = Names.Index().FirstOrDefault(pair => pair.Item.Equals(name, StringComparison.OrdinalIgnoreCase), (Index: -1, Item: string.Empty)).Index;
            if (index < 0)
            {
                var nearest = Nearest.Names(name, Names, 1);
                var known = $"known features: {string.Join(", ", Names)}; {OptionTable.None} for none of them";
                throw new ConfigurationException(
                    $"unknown feature {ValueList.Show(name)}", where, next: nearest.Count == 0 ? known : $"did you mean {nearest[0]}? {known}");
            }

            var feature = (ImageFeatures)(1 << index);
            if (features.HasFlag(feature))
            {
                throw new ConfigurationException($"feature {Names[index]} appears twice", where, next: "list it once");
            }

            features |= feature;
        }

        return features;
    }
}
