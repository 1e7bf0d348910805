using System.Globalization;
using System.Diagnostics;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using Xunit;

namespace Diffusion.Tests.Laws;

public sealed class Scratch
{
    [Fact]
    public void Print()
    {
        var schedule = new EdmSchedule(new() { SigmaMin = 0.002, SigmaMax = 80 });
        using var file = File.CreateText("/tmp/laws-scratch.txt");
        file.AutoFlush = true;
        foreach (GridEnd end in Enum.GetValues<GridEnd>())
        {
            ITimeGrid karras = new KarrasGrid(new() { End = end });
            ITimeGrid snr = new LogSnrGrid(new() { End = end });
            List<(string, ISolver, ITimeGrid)> all =
            [
                ("euler", new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }), karras),
                ("heun", new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal }), karras),
                ("dpm2", new Dpm2Solver(), karras),
                ("ipndm", new IpndmSolver(new()), karras),
                ("lms4 ramp", new LinearMultistepSolver(new() { Order = 4, StartUp = StartUp.Ramp }), karras),
                ("lms4 ramp lof", new LinearMultistepSolver(new() { Order = 4, StartUp = StartUp.Ramp, LowerOrderFinal = true }), karras),
                ("2m", new DpmPlusPlus2MSolver(new()), snr),
                ("2m lof", new DpmPlusPlus2MSolver(new() { LowerOrderFinal = true }), snr),
                ("2m taylor", new DpmPlusPlus2MSolver(new() { Correction = MultistepCorrection.Taylor }), snr),
                ("3m pub", new DpmPlusPlus3MPublishedSolver(new()), snr),
                ("3m pub lof", new DpmPlusPlus3MPublishedSolver(new() { LowerOrderFinal = true }), snr),
                ("3m pub lof tay", new DpmPlusPlus3MPublishedSolver(new() { LowerOrderFinal = true, Correction = MultistepCorrection.Taylor }), snr),
                ("3m ramp lof", new DpmPlusPlus3MSolver(new() { LowerOrderFinal = true, StartUp = StartUp.Ramp }), snr),
                ("3m ramp", new DpmPlusPlus3MSolver(new() { StartUp = StartUp.Ramp }), snr),
                ("unipc3", new UniPcSolver(new() { Order = 3, StartUp = StartUp.Ramp }), snr),
                ("unipc3 lof", new UniPcSolver(new() { Order = 3, StartUp = StartUp.Ramp, LowerOrderFinal = true }), snr),
                ("unipc3 lof bh1", new UniPcSolver(new() { Order = 3, StartUp = StartUp.Ramp, LowerOrderFinal = true, Function = UniPcFunction.Bh1 }), snr),
                ("unipc3 lof exact", new UniPcSolver(new() { Order = 3, StartUp = StartUp.Ramp, LowerOrderFinal = true, Function = UniPcFunction.Exact }), snr),
            ];
            foreach ((string name, ISolver solver, ITimeGrid grid) in all)
            {
                string line = $"{end} {name,-18}";
                foreach (int nfe in new[] { 6, 8, 10 })
                {
                    int steps = LawProblem.Steps(solver, grid, nfe, schedule);
                    int cost = solver.Traits.Evaluations(grid.Levels(schedule, steps));
                    var clock = Stopwatch.StartNew();
                    try
                    {
                        SamplerLawValues v = LawProblem.Law(solver, grid, steps).Compare(new());
                        line += string.Create(CultureInfo.InvariantCulture, $" | {cost} W2 {v.W2!.Value.Value:g4} ±{v.W2.Value.Error:g1} KL {v.Kl!.Value.Value:g4} ±{v.Kl.Value.Error:g1} fold {v.FoldMass!.Value.Value:g3} {clock.ElapsedMilliseconds}ms");
                    }
                    catch (Exception e)
                    {
                        line += $" | {cost} {e.GetType().Name} {e.Message} {clock.ElapsedMilliseconds}ms";
                    }
                }

                file.WriteLine(line);
            }
        }
    }
}
