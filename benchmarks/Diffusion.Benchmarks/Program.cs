using System.Globalization;
using BenchmarkDotNet.Running;
using Diffusion.Benchmarks.Mixtures;
using Diffusion.Benchmarks.Peers;

// peers [pairs] [filter]: against PyTorch, turn by turn. mixture [pairs]: the fused kernel against tensor operations, turn by turn. Anything else goes to
// BenchmarkDotNet.
if (args is ["peers", ..])
    PeerComparison.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15, args.Length > 2 ? args[2] : "");
else if (args is ["mixture", ..])
    MixtureComparison.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
