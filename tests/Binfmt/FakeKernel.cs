using BusyboxGlibc.Binfmt;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>A binfmt_misc in memory that takes what the real one takes, and shows nothing until it is mounted.</summary>
internal sealed class FakeKernel(params BinfmtHandler[] handlers) : IBinfmtKernel
{
    private readonly List<BinfmtHandler> _handlers = [.. handlers];

    public BinfmtMount Mount { get; set; } = BinfmtMount.Mounted;

    public bool IsEnabled { get; set; } = true;

    public string? Refuses { get; init; }

    public List<string> Written { get; } = [];

    public BinfmtStatus Read() => Mount == BinfmtMount.Mounted ? new BinfmtStatus(Mount, IsEnabled, [.. _handlers]) : new BinfmtStatus(Mount, false, []);

    public void Write(string file, string text)
    {
        Written.Add($"{file} {text}");
        if (file == Refuses || Mount != BinfmtMount.Mounted)
        {
            throw new UnauthorizedAccessException("Permission denied");
        }

        var index = _handlers.FindIndex(handler => handler.Name == file);
        switch (file, text)
        {
            case ("status", "1"):
                IsEnabled = true;
                break;
            case ("register", _) when BinfmtText.TryReadLine(text, out var handler) && _handlers.All(other => other.Name != handler.Name):
                _handlers.Insert(0, handler);
                break;
            case (_, "1") when index >= 0:
                _handlers[index] = _handlers[index] with { IsEnabled = true };
                break;
            case (_, "-1") when index >= 0:
                _handlers.RemoveAt(index);
                break;
            default:
                throw new IOException("Invalid argument");
        }
    }
}
