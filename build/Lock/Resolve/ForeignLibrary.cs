using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Libraries that programs are often linked with and that Debian has in no version: what they are, and where they come from instead.</summary>
/// <param name="Start">The start of their names.</param>
/// <param name="Why">What they are.</param>
/// <param name="Next">What to do.</param>
internal sealed record ForeignLibrary(string Start, string Why, string Next)
{
    private const string OwnPackage = "provide it in your own package file or in an overlay";

    // NVIDIA's driver: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit; the toolkit may be shipped with a program (CUDA's EULA, attachment A).
    private const string DriverWhy = "it belongs to NVIDIA's driver and must have the version of the host's kernel module";
    private const string DriverNext = "leave it out of the image: NVIDIA's container toolkit mounts it when a container is started with a GPU";
    private const string CudaWhy = "it belongs to NVIDIA's CUDA, which is not in Debian's main archive";
    private const string MuslWhy = "it is the C library musl, of Alpine and others: the program was not built for glibc";
    private const string MuslNext = "build the program on Debian or another system with glibc, or use an image of the system that it was built for";

    private static readonly ForeignLibrary[] _all =
    [
        new("libcuda.so", DriverWhy, DriverNext),
        new("libnvidia-", DriverWhy, DriverNext),
        new("libnvcuvid.so", DriverWhy, DriverNext),
        .. new[] { "libcudart", "libcublas", "libcudnn", "libcufft", "libcurand", "libcusolver", "libcusparse", "libnccl", "libnvrtc", "libnvToolsExt", "libnvinfer" }
            .Select(name => new ForeignLibrary(name, CudaWhy, OwnPackage)),
        new("libc.musl-", MuslWhy, MuslNext),
        new("ld-musl-", MuslWhy, MuslNext),
        new("libmysqlclient.so.", "it is MySQL's client library, which Debian does not have; MariaDB's has the same functions and another ABI", "rebuild the program with libmariadb-dev and request libmariadb, or " + OwnPackage),
        new("libclntsh", "it belongs to Oracle's Instant Client", OwnPackage),
        new("libmkl_", "it belongs to Intel's Math Kernel Library, which is not in Debian's main archive", OwnPackage),
    ];

    /// <summary>The library of that name; null if it is none of these.</summary>
    /// <param name="name">A library's name or soname.</param>
    public static ForeignLibrary? Find(string name) =>
        KnownPlatforms.All.FirstOrDefault(platform => LibraryNames.FileOf(platform.Loader) == name) is { } platform
            ? new ForeignLibrary(name, $"it is the program loader of {platform}", $"add the platform to the image: --platforms={platform}")
            : _all.FirstOrDefault(foreign => name.StartsWith(foreign.Start, StringComparison.Ordinal));
}
