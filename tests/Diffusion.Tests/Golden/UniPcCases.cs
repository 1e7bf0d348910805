using Diffusion.Schedules;

namespace Diffusion.Tests.Golden;

/// <summary>UniPC: of its records only the schedule is ours to say yet.</summary>
internal static class UniPcCases
{
    public static GoldenClaim Claim(GoldenCase golden) => golden.Family switch
    {
        "schedule" when golden.Text("schedule") == "cosine" => GoldenClaim.Of(() => GoldenTables.CheckSchedule(
            golden, new CosineSchedule(new() { Offset = golden.Number("cosine_s"), Horizon = golden.Number("T") }), isExact: false)),
        "schedule" => GoldenClaim.None($"the schedule '{golden.Text("schedule")}' is no component yet"),
        _ => GoldenClaim.None("UniPC is no component yet"),
    };
}
