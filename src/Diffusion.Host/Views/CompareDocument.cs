using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Comparing;

namespace Diffusion.Host.Views;

/// <summary>A comparison for scripts; docs/sweeps.md says what stands where.</summary>
internal sealed record CompareDocument(ConfigurationComparison Comparison)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public int Version { get; } = 1;

    public static void Write(TextWriter output, ConfigurationComparison comparison) =>
        output.WriteLine(JsonSerializer.Serialize(new CompareDocument(comparison), Json));
}
