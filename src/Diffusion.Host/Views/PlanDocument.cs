using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Forecasting;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Views;

/// <summary>
/// A plan for scripts; docs/sweeps.md says what stands where. Members may be added, none change their meaning while <see cref="Version"/> stays.
/// </summary>
internal sealed record PlanDocument
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public sealed record Cell(
        string Id, string Key, IReadOnlyDictionary<string, string> Axes, int Repeat, int TrainingRepeat, string Action, string Reason, int Steps, int? Nfe,
        string? Source);

    public sealed record Model(string Key, string Name, int Steps);

    public sealed record Stage(IReadOnlyList<string> DataSets, IReadOnlyList<Model> Train, IReadOnlyList<Model> Reuse, IReadOnlyDictionary<string, int> Cells);

    public int Version { get; } = 1;

    public required string Name { get; init; }

    public required string PlanKey { get; init; }

    /// <summary>The run that would be continued; null for a new one.</summary>
    public required string? Run { get; init; }

    public required IReadOnlyList<SweepAxis> Axes { get; init; }

    public required int Repeats { get; init; }

    /// <summary>Networks that are trained for each combination.</summary>
    public required int TrainingRepeats { get; init; }

    /// <summary>After how many repeats claims are judged, where repeats go on until they are decided; null where all run.</summary>
    public required IReadOnlyList<int>? Looks { get; init; }

    public required int Merged { get; init; }

    public required Stage Stages { get; init; }

    /// <summary>Metrics that cells go without: why → in how many cells.</summary>
    public required IReadOnlyDictionary<string, int> MetricObjections { get; init; }

    /// <summary>Assembly → cells that another build of it has computed.</summary>
    public required IReadOnlyDictionary<string, int> OtherBuilds { get; init; }

    public required Forecast Forecast { get; init; }

    [JsonIgnore]
    public IEnumerable<Cell> Cells { get; init; } = [];

    public static PlanDocument Describe(ExperimentPlan plan, WorkPlan work, Forecast forecast, RunFolder? existing, EvaluationCounts counts) => new()
    {
        Name = plan.Name,
        PlanKey = plan.Key,
        Run = existing?.Label,
        Axes = plan.Axes,
        Repeats = plan.Repeats,
        TrainingRepeats = plan.TrainingRepeats,
        Looks = plan.Claims.Looks?.Repeats,
        Merged = plan.Merged,
        Stages = new(
            [.. work.Work.Select(decision => decision.Cell).Where(cell => !cell.Experiment.Data.IsNone)
                .DistinctBy(cell => cell.DataKey).Select(cell => cell.DataKey)],
            [.. work.Trainings.Select(ModelOf)],
            [.. work.ReusedModels.Select(ModelOf)],
            Enum.GetValues<CellAction>().ToDictionary(NameOf, action => work.Decisions.Count(decision => decision.Action == action))),
        MetricObjections = work.MetricObjections,
        OtherBuilds = work.OtherBuilds,
        Forecast = forecast,
        Cells = work.Decisions.Select(decision => new Cell(
            decision.Cell.Id,
            decision.Cell.Key,
            decision.Cell.AxisValues,
            decision.Cell.Repeat,
            decision.Cell.Number.Training,
            NameOf(decision.Action),
            decision.Reason,
            decision.Cell.Experiment.Steps,
            counts.PerSample(decision.Cell.Experiment),
            decision.Source?.Label)),
    };

    /// <summary>An action as scripts know it: "take-over".</summary>
    public static string NameOf(CellAction action) => Kebab($"{action}");

    /// <summary>A name of the code as records write it.</summary>
    public static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    /// <summary>Writes the document; its cells, which may be many, one by one at its end.</summary>
    public void Write(TextWriter output)
    {
        output.Write(JsonSerializer.Serialize(this, Json)[..^1]);
        output.Write(",\"cells\":[");
        foreach ((int index, Cell cell) in Cells.Index())
        {
            output.WriteLine(index == 0 ? "" : ",");
            output.Write(JsonSerializer.Serialize(cell, Json));
        }

        output.WriteLine("]}");
    }

    private static Model ModelOf(ExperimentCell cell) => new(cell.TrainingKey!, cell.Experiment.Model.Name, cell.Experiment.Training!.Settings.Steps);
}
