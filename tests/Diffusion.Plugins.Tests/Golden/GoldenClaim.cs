namespace Diffusion.Plugins.Tests.Golden;

/// <summary>What the components here can say about a case: a check that reproduces it, or why none can.</summary>
/// <param name="Check">Reproduces the case or fails.</param>
/// <param name="Reason">Why it cannot be expressed.</param>
internal sealed record GoldenClaim(Action? Check, string Reason)
{
    public static GoldenClaim Reproduced(Action check) => new(check, "");

    public static GoldenClaim None(string reason) => new(null, reason);

    /// <summary>The claim about a case, by its peer.</summary>
    public static GoldenClaim About(GoldenCase golden)
    {
        GoldenClaim claim = golden.Peer switch
        {
            "k_diffusion" => KDiffusionCases.Claim(golden),
            "edm" => EdmCases.Claim(golden),
            "dpm_solver" => DpmSolverCases.Claim(golden),
            "unipc" => UniPcCases.Claim(golden),
            "diffusers" => DiffusersCases.Claim(golden),
            "score_sde" => ScoreSdeCases.Claim(golden),
            "azula" => AzulaCases.Claim(golden),
            "truth" => TruthCases.Claim(golden),
            _ => throw new InvalidDataException($"No one here speaks for '{golden.Peer}'."),
        };
        return claim.Check is not null && golden.Parameters.Unread.Count > 0
            ? None($"arguments that are not known here: {string.Join(", ", golden.Parameters.Unread.Order())}")
            : claim;
    }
}
