using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Planning;

/// <summary>What a task of a run is called: a cell by its id, or the training of a model.</summary>
[JsonConverter(typeof(IdentityJson<TaskId>))]
public sealed record TaskId : IIdentity<TaskId>
{
    private readonly string _text;

    private TaskId(string text) => _text = text;

    private const string TrainingPrefix = "train-";

    /// <summary>The task of running a cell.</summary>
    public static TaskId ForCell(CellId cell) => new(cell);

    internal static TaskId OfTraining(StageKey training) => new($"{TrainingPrefix}{training[..CellId.Length]}");

    /// <summary>Whether it trains a model.</summary>
    public bool IsTraining => _text.StartsWith(TrainingPrefix, StringComparison.Ordinal);

    /// <summary>The cell that it runs, where it trains no model.</summary>
    public CellId Cell => CellId.Parse(_text);


    /// <inheritdoc/>
    public static TaskId Parse(string text) => new(text);

    /// <summary>Its text.</summary>
    [return: NotNullIfNotNull(nameof(identity))]
    public static implicit operator string?(TaskId? identity) => identity?._text;

    /// <inheritdoc/>
    public override string ToString() => _text;
}
