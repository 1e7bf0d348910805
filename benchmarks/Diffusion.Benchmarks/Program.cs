using System.Globalization;
using BenchmarkDotNet.Running;
using Diffusion.Benchmarks;
using Diffusion.Benchmarks.Mixtures;
using Diffusion.Benchmarks.Peers;
using Diffusion.Benchmarks.Sweeps;

// peers [rounds] [filter]: against the floor, plain TorchSharp and PyTorch, turn by turn. mixture [pairs]: the fused kernel against tensor
// operations, turn by turn. tracking [repetitions]: metric points into stores. sweeps [chart.svg]: what sweeps cost beside their cells, as they grow.
// metrics [counts]: what metrics of as many samples and rows cost. Anything else goes to BenchmarkDotNet.
if (args is ["peers", ..])
    PeerComparison.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 25, args.Length > 2 ? args[2] : "");
else if (args is ["mixture", ..])
    MixtureComparison.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9);
else if (args is ["tracking", ..])
    await TrackingSpeed.RunAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3);
else if (args is ["metrics", .. { Length: > 0 } counts])
    MetricCost.Run([.. counts.Select(count => int.Parse(count, CultureInfo.InvariantCulture))]);
else if (args is ["sweeps", ..])
    SweepScale.Run(args.Length > 1 ? args[1] : null);
else if (args is ["sweep-size", { } cells])
    await SweepScale.MeasureAsync(int.Parse(cells, CultureInfo.InvariantCulture));
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
