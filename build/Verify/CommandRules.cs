using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Rules for where commands are found: what <see cref="CommandPlaces"/> would add must be there.</summary>
internal static class CommandRules
{
    internal static void Check(VerificationContext context)
    {
        foreach (var link in CommandPlaces.Missing(context.Tree))
        {
            context.Add(
                link.Path,
                context.Tree.TryGet(link.Path, out _) ? $"leads to BusyBox, not to the real command: it should lead to {link.LinkTarget}" : $"is missing: it should lead to {link.LinkTarget}");
        }
    }
}
