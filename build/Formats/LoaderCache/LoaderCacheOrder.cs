namespace BusyboxGlibc.Formats.LoaderCache;

/// <summary>The order of the cache's entries: it must be identical to glibc's, because the loader uses a binary search.</summary>
internal static class LoaderCacheOrder
{
    /// <summary>Compares library names as <c>_dl_cache_libcmp</c> does: digits as numbers, so that <c>libfoo.so.10</c> is greater than
    /// <c>libfoo.so.9</c>; a digit is greater than any other character.</summary>
    public static IComparer<string> Names { get; } = Comparer<string>.Create(CompareNames);

    /// <summary>Greater names first; for equal names greater flags first, then entries for specific CPUs, by the names of their folders. Entries that
    /// are equal in all of these keep their order.</summary>
    internal static IComparer<LoaderCacheEntry> Entries { get; } = Comparer<LoaderCacheEntry>.Create(CompareEntries);

    private static int CompareEntries(LoaderCacheEntry left, LoaderCacheEntry right)
    {
        var byName = CompareNames(right.Name, left.Name);
        if (byName != 0)
        {
            return byName;
        }

        // Flags are a signed number in glibc.
        var byFlags = ((int)right.Flags).CompareTo((int)left.Flags);
        return byFlags != 0 ? byFlags
            : (left.Hwcaps is null) != (right.Hwcaps is null) ? left.Hwcaps is null ? 1 : -1
            : string.CompareOrdinal(left.Hwcaps, right.Hwcaps);
    }

    private static int CompareNames(string? left, string? right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var (one, two) = (0, 0);
        while (one < left.Length)
        {
            var isDigit = char.IsAsciiDigit(left[one]);
            if (two == right.Length)
            {
                return 1;
            }

            if (isDigit != char.IsAsciiDigit(right[two]))
            {
                return isDigit ? 1 : -1;
            }

            var order = isDigit ? Number(left, ref one).CompareTo(Number(right, ref two)) : left[one++].CompareTo(right[two++]);
            if (order != 0)
            {
                return order;
            }
        }

        return two == right.Length ? 0 : -1;
    }

    private static System.Numerics.BigInteger Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return System.Numerics.BigInteger.Parse(text.AsSpan(start, at - start), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
    }
}
