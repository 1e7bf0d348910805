using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;
using Diffusion.Experiments.Working;
using Diffusion.ScoreModels;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Running;

/// <summary>
/// What a cell or a training makes is gone when it has ended, without waiting for the garbage collector, which never frees a module of TorchSharp.
/// </summary>
[Collection(GlobalTorchState.Name)]
public sealed class ComponentLifetimeTests : IDisposable
{
    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>A network that its model does not dispose.</summary>
    [Component(ComponentKind.ScoreModel, "careless", "")]
    public sealed class CarelessModel(DataDescription data) : ITrainableScoreModel
    {
        private readonly MlpScoreModel _inner = Remembered(new(new() { Width = 8, Layers = 1 }, data));

        public static List<WeakReference> Networks { get; } = [];

        public nn.Module Network => _inner.Network;

        public Prediction Predict(Tensor x, NoiseLevels levels) => _inner.Predict(x, levels);

        private static MlpScoreModel Remembered(MlpScoreModel model)
        {
            Networks.Add(new(model.Network));
            return model;
        }
    }

    [Fact]
    public void Tensors_stay_as_many_over_trainings_and_cells_that_one_worker_runs_one_after_the_other()
    {
        ExperimentPlan plan = _bench.Plan(
            """sweep.axes.model=["exact-mixture","empirical","kernel-density","kernel-score",{"use":"mlp","width":8,"layers":1},"""
                + """{"use":"energy-mlp","width":8,"layers":1},"careless"]""",
            """sweep.axes.solver=["euler-maruyama","dpmpp-2m"]""",
            "sweep.axes.training.seed=[1,2,3]",
            "sweep.axes.steps=[4]",
            "sweep.repeats=1",
            "loss=denoising-score-matching",
            """training={"steps":4,"batchSize":8,"ema":0.9}""",
            """metrics=["energy-distance","mmd","sliced-wasserstein","latent-interpolation","round-trip",{"use":"log-likelihood","rows":16}]""");
        RunFolder folder = RunFolder.Create(_bench.Results, plan.Name, _bench.Clock.GetUtcNow());
        TaskRunner worker = new(
            folder, id => plan.Cells.First(cell => cell.Id == id), task => plan.Cells.First(cell => cell.TrainingTask == task), _bench.Factory, _bench.Clock,
            NullLogger<TaskRunner>.Instance);
        // A model that does not learn has no seed of its training: its cells count once.
        ILookup<long, ExperimentCell> rounds = plan.Cells.ToLookup(cell => cell.Experiment.Training?.Settings.Seed ?? 0);
        Assert.Equal([8, 6, 6, 6], rounds.OrderBy(round => round.Key).Select(round => round.Count()));

        // The first time data are read and tables are made that last as long as the process.
        foreach (TaskId task in Tasks(rounds[0]).Concat(Tasks(rounds[1])))
            worker.Run(task, _ => { }, TestContext.Current.CancellationToken);
        Dictionary<string, int> parameters = plan.Cells.DistinctBy(cell => cell.Experiment.Model.Name)
            .ToDictionary(cell => cell.Experiment.Model.Name, Parameters);
        Collect();
        TaskId[] later = [.. Tasks(rounds[2]), .. Tasks(rounds[3]), .. Tasks(rounds[0])];
        (TaskId, long)[] expected =
            [.. later.Select(task => (task, (long)parameters[plan.Cells.First(cell => cell.Task == task || cell.TrainingTask == task).Experiment.Model.Name]))];
        (TaskId, long)[] left = [.. later.Select(task =>
        {
            long tensors = Tensor.TotalCount;
            worker.Run(task, _ => { }, TestContext.Current.CancellationToken);
            return (task, Tensor.TotalCount - tensors);
        })];
        Assert.Equal(expected, left);
        Collect();
        Assert.InRange(CarelessModel.Networks.Count, 9, 20);
        Assert.All(CarelessModel.Networks, network => Assert.False(network.IsAlive));
        Assert.Equal(
            [CellStatus.Done], plan.Cells.Select(cell => RecordJson.Find<CellRecord>(folder.CellFile(cell.Id))?.Status ?? CellStatus.Failed).Distinct());
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    // TorchSharp counts a parameter twice when it is made and once when it goes: its tensor's handle is taken over without lowering the count.
    private int Parameters(ExperimentCell cell)
    {
        using ComponentScope scope = _bench.Factory.OpenScope();
        DataSet set = new PlanData(_bench.Factory)[cell];
        return scope.Factory.Create<IScoreModel>(cell.Experiment.Model, set.Description, set) is ITrainableScoreModel { Network: var network }
            ? network.parameters().Count()
            : 0;
    }

    private static IEnumerable<TaskId> Tasks(IEnumerable<ExperimentCell> cells) =>
        cells.Select(cell => cell.TrainingTask).OfType<TaskId>().Distinct().Concat(cells.Select(cell => cell.Task));
}
