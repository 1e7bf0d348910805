using System.Globalization;
using BenchmarkDotNet.Running;
using Diffusion.Benchmarks;
using Diffusion.Benchmarks.Atlas;
using Diffusion.Benchmarks.Mixtures;
using Diffusion.Benchmarks.Peers;
using Diffusion.Benchmarks.Sweeps;

// peers [rounds] [filter]: against the floor, plain TorchSharp and PyTorch, turn by turn. mixture [pairs]: the fused kernel against tensor
// operations, turn by turn. tracking [repetitions]: metric points into stores. sweeps [chart.svg]: what sweeps cost beside their cells, as they grow.
// metrics [counts]: what metrics of as many samples and rows cost. atlas SOLVERS MIXTURES PROCESSES FIGURES: the figures and tables of docs/atlas.md from the
// run folders of experiments/atlas. Anything else goes to BenchmarkDotNet.
if (args is ["peers", ..])
    PeerComparison.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 25, args.Length > 2 ? args[2] : "");
else if (args is ["mixture", ..])
    MixtureComparison.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9);
else if (args is ["tracking", ..])
    await TrackingSpeed.RunAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3);
else if (args is ["metrics", .. { Length: > 0 } counts])
    MetricCost.Run([.. counts.Select(count => int.Parse(count, CultureInfo.InvariantCulture))]);
else if (args is ["atlas", var solvers, var mixtures, var processes, var figures])
    AtlasReport.Run(solvers, mixtures, processes, figures);
else if (args is ["sweeps", ..])
    SweepScale.Run(args.Length > 1 ? args[1] : null);
else if (args is ["sweep-size", { } cells])
    await SweepScale.MeasureAsync(int.Parse(cells, CultureInfo.InvariantCulture));
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
