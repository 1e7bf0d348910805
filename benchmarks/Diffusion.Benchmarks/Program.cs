using System.Globalization;
using BenchmarkDotNet.Running;
using Diffusion.Benchmarks.Peers;

// peers [pairs] [filter]: against PyTorch, turn by turn. Anything else goes to BenchmarkDotNet.
if (args is ["peers", ..])
    PeerComparison.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15, args.Length > 2 ? args[2] : "");
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
