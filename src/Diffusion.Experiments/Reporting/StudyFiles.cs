using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Experiments.Reporting;

/// <summary>Curves and fields of studies as JSON, for whoever draws them anew. A number that is not finite is null.</summary>
internal static class StudyFiles
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A curve: <c>name</c>, <c>x</c> and <c>y</c> with their labels, and the values of each series.</summary>
    public static string Json(StudyCurve curve) => new JsonObject
    {
        ["name"] = curve.Name,
        ["x"] = Axis(curve.XLabel, curve.X),
        ["y"] = new JsonObject { ["label"] = curve.YLabel },
        ["series"] = new JsonArray([.. curve.Series.Select(series => new JsonObject
        {
            ["label"] = series.Label,
            ["isReference"] = series.IsReference,
            ["values"] = Numbers(series.Y),
        })]),
    }.ToJsonString(Options) + "\n";

    /// <summary>A field: <c>name</c>, <c>x</c> and <c>y</c> with their labels and places. Its values stand in an array's file beside it.</summary>
    public static string Json(StudyField field) => new JsonObject
    {
        ["name"] = field.Name,
        ["x"] = Axis(field.XLabel, field.X),
        ["y"] = Axis(field.YLabel, field.Y),
        ["values"] = $"{field.Name}.npy",
    }.ToJsonString(Options) + "\n";

    private static JsonObject Axis(string label, IReadOnlyList<double> values) => new() { ["label"] = label, ["values"] = Numbers(values) };

    private static JsonArray Numbers(IReadOnlyList<double> values) =>
        new([.. values.Select(value => double.IsFinite(value) ? JsonValue.Create(value) : null)]);
}
