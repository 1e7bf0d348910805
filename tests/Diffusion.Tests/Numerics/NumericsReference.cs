using System.Text.Json;

namespace Diffusion.Tests.Numerics;

/// <summary>The certificates' numerics.json, which numerics.py computed with 120 digits.</summary>
internal static class NumericsReference
{
    public static JsonElement Load()
    {
        using Stream stream = typeof(ScheduleReference).Assembly.GetManifestResourceStream("numerics.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
