using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Rules for where commands are found: the links that <see cref="CommandPlaces"/> adds must exist.</summary>
internal static class CommandRules
{
    internal static void Check(VerificationContext context)
    {
        foreach (var link in CommandPlaces.Missing(context.Tree))
        {
            context.Add(
                link.Path,
                context.Tree.TryGet(link.Path, out _) ? $"points to BusyBox, not to the real command: it should point to {link.LinkTarget}" : $"is missing: it should point to {link.LinkTarget}");
        }
    }
}
