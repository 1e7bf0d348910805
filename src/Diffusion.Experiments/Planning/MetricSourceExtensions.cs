using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>What measured numbers come from, by the choices of an experiment.</summary>
public static class MetricSourceExtensions
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ConcurrentDictionary<MetricSource, MetricSource> Known = new();

    /// <summary>The source of what a metric measures. The version of its assembly is no part of it: a newer build measures the same quantity.</summary>
    public static MetricSource ToMetricSource(this ComponentChoice choice) => FromCanonical(JsonNode.Parse(choice.CanonicalJson)!.AsObject());

    /// <summary>The same, by the canonical form of a choice.</summary>
    internal static MetricSource FromCanonical(JsonObject choice)
    {
        JsonObject options = choice.DeepClone().AsObject();
        options.Remove("$from");
        options.Remove("use");
        return Shared(new(choice["use"]!.GetValue<string>(), options.ToJsonString(Relaxed)));
    }

    /// <summary>The same value with a source of which there is one object: thousands of records have few different ones.</summary>
    public static MetricValue WithSharedSource(this MetricValue value) => value.Source is { } source ? value with { Source = Shared(source) } : value;

    private static MetricSource Shared(MetricSource source) => Known.GetOrAdd(source, source);
}
