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

    /// <summary>The lines of a file, without what ends them.</summary>
    /// <param name="context">The context.</param>
    /// <param name="file">The file; a relative path is below the working folder.</param>
    [CakeMethodAlias]
    public static string[] FileReadLines(this ICakeContext context, FilePath file)
    {
        using var reader = new StreamReader(File(context, file).OpenRead());
        List<string> lines = [];
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return [.. lines];
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

    /// <summary>Replaces a text in files, letter for letter.</summary>
    /// <param name="context">The context.</param>
    /// <param name="globberPattern">Which files.</param>
    /// <param name="findText">The text to replace.</param>
    /// <param name="replaceText">What takes its place.</param>
    /// <returns>The files that were changed, in no particular order; others are not written.</returns>
    [CakeMethodAlias]
    public static FilePath[] ReplaceTextInFiles(this ICakeContext context, string globberPattern, string findText, string replaceText)
    {
        ArgumentNullException.ThrowIfNull(context);
        List<FilePath> changed = [];
        foreach (var file in context.Globber.GetFiles(globberPattern))
        {
            var text = context.FileReadText(file);
            if (text.Contains(findText, StringComparison.Ordinal))
            {
                context.FileWriteText(file, text.Replace(findText, replaceText, StringComparison.Ordinal));
                changed.Add(file);
            }
        }

        return [.. changed];
    }

    private static IFile File(ICakeContext context, FilePath file)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(file);
        return context.FileSystem.GetFile(file.MakeAbsolute(context.Environment));
    }
}
