using BusyboxGlibc.Setup;

namespace BusyboxGlibc.Tests.Setup;

/// <summary>Answers that are given again.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class KnownAnswersTests
{
    [Test]
    public async Task AnAnswerIsGivenAgainOnlyForItsKeyAndIfItIsFinal()
    {
        using var folder = new TemporaryFolder();
        var (known, asked) = (new KnownAnswers(folder.Path), 0);
        Task<GivenAnswer> AskAsync(string? key, bool isFinal = true) => known.GetAsync(() => key, () => Task.FromResult(new GivenAnswer("{}", ["one", $"two {++asked}"], "no") { IsFinal = isFinal }));
        var first = await AskAsync("a");
        var again = await AskAsync("a");
        Assert.That((again.Json, string.Join('|', again.Lines), again.No, asked), Is.EqualTo(("{}", "one|two 1", "no", 1)));
        Assert.That(first.Lines, Is.EqualTo(again.Lines));
        await AskAsync("b");
        Assert.That(asked, Is.EqualTo(2), "another key");
        await AskAsync(null);
        await AskAsync(null);
        Assert.That(asked, Is.EqualTo(4), "without a key");
        await AskAsync("c", isFinal: false);
        await AskAsync("c");
        Assert.That(asked, Is.EqualTo(6), "what is not final");
    }

    [Test]
    public async Task TheFirstAnswerWithAnEmptyCacheIsKeptByWhatItBroughtIntoTheCache()
    {
        using var folder = new TemporaryFolder();
        var known = new KnownAnswers(folder.Path);
        string? key = null;
        var asked = 0;
        Task<GivenAnswer> AskAsync() => known.GetAsync(() => key, () =>
        {
            asked++;
            key ??= "fetched";
            return Task.FromResult(new GivenAnswer("{}", [], null));
        });
        await AskAsync();
        await AskAsync();
        Assert.That(asked, Is.EqualTo(1));
        key = "newer indices";
        await AskAsync();
        Assert.That(asked, Is.EqualTo(2));
    }
}
