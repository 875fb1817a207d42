namespace BusyboxGlibc.Platforms;

/// <summary>
/// An OCI platform and its names in Debian, the ELF gABI and BusyBox. Each term has one meaning: the platform is
/// <c>linux/arm/v7</c>, its Debian architecture <c>armhf</c>, its multiarch triplet <c>arm-linux-gnueabihf</c>.
/// </summary>
/// <param name="Name">The OCI platform, <c>os/architecture[/variant]</c> (arm64 is written without its v8).</param>
/// <param name="Architecture">The OCI architecture (GOARCH).</param>
/// <param name="Variant">The OCI variant (<c>v6</c>, <c>v7</c>, <c>v8</c>), null if there is none.</param>
/// <param name="DebianArchitecture">The Debian architecture.</param>
/// <param name="Triplet">The multiarch triplet.</param>
/// <param name="Loader">The path of the program interpreter (PT_INTERP) of its executables.</param>
/// <param name="CrossPrefix">The prefix of the GNU cross tools, with its trailing dash.</param>
/// <param name="BusyboxArchitecture">BusyBox's <c>ARCH</c>.</param>
/// <param name="ElfMachine">The ELF header's <c>e_machine</c>.</param>
/// <param name="ElfBits">32 or 64, from the ELF header's <c>EI_CLASS</c>.</param>
/// <param name="IsBigEndian">Whether <c>EI_DATA</c> is <c>ELFDATA2MSB</c>.</param>
public sealed record Platform(
    string Name,
    string Architecture,
    string? Variant,
    string DebianArchitecture,
    string Triplet,
    string Loader,
    string CrossPrefix,
    string BusyboxArchitecture,
    ushort ElfMachine,
    int ElfBits,
    bool IsBigEndian)
{
    /// <summary>The OCI operating system, always <c>linux</c>.</summary>
    public const string Os = "linux";

    /// <summary>Whether an image has it only if the platform is named.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The name with dashes, for files and folders: <c>linux-arm-v7</c>.</summary>
    public string FileName => Name.Replace('/', '-');

    /// <inheritdoc/>
    public override string ToString() => Name;
}
