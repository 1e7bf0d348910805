using System.Text.Json;
using System.Text.Json.Serialization;

namespace Diffusion.Experiments.Storage;

/// <summary>Identities as JSON texts.</summary>
/// <typeparam name="T">The identity.</typeparam>
internal sealed class IdentityJson<T> : JsonConverter<T>
    where T : IIdentity<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Parse(reader.GetString() ?? throw new JsonException("expected a text, found null"));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
