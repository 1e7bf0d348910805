using System.Globalization;
using System.Text.Json.Nodes;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;
using Diffusion.Reporting.Reading;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Reporting.Figures;

/// <summary>Makes figures of the records of runs. Numbers are those of comparisons; only what is drawn is chosen here.</summary>
/// <param name="source">The runs.</param>
/// <param name="metric">The metric; null for the first.</param>
/// <param name="schedule">Builds a schedule from its JSON, for <see cref="FigureKind.Schedule"/>.</param>
public sealed class FigureBuilder(ReportSource source, string? metric, Func<string, NoiseSchedule> schedule)
{
    private const int MostCurves = 16;
    private const int MostPanels = 9;
    private const int MostPaths = 40;
    private const int SchedulePoints = 200;
    private const string Solver = "solver";
    private const string Evaluations = "evaluations (NFE)";

    private readonly List<string> _notes = [];

    /// <summary>A figure.</summary>
    /// <exception cref="InputException">The records have nothing of this kind; the message says what would give it.</exception>
    public Figure Build(FigureKind kind) => new(kind switch
    {
        FigureKind.Quality => Quality(),
        FigureKind.Order => Orders(),
        FigureKind.Pareto => Fronts(),
        FigureKind.Samples => Samples(),
        FigureKind.Trajectory => Trajectories(),
        FigureKind.Training => Training(),
        _ => Schedules(),
    }, _notes);

    private FigurePanel[] Quality()
    {
        var points = QualityPoints.FromRuns(source.Cells);
        var own = MeasuredMetric.Find(metric, [.. source.Cells.Cells.Select(cell => cell.Record)]);
        int index = points.Metrics.Index().First(one => one.Item.Name == own.Name).Index;
        int[] kinds = [.. points.Axes.Index().Where(axis => !QualityPoints.IsCost(axis.Item) && Labels(axis.Index).Length > 1).Select(axis => axis.Index)];
        int by = kinds.FirstOrDefault(axis => points.Axes[axis] == Solver, kinds.FirstOrDefault(-1));
        int panels = kinds.FirstOrDefault(
            axis => axis != by && points.Axes[axis].StartsWith("schedule", StringComparison.Ordinal) && Labels(axis).All(IsNumber),
            kinds.FirstOrDefault(axis => axis != by && Labels(axis).All(IsNumber), -1));
        string[] names = by < 0 ? [] : Labels(by);
        QualityPoint[] measured = [.. points.Points.Where(point => point.Results[index] is { Estimate: not null, Evaluations: > 0 })];
        bool isLogarithmic = measured.All(point => point.Results[index].Estimate!.Value.Mean > 0);
        return [.. First(measured.GroupBy(point => panels < 0 ? "" : point.Labels[panels]), MostPanels, "panel").Select(panel => new FigurePanel(
            panels < 0 ? "" : $"{points.Axes[panels]} {panel.Key}",
            new(Evaluations, true),
            new(own.Name, isLogarithmic),
            [
                .. Floor(panel, index),
                .. First(panel.GroupBy(Name), MostCurves, "curve").Select(curve => Curve(curve.Key, [.. curve], index)),
            ]))];

        string[] Labels(int axis) => [.. points.Points.Select(point => point.Labels[axis]).Distinct()];

        string Name(QualityPoint point) => string.Join(", ", kinds.Where(axis => axis != panels && point.Labels[axis].Length > 0).Select(
            axis => points.Axes[axis] == Solver ? point.Labels[axis] : $"{points.Axes[axis].Split('.')[^1]} {point.Labels[axis]}"));

        FigureCurve Curve(string name, QualityPoint[] curve, int metric)
        {
            ConfigurationResult[] results = [.. curve.Select(point => point.Results[metric]).OrderBy(result => result.Evaluations)];
            bool hasBand = results.All(result => result.Interval is not null);
            return new(name, [.. results.Select(result => result.Evaluations!.Value)], [.. results.Select(result => result.Estimate!.Value.Mean)])
            {
                Style = Math.Max(0, Array.IndexOf(names, by < 0 ? "" : curve[0].Labels[by])),
                Low = hasBand ? [.. results.Select(result => result.Interval!.Value.Low)] : null,
                High = hasBand ? [.. results.Select(result => result.Interval!.Value.High)] : null,
            };
        }
    }

