namespace BusyboxGlibc.Formats.Elf;

/// <summary>Names out of ELF files, fit to be shown.</summary>
internal static class ElfText
{
    private const int MaxShown = 400;

    /// <summary>The name with control characters as <c>?</c>, cut where it is absurdly long.</summary>
    internal static string Show(string name)
    {
        var head = name.Length > MaxShown ? name[..MaxShown] + "..." : name;
        return head.Any(char.IsControl) ? string.Concat(head.Select(letter => char.IsControl(letter) ? '?' : letter)) : head;
    }
}
