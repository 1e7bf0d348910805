using System.Runtime.Serialization;

namespace Diffusion.Core.Training;

/// <summary>Optimisers of the trainer.</summary>
public enum OptimizerKind
{
    /// <summary>Kingma &amp; Ba 2015; weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>Loshchilov &amp; Hutter 2019; weight decay is decoupled.</summary>
    [EnumMember(Value = "adamw")]
    AdamW,

    /// <summary>Stochastic gradient descent with momentum 0.9.</summary>
    Sgd,
}
