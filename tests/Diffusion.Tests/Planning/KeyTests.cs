using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Planning;

/// <summary>Keys say when two pieces of work are one. A key written down here that changes makes every stored result unfindable.</summary>
public sealed class KeyTests : IDisposable
{
    private const string Trained = """
        {
          "extends": "sound.json",
          "data": { "use": "csv", "path": "rows.csv" },
          "model": "mlp", "loss": "noise-prediction", "training": { "steps": 30 }
        }
        """;

    private readonly ManifestFolder _folder = new();

    public KeyTests()
    {
        _folder.Write("sound.json", ManifestFolder.Sound);
        _folder.Write("rows.csv", "x\n1\n");
    }

    public void Dispose() => _folder.Dispose();

    private ExperimentCell Cell(string text, params string[] sets) => _folder.Plan(text, sets).Cells[0];

    private static string Digest(JsonObject setup) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(setup.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))));

    [Fact]
    public void Keys_are_what_they_were()
    {
        ExperimentCell cell = Cell(Trained);
        Assert.Equal("cf289fba8b02361b557389b0f3bd48dd11e198ab6a3312aa0d2c58fd7b735531", cell.Key);
        Assert.Equal("c69b3a3abe6bb54197159e5c0ca8c0df0c84c4c788c5a77c48ff07b1ddf7ae71", cell.TrainingKey);
        Assert.Equal("66378f18b00e38ed1b8e2abf6c9bb69d18202d3fb01f876f4383cd8473ab9444", cell.DataKey);
    }

    [Fact]
    public void Keys_are_digests_of_setups_that_can_be_read()
    {
        ExperimentCell cell = Cell(Trained);
        Assert.Equal(cell.Key, Digest(cell.Canonical));
        Assert.Equal(cell.TrainingKey, Digest(cell.TrainingSetup!));
        Assert.Equal(
            """
            {"$version":1,"data":{"$from":"Fakes 1.0.0","columns":[],"path":"sha256:daff832f802000e645771a60983c76c963f6ee602a6230e45237bd360e91cc1a",
              "standardize":true,"use":"csv"},"device":"cpu","dtype":"float32","loss":{"$from":"Fakes 1.0.0","use":"noise-prediction"},
              "model":{"$from":"Fakes 1.0.0","activation":"silu","dropout":null,"hidden":[128,128],"use":"mlp"},"training":{"batchSize":256,"ema":0.999,
              "gradientClip":1,"learningRate":0.001,"optimizer":"adam","schedule":{"$from":"Fakes 1.0.0","sigmaMax":10,"sigmaMin":0.01,"use":"exploding"},
              "seed":0,"steps":30,"stratified":true,"timeSampler":{"$from":"Fakes 1.0.0","use":"uniform"},"weightDecay":0}}
            """.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal),
            cell.TrainingSetup!.ToJsonString());
        Assert.Null(Cell(ManifestFolder.Sound).TrainingKey);
        Assert.Null(Cell(ManifestFolder.Sound).TrainingSetup);
    }

    [Theory]
    [InlineData("solver.eta=5e-1")]
    [InlineData("steps=10.0")]
    [InlineData("steps=1e1")]
    [InlineData("batch=4096")]
    [InlineData("name=other")]
    [InlineData("description=words")]
    [InlineData("training.steps=99")]
    [InlineData("sweep.repeats=3")]
    [InlineData("schedule={\"sigmaMax\":10,\"sigmaMin\":1e-2,\"use\":\"exploding\"}")]
    [InlineData("data.rows=[[-0,0],[1.0,2]]")]
    public void What_changes_no_number_changes_no_key(string set) => Assert.Equal(Cell(ManifestFolder.Sound).Key, Cell(ManifestFolder.Sound, set).Key);

    [Theory]
    [InlineData("solver.eta=0.6")]
    [InlineData("seed=1")]
    [InlineData("batch=1")]
    [InlineData("dtype=float64")]
    [InlineData("metrics=[\"mmd\"]")]
    [InlineData("data.rows=[[0,0],[1,3]]")]
    [InlineData("solver={\"use\":\"ancestral\",\"eta\":0.5}")]
    public void What_changes_a_number_changes_the_key(string set) => Assert.NotEqual(Cell(ManifestFolder.Sound).Key, Cell(ManifestFolder.Sound, set).Key);

    [Fact]
    public void Another_device_changes_the_key()
    {
        Assert.SkipUnless(TorchSharp.torch.cuda.is_available(), "A manifest cannot name a device that this machine lacks.");
        Assert.NotEqual(Cell(ManifestFolder.Sound).Key, Cell(ManifestFolder.Sound, "device=cuda").Key);
    }

    [Fact]
    public void Repeats_have_keys_of_their_own()
    {
        IReadOnlyList<ExperimentCell> cells = _folder.Plan(ManifestFolder.Sound, "sweep.repeats=3").Cells;
        Assert.Equal(3, cells.Select(c => c.Key).Distinct().Count());
        Assert.Equal(cells[0].Key, Cell(ManifestFolder.Sound).Key);
        Assert.Equal([0, 1, 2], cells.Select(c => c.Canonical["repeat"]!.GetValue<int>()));
        Assert.All(cells, c => Assert.Equal(c.Key, Digest(c.Canonical)));
        Assert.Equal(cells[2].Canonical.Select(member => member.Key).Order(StringComparer.Ordinal), cells[2].Canonical.Select(member => member.Key));
    }

    [Theory]
    [InlineData("solver=euler")]
    [InlineData("steps=3")]
    [InlineData("samples=3")]
    [InlineData("metrics=[]")]
    [InlineData("grid=uniform")]
    [InlineData("seed=1", "training.seed=0")]
    [InlineData("schedule.sigmaMax=9", "training.schedule={\"use\":\"exploding\",\"sigmaMax\":10}")]
    public void Sampling_does_not_reach_the_training_key(params string[] sets)
    {
        ExperimentCell plain = Cell(Trained);
        ExperimentCell other = Cell(Trained, sets);
        Assert.Equal(plain.TrainingKey, other.TrainingKey);
        Assert.Equal(plain.DataKey, other.DataKey);
    }

    [Theory]
    [InlineData("schedule.sigmaMax=9")]
    [InlineData("seed=1")]
    [InlineData("training.seed=1")]
    [InlineData("training.ema=0.5")]
    [InlineData("training.weighting=cut-off")]
    [InlineData("model.hidden=[3]")]
    [InlineData("data.standardize=false")]
    [InlineData("dtype=float64")]
    public void What_trained_weights_depend_on_reaches_the_training_key(string set) =>
        Assert.NotEqual(Cell(Trained).TrainingKey, Cell(Trained, set).TrainingKey);

    [Fact]
    public void A_file_counts_by_its_content()
    {
        ExperimentCell plain = Cell(Trained);
        _folder.Write("sub/same.csv", "x\n1\n");
        Assert.Equal(plain.Key, Cell(Trained.Replace("rows.csv", "sub/same.csv", StringComparison.Ordinal)).Key);
        _folder.Write("rows.csv", "x\n2\n");
        ExperimentCell changed = Cell(Trained);
        Assert.NotEqual(plain.Key, changed.Key);
        Assert.NotEqual(plain.DataKey, changed.DataKey);
        Assert.NotEqual(plain.TrainingKey, changed.TrainingKey);
    }

    [Fact]
    public void A_frozen_manifest_gives_the_same_plan_wherever_it_is_written()
    {
        _folder.Write("other.csv", "x\n3\n");
        ExperimentPlan plan = _folder.Plan(
            Trained, "solver.eta=0.25", "sweep={\"axes\":{\"data.path\":[\"rows.csv\"],\"steps\":[1,2]},\"repeats\":2}".Replace(
                "rows.csv", _folder.At("other.csv"), StringComparison.Ordinal));
        string frozen = plan.Freeze(_folder.At(Path.Combine("results", "run")));
        Assert.DoesNotContain(_folder.FullPath, frozen, StringComparison.Ordinal);
        Assert.Contains("\"../../other.csv\"", frozen, StringComparison.Ordinal);
        Assert.DoesNotContain("extends", frozen, StringComparison.Ordinal);

        _folder.Write("results/run/manifest.json", frozen);
        ExperimentPlan again = _folder.Load("results/run/manifest.json");
        Assert.Equal("experiment", again.Name);
        Assert.Equal(plan.Cells.Select(c => c.Key), again.Cells.Select(c => c.Key));
        Assert.Equal(plan.Cells.Select(c => c.Id), again.Cells.Select(c => c.Id));
        Assert.Equal(plan.Cells.Select(c => c.TrainingKey), again.Cells.Select(c => c.TrainingKey));
        Assert.Equal(frozen, again.Freeze(_folder.At(Path.Combine("results", "run"))));
    }
}
