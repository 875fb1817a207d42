using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Platforms;
using CsCheck;

namespace BusyboxGlibc.Tests.Configuration.Requirements;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RequirementPropertyTests
{
    private const string Seed = """
        # header
        libz
        libssl.so.3 ?
        libnuma [!linux/arm/v6 !linux/386] # note
        libfoo = libfoo-extra1 [linux/amd64 linux/arm64] ?
        /usr/local/lib/libbar*.so.*
        | libm, |
        libvendor = ./debs/vendor_1.0_{arch}.deb
        /usr/lib/{triplet}/ossl-modules/legacy.so = openssl-provider-legacy (plugin)

        """;

    // What may stand around any part of a line without changing what it means.
    private static readonly Gen<string> _noise = Gen.OneOf(
        [.. new[] { " ", "\t", ",", ":", ";", "|", "\r", " , ", "  ", ";;" }.Select(Gen.Const)]);

    private static readonly Gen<string> _name = Gen.OneOf(
        Gen.Char["abcxyz019_+"].Array[1, 6].Select(tail => "lib" + new string(tail)),
        Gen.Char["abcxyz019_+"].Array[1, 6].Select(Gen.Int[0, 99], (tail, version) => $"lib{new string(tail)}.so.{version}"),
        Gen.Char["abcxyz*"].Array[1, 1].Select(tail => "/usr/local/lib/" + new string(tail)),
        Gen.Char["abcxyz*"].Array[1, 1].Select(tail => "/lib/{triplet}/" + new string(tail)));

    private static readonly Gen<string> _qualifier =
        Gen.Select(Gen.Bool, Gen.Int[0, 7].Array[1, 5], (isNegated, indices) =>
            $"[{string.Join(' ', indices.Select(index => (isNegated ? "!" : string.Empty) + KnownPlatforms.Default[index].Name))}]");

    // The parts of a line, each free of blanks but for those between platforms.
    private static readonly Gen<string[]> _line =
        Gen.Select(_name, Gen.Bool, _qualifier, Gen.Bool, Gen.Int[0, 2], (name, hasQualifier, qualifier, isOptional, package) =>
            new[]
            {
                name,
                name.Contains('{', StringComparison.Ordinal) ? "= zlib1g" : new[] { string.Empty, "= zlib1g", "= ./debs/x_{arch}.deb" }[package],
                hasQualifier ? qualifier : string.Empty,
                isOptional ? "?" : string.Empty,
            }.Where(part => part.Length > 0).ToArray());

    private static Requirement One(string text) => RequirementFile.Parse(text, "f", KnownPlatforms.Default).Single();

    [Test]
    public void NoiseAroundThePartsOfALineDoesNotChangeIt() =>
        Gen.Select(_line, _noise.Array[8], Gen.Bool).Sample((parts, noise, hasComment) =>
        {
            var noisy = string.Concat(parts.Index().Select(part => noise[part.Index] + part.Item.Replace(" ", noise[7], StringComparison.Ordinal))) + noise[6];
            var plain = One(string.Join(' ', parts));
            var other = One(noisy + (hasComment ? " # libq [" : string.Empty));
            Assert.That(Meaning(other), Is.EqualTo(Meaning(plain)), noisy);
        });

    [Test]
    public void TheCanonicalTextMeansTheSameAndIsItsOwnCanonicalText() =>
        _line.Sample(parts =>
        {
            var first = One(string.Join(' ', parts));
            Assert.That(Meaning(One(first.Text)), Is.EqualTo(Meaning(first)));
        });

    [Test]
    public void ThePartsAfterTheNameMayStandInAnyOrder() =>
        Gen.Select(_line, Gen.Int[0, 1000]).Sample((parts, seed) =>
        {
            var shuffled = parts.Skip(1).OrderBy(part => (part.Length * 7919 * (seed + 1)) % 101);
            Assert.That(One(string.Join(' ', [parts[0], .. shuffled])).Text, Is.EqualTo(One(string.Join(' ', parts)).Text));
        });

    [Test]
    public void MutatedFilesGiveRequirementsOrTheRoomsErrorAndNothingElse() =>
        Mutation.Of(Seed).Sample(
            text =>
            {
                try
                {
                    foreach (var requirement in RequirementFile.Parse(text, "f", KnownPlatforms.Default))
                    {
                        Assert.That(Meaning(One(requirement.Text)), Is.EqualTo(Meaning(requirement)));
                    }
                }
                catch (ConfigurationException error)
                {
                    Assert.That(error.Where, Does.StartWith("f"));
                    Assert.That(error.Message.Any(character => char.IsControl(character) && character != '\n'), Is.False, "the error shows no control character");
                }
            },
            iter: 4_000);

    [Test]
    public void MutatedListsOfCommandsGiveCommandsOrTheRoomsErrorAndNothingElse() =>
        Mutation.Of("ip, ethtool,getconf , tc = iproute2 [linux/amd64, linux/386] ?").Sample(
            text =>
            {
                try
                {
                    CommandList.Parse(text, "f", 1, KnownPlatforms.Default);
                }
                catch (ConfigurationException error)
                {
                    Assert.That(error.Where, Does.StartWith("f:1"));
                }
            },
            iter: 4_000);

    private static string Meaning(Requirement one) =>
        $"{one.Kind} {one.Name} {one.Package} {one.PackageFile} {string.Join(' ', one.OnlyOn)} {one.IsOptional} {one.Text}";
}
