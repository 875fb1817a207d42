using System.Text;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

/// <summary>Short ways to make entries and trees in tests.</summary>
internal static class Trees
{
    public static RootfsEntry File(string path, string content = "", int mode = 0x1A4, string origin = "one", long? time = null) =>
        new(path, RootfsEntryType.File, mode, 0, 0, time, null, Encoding.UTF8.GetBytes(content), origin);

    public static RootfsEntry Folder(string path, int mode = 0x1ED, string origin = "one") =>
        new(path, RootfsEntryType.Directory, mode, 0, 0, null, null, default, origin);

    public static RootfsEntry Link(string path, string target, string origin = "one") =>
        new(path, RootfsEntryType.SymbolicLink, 0x1FF, 0, 0, null, target, default, origin);

    public static RootfsEntry Hard(string path, string target, string origin = "one") =>
        new(path, RootfsEntryType.HardLink, 0x1A4, 0, 0, null, target, default, origin);

    public static RootfsTree Of(params RootfsEntry[] entries)
    {
        var tree = new RootfsTree();
        foreach (var entry in entries)
        {
            tree.Add(entry);
        }

        return tree;
    }

    public static string[] Paths(this RootfsTree tree) => [.. tree.Entries.Select(entry => entry.Path)];

    public static string Text(this RootfsTree tree, string path) =>
        tree.TryGet(tree.Resolve(path) ?? path, out var entry) ? Encoding.UTF8.GetString(entry.Content.Span) : throw new AssertionException($"no {path}");

    public static byte[] Tar(this RootfsTree tree, long epoch = 1_700_000_000)
    {
        using var output = new MemoryStream();
        RootfsTar.Write(tree, output, epoch);
        return output.ToArray();
    }
}
