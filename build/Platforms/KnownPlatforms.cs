using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Platforms;

/// <summary>The platforms that an image may have, in the order of their presentation.</summary>
internal static class KnownPlatforms
{
    /// <summary>linux/amd64.</summary>
    public static Platform Amd64 { get; } = new(
        "linux/amd64", "amd64", null, "amd64", "x86_64-linux-gnu", "/lib64/ld-linux-x86-64.so.2", "x86_64-linux-gnu-", "x86_64", 62, 64, false);

    /// <summary>Every platform.</summary>
    public static IReadOnlyList<Platform> All { get; } =
    [
        Amd64,
        new("linux/arm64", "arm64", "v8", "arm64", "aarch64-linux-gnu", "/lib/ld-linux-aarch64.so.1", "aarch64-linux-gnu-", "aarch64", 183, 64, false),
        new("linux/arm/v7", "arm", "v7", "armhf", "arm-linux-gnueabihf", "/lib/ld-linux-armhf.so.3", "arm-linux-gnueabihf-", "arm", 40, 32, false),
        new("linux/arm/v6", "arm", "v6", "armel", "arm-linux-gnueabi", "/lib/ld-linux.so.3", "arm-linux-gnueabi-", "arm", 40, 32, false),
        new("linux/386", "386", null, "i386", "i386-linux-gnu", "/lib/ld-linux.so.2", "i686-linux-gnu-", "i386", 3, 32, false),
        new("linux/ppc64le", "ppc64le", null, "ppc64el", "powerpc64le-linux-gnu", "/lib64/ld64.so.2", "powerpc64le-linux-gnu-", "powerpc", 21, 64, false),
        new("linux/riscv64", "riscv64", null, "riscv64", "riscv64-linux-gnu", "/lib/ld-linux-riscv64-lp64d.so.1", "riscv64-linux-gnu-", "riscv64", 243, 64, false),
        new("linux/s390x", "s390x", null, "s390x", "s390x-linux-gnu", "/lib/ld64.so.1", "s390x-linux-gnu-", "s390", 22, 64, true),
        new("linux/arm/v5", "arm", "v5", "armel", "arm-linux-gnueabi", "/lib/ld-linux.so.3", "arm-linux-gnueabi-", "arm", 40, 32, false) { IsOptional = true },
        new("linux/loong64", "loong64", null, "loong64", "loongarch64-linux-gnu", "/lib64/ld-linux-loongarch-lp64d.so.1", "loongarch64-linux-gnu-", "loongarch", 258, 64, false) { IsOptional = true },
    ];

    /// <summary>The eight platforms of an image that names none.</summary>
    public static IReadOnlyList<Platform> Default { get; } = [.. All.Where(platform => !platform.IsOptional)];

    /// <summary>The platform of that name, or null. <c>linux/arm64/v8</c> and <c>linux/arm64</c> are the same platform.</summary>
    public static Platform? Find(string name) =>
        All.FirstOrDefault(platform =>
            name.Equals(platform.Name, StringComparison.OrdinalIgnoreCase)
            || (platform.Variant is not null
                && name.Equals($"{Platform.Os}/{platform.Architecture}/{platform.Variant}", StringComparison.OrdinalIgnoreCase)));

    /// <summary>The platforms that a name may stand for: <see cref="Find"/>, or as other programs spell them, with or without <c>linux/</c>: Debian's architectures, GNU's triplets
    /// and processors, and what containerd's <c>platforms.Parse</c> accepts. <c>arm</c> stands for two, of which Docker selects the first.</summary>
    public static IReadOnlyList<Platform> FindSpelled(string name)
    {
        var bare = name.StartsWith($"{Platform.Os}/", StringComparison.OrdinalIgnoreCase) ? name[(Platform.Os.Length + 1)..] : name;
        return Find($"{Platform.Os}/{bare}") is { } exact ? [exact] : [.. All.Where(platform => OtherNames(platform).Contains(bare, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>The names nearest to one that is not a platform, for the advice in an error.</summary>
    public static string Advice(string name)
    {
        var known = string.Join(", ", All.Select(platform => platform.Name));
        var meant = FindSpelled(name) is { Count: > 0 } spelled ? spelled.Select(platform => platform.Name) : Nearest.Names(name, Suggested.Select(platform => platform.Name).Concat(Suggested.SelectMany(OtherNames)), 1).SelectMany(FindSpelled).Select(platform => platform.Name);
        return meant.Any() ? $"did you mean {string.Join(" or ", meant)}? Known platforms: {known}" : $"known platforms: {known}";
    }

    // Whoever misspells an ARM platform seldom has a processor of 1998.
    private static IEnumerable<Platform> Suggested => All.Where(platform => platform.Variant != "v5");

    private static string[] OtherNames(Platform platform)
    {
        // Whoever says armel means linux/arm/v6, as containerd does.
        if (platform.Variant == "v5")
        {
            return [platform.FileName];
        }

        var processor = platform.CrossPrefix.Split('-')[0];
        return
        [
            platform.Architecture, platform.DebianArchitecture, platform.Triplet, platform.FileName, processor, processor.Replace('_', '-'),
            .. platform.Architecture switch { "amd64" => (string[])["amd64/v1"], "arm64" => ["aarch64/v8"], _ => [] },
        ];
    }
}