    private static IEnumerable<FigureCurve> Floor(IEnumerable<QualityPoint> points, int metric)
    {
        double[] floors = [.. points.Select(point => point.Results[metric].Exact?.Mean).OfType<double>().Distinct().Take(2)];
        double[] places = [.. points.Select(point => point.Results[metric].Evaluations!.Value)];
        return floors.Length == 1
            ? [new("exact sampler", [places.Min(), places.Max()], [floors[0], floors[0]]) { HasMarkers = false, IsDashed = true }]
            : [];
    }

    private ConfigurationComparison Comparison() => ConfigurationComparison.Compare(source.Cells, new() { Metric = metric });

    private static string Title(IReadOnlyDictionary<string, string> axes) => string.Join(", ", axes.Select(axis => $"{axis.Key} {axis.Value}"));

    private static bool IsWithin(ComparisonBlock block, IReadOnlyDictionary<string, string> axes) =>
        axes.All(axis => block.Axes.TryGetValue(axis.Key, out string? label) && label == axis.Value);

    private static ConfigurationResult[] ResultsOf(ConfigurationComparison comparison, IReadOnlyDictionary<string, string> axes, string name) =>
    [
        .. comparison.Blocks.Where(block => IsWithin(block, axes)).SelectMany(block => block.Configurations)
            .Where(result => result.Name == name && result is { Estimate.Mean: > 0, Evaluations: > 0 }),
    ];

    private FigurePanel[] Orders()
    {
        ConfigurationComparison comparison = Comparison();
        (IReadOnlyDictionary<string, string> Axes, (string Name, double? Slope, double From, double To)[] Fits)[] places = comparison.Orders.Count > 0
            ? [.. comparison.Orders.Select(one => (one.Axes, one.Orders.Select(
                order => (order.Name, -order.Order, order.Steps?.Low ?? 0, order.Steps?.High ?? 0)).ToArray()))]
            : [.. comparison.Curves.Where(one => one.Slopes.Count > 0).Select(one => (one.Axes, one.Slopes.Select(
                slope => (slope.Name, (double?)slope.Exponent, slope.Range.Low, slope.Range.High)).ToArray()))];
        bool isOfSteps = comparison.Orders.Count > 0;
        if (places.Length == 0)
            throw new InputException($"{comparison.Metric} has no slopes: a slope takes three budgets or more, over which the curve is straight");
        return [.. First(places, MostPanels, "panel").Select(place => new FigurePanel(
            Title(place.Axes), new(isOfSteps ? "steps" : Evaluations, true), new(comparison.Metric, true), [.. place.Fits.SelectMany(fit =>
            {
                (double X, double Y)[] points = [.. ResultsOf(comparison, place.Axes, fit.Name).Select(result =>
                    (isOfSteps ? result.Cells[0].Record.Steps : result.Evaluations!.Value, result.Estimate!.Value.Mean)).OrderBy(point => point.Item1)];
                int style = comparison.Names.ToList().IndexOf(fit.Name);
                (double X, double Y)[] straight = [.. points.Where(point => point.X >= fit.From * 0.999 && point.X <= fit.To * 1.001)];
                FigureCurve cloud = new(fit.Slope is { } shown ? string.Create(CultureInfo.InvariantCulture, $"{fit.Name} ({shown:f2})") : fit.Name,
                    [.. points.Select(point => point.X)], [.. points.Select(point => point.Y)]) { Style = style, HasLine = false };
                if (fit.Slope is not { } slope || straight.Length == 0)
                    return (FigureCurve[])[cloud];
                double offset = straight.Average(point => Math.Log(point.Y) - (slope * Math.Log(point.X)));
                double[] ends = [fit.From, fit.To];
                return (FigureCurve[])
                [
                    cloud,
                    new FigureCurve("", ends, [.. ends.Select(end => Math.Exp(offset + (slope * Math.Log(end))))]) { Style = style, HasMarkers = false },
                ];
            })]))];
    }

