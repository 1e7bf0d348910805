using System.ComponentModel.DataAnnotations;
using Diffusion.Core.Sampling;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>Where one deterministic method becomes another, where it can start, and which options it refuses.</summary>
public sealed class DeterministicSolverLimitTests
{
    private static readonly NoiseSchedule VariancePreserving = new VariancePreservingSchedule(new());
    private static readonly double[] Point = [0.7, -1.4, 1.1, 0.2];

    public static TheoryData<string> Same =>
    [
        "order 1", "eab 2 is 2m taylor", "3m is eab 3", "noise 3m is eab 3", "rho deis is lms", "log deis is eab", "unip is eab", "3s at 2/3",
        "two step fast", "ipndm 1",
    ];

    public static TheoryData<ComponentOptions> Refused =>
    [
        new SecondOrderSingleStepOptions { R1 = 0 }, new SecondOrderSingleStepOptions { R1 = 1 }, new SecondOrderSingleStepOptions { R1 = 1.2 },
        new ThirdOrderSingleStepOptions { R1 = 0.7, R2 = 0.4 }, new ThirdOrderSingleStepOptions { R2 = 1 }, new DpmSolverFastOptions { Order = 4 },
        new UniPcOptions { Order = 0 }, new UniPcOptions { Order = 4 }, new UniPcPublishedVaryingOptions { Order = 4 },
        new LinearMultistepOptions { Order = 5 }, new ExponentialAdamsBashforthOptions { Order = 0 }, new DeisOptions { Order = 5 },
        new IpndmOptions { Order = 5 },
    ];

    public static TheoryData<ComponentOptions> Accepted =>
    [
        new SecondOrderSingleStepOptions(), new ThirdOrderSingleStepOptions(), new ThirdOrderSingleStepOptions { R1 = 0.2, R2 = 0.9 },
        new DpmSolverFastOptions(), new UniPcOptions(), new UniPcOptions { Order = 3 }, new UniPcPublishedVaryingOptions(), new LinearMultistepOptions(),
        new ExponentialAdamsBashforthOptions { Order = 4 }, new DeisOptions(), new IpndmOptions { Order = 1 }, new RungeKutta4Options(),
        new SecondOrderMultistepOptions(), new ThirdOrderMultistepOptions(), new PublishedMultistepOptions(),
    ];

    public static TheoryData<string> WithoutSignal => ["ipndm", "lms rectified", "lms time", "eab", "3m published", "noise 2m"];

