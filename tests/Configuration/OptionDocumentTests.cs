using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using Json.Schema;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>The documentation of the options is what the table says. With WRITE_DOCUMENTS=1 what is written from the table alone is written again.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed partial class OptionDocumentTests
{
    private const string EnglishPage = "docs/options.md";
    private const string SchemaFile = "docs/options.schema.json";

    /// <summary>Before any test reads them.</summary>
    [OneTimeSetUp]
    public void Write()
    {
        if (Environment.GetEnvironmentVariable("WRITE_DOCUMENTS") == "1")
        {
            var path = ProjectFiles.Path(EnglishPage);
            var text = File.ReadAllText(path);
            File.WriteAllText(path, text.Replace(Rows(text), OptionDocuments.Rows()));
            File.WriteAllText(ProjectFiles.Path(SchemaFile), OptionDocuments.Schema());
        }
    }

    [Test]
    public void TheEnglishPageHasTheTable() =>
        Assert.That(Rows(File.ReadAllText(ProjectFiles.Path(EnglishPage))), Is.EqualTo(OptionDocuments.Rows()), "write it again with WRITE_DOCUMENTS=1");

    [Test]
    public void TheChinesePageHasTheSameOptionsExamplesAndDefaults()
    {
        var rows = Rows(File.ReadAllText(ProjectFiles.Path("docs/options.zh-CN.md")))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .ToList();
        Assert.That(rows.Select(row => row[1]), Is.EqualTo(OptionTable.All.Select(option => OptionDocuments.Cells(option)[1])));
        foreach (var (row, option) in rows.Zip(OptionTable.All))
        {
            var cells = OptionDocuments.Cells(option);
            Assert.That(row, Has.Length.EqualTo(5), option.Key);
            Assert.That(row[0], Is.EqualTo(cells[0]));
            Assert.That(row[2], Is.EqualTo(cells[2]));
            Assert.That(row[3], OptionDocuments.HasValueAsDefault(option) ? Is.EqualTo(cells[3]) : Does.Match("\\p{IsCJKUnifiedIdeographs}"), option.Key);
            Assert.That(row[4], Does.Match("\\p{IsCJKUnifiedIdeographs}"), option.Key);
        }
    }

    [Test]
    public void TheSchemaIsWhatTheTableWrites() => Assert.That(File.ReadAllText(ProjectFiles.Path(SchemaFile)), Is.EqualTo(OptionDocuments.Schema()), "write it again with WRITE_DOCUMENTS=1");

    [Test]
    public void TheSchemaIsOneOfDraft2020()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(ProjectFiles.Path(SchemaFile)));
        Assert.That(MetaSchemas.Draft202012.Evaluate(document.RootElement).IsValid, Is.True);
    }

    [Test]
    public void TheShippedCakeConfigWithEveryKeySetIsValid()
    {
        var text = Regex.Replace(File.ReadAllText(ProjectFiles.Path("cake.config")), "(?m)^;(?=[A-Z][A-Za-z]*=)", string.Empty);
        var whole = new JsonObject();
        foreach (var option in OptionTable.All.Where(option => option.Section is not null))
        {
            var value = CakeConfigFile.Parse(text, "cake.config").Find(option.Section!, option.Name);
            Assert.That(value, Is.Not.Null, option.Key);
            whole.TryAdd(option.Section!, new JsonObject());
            whole[option.Section!]![option.Name] = value!.Value;
        }

        Assert.That(IsValid(whole), Is.True);
    }

    [TestCase("--suite=buster", "suite", "buster")]
    [TestCase("an unknown argument", "suit", "trixie")]
    [TestCase("a platform nobody has", "platforms", "linux/amd64,linux/mips")]
    [TestCase("no platform", "platforms", "none")]
    [TestCase("a number that is none", "jobs", "many")]
    [TestCase("a switch that is neither", "offline", "maybe")]
    public void TheSchemaRefuses(string what, string argument, string value) =>
        Assert.That(IsValid(new JsonObject { ["arguments"] = new JsonObject { [argument] = value } }), Is.False, what);

    [Test]
    public void TheSchemaRefusesAnUnknownKeyOfASection() =>
        Assert.That(IsValid(new JsonObject { ["Image"] = new JsonObject { ["Registri"] = "ghcr.io" } }), Is.False);

    [TestCase("Variant.debug", "Commands", true)]
    [TestCase("Variant.debug", "Engine", false)]
    [TestCase("Variant.De_bug", "User", false)]
    public void TheSchemaKnowsVariants(string section, string key, bool isValid) =>
        Assert.That(IsValid(new JsonObject { [section] = new JsonObject { [key] = "+strace" } }), Is.EqualTo(isValid));

    [TestCaseSource(nameof(Options))]
    public void EveryExampleAndDefaultIsTakenByTheSchemaAndTheProgram(Option option)
    {
        var example = option.Example.Length == 0 ? "true" : option.Example;
        Assert.That(IsValid(new JsonObject { ["arguments"] = new JsonObject { [option.Argument] = example } }), Is.True);
        Assert.DoesNotThrow(() => new FakeOptions().Config("[Variant.nonroot]\nUser=1\n[Variant.debug]\nUser=2\n").Argument(option.Argument, example).Read());
        if (option.DefaultText is null)
        {
            Assert.That(IsValid(new JsonObject { ["arguments"] = new JsonObject { [option.Argument] = option.Default } }), Is.True);
            Assert.DoesNotThrow(() => new FakeOptions().Argument(option.Argument, option.Default).Read());
        }
    }

    [TestCaseSource(nameof(WordOptions))]
    public void EveryWordIsTakenByTheProgramAndNoOther(Option option)
    {
        foreach (var word in option.Words!)
        {
            Assert.DoesNotThrow(() => new FakeOptions().Argument(option.Argument, word).Argument("platforms", option.Argument == "platforms" ? word : "linux/amd64").Argument("platformsuite", "linux/loong64@forky").Read(), word);
        }

        Assert.Throws<ConfigurationException>(() => new FakeOptions().Argument(option.Argument, "nothing-of-that").Read());
    }

    private static IEnumerable<Option> Options => OptionTable.All;

    private static IEnumerable<Option> WordOptions => OptionTable.All.Where(option => option.Words is not null);

    private static bool IsValid(JsonObject instance)
    {
        using var document = JsonDocument.Parse(instance.ToJsonString());
        return JsonSchema.FromText(File.ReadAllText(ProjectFiles.Path(SchemaFile))).Evaluate(document.RootElement).IsValid;
    }

    // The rows of the table whose first column is cake.config.
    private static string Rows(string page)
    {
        var match = Table().Match(page);
        Assert.That(match.Success, Is.True, "the table of options is not there");
        return match.Groups["rows"].Value;
    }

    [GeneratedRegex(@"^\| cake\.config \|.*\n\|[-|]+\n(?<rows>(\|.*\n)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Table();
}
