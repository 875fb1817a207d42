using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Rules for the loader's cache: it lists exactly the current content of its folders.</summary>
internal static class LoaderRules
{
    internal static void Check(VerificationContext context)
    {
        RootfsTree complete;
        try
        {
            complete = LoaderLibraries.Complete(context.Platform, context.Tree);
        }
        catch (RootfsException fault)
        {
            context.Add(LoaderConfiguration.Place, fault.Why ?? fault.What);
            return;
        }

        foreach (var entry in complete.Entries)
        {
            if (!context.Tree.TryGet(entry.Path, out var present))
            {
                context.Add(entry.Path, entry.Path == LoaderLibraries.Cache ? "is missing" : $"is missing: the loader's cache refers to it for {entry.LinkTarget}");
            }
            else if (entry.Path == LoaderLibraries.Cache && !present.Content.Span.SequenceEqual(entry.Content.Span))
            {
                context.Add(entry.Path, "does not match the libraries of the image");
            }
        }
    }
}
