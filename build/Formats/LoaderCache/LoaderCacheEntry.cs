namespace BusyboxGlibc.Formats.LoaderCache;

/// <summary>One library in <c>/etc/ld.so.cache</c>.</summary>
/// <param name="Name">The name in <c>DT_NEEDED</c>, <c>libz.so.1</c>.</param>
/// <param name="Path">The absolute path that is opened for it.</param>
/// <param name="Flags">Which processes may load it: the C library's type and the machine's ABI (<c>FLAG_*</c> of glibc's <c>ldconfig.h</c>).</param>
/// <param name="Hwcaps">The subfolder of <c>glibc-hwcaps</c> that contains it, <c>x86-64-v3</c>: only CPUs that support it use the entry. Null for
/// entries that every CPU uses.</param>
/// <param name="IsaLevel">The x86 ISA level that the library itself requires, 0 to 1023; 0 for none. Stored only with <paramref name="Hwcaps"/>.</param>
internal sealed record LoaderCacheEntry(string Name, string Path, uint Flags, string? Hwcaps = null, int IsaLevel = 0);