    [Theory]
    [MemberData(nameof(Same))]
    public void Some_are_others(string name)
    {
        ISolver[] solvers = name switch
        {
            "order 1" =>
            [
                new DdimSolver(new()), new LinearMultistepSolver(new() { Order = 1 }), new ExponentialAdamsBashforthSolver(new() { Order = 1 }),
                new DeisSolver(new() { Order = 1 }), new LinearMultistepSolver(new() { Order = 1, Variable = AdamsVariable.Rectified }),
                new UniPcSolver(new() { Order = 1, Corrector = false }),
            ],
            "eab 2 is 2m taylor" =>
            [
                new DpmPlusPlus2MSolver(new() { Correction = MultistepCorrection.Taylor }), new ExponentialAdamsBashforthSolver(new() { Order = 2 }),
            ],
            "3m is eab 3" => [new DpmPlusPlus3MSolver(new()), new ExponentialAdamsBashforthSolver(new() { Order = 3 })],
            "noise 3m is eab 3" =>
                [new DpmSolver3MSolver(new()), new ExponentialAdamsBashforthSolver(new() { Order = 3, Form = ExponentialForm.Noise })],
            "rho deis is lms" =>
            [
                new DeisSolver(new() { Interpolation = DeisInterpolation.NoiseToSignal }), new LinearMultistepSolver(new() { Order = 3 }),
            ],
            "log deis is eab" =>
            [
                new DeisSolver(new() { Interpolation = DeisInterpolation.LogNoiseToSignal }),
                new ExponentialAdamsBashforthSolver(new() { Order = 3, Form = ExponentialForm.Noise }),
            ],
            "unip is eab" =>
            [
                new UniPcSolver(new() { Order = 3, Function = UniPcFunction.Exact, Corrector = false }),
                new ExponentialAdamsBashforthSolver(new() { Order = 3 }),
            ],
            "3s at 2/3" =>
            [
                new DpmPlusPlus3SSolver(new() { R1 = 0.25 }), new DpmPlusPlus3SSolver(new() { R1 = 0.25, R2 = 2.0 / 3 }),
            ],
            "two step fast" =>
            [
                new DpmSolverFastSolver(new() { Order = 3 }), new DpmSolverFastSolver(new() { Order = 3, LowerOrderFinal = false }),
            ],
            "ipndm 1" => [new DdimSolver(new()), new IpndmSolver(new() { Order = 1 })],
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };

        // Steps of 3n + 2, where lowerOrderFinal changes nothing; not to clean data, where all but the linear multistep methods are DDIM.
        IReadOnlyList<NoiseLevel> levels = new KarrasGrid(new() { End = GridEnd.Minimum }).Levels(VariancePreserving, 11);
        double[] expected = Run(solvers[0], VariancePreserving, levels);
        foreach (ISolver solver in solvers[1..])
        {
            double[] actual = Run(solver, VariancePreserving, levels);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-11);
        }
    }

    [Fact]
    public void A_step_of_dpm_solver_fast_over_three_levels_is_one_of_dpm_solver_3()
    {
        (double from, double to) = (VariancePreserving.At(0.6).HalfLogSnr, VariancePreserving.At(0.35).HalfLogSnr);
        NoiseLevel[] inner = [.. Enumerable.Range(0, 4).Select(i => VariancePreserving.AtHalfLogSnr(from + ((to - from) * i / 3)))];
        double[] grouped = Run(new DpmSolverFastSolver(new() { LowerOrderFinal = false }), VariancePreserving, inner);
        double[] whole = Run(new DpmSolver3Solver(new()), VariancePreserving, [inner[0], inner[3]]);
        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(whole[i], grouped[i], 1e-12);
    }

    [Theory]
    [MemberData(nameof(WithoutSignal))]
    public void A_run_may_start_where_no_signal_is_left(string name)
    {
        ISolver solver = name switch
        {
            "ipndm" => new IpndmSolver(new()),
            "lms rectified" => new LinearMultistepSolver(new() { Variable = AdamsVariable.Rectified, StartUp = StartUp.Ramp }),
            "lms time" => new LinearMultistepSolver(new() { Variable = AdamsVariable.Time, StartUp = StartUp.Ramp }),
            "eab" => new ExponentialAdamsBashforthSolver(new() { StartUp = StartUp.Ramp }),
            "3m published" => new DpmPlusPlus3MPublishedSolver(new()),
            "noise 2m" => new DpmSolver2MSolver(new()),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
        var schedule = new RectifiedFlowSchedule(new());
        foreach (int steps in new[] { 1, 2, 9 })
        {
            IReadOnlyList<NoiseLevel> levels = new UniformGrid(new()).Levels(schedule, steps);
            Assert.Equal(0, levels[0].Alpha);
            Assert.Null(solver.Objection(schedule, levels));
            Assert.All(Run(solver, schedule, levels), value => Assert.InRange(value, -6, 6));
        }
    }

    [Fact]
    public void What_cannot_start_there_says_so()
    {
        var schedule = new RectifiedFlowSchedule(new());
        IReadOnlyList<NoiseLevel> levels = new UniformGrid(new()).Levels(schedule, 5);
        ISolver[] solvers =
        [
            new Dpm2Solver(), new DpmSolver2Solver(new()), new DpmSolver3Solver(new()), new DpmPlusPlus2SSolver(new()), new DpmPlusPlus3SSolver(new()),
            new DpmSolverFastSolver(new()), new UniPcSolver(new()), new UniPcPublishedVaryingSolver(new()), new DpmPlusPlus3MSolver(new()),
            new LinearMultistepSolver(new()), new PlmsSolver(), new PndmSolver(), new RungeKutta4Solver(new() { Variable = FlowVariable.NoiseToSignal }),
            new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal }),
        ];
        foreach (ISolver solver in solvers)
        {
            Assert.False(string.IsNullOrEmpty(solver.Objection(schedule, levels)), solver.GetType().Name);
            Assert.Null(solver.Objection(schedule, [.. levels.Skip(1)]));
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Options_out_of_range_are_refused(ComponentOptions options) =>
        Assert.False(Validator.TryValidateObject(options, new(options), null, validateAllProperties: true));

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Options_in_range_are_accepted(ComponentOptions options) =>
        Assert.True(Validator.TryValidateObject(options, new(options), null, validateAllProperties: true));

    private static double[] Run(ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels)
    {
        using DisposeScope scope = NewDisposeScope();
        return SamplingLoop.Run(
            new(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Data), schedule, levels, solver),
            tensor(Point, [2, 2]) * levels[0].Sigma,
            new NoNoise(),
            cancellationToken: TestContext.Current.CancellationToken).State.data<double>().ToArray();
    }
}