    private FigurePanel[] Fronts()
    {
        ConfigurationComparison comparison = Comparison();
        CostCurves[] curves = [.. comparison.Curves.Where(one => one.Measure == CostMeasure.Evaluations && one.Front.Count > 0)];
        if (curves.Length == 0)
            throw new InputException($"no cell has both a value of {comparison.Metric} and its evaluations");
        return [.. First(curves, MostPanels, "panel").Select(one =>
        {
            (string Name, ConfigurationResult[] Results)[] clouds = [.. comparison.Names
                .Select(name => (name, ResultsOf(comparison, one.Axes, name)))
                .Where(cloud => cloud.Item2.Length > 0)];
            // The front is a staircase: until the next of its points, nothing better is to be had.
            CostPoint[] front = [.. one.Front];
            double end = clouds.SelectMany(cloud => cloud.Results).Select(result => result.Evaluations!.Value).Append(front[^1].Cost).Max();
            double[] x = [.. front.Zip(front.Skip(1).Select(point => point.Cost).Append(end)).SelectMany(step => new[] { step.First.Cost, step.Second })];
            double[] y = [.. front.SelectMany(point => new[] { point.Estimate.Mean, point.Estimate.Mean })];
            return new FigurePanel(Title(one.Axes), new(Evaluations, true), new(comparison.Metric, y.All(value => value > 0)),
            [
                new("front", x, y) { HasMarkers = false },
                .. clouds.Select(cloud => new FigureCurve(
                    cloud.Name,
                    [.. cloud.Results.Select(result => result.Evaluations!.Value)],
                    [.. cloud.Results.Select(result => result.Estimate!.Value.Mean)])
                {
                    Style = comparison.Names.ToList().IndexOf(cloud.Name), HasLine = false,
                }),
            ]);
        })];
    }

    private FigurePanel[] Samples()
    {
        (ComparedCell Cell, SamplePicture Picture)[] pictures = [.. source.Cells.Cells.Where(cell => cell.Record is { Samples: not null, Repeat: 0 })
            .Select(cell => (cell, PictureReader.Find(FolderOf(cell).PictureFile(SamplesOf(cell))))).Where(one => one.Item2 is not null)!];
        if (pictures.Length == 0)
            throw new InputException("no cell has a picture of its samples: data of two dimensions or more have them, in the first repeat");
        return [.. First(pictures, MostPanels, "picture").Select(one => new FigurePanel(NameOf(one.Cell), new(""), new(""),
        [
            new("", Every(one.Picture.Reference, 0), [.. Every(one.Picture.Reference, 1).Select(y => 1 - y)]) { HasLine = false },
            new("", Every(one.Picture.Samples, 0), [.. Every(one.Picture.Samples, 1).Select(y => 1 - y)]) { HasLine = false, Style = 0 },
        ]))];

        static double[] Every(double[] pairs, int offset) => [.. pairs.Where((_, i) => i % 2 == offset)];
    }

    private FigurePanel[] Trajectories()
    {
        // The record of a cell has only the states at which something was measured.
        ComparedCell[] kept = [.. source.Cells.Cells.Where(cell => cell.Record is { Samples: not null, Repeat: 0 }
            && File.Exists(FolderOf(cell).StatesFile(SamplesOf(cell))))];
        if (kept.Length == 0)
            throw new InputException("no cell has kept states between noise and data; 'keep' in a manifest keeps them (docs/sweeps.md)");
        List<FigurePanel> panels = [];
        foreach (ComparedCell cell in First(kept, MostPanels, "trajectory"))
        {
            RunFolder folder = FolderOf(cell);
            SamplesId samples = SamplesOf(cell);
            if (RecordJson.Find<SampleRecord>(folder.SampleRecordFile(samples)) is not { Kept: { } states, StatesDigest: { } digest })
                continue;
            try
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor read = NpyFile.Read(folder.StatesFile(samples), digest);
                Tensor flat = read.reshape(read.shape[0], read.shape[1], -1).to(ScalarType.Float64).contiguous();
                double[] values = flat.data<double>().ToArray();
                int count = (int)flat.shape[1], width = (int)flat.shape[2];
                int[] order = [.. Enumerable.Range(0, states.Count).OrderByDescending(place => states[place].T)];
                double[] times = [.. order.Select(place => states[place].T)];
                panels.Add(new(NameOf(cell), new("time of the process, from noise (right) to data (left)"), new("first coordinate"), [.. Enumerable
                    .Range(0, Math.Min(MostPaths, count)).Select(sample => new FigureCurve(
                        "", times, [.. order.Select(place => values[((place * count) + sample) * width])]) { Style = sample % 8, HasMarkers = false })]));
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                _notes.Add($"{NameOf(cell)} is left out: {e.Message}");
            }
        }

