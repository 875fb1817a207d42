using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.FileHelpers;

/// <summary>Files of text, read and written through the context's file system. Text is UTF-8; a byte order mark is understood and never written.</summary>
[CakeAliasCategory("File Helpers")]
public static class FileHelperAliases
{
    /// <summary>The text of a file.</summary>
    /// <param name="context">The context.</param>
    /// <param name="file">The file; a relative path is below the working folder.</param>
    [CakeMethodAlias]
    public static string FileReadText(this ICakeContext context, FilePath file)
    {
        using var reader = new StreamReader(File(context, file).OpenRead());
        return reader.ReadToEnd();
    }

    /// <summary>Writes a file; what was in it is gone.</summary>
    /// <param name="context">The context.</param>
    /// <param name="file">The file; a relative path is below the working folder.</param>
    /// <param name="text">The text, written as it is.</param>
    [CakeMethodAlias]
    public static void FileWriteText(this ICakeContext context, FilePath file, string text)
    {
        using var writer = new StreamWriter(File(context, file).Open(FileMode.Create, FileAccess.Write, FileShare.None));
        writer.Write(text);
    }

    private static IFile File(ICakeContext context, FilePath file)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(file);
        return context.FileSystem.GetFile(file.MakeAbsolute(context.Environment));
    }
}
