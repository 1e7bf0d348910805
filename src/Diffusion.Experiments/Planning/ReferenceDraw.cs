namespace Diffusion.Experiments.Planning;

/// <summary>Which reference rows the repeats of a cell are compared with.</summary>
public enum ReferenceDraw
{
    /// <summary>All repeats share the rows that the data source gives. What is measured is then given these rows.</summary>
    Shared,

    /// <summary>Every repeat draws rows of its own from the generator of the data, which all cells of that repeat share.</summary>
    PerRepeat,
}
