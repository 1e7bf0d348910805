using System.Text.Json.Serialization;

namespace Diffusion.Experiments.Planning;

/// <summary>How parameters follow their gradient.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma &amp; Ba 2015).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov &amp; Hutter 2019).</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,

    /// <summary>Stochastic gradient descent.</summary>
    Sgd,
}
