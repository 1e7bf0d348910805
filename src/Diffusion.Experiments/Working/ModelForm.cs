using Diffusion.Experiments.Planning;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>
/// In which type and where a model is evaluated by what does not sample from it: weights that were trained have the type and the place of their training, what
/// is computed has neither.
/// </summary>
/// <param name="Dtype">The type.</param>
/// <param name="Device">The place.</param>
internal readonly record struct ModelForm(ScalarType Dtype, Device Device)
{
    /// <summary>That of a cell's model.</summary>
    public static ModelForm UsedIn(IDenoiser model, Experiment experiment) =>
        model is ITrainableScoreModel ? new(experiment.Dtype, new Device(experiment.Device)) : new(ScalarType.Float64, CPU);
}
