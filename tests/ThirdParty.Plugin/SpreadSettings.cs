namespace ThirdParty.Plugin;

/// <summary>The plugin's own section of the settings.</summary>
/// <param name="Unit">What spreads are told in.</param>
public sealed record SpreadSettings(string Unit);
