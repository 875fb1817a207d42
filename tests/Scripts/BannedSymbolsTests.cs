using System.Reflection;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The analyser passes over a name that it does not find, so a slip in the list would ban nothing.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BannedSymbolsTests
{
    private static string[] Lines => File.ReadAllLines(ProjectFiles.Path("build/BannedSymbols.txt"));

    [TestCaseSource(nameof(Lines))]
    public void EveryLineNamesAMemberThatThereIsAndSaysWhatToTakeInstead(string line)
    {
        var parts = line.Split("; ", 2);
        Assert.That(parts, Has.Length.EqualTo(2));
        Assert.That(Exists(parts[0]), Is.True);
    }

    [TestCase("P:System.DateTime.Nov")]
    [TestCase("M:System.String.ToLower(System.Int32)")]
    [TestCase("M:System.Strin.ToLower")]
    [TestCase("F:System.DateTime.Now")]
    public void ASlipIsFound(string name) => Assert.That(Exists(name), Is.False);

    private static bool Exists(string id)
    {
        var open = id.IndexOf('(', StringComparison.Ordinal);
        var full = open < 0 ? id[2..] : id[2..open];
        var parameters = open < 0 ? string.Empty : id[(open + 1)..^1];
        var type = Type.GetType(full[..full.LastIndexOf('.')]);
        var members = type?.GetMember(full[(full.LastIndexOf('.') + 1)..], BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static) ?? [];
        return members.Any(member => id[0] switch
        {
            'P' => member is PropertyInfo,
            'F' => member is FieldInfo,
            'M' => member is MethodInfo method && string.Join(',', method.GetParameters().Select(parameter => parameter.ParameterType.FullName)) == parameters,
            _ => false,
        });
    }
}
