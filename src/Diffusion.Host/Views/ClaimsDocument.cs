using System.Text.Json;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Storage;

namespace Diffusion.Host.Views;

/// <summary>Judged claims for scripts; docs/claims.md says what stands where.</summary>
internal sealed record ClaimsDocument(string Run, ClaimsRecord Claims)
{
    public int Version { get; } = 1;

    public static void Write(TextWriter output, string run, ClaimVerdicts verdicts) =>
        output.WriteLine(JsonSerializer.Serialize(new ClaimsDocument(run, ClaimsRecord.FromVerdicts(verdicts)), RecordJson.Options));
}
