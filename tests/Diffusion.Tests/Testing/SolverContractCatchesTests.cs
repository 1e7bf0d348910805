using Diffusion.Testing;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Testing;

/// <summary>The solver contract, held against methods that break it: a contract that nothing can fail would certify nothing.</summary>
public sealed class SolverContractCatchesTests
{
    [Fact]
    public void A_false_claim_of_order() => AssertBroken(contract => contract.Order_is_what_the_traits_declare(), new Halves { Claim = 2 });

    [Fact]
    public void A_step_ratio_that_a_multistep_method_ignores() =>
        AssertBroken(contract => contract.Order_is_what_the_traits_declare(), new NoRatio());

    [Fact]
    public void A_noise_of_the_wrong_size() => AssertBroken(contract => contract.Order_is_what_the_traits_declare(), new Halves { Noise = 0.9 });

    [Fact]
    public void An_evaluation_that_is_not_declared() =>
        AssertBroken(contract => contract.Evaluations_are_what_the_traits_declare(4), new Halves { ExtraCall = true });

    [Fact]
    public void A_state_changed_in_place() =>
        AssertBroken(contract => contract.A_step_leaves_what_it_was_given_alone_and_returns_a_fresh_tensor(), new Halves { InPlace = true });

    [Fact]
    public void The_models_own_tensor_returned() =>
        AssertBroken(contract => contract.A_step_leaves_what_it_was_given_alone_and_returns_a_fresh_tensor(), new Halves { ReturnsValue = true });

    [Fact]
    public void Noise_that_is_not_declared() =>
        AssertBroken(contract => contract.A_method_without_noise_draws_none_and_one_with_noise_some(), new Halves { Noise = 1, HidesNoise = true });

    [Fact]
    public void A_memory_between_runs() => AssertBroken(contract => contract.The_same_inputs_give_the_same_bits(), new Halves { Remembers = true });

    [Fact]
    public void A_tensor_left_behind() => AssertBroken(contract => contract.A_run_leaves_no_tensor_behind(), new Halves { Leaks = true });

    [Fact]
    public void A_batch_that_shares_a_step_size() =>
        AssertBroken(contract => contract.A_sample_does_not_depend_on_its_batch(), new Halves { CouplesBatch = true });

    [Fact]
    public void A_state_that_is_not_finite_at_clean_data() =>
        AssertBroken(contract => contract.A_run_to_clean_data_is_finite_and_near_the_data(3), new Halves { DividesBySigma = true });

    private static void AssertBroken(Action<SolverContractTests> contract, ISolver solver) => Assert.ThrowsAny<Exception>(() => contract(new Contract(solver)));

    private sealed class Contract(ISolver solver) : SolverContractTests
    {
        protected override ISolver CreateSolver() => solver;
    }

    // DDIM, with one fault at a time.
    private sealed class Halves : ISolver
    {
        private int _runs;

        public double Claim { get; init; } = 1;

        public double? Noise { get; init; }

        public bool HidesNoise { get; init; }

        public bool ExtraCall { get; init; }

        public bool InPlace { get; init; }

        public bool ReturnsValue { get; init; }

        public bool Remembers { get; init; }

        public bool Leaks { get; init; }

        public bool CouplesBatch { get; init; }

        public bool DividesBySigma { get; init; }

        public SolverTraits Traits => new() { Order = Claim, IsStochastic = Noise is not null && !HidesNoise };

        public Tensor Step(in SolverStep step, IDenoiser denoiser)
        {
            Prediction prediction = denoiser.Predict(step.X, step.From);
            if (ExtraCall)
                denoiser.Predict(step.X, step.From);
            if (InPlace)
                return step.X.mul_(tensor(0.5));
            if (ReturnsValue)
                return prediction.Value;
            if (Leaks)
                step.X.clone().DetachFromDisposeScope();

            double ratio = step.From.Alpha * step.To.Sigma / (step.To.Alpha * step.From.Sigma);
            double fresh = Noise is null ? 0 : 1 - (ratio * ratio);
            double ofNoise = DividesBySigma ? step.To.Sigma * step.To.Sigma / step.To.Sigma : step.To.Sigma * Math.Sqrt(1 - fresh);
            if (CouplesBatch)
                ofNoise *= 1 + (1e-3 * step.X.shape[0]);
            if (Remembers)
                ofNoise *= 1 + (1e-9 * _runs++);
            Tensor next = (prediction.X0 * step.To.Alpha).add_(prediction.Epsilon, alpha: ofNoise);
            return Noise is null
                ? next
                : next.add_(step.Noise.BrownianIncrement(step.From, step.To, step.X), alpha: Noise.Value * step.To.Sigma * Math.Sqrt(fresh));
        }
    }

    // DPM-Solver++(2M) as if all steps of λ were equal: of order 2 wherever neighbouring steps tend to the same length.
    private sealed class NoRatio : ISolver
    {
        public SolverTraits Traits { get; } = new() { Order = 2, HistoryLength = 1 };

        public Tensor Step(in SolverStep step, IDenoiser denoiser)
        {
            Evaluation? previous = step.History.Count > 0 ? step.History[0] : null;
            Prediction current = denoiser.Predict(step.X, step.From);
            double h = step.To.HalfLogSnr - step.From.HalfLogSnr;
            double decay = -PreciseMath.Expm1(-h);
            Tensor next = (step.X * (step.To.Sigma / step.From.Sigma)).add_(current.X0, alpha: step.To.Alpha * decay);
            if (previous is null)
                return next;

            double weight = 0.5 * step.To.Alpha * decay;
            return next.add_(current.X0, alpha: weight).add_(previous.Prediction.X0, alpha: -weight);
        }
    }
}
