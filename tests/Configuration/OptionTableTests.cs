using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using CsCheck;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class OptionTableTests
{
    [Test]
    public void NoTwoOptionsShareAName()
    {
        Assert.That(OptionTable.ArgumentNames, Is.Unique);
        Assert.That(OptionTable.All.Select(option => option.Key), Is.Unique);
        Assert.That(OptionTable.ArgumentNames, Is.All.Match("^[a-z]+(-[a-z]+)*$"));
    }

    [Test]
    public void AKeyIsAlsoAnEnvironmentVariableTheCakeWay()
    {
        Assert.That(OptionTable.Registry.Key, Is.EqualTo("Image_Registry"));
        Assert.That(OptionTable.Registry.EnvironmentVariable, Is.EqualTo("CAKE_IMAGE_REGISTRY"));
        Assert.That(OptionTable.SecurityMirror.EnvironmentVariable, Is.EqualTo("CAKE_DEBIAN_SECURITYMIRROR"));
        Assert.That(OptionTable.Offline.EnvironmentVariable, Is.Null);
    }

    [Test]
    public void AKeyIsFoundWhateverItsCase()
    {
        Assert.That(OptionTable.Find("image", "REGISTRY"), Is.SameAs(OptionTable.Registry));
        Assert.That(OptionTable.Find("Debian", "Registry"), Is.Null);
    }

    [Test]
    public void TheShippedCakeConfigListsEveryKeyAndSetsNone()
    {
        var text = File.ReadAllText(ProjectFiles.Path("cake.config"));
        Assert.That(CakeConfigFile.Parse(text, "cake.config").Entries, Is.Empty);
        foreach (var option in OptionTable.All.Where(option => option.Section is not null))
        {
            Assert.That(text, Does.Match($"(?m)^;{option.Name}="), option.Key);
        }
    }

    [Test]
    public void TheShippedCakeConfigShowsDefaultsThatAreThem()
    {
        var text = File.ReadAllText(ProjectFiles.Path("cake.config"));
        foreach (var option in OptionTable.All.Where(option => option.Section is not null && option.Default.Length > 0))
        {
            Assert.That(text, Does.Contain($"\n;{option.Name}={option.Default}\n"), option.Key);
        }
    }

    [Test]
    public void TheShippedCakeConfigStillReadsWithEveryCommentedKeySet()
    {
        var text = Regex.Replace(File.ReadAllText(ProjectFiles.Path("cake.config")), "(?m)^;(?=[A-Z][A-Za-z]*=)", string.Empty);
        Assert.That(CakeConfigFile.Parse(text, "cake.config").Entries, Has.Count.EqualTo(OptionTable.All.Count(option => option.Section is not null)));
        Assert.That(new FakeOptions().Config(text).Read().Image.Name.ToString(), Is.EqualTo("ghcr.io/acme/library/busybox"));
    }

    [Test]
    public void NothingButTheRoomsErrorComesOfAnyValueOfAnyOption()
    {
        Gen.Select(Gen.Int[0, OptionTable.All.Count - 1], Gen.String).Sample((index, value) =>
        {
            try
            {
                new FakeOptions().Argument(OptionTable.All[index].Argument, value).Read();
            }
            catch (ConfigurationException error)
            {
                Assert.That(error.What, Is.Not.Empty);
            }
        }, iter: 3000);
    }
}
