using System.Text.Json;
using Diffusion.ScoreModels;
using Diffusion.ScoreModels.Kernels;
using Diffusion.ScoreModels.Preconditioning;
using Diffusion.ScoreModels.Rows;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

/// <summary>The models against values computed by their definitions at 40 digits (score_models_reference.py).</summary>
public sealed class ScoreModelReferenceTests : IDisposable
{
    private static readonly JsonElement s_reference = Read();

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Preconditioners =>
        [.. s_reference.GetProperty("preconditioning").EnumerateArray().Select(table => table.GetProperty("name").GetString()!)];

    public static TheoryData<int> RowCases => [.. Enumerable.Range(0, s_reference.GetProperty("rows").GetArrayLength())];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Preconditioners))]
    public void Coefficients_around_a_network_are_those_of_its_paper(string name)
    {
        JsonElement table = s_reference.GetProperty("preconditioning").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        double sigmaData = table.GetProperty("sigmaData").GetDouble();
        Preconditioner preconditioner = name switch
        {
            "edm" => new EdmPreconditioner(sigmaData),
            "vp" => new VariancePreservingPreconditioner(),
            "ve" => new VarianceExplodingPreconditioner(),
            "iddpm" => new IddpmPreconditioner(),
            _ => new PlainPreconditioner(Enum.Parse<NetworkOutput>(name, ignoreCase: true), sigmaData),
        };
        double[] scales = Numbers(table.GetProperty("sigma"));
        for (int i = 0; i < scales.Length; i++)
        {
            var level = new NoiseLevel(scales[i], 1, scales[i]);
            AssertNear("skip", preconditioner.Skip(level));
            AssertNear("out", preconditioner.Scale(level));
            AssertNear("in", preconditioner.Input(level));
            AssertNear("label", preconditioner.Label(scales[i]));

            void AssertNear(string column, double actual)
            {
                double expected = table.GetProperty(column)[i].GetDouble();
                Assert.Equal(expected, actual, 1e-14 * Math.Max(1e-3, Math.Abs(expected)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(RowCases))]
    public void Models_of_rows_predict_the_noise(int index)
    {
        JsonElement one = s_reference.GetProperty("rows")[index];
        string name = one.GetProperty("model").GetString()!;
        Tensor rows = Points("data");
        DataSet data = new(new DataDescription { Name = "rows", Shape = [2] }, rows, rows);
        IScoreModel model = name == "empirical"
            ? new EmpiricalScoreModel(data)
            : new KernelDensityScoreModel(new() { Rule = Enum.Parse<BandwidthRule>(name, ignoreCase: true), Bandwidth = 0.3 }, data);
        var level = new NoiseLevel(0.5, one.GetProperty("alpha").GetDouble(), one.GetProperty("sigma").GetDouble());
        Tensor expected = tensor(Numbers(one.GetProperty("noise"))).reshape(-1, 2);
        Assert.True(model.Predict(Points("points"), level).Epsilon.allclose(expected, 1e-13, 1e-14));
    }

    [Fact]
    public void A_kernel_field_minimises_implicit_score_matching()
    {
        JsonElement expected = s_reference.GetProperty("kernelScore");
        Tensor rows = Points("data")[TensorIndex.Colon, 0].unsqueeze(1);
        var model = new KernelScoreModel(
            new() { Bandwidth = expected.GetProperty("bandwidth").GetDouble(), Ridge = expected.GetProperty("ridge").GetDouble() },
            new DataSet(new DataDescription { Name = "line", Shape = [1] }, rows, rows));
        KernelScoreSolution solution = model.Solve(expected.GetProperty("noiseScale").GetDouble());
        Assert.Equal(expected.GetProperty("added").GetDouble(), solution.Ridge, 1e-14);
        double[] coefficients = Numbers(expected.GetProperty("coefficients"));
        for (int i = 0; i < coefficients.Length; i++)
            Assert.Equal(coefficients[i], solution.Coefficients[i], 1e-9);
    }

    private static Tensor Points(string name) =>
        tensor([.. s_reference.GetProperty(name).EnumerateArray().SelectMany(Numbers)]).reshape(-1, 2);

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static JsonElement Read()
    {
        using Stream stream = typeof(ScoreModelReferenceTests).Assembly.GetManifestResourceStream("score-models.json")!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
