using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>Makes names from ELF files safe to display.</summary>
internal static class ElfText
{
    private const int MaxShown = 400;

    /// <summary>Returns the name with control characters as <c>?</c>, truncated if it is too long.</summary>
    internal static string Show(string name) => SafeText.Cut(name, MaxShown);
}
