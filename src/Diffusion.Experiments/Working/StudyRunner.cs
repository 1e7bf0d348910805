using System.Text.RegularExpressions;
using Diffusion.Core.Contracts;
using Diffusion.Core.Randomness;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Storage;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>Runs the study of a cell, and keeps its curves and fields as files.</summary>
/// <param name="factory">Builds the cell's components.</param>
/// <param name="models">Gives trained models.</param>
/// <param name="data">Has the data.</param>
/// <param name="folder">The run.</param>
internal sealed partial class StudyRunner(ComponentFactory factory, ModelTrainer models, PlanData data, RunFolder folder)
{
    /// <summary>What the values of a study come from. Its options are no part of it, so that claims compare values along them.</summary>
    public static MetricSource Source(ComponentChoice study) => new(study.Name, "{}");

    /// <summary>Runs it.</summary>
    /// <exception cref="ContractException">The study returned what it must not.</exception>
    public CellRecord Run(ExperimentCell cell, ComponentChoice choice, CellRecord record, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        using DisposeScope scope = NewDisposeScope();
        StudySetting setting = data.Setting(cell, factory, cancellationToken);
        var study = factory.Create<IStudy>(choice);
        StudyContext context = new()
        {
            Schedule = setting.Schedule,
            Data = setting.Data,
            Model = experiment.Model.IsNone ? null : models.Build(cell, setting.Data!, factory),
            Randomness = new PhiloxNoiseSource(new NoiseKey(experiment.Seed, cell.Number.Draw), 0, 1),
            Dtype = experiment.Dtype,
            Device = experiment.Device,
            Cancellation = cancellationToken,
        };
        StudyResult result;
        IReadOnlyList<DeclaredValue> declared;
        ProcessMeter meter = ProcessMeter.Start();
        long begin = System.Diagnostics.Stopwatch.GetTimestamp();
        using (ComponentActivity.Begin(choice.Descriptor, "measuring", isBrief: false))
        {
            declared = study.Declare(setting);
            result = study.Run(context);
        }

        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(begin).TotalSeconds;
        (double? cpuSeconds, long? peakMemory) = meter.Stop();
        Check(study, result, declared);
        MetricSource source = Source(choice);
        MetricValue[] finite = [.. result.Values.Where(value => double.IsFinite(value.Value))];
        if (result.Values.FirstOrDefault(value => !double.IsFinite(value.Value)) is { } broken)
            record = record with
            {
                Status = CellStatus.Failed,
                Error = $"{choice.Descriptor.Title}: '{broken.Name}' is {(double.IsNaN(broken.Value) ? "not a number" : "infinite")}",
                Failure = TaskFailureKind.Error,
            };
        return record with
        {
            Metrics = [.. finite.Select(value => value with
            {
                Source = source,
                StandardError = value.StandardError is { } error && double.IsFinite(error) ? error : null,
            })],
            Study = Keep(cell, result),
            SamplingSeconds = seconds,
            SamplingCpuSeconds = cpuSeconds,
            PeakMemoryBytes = peakMemory,
            Builds = AssemblyBuilds.UsedBy(experiment),
        };
    }

    private static void Check(IStudy study, StudyResult? result, IReadOnlyList<DeclaredValue> declared)
    {
        if (result is null)
            throw new ContractException(study, "returned no result");
        string[] names = [.. result.Values.Select(value => value.Name)];
        if (names.Length != names.Distinct().Count())
            throw new ContractException(study, $"returned two values of one name ({string.Join(", ", names)})");
        if (!names.Order().SequenceEqual(declared.Select(value => value.Name).Order()))
            throw new ContractException(
                study, $"returned the values {string.Join(", ", names)} and declares {string.Join(", ", declared.Select(value => value.Name))}");
        string[] files = [.. result.Curves.Select(curve => curve.Name), .. result.Fields.Select(field => field.Name)];
        if (files.FirstOrDefault(name => !KebabCase().IsMatch(name)) is { } misspelt)
            throw new ContractException(study, $"calls a curve or field '{misspelt}'; names are in kebab-case (a-z, 0-9 and single hyphens)");
        if (files.Length != files.Distinct().Count())
            throw new ContractException(study, $"returned two curves or fields of one name ({string.Join(", ", files)})");
        foreach (StudyCurve curve in result.Curves)
        {
            if (curve.X.Count == 0 || curve.Series.Any(series => series.Y.Count != curve.X.Count))
                throw new ContractException(study, $"returned the curve '{curve.Name}' without a value for each of its {curve.X.Count} places");
        }

        foreach (StudyField field in result.Fields)
        {
            if (field.Values.Length == 0 || field.Values.GetLength(0) != field.Y.Count || field.Values.GetLength(1) != field.X.Count)
                throw new ContractException(
                    study, $"returned the field '{field.Name}' without a value for each of its {field.Y.Count} x {field.X.Count} places");
        }
    }

    private StudyFile[] Keep(ExperimentCell cell, StudyResult result)
    {
        string own = folder.StudyFolder(cell.Id);
        // Not its parents: a run's folder that was deleted must not come back as an empty one.
        if (Directory.Exists(folder.Path) && result.Curves.Count + result.Fields.Count > 0)
            Directory.CreateDirectory(own);
        return
        [
            .. result.Curves.Select(curve =>
            {
                string file = Path.Combine(own, $"{curve.Name}.json"), picture = Path.Combine(own, $"{curve.Name}.svg");
                string digest = Write(file, StudyFiles.Json(curve));
                AtomicFile.WriteAllText(picture, StudyPlot.Svg(curve));
                return new StudyFile(curve.Name, Relative(file), digest, Relative(picture));
            }),
            .. result.Fields.Select(field =>
            {
                string file = Path.Combine(own, $"{field.Name}.json"), picture = Path.Combine(own, $"{field.Name}.svg");
                string array = Path.Combine(own, $"{field.Name}.npy");
                string digest = Write(file, StudyFiles.Json(field));
                using Tensor values = tensor(field.Values, dtype: ScalarType.Float64);
                string arrayDigest = NpyFile.Write(array, values);
                AtomicFile.WriteAllText(picture, StudyPlot.Svg(field));
                return new StudyFile(field.Name, Relative(file), digest, Relative(picture), Relative(array), arrayDigest);
            }),
        ];
    }

    private string Relative(string file) => Path.GetRelativePath(folder.Path, file).Replace('\\', '/');

    private static string Write(string file, string text)
    {
        AtomicFile.WriteAllText(file, text);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();
}
