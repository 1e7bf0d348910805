using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Diffusion.Certification;
using Diffusion.Experiments.Components;
using Diffusion.Host.Certification;
using Diffusion.Host.Processes;
using Diffusion.Host.Views;
using Diffusion.Natives;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion certify</c>: measures what components claim.</summary>
internal static class CertifyCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static Command Create(CommonOptions options)
    {
        Argument<string[]> names = new("component")
        {
            Description = "Components by name, or kind/name; noise, phi-functions, predictions or likelihood for what they build on. All when none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> quick = new("--quick") { Description = "Leaves out the measurements that take minutes." };
        Option<bool> json = new("--json") { Description = "Every certificate, as a JSON array." };
        Option<bool> markdown = new("--markdown") { Description = "One line per component and check, as a Markdown table." };
        Command command = new("certify", "Measures what components claim (order, cost, precision, "
            + "limits) against closed-form truth.") { names, quick, json, markdown, options.Workers };
        command.SetAction((parsed, cancellationToken) =>
        {
            HostSession session = HostSession.Open(parsed, options);
            TextWriter output = parsed.InvocationConfiguration.Output;
            TextWriter error = parsed.InvocationConfiguration.Error;
            foreach (ComponentProblem problem in session.Problems)
                error.WriteLine(problem);
            (IReadOnlyList<Certificate> certificates, int broken) = Measure(
                session, parsed.GetValue(names) ?? [], !parsed.GetValue(quick), error, cancellationToken);

            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(certificates, Json));
            else if (parsed.GetValue(markdown))
                CertificateTable.WriteMarkdown(certificates, output);
            else
                Table.Write(output, CertificateTable.Headers, CertificateTable.Rows(certificates));

            int failed = certificates.Count(certificate => certificate.Verdict == Verdict.Fail);
            if (certificates.Count > 0)
                error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{certificates.Count - failed} of {certificates.Count} certificates hold."));
            else if (broken == 0)
                error.WriteLine($"{string.Join(", ", parsed.GetValue(names) ?? [])}: nothing to certify. Only "
                    + $"{string.Join(", ", CertificationPlan.Kinds.Select(kind => kind.Prose()))} make claims that can be measured, "
                    + "and of these only components that need no options.");
            if (broken > 0)
                error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{broken} of the components could not be measured."));
            return Task.FromResult(failed + broken == 0 ? ExitCode.Ok : ExitCode.ClaimsFailed);
        });
        return command;
    }

    private static (IReadOnlyList<Certificate> Certificates, int Broken) Measure(
        HostSession session, string[] names, bool thorough, TextWriter progress, CancellationToken cancellationToken)
    {
        TorchNatives.Load(1);
        using SessionServices services = session.OpenServices();
        var plan = new CertificationPlan(session.Catalogue, services.Factory, thorough);
        CertificationItem[] engine = [.. plan.EngineItems()];
        CertificationItem[] items = names.Length == 0
            ? [.. engine, .. session.Catalogue.All.SelectMany(plan.Items)]
            : [.. names.SelectMany(name => engine.Where(item => item.Subject.Component == name) is var parts
                && parts.Any() ? parts : session.Find(name).SelectMany(plan.Items)).DistinctBy(item => item.Subject)];
        var results = new IReadOnlyList<Certificate>[items.Length];
        int done = 0, broken = 0;
        Lock gate = new();
        // The longest measurements are those of the solvers; partitions of one item keep both processors busy to the end.
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, items.Length), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = session.Settings.Workers ?? Environment.ProcessorCount, CancellationToken = cancellationToken },
            i =>
            {
                long begin = Stopwatch.GetTimestamp();
                string? trouble = null;
                try
                {
                    results[i] = [.. items[i].Measure()];
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    results[i] = [];
                    trouble = e is ComponentException ? e.Message : $"threw {e.GetType().Name}: {e.Message.Split('\n')[0].Trim()}";
                }

                int failed = results[i].Count(certificate => certificate.Verdict == Verdict.Fail);
                lock (gate)
                {
                    done++;
                    broken += trouble is null ? 0 : 1;
                    progress.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"[{done}/{items.Length}] {items[i].Subject.Kind} {items[i].Subject.Component}: "
                            + $"{trouble ?? $"{results[i].Count} certificates"}{(failed > 0 ? $", {failed} FAIL" : "")} "
                            + $"({Stopwatch.GetElapsedTime(begin).TotalSeconds:f1} s)"));
                }
            });
        return ([.. results.SelectMany(certificates => certificates)], broken);
    }
}
