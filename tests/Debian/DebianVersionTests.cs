using System.Diagnostics;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using CsCheck;

namespace BusyboxGlibc.Tests.Debian;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DebianVersionTests
{
    private static readonly Gen<string> _part = Gen.Char["00011239abzAZ.+~~"].Array[0, 7].Select(chars => new string(chars));

    private static readonly Gen<string> _version =
        from epoch in Words(string.Empty, string.Empty, "0:", "1:", "01:")
        from upstream in _part
        from middle in Words(string.Empty, string.Empty, "-a", "-1")
        from revision in Gen.OneOf(Gen.Select(Gen.Char["019az.+~"], _part, (first, rest) => $"-{first}{rest}"), Gen.Const(string.Empty))
        select $"{epoch}1{upstream}{(revision.Length > 0 ? middle : string.Empty)}{revision}";

    [TestCase("1.0~rc1", "1.0")]
    [TestCase("1.0", "1.0a")]
    [TestCase("1.0a", "1.0+")]
    [TestCase("9", "10")]
    [TestCase("2.0", "1:1.0")]
    [TestCase("1.0-1~deb13u1", "1.0-1")]
    [TestCase("1.0-9", "1.0-10")]
    [TestCase("99999999999999999999", "100000000000000000000")]
    public void TheFirstIsOlderThanTheSecond(string older, string newer)
    {
        Assert.That(DebianVersion.Compare(older, newer), Is.LessThan(0));
        Assert.That(DebianVersion.Compare(newer, older), Is.GreaterThan(0));
    }

    [TestCase("1.0", "1.0-0")]
    [TestCase("0:1.0", "1.0")]
    [TestCase("1.01", "1.1")]
    public void TheTwoAreTheSameVersion(string left, string right) => Assert.That(DebianVersion.Compare(left, right), Is.Zero);

    [Test]
    public void TheOrderIsTotal() => Gen.Select(_version, _version, _version).Sample(
        (a, b, c) =>
            DebianVersion.IsValid(a)
            && DebianVersion.Compare(a, a) == 0
            && Math.Sign(DebianVersion.Compare(a, b)) == -Math.Sign(DebianVersion.Compare(b, a))
            && !(DebianVersion.Compare(a, b) <= 0 && DebianVersion.Compare(b, c) <= 0 && DebianVersion.Compare(a, c) > 0),
        iter: 20_000);

    [Test]
    [Category(Categories.Integration)]
    public void TheOrderIsThatOfDpkg()
    {
        Requires.Tool("dpkg");
        var pairs = new System.Collections.Concurrent.ConcurrentBag<(string Left, string Right)>();
        Gen.Select(_version, _version).Sample((left, right) => pairs.Add((left, right)), iter: 250);
        var start = new ProcessStartInfo("sh", ["-c", "while read -r l r; do if dpkg --compare-versions \"$l\" lt \"$r\"; then echo -1; elif dpkg --compare-versions \"$l\" eq \"$r\"; then echo 0; else echo 1; fi; done"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var list = pairs.ToList();
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEndAsync();
        foreach (var (left, right) in list)
        {
            shell.StandardInput.Write($"{left} {right}\n");
        }

        shell.StandardInput.Close();
        var answers = output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);
        Assert.That(list.Select(pair => $"{pair.Left} {pair.Right} {Math.Sign(DebianVersion.Compare(pair.Left, pair.Right))}"), Is.EqualTo(list.Zip(answers, (pair, answer) => $"{pair.Left} {pair.Right} {answer}")));
    }

    [TestCase("1", "<<", "2", true)]
    [TestCase("2", "<<", "2", false)]
    [TestCase("2", "<=", "2", true)]
    [TestCase("2", "<", "2", true)]
    [TestCase("2", "=", "2-0", true)]
    [TestCase("2", ">=", "3", false)]
    [TestCase("2", ">", "2", true)]
    [TestCase("2", ">>", "2", false)]
    public void RelationsAreThoseOfDebControl(string version, string relation, string other, bool holds) =>
        Assert.That(DebianVersion.Satisfies(version, relation, other), Is.EqualTo(holds));

    [Test]
    public void AnUnknownRelationIsRefused() => Assert.Throws<DebianException>(() => DebianVersion.Satisfies("1", "~", "1"));

    [TestCase("", false)]
    [TestCase("a1", false)]
    [TestCase("1:", false)]
    [TestCase("x:1", false)]
    [TestCase("1-", false)]
    [TestCase("1_2", false)]
    [TestCase("1 2", false)]
    [TestCase("1:2.3-4+b1~bpo1", true)]
    public void OnlyWhatDpkgTakesIsAVersion(string text, bool isOne) => Assert.That(DebianVersion.IsValid(text), Is.EqualTo(isOne));

    [Test]
    public void UpstreamIsWithoutEpochAndRevision() => Assert.That(DebianVersion.Upstream("1:2.41-12+deb13u5"), Is.EqualTo("2.41"));

    [Test]
    public void DependenciesAreGroupsOfAlternatives()
    {
        var groups = DependencyField.Parse("a:any (>= 1.0) [amd64] | b <!nocheck>, c (= x y), , d(<<2),");
        Assert.That(groups, Is.EqualTo(new Dependency[][] { [new("a", ">=", "1.0"), new("b", null, null)], [new("c", null, null)], [new("d", "<<", "2")] }));
    }

    [Test]
    public void AnyTextIsReadAsADependencyFieldWithoutAnError() =>
        Gen.Char["ab1 (),|<>=:[]"].Array[0, 30].Sample(text => DependencyField.Parse(new string(text)).All(group => group.Count > 0));

    [TestCase(null, "p", "1")]
    [TestCase("  ", "p", "1")]
    [TestCase("src", "src", "1")]
    [TestCase("src (2.0-1)", "src", "2.0-1")]
    public void TheSourceFieldNamesNameAndVersion(string? field, string name, string version) =>
        Assert.That(SourceField.Parse(field, "p", "1"), Is.EqualTo((name, version)));

    private static Gen<string> Words(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);
}
