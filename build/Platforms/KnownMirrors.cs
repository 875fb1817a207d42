namespace BusyboxGlibc.Platforms;

/// <summary>A well-known copy of Debian's archive, by its short name.</summary>
/// <param name="Name">The name, as <c>--mirror=</c> takes it.</param>
/// <param name="Owner">Who runs it.</param>
/// <param name="Main">The archive: the release and its updates.</param>
/// <param name="Security">The archive of security updates.</param>
/// <param name="Snapshot">The archive of past packages; null if it has none.</param>
internal sealed record KnownMirror(string Name, string Owner, Uri Main, Uri Security, Uri? Snapshot = null);

/// <summary>
/// The copies of Debian's archive that have a short name. None is trusted: only signatures and checksums are. Those in China are by https, because some networks
/// there answer plain requests from caches of their own (mirrors.ustc.edu.cn/help/debian.html).
/// </summary>
internal static class KnownMirrors
{
    /// <summary>Debian's own, the default.</summary>
    public static KnownMirror Debian { get; } = new(
        "debian", "Debian", new("http://ftp.debian.org/debian"), new("http://security.debian.org/debian-security"), new("http://snapshot.debian.org"));

    /// <summary>Every mirror, Debian's own last.</summary>
    public static IReadOnlyList<KnownMirror> All { get; } =
    [
        Of("tuna", "Tsinghua University", "https://mirrors.tuna.tsinghua.edu.cn/"),
        Of("ustc", "University of Science and Technology of China", "https://mirrors.ustc.edu.cn/"),
        Of("aliyun", "Alibaba Cloud", "https://mirrors.aliyun.com/"),
        Of("huawei", "Huawei Cloud", "https://repo.huaweicloud.com/"),
        Debian,
    ];

    /// <summary>The mirror of that name in any letter case, or null.</summary>
    public static KnownMirror? Find(string name) => All.FirstOrDefault(mirror => mirror.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static KnownMirror Of(string name, string owner, string root) => new(name, owner, new(root + "debian"), new(root + "debian-security"));
}
