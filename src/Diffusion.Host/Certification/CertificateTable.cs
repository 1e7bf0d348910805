using System.Globalization;
using Diffusion.Certification;

namespace Diffusion.Host.Certification;

/// <summary>Certificates for people: one line for each component and check, over all problems that it was measured on.</summary>
internal static class CertificateTable
{
    public static IReadOnlyList<string> Headers { get; } = ["kind", "component", "check", "declared", "measured", "95 % interval", "verdict"];

    public static IEnumerable<string[]> Rows(IReadOnlyList<Certificate> certificates) =>
        certificates.GroupBy(certificate => (certificate.Kind, certificate.Component, Check: certificate.Check.Split(':')[0])).Select(group =>
        {
            // The line shows the measurement that is farthest from the claim.
            Certificate worst = group.MaxBy(
                certificate => double.IsNaN(certificate.Measured) ? double.PositiveInfinity : Math.Abs(certificate.Measured - certificate.Declared))!;
            int count = group.Count();
            int failed = group.Count(certificate => certificate.Verdict == Verdict.Fail);
            return (string[])
            [
                group.Key.Kind,
                group.Key.Component,
                count == 1 ? worst.Check : $"{group.Key.Check} (worst of {count})",
                Text(worst.Declared),
                Text(worst.Measured),
                worst.Low == worst.High ? "" : $"{Text(worst.Low)} to {Text(worst.High)}",
                failed == 0 ? "pass" : count == 1 ? "FAIL" : $"FAIL ({failed} of {count})",
            ];
        });

    public static void WriteMarkdown(IReadOnlyList<Certificate> certificates, TextWriter output)
    {
        output.WriteLine($"| {string.Join(" | ", Headers)} |");
        output.WriteLine($"|{string.Concat(Headers.Select(_ => "---|"))}");
        foreach (string[] row in Rows(certificates))
            output.WriteLine($"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
    }

    private static string Text(double value) => value switch
    {
        0 => "0",
        _ when Math.Abs(value) is >= 0.01 and < 1e6 => value.ToString("0.###", CultureInfo.InvariantCulture),
        _ => value.ToString("0.#e+0", CultureInfo.InvariantCulture),
    };
}
