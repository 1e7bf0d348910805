using System.Text.Json;
using Diffusion.ScoreModels;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>One recorded run or table of a peer.</summary>
internal sealed class GoldenCase(string peer, JsonElement json)
{
    public string Peer => peer;

    public string Id => Text("id");

    public string Family => Text("family");

    public JsonElement Json => json;

    /// <summary>The peer's arguments, each of which must be understood.</summary>
    public GoldenParameters Parameters { get; } = new(json);

    /// <summary>Final state, row by row.</summary>
    public double[] FinalState => Flatten(json.GetProperty("x"));

    /// <summary>Number of steps as the peer counts them.</summary>
    public int Steps => json.GetProperty("steps").GetInt32();

    /// <summary>Whether the peer chose its steps by their error. Rounding then moves the steps, too.</summary>
    public bool IsAdaptive => Has("attempts") || Has("accepted_t") || Has("log_likelihood_nats");

    /// <summary>
    /// Agreement that rounding allows: 1e-12 times the run's own amplification, more where the case says that it is ill-conditioned. Of an
    /// adaptive run, whose steps feed back, 1e-8; of DPM-Solver's, which rounds its step factors to float32, 1e-6.
    /// </summary>
    public double Tolerance => IsAdaptive
        ? (Peer == "dpm_solver" ? 1e-6 : 1e-8)
        : 1e-12 * Math.Max(1, Number("sens")) * (Has("caution") && Text("caution").Contains("loose", StringComparison.Ordinal) ? 100 : 1);

    public ExactMixture Target => TargetOf(Text("target"));

    /// <summary>The target's exact model in operations that autograd can follow.</summary>
    public IDenoiser DifferentiableModel()
    {
        GaussianMixture mixture = Target.Mixture;
        return new GaussianMixtureScoreModel(new(), new DataDescription { Name = Text("target"), Shape = [mixture.Dimension], Mixture = mixture });
    }

    public bool Has(string name) => json.TryGetProperty(name, out _);

    public string Text(string name) => json.GetProperty(name).GetString()!;

    public double Number(string name) => json.GetProperty(name).GetDouble();

    public double[] Numbers(string name) => [.. json.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    /// <summary>A field of points, row by row.</summary>
    public double[] Points(string name) => Flatten(json.GetProperty(name));

    /// <summary>Draw n of the tape for this target, restricted to one point where the case ran on one.</summary>
    public double[] Draw(int n)
    {
        JsonElement draw = GoldenFolder.Common.GetProperty("tape").GetProperty(Text("target"))[n];
        return Has("point_index") ? [.. draw[json.GetProperty("point_index").GetInt32()].EnumerateArray().Select(v => v.GetDouble())] : Flatten(draw);
    }

    public override string ToString() => Id;

    public static double[] Flatten(JsonElement points) =>
        [.. points.EnumerateArray().SelectMany(point => point.EnumerateArray()).Select(v => v.GetDouble())];

    public static ExactMixture TargetOf(string name)
    {
        JsonElement target = GoldenFolder.Common.GetProperty("targets").GetProperty(name);
        return new(new GaussianMixture(target.GetProperty("kind").GetString() switch
        {
            "gmm_isotropic" =>
            [
                .. target.GetProperty("weights").EnumerateArray().Select((weight, k) => GaussianComponent.Isotropic(
                    weight.GetDouble(), Vector(target.GetProperty("means")[k]), target.GetProperty("stds")[k].GetDouble())),
            ],
            "gaussian_full" => [new(1, Vector(target.GetProperty("mean")), Matrix(target.GetProperty("cov")))],
            string kind => throw new InvalidDataException($"Target '{name}' is of an unknown kind '{kind}'."),
            null => throw new InvalidDataException($"Target '{name}' has no kind."),
        }));
    }

    private static double[] Vector(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetDouble())];

    private static double[,] Matrix(JsonElement rows)
    {
        int dimension = rows.GetArrayLength();
        double[,] matrix = new double[dimension, dimension];
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j < dimension; j++)
                matrix[i, j] = rows[i][j].GetDouble();
        }

        return matrix;
    }
}
