using static TorchSharp.torch;

namespace Diffusion.Losses;

/// <summary>
/// A model's score at noisy data as a function of them, and the traces of its Jacobian that can be differentiated once more with respect
/// to the parameters. Samples must not influence one another in the model.
/// </summary>
internal sealed class ScoreField
{
    private readonly Tensor _x;
    private readonly Tensor _score;

    public ScoreField(IScoreModel model, LossBatch batch)
    {
        _x = batch.NoisyData().detach().requires_grad_();
        _score = model.Predict(_x, batch.Levels).Score;
    }

    /// <summary>D, the number of dimensions of one sample.</summary>
    public long Dimension => _x.numel() / _x.shape[0];

    /// <summary>‖s‖², shape (B).</summary>
    public Tensor SquaredNorm => _score.square().flatten(1).sum(dim: 1);

    /// <summary>tr ∇s by one backward pass a dimension, shape (B).</summary>
    public Tensor Trace()
    {
        Tensor rows = _score.flatten(1);
        Tensor trace = zeros(_x.shape[0], dtype: _x.dtype, device: _x.device);
        for (long i = 0; i < Dimension; i++)
            trace = trace + Gradient(rows.select(1, i).sum()).flatten(1).select(1, i);
        return trace;
    }

    /// <summary>vᵀ ∇s v by one backward pass, shape (B).</summary>
    /// <param name="probe">v, shape (B, …).</param>
    public Tensor Quadratic(Tensor probe) => (Gradient((_score * probe).sum()) * probe).flatten(1).sum(dim: 1);

    /// <summary>vᵀ s, shape (B).</summary>
    /// <param name="probe">v, shape (B, …).</param>
    public Tensor Along(Tensor probe) => (_score * probe).flatten(1).sum(dim: 1);

    /// <summary>A probe v with E v vᵀ = I for each sample, shape (B, …).</summary>
    public Tensor Probe(ProjectionDistribution distribution, INoiseSource randomness, long index)
    {
        Tensor normal = randomness.Independent(index, _x.detach());
        return distribution switch
        {
            ProjectionDistribution.Rademacher => where(normal.ge(0), ones_like(normal), -ones_like(normal)),
            ProjectionDistribution.Sphere => OnSphere(normal),
            _ => normal,
        };
    }

    private static Tensor OnSphere(Tensor normal)
    {
        Tensor rows = normal.flatten(1);
        return (rows * rows.square().mean([1], keepdim: true).rsqrt()).reshape(normal.shape);
    }

    private Tensor Gradient(Tensor scalar) => Differentiation.Gradient(scalar, _x, differentiable: true);
}
