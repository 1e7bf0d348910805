using Diffusion.Host;
using CancellationOnSignal cancellation = new();
return await CommandLine.RunAsync(args, Console.Out, Console.Error, cancellation.Token).ConfigureAwait(false);
