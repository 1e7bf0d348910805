namespace Diffusion;

/// <summary>Who made a run, and with what.</summary>
/// <param name="User">The name of the user who started it; null where it is not known.</param>
/// <param name="Program">The program that made it; null where it is not known.</param>
/// <param name="Commit">The commit of the checkout in which it was started; null outside a checkout.</param>
public sealed record TrackedOrigin(string? User, string? Program, string? Commit);
