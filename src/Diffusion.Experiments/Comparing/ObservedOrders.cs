namespace Diffusion.Experiments.Comparing;

/// <summary>Observed orders where every other axis has one value.</summary>
/// <param name="Axes">Which block: axis → label, over the axes that are neither compared nor a cost.</param>
/// <param name="Orders">The order of each configuration that has one.</param>
public sealed record ObservedOrders(IReadOnlyDictionary<string, string> Axes, IReadOnlyList<ObservedOrder> Orders);
