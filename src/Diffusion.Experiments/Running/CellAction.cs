namespace Diffusion.Experiments.Running;

/// <summary>What a run does with a cell.</summary>
public enum CellAction
{
    /// <summary>Nothing: its record is there.</summary>
    Keep,

    /// <summary>Copies the record and the samples of an earlier run, which has the same cell.</summary>
    TakeOver,

    /// <summary>Measures samples that are there already.</summary>
    Measure,

    /// <summary>Runs it.</summary>
    Run,

    /// <summary>Nothing: its parts do not fit together.</summary>
    NotApplicable,

    /// <summary>Nothing: it was not selected.</summary>
    LeaveOut,

    /// <summary>Nothing: repeats go on until claims are decided, and no open claim asks for it.</summary>
    NotNeeded,
}
