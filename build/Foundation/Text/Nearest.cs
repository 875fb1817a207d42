namespace BusyboxGlibc.Foundation.Text;

/// <summary>Finds the names that a user may have meant.</summary>
internal static class Nearest
{
    /// <summary>The <paramref name="count"/> candidates nearest to <paramref name="name"/> by edit distance, nearest first,
    /// ties in ordinal order; only those near enough to be a plausible typo.</summary>
    /// <param name="name">The written name.</param>
    /// <param name="candidates">The valid names.</param>
    /// <param name="count">The maximum number of names to return.</param>
    /// <param name="most">The largest edit distance; null for a third of the name, at least two.</param>
    public static IReadOnlyList<string> Names(string name, IEnumerable<string> candidates, int count = 3, int? most = null)
    {
        var limit = most ?? Math.Max(2, name.Length / 3);
        return [.. candidates
            .Distinct(StringComparer.Ordinal)
            .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant(), limit)))
            .Where(pair => pair.distance <= limit)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(count)
            .Select(pair => pair.candidate)];
    }

    // Optimal string alignment: a swap of two adjacent characters counts as one typo. Stops above the limit.
    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) > limit)
        {
            return int.MaxValue;
        }

        var before = new int[right.Length + 1];
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1] + 1, previous[j] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[right.Length];
    }
}
