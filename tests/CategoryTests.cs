using System.Reflection;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests;

/// <summary>Every fixture is of one category, and <c>--category</c> finds it.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CategoryTests
{
    private static IEnumerable<Type> Fixtures => typeof(CategoryTests).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && type.GetMethods().Any(method => method.GetCustomAttributes().Any(attribute => attribute is NUnit.Framework.Interfaces.ITestBuilder or NUnit.Framework.Interfaces.ISimpleTestBuilder)));

    [Test]
    public void EveryFixtureIsOfOneCategory() =>
        Assert.That(Fixtures.Where(type => !(Names(type) is [var name] && Categories.All.Contains(name))).Select(type => type.FullName), Is.Empty);

    [Test]
    public void ATestOfAnotherCategoryThanItsFixtureIsOneWithTheRealThing() =>
        Assert.That(
            Fixtures.SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<CategoryAttribute>() is { } own && (own.Name != Categories.Integration || Names(method.DeclaringType!)[0] != Categories.Unit)).Select(method => method.Name),
            Is.Empty);

    [Test]
    public void TheOptionHasTheCategoriesOfTheTests() => Assert.That(OptionTable.Category.Words, Is.EqualTo(Categories.All));

    [TestCase("Unit", "(TestCategory=Unit&TestCategory!=Integration)")]
    [TestCase("Faults,unit", "TestCategory=Faults|(TestCategory=Unit&TestCategory!=Integration)")]
    [TestCase("", null)]
    public void ACategoryIsAFilter(string value, string? filter) =>
        Assert.That(TestRun.Filter(new FakeOptions().Argument("category", value).Read().Run.TestCategories), Is.EqualTo(filter));

    /// <summary>By De Morgan's laws, so that no test is in neither run or in both; the namespaces are there, so that a new name of one is noticed.</summary>
    [Test]
    public void TheTwoRunsOfAllTestsAreEachOthersComplement()
    {
        var negated = TestRun.WithEngine.Replace("!~", "\u0001", StringComparison.Ordinal).Replace("~", "!~", StringComparison.Ordinal).Replace("\u0001", "~", StringComparison.Ordinal)
            .Replace("=", "!=", StringComparison.Ordinal).Replace("&", "\u0001", StringComparison.Ordinal).Replace("|", "&", StringComparison.Ordinal).Replace("\u0001", "|", StringComparison.Ordinal);
        Assert.That(negated, Is.EqualTo(TestRun.WithoutEngine));
        foreach (var name in TestRun.WithEngine.Split('~').Skip(1).Select(part => part.Split('&', '|', ')')[0].TrimEnd('.')))
        {
            Assert.That(Fixtures.Any(type => type.Namespace!.StartsWith(name, StringComparison.Ordinal)), name);
        }
    }

    [Test]
    public void AnUnknownCategoryIsAnErrorThatListsThem() =>
        Assert.That(
            () => new FakeOptions().Argument("category", "Slow").Read(),
            Throws.TypeOf<ConfigurationException>().With.Property(nameof(ConfigurationException.Next)).Contains("Unit, Integration, EndToEnd, Faults"));

    private static string[] Names(Type type) => [.. type.GetCustomAttributes<CategoryAttribute>().Select(attribute => attribute.Name)];
}
