namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>The script that enters a build root, <c>enter.sh</c> next to this file.</summary>
internal static class EnterScript
{
    /// <summary>Its text.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(EnterScript).Assembly.GetManifestResourceStream("busybox/enter.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
