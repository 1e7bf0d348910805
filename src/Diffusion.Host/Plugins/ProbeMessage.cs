using System.Text.Json;

namespace Diffusion.Host.Plugins;

/// <summary>What a process that tries a plugin tells its parent, a line each: the class that it begins with, and at the end that it has come through.</summary>
/// <param name="Type">Full name of the class.</param>
/// <param name="Title">What it is.</param>
/// <param name="IsEnd">Whether all have been tried.</param>
internal sealed record ProbeMessage(string Type, string Title, bool IsEnd = false)
{
    // What constructors print must not be taken for a message.
    private const char Mark = '\u001e';

    public string ToLine() => $"{Mark}{JsonSerializer.Serialize(this)}";

    public static ProbeMessage? Parse(string line)
    {
        int start = line.LastIndexOf(Mark);
        try
        {
            return start < 0 ? null : JsonSerializer.Deserialize<ProbeMessage>(line[(start + 1)..]);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
