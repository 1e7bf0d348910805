using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>A data set in MLflow's terms.</summary>
internal static class DatasetInputs
{
    // A SHA-256 in hex is longer than MLflow's digest may be.
    private const int DigestLength = 32;

    /// <param name="use">What they were used for; null for nothing that is said.</param>
    public static DatasetInput FromDescription(DataDescription data, string? use)
    {
        bool isFile = File.Exists(data.Source);
        string source = isFile
            ? JsonSerializer.Serialize(new Dictionary<string, string> { ["uri"] = Path.GetFullPath(data.Source) })
            : JsonSerializer.Serialize(new Dictionary<string, Dictionary<string, string>> { ["tags"] = new() { [MlflowTags.SourceName] = data.Source } });
        var dataset = new Dataset(data.Name, Digest(data), isFile ? "local" : "code", source, Schema(data));
        return new DatasetInput(dataset, use is null ? [] : [new InputTag(MlflowTags.DataContext, use)]);
    }

    /// <summary>The beginning of the content's digest; of the description's where there is no content, as with a formula.</summary>
    private static string Digest(DataDescription data)
    {
        string digest = data.Digest.Length > 0
            ? data.Digest
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{data.Name}\n{data.Source}\n{string.Join(',', data.Shape)}")));
        return digest[..Math.Min(DigestLength, digest.Length)];
    }

    /// <summary>Named columns as MLflow's column specification, anything else as a tensor with a free first dimension.</summary>
    private static string Schema(DataDescription data)
    {
        if (data.Columns.Count > 0)
            return JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["mlflow_colspec"] = data.Columns.Select(column => new Dictionary<string, string> { ["type"] = "double", ["name"] = column }),
            });
        string tensor = JsonSerializer.Serialize(new[]
        {
            new Dictionary<string, object>
            {
                ["type"] = "tensor",
                ["tensor-spec"] = new Dictionary<string, object> { ["dtype"] = "float64", ["shape"] = data.Shape.Prepend(-1L) },
            },
        });
        return JsonSerializer.Serialize(
            new Dictionary<string, object> { ["mlflow_tensorspec"] = new Dictionary<string, string?> { ["features"] = tensor, ["targets"] = null } });
    }
}