        return panels.Count > 0 ? [.. panels] : throw new InputException($"no kept states can be read: {_notes.FirstOrDefault("their records are damaged")}");
    }

    private FigurePanel[] Training()
    {
        TrainedModelRecord[] models = [.. source.Cells.Cells.Where(cell => cell.Record.Model is not null)
            .Select(cell => (Store: new TrainedModelStore(FolderOf(cell).Results), Key: cell.Record.Model!)).DistinctBy(one => one.Key)
            .Select(one => RecordJson.Find<TrainedModelRecord>(one.Store.RecordOf(one.Key))).OfType<TrainedModelRecord>()];
        if (models.Length == 0)
            throw new InputException("nothing was trained for these cells, or the records of the models are gone");
        models = [.. First(models, MostCurves, "model")];
        return
        [
            new("Loss over training", new("training step"), new("loss", models.All(model => model.Curve.All(point => point.Loss > 0))),
                [.. models.Index().Select(model => new FigureCurve(
                    model.Item.Key[..8], [.. model.Item.Curve.Select(point => (double)point.Step)], [.. model.Item.Curve.Select(point => point.Loss)])
                {
                    Style = model.Index, HasMarkers = false,
                })]),
            new("Loss by noise level", new("log(α/σ)"), new("loss", models.All(model => model.LevelLosses.All(level => level.Loss > 0))),
                [.. models.Index().Select(model => new FigureCurve(
                    "", [.. model.Item.LevelLosses.Select(level => level.HalfLogSnr)], [.. model.Item.LevelLosses.Select(level => level.Loss)])
                {
                    Style = model.Index,
                })]),
        ];
    }

    private FigurePanel[] Schedules()
    {
        string[] stated = [.. source.Cells.Cells.Select(cell => cell.Composition.GetValueOrDefault("schedule")).OfType<string>().Distinct()];
        if (stated.Length == 0)
            throw new InputException("no cell that has ended says its schedule");
        return [.. First(stated, MostPanels, "schedule").Select(json =>
        {
            // Keys say which assembly a component is from; a manifest does not.
            JsonObject statement = JsonNode.Parse(json)!.AsObject();
            statement.Remove("$from");
            NoiseSchedule built = schedule(statement.ToJsonString());
            double from = Math.Max(built.MinimumTime, 1e-6 * built.Horizon);
            NoiseLevel[] levels = [.. Enumerable.Range(0, SchedulePoints)
                .Select(i => built.At(from + ((built.Horizon - from) * i / (SchedulePoints - 1))))];
            double[] times = [.. levels.Select(level => level.T)];
            return new FigurePanel(json.Length <= 70 ? json : $"{json[..69]}…", new("time of the process"), new("α and σ", true),
            [
                new("α", times, [.. levels.Select(level => level.Alpha)]) { Style = 0, HasMarkers = false },
                new("σ", times, [.. levels.Select(level => level.Sigma)]) { Style = 1, HasMarkers = false },
            ]);
        })];
    }

    private RunFolder FolderOf(ComparedCell cell) => source.Runs.First(run => run.Label == cell.Run).Folder;

    private static SamplesId SamplesOf(ComparedCell cell) => SamplesId.Parse(Path.GetFileNameWithoutExtension(cell.Record.Samples!));

    private static string NameOf(ComparedCell cell) => string.Join(", ", cell.Axes.Where(axis => axis.Value.Length > 0)
        .Select(axis => axis.Key == Solver ? axis.Value : $"{axis.Key.Split('.')[^1]} {axis.Value}").DefaultIfEmpty(cell.Record.Id.ToString()));

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private IEnumerable<T> First<T>(IEnumerable<T> all, int most, string what)
    {
        T[] list = [.. all];
        if (list.Length > most)
            _notes.Add($"{Counted.Text(list.Length - most, $"more {what}")} not drawn; --where selects.");
        return list.Take(most);
    }
}
