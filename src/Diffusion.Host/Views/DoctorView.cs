using System.Text.Json;
using Diffusion.Host.Diagnosis;

namespace Diffusion.Host.Views;

/// <summary>What an examination of the machine has found.</summary>
internal static class DoctorView
{
    public static void Write(TextWriter output, IReadOnlyList<Fact> facts, IReadOnlyList<Finding> findings, bool isUsable)
    {
        Table.Write(output, ["", ""], facts.Select(fact => (string[])[fact.Name, fact.Value]));
        output.WriteLine();
        foreach (Finding finding in findings)
            output.WriteLine($"{(finding.Severity == Severity.Fault ? "!" : "-")} {finding.Text}");
        output.WriteLine((isUsable, findings.Count) switch
        {
            (false, _) => "Experiments cannot run until what is marked ! is mended.",
            (_, 0) => "No problems found.",
            _ => "Experiments can run.",
        });
    }

    public static void WriteJson(TextWriter output, IReadOnlyList<Fact> facts, IReadOnlyList<Finding> findings, bool isUsable) =>
        output.WriteLine(JsonSerializer.Serialize(new { Version = 1, Usable = isUsable, Facts = facts, Findings = findings }, ScriptJson.Indented));
}
