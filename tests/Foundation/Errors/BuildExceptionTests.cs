using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Tests.Foundation.Errors;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildExceptionTests
{
    [Test]
    public void TheMessageIsWhatWhereWhyAndNextEachOnItsLine()
    {
        var error = new BuildException("unknown library libq", "lib-requires.txt:2", "no package provides it", "write libz\nor remove the line");
        Assert.That(
            error.Message,
            Is.EqualTo("unknown library libq\n  where  lib-requires.txt:2\n  why    no package provides it\n  next   write libz\n         or remove the line"));
    }

    [Test]
    public void PartsThatAreNullOrEmptyLeaveNoLine()
    {
        Assert.That(new BuildException("broken").Message, Is.EqualTo("broken"));
        Assert.That(new BuildException("broken", string.Empty, null, "mend it").Message, Is.EqualTo("broken\n  next   mend it"));
    }

    [Test]
    public void TheErrorUnderneathIsKeptAndNotShown()
    {
        var inner = new IOException("errno 5");
        var error = new BuildException("cannot read", inner: inner);
        Assert.That(error.InnerException, Is.SameAs(inner));
        Assert.That(error.Message, Does.Not.Contain("errno"));
        Assert.That((error.What, error.Where, error.Why, error.Next), Is.EqualTo(("cannot read", (string?)null, (string?)null, (string?)null)));
    }
}
