using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Comparing;

/// <summary>A cell that has ended, with where it stands and what it is composed of.</summary>
public sealed class ComparedCell
{
    private readonly Lazy<IReadOnlyDictionary<string, string>> _composition;

    /// <param name="record">Its record.</param>
    /// <param name="run">The run that it is taken from.</param>
    /// <param name="axes">Its place in the sweep: axis → label.</param>
    /// <param name="composition">What it is composed of: member → canonical JSON; asked for once, if at all.</param>
    public ComparedCell(CellRecord record, string run, IReadOnlyDictionary<string, string> axes, Func<IReadOnlyDictionary<string, string>> composition)
    {
        Record = record;
        Run = run;
        Axes = axes;
        _composition = new(composition);
    }

    /// <summary>Its record.</summary>
    public CellRecord Record { get; }

    /// <summary>The run that it is taken from.</summary>
    public string Run { get; }

    /// <summary>Its place in the sweep of its run: axis → label.</summary>
    public IReadOnlyDictionary<string, string> Axes { get; }

    /// <summary>What it is composed of: member → canonical JSON.</summary>
    public IReadOnlyDictionary<string, string> Composition => _composition.Value;
}
