using System.Diagnostics.CodeAnalysis;

using static TorchSharp.torch;

namespace Diffusion.Core.Contracts;

/// <summary>
/// Checks of what components give back: a wrong shape would be broadcast to a wrong number, and what is disposed fails far from where it was.
/// </summary>
internal static class Returned
{
    /// <summary>Checks a step's outcome.</summary>
    /// <param name="solver">The method.</param>
    /// <param name="form">The form of the state.</param>
    /// <param name="given">The state that it was given.</param>
    /// <param name="returned">The state that it gave back.</param>
    /// <param name="history">The evaluations that the next step is to see.</param>
    /// <param name="step">Index of the step, from 0.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <exception cref="ContractException">It is not what the contract says.</exception>
    public static void CheckStep(ISolver solver, TensorForm form, Tensor given, Tensor? returned, IReadOnlyList<Evaluation> history, int step, int steps)
    {
        if (given.IsInvalid)
            throw new ContractException(solver, $"disposed the state that it was given{Where()}");
        if (ReferenceEquals(given, returned))
            throw new ContractException(solver, $"returned the same tensor that it was given{Where()} where a new one is expected");
        if (!form.Fits(returned))
            throw new ContractException(solver, $"returned {form.Breach(returned, Where())}");
        for (int i = 0; i < history.Count; i++)
        {
            if (history[i].Prediction is { } prediction && (prediction.Value.IsInvalid || prediction.State.IsInvalid))
                throw new ContractException(solver, $"disposed an evaluation of its model{Where()}");
        }

        string Where() => $" at step {step + 1} of {steps}";
    }

    /// <summary>Asks a model, and checks its answer.</summary>
    /// <exception cref="ContractException">The answer is not what the contract says.</exception>
    public static Prediction Predict(IDenoiser model, Tensor x, NoiseLevels levels)
    {
        Prediction? prediction = model.Predict(x, levels);
        if (prediction is null)
            throw new ContractException(model, $"returned null{Where()} where a prediction is expected");
        if (x.IsInvalid)
            throw new ContractException(model, $"disposed the state that it was given{Where()}");
        if (ReferenceEquals(prediction.Value, x))
            throw new ContractException(model, $"returned the same tensor that it was given{Where()} where a new one is expected");
        if (!IsLike(x, prediction.Value))
            throw new ContractException(model, $"returned {TensorForm.Like(x).Breach(prediction.Value, Where())}");
        if (!ReferenceEquals(prediction.State, x) && !IsLike(x, prediction.State))
            throw new ContractException(model, $"returned, as the state of its prediction, {TensorForm.Like(x).Breach(prediction.State, Where())}");
        return prediction;

        string Where() => FormattableString.Invariant($" at sigma = {levels[0].Sigma:g6}");
    }

    /// <summary>Checks the losses of a batch.</summary>
    /// <exception cref="ContractException">They are not what the contract says.</exception>
    public static Tensor Losses(ILoss loss, LossBatch batch, Tensor? losses, int step)
    {
        if (batch.Data.IsInvalid || batch.Noise.IsInvalid)
            throw new ContractException(loss, $"disposed the batch that it was given{Where()}");
        if (!TensorForm.IsOfRows(batch.Data, losses))
            throw new ContractException(loss, $"returned {TensorForm.OfRows(batch.Data).Breach(losses, Where())}");
        if (!losses.requires_grad)
            throw new ContractException(loss, $"returned losses{Where()} from which no gradient flows back to the model's parameters");
        return losses;

        string Where() => $" at training step {step + 1}";
    }

    /// <summary>Checks what an adaptive method gave back for a state.</summary>
    /// <exception cref="ContractException">It is not what the contract says.</exception>
    public static Tensor CheckPart(ISolver solver, Tensor given, Tensor? returned, string what)
    {
        if (given.IsInvalid)
            throw new ContractException(solver, "disposed the state that it was given");
        if (ReferenceEquals(given, returned))
            throw new ContractException(solver, $"returned the same tensor that it was given as {what}, where a new one is expected");
        if (!IsLike(given, returned))
            throw new ContractException(solver, $"returned {TensorForm.Like(given).Breach(returned, $" as {what}")}");
        return returned;
    }

    // Messages are made only where something is wrong: a closure for each would cost every step more than the check itself.
    private static bool IsLike(Tensor given, [NotNullWhen(true)] Tensor? returned) => returned is { IsInvalid: false } && TensorForm.AreAlike(given, returned);
}
