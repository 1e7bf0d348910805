using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Comparing;

namespace Diffusion.Host.Views;

/// <summary>The differences of two runs for scripts; docs/sweeps.md says what stands where.</summary>
internal sealed record DiffDocument(string First, string Second, RunComparison Runs, IReadOnlyList<DiffDocument.Fact> Environment)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public sealed record Fact(string Name, string First, string Second);

    public int Version { get; } = 1;

    /// <summary>Writes any document of this command.</summary>
    public static void Write(TextWriter output, object document) => output.WriteLine(JsonSerializer.Serialize(document, Json));
}
