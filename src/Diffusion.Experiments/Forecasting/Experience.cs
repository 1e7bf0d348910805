using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Forecasting;

/// <summary>What runs of the same experiment have cost, as their records tell.</summary>
internal sealed class Experience
{
    // Enough for a median of each solver, few enough to be read in a moment.
    private const int RecordsRead = 400;

    private readonly Dictionary<SamplingSetting, List<double>> _rates = [];
    private readonly Dictionary<string, List<double>> _measuring = [];
    private readonly Dictionary<string, List<double>> _evaluations = [];
    private readonly Dictionary<string, List<double>> _studies = [];
    private readonly List<long> _recordBytes = [];
    private readonly List<long> _pictureBytes = [];
    private readonly List<string> _sources = [];

    /// <summary>The runs that it comes from.</summary>
    public IReadOnlyList<string> Sources => _sources;

    /// <summary>Bytes of a cell's record and its samples' record; null without experience.</summary>
    public double? RecordBytes => Median(_recordBytes.ConvertAll(size => (double)size));

    /// <summary>Bytes of a picture; null without experience.</summary>
    public double? PictureBytes => Median(_pictureBytes.ConvertAll(size => (double)size));

    /// <summary>Learns from the records that decisions hold and from the experiment's newest run.</summary>
    public static Experience FromRecords(ExperimentPlan plan, WorkPlan work, string results)
    {
        Experience experience = new();
        CellDecision[] recorded = [.. work.Decisions.Where(decision => decision.Record is not null)];
        if (recorded.Length > 0)
        {
            Dictionary<Experiment, Dictionary<string, string>> members = new(ReferenceEqualityComparer.Instance);
            foreach (CellDecision decision in Spread(recorded))
            {
                if (!members.TryGetValue(decision.Cell.Experiment, out Dictionary<string, string>? own))
                    members[decision.Cell.Experiment] = own = SamplingSetting.MembersOf(decision.Cell.Experiment);
                experience.Learn(decision.Record!, own);
            }

            experience._sources.Add("earlier cells");
        }

        if (!work.Work.Any())
            return experience;
        if (work.Last is { } last)
            experience.Learn(last.Folder, last.Plan);
        else if (RunFolder.Runs(results, plan.Name).FirstOrDefault(folder => File.Exists(folder.PlanFile)) is { } newest && TryRead(newest) is { } read)
            experience.Learn(newest, read);
        return experience;
    }

    /// <summary>Seconds that an evaluation of one sample took; by the same solver if that has run, else by any. Null without experience.</summary>
    public double? Rate(SamplingSetting setting) => _rates.TryGetValue(setting, out List<double>? own)
        ? Median(own)
        : Median([.. _rates.Where(rate => rate.Key.Text == setting.Text).Select(rate => Median(rate.Value)!.Value)]);

    /// <summary>
    /// Seconds that a cell took beside sampling, in the mean: what is worked out once for many cells stands in the record of one of them. Null without
    /// experience.
    /// </summary>
    public double? Measuring(string setting) => _measuring.TryGetValue(setting, out List<double>? own) ? own.Average() : null;

    /// <summary>Evaluations a sample that an adaptive method took; null without experience.</summary>
    public double? Evaluations(string path) => _evaluations.TryGetValue(path, out List<double>? own) ? Median(own) : null;

    /// <summary>Seconds that a study with the same options took; null without experience.</summary>
    public double? Study(IReadOnlyDictionary<string, string> members) =>
        _studies.TryGetValue(members[ManifestKeys.Study], out List<double>? own) ? Median(own) : null;

    private static double? Median(List<double> values)
    {
        if (values.Count == 0)
            return null;
        values.Sort();
        return values[values.Count / 2];
    }

    private static IEnumerable<T> Spread<T>(T[] all) =>
        all.Where((_, i) => i == 0 || (long)i * RecordsRead / all.Length != (i - 1L) * RecordsRead / all.Length);

    private static PlanFile? TryRead(RunFolder folder)
    {
        try
        {
            return PlanFile.Read(folder.PlanFile);
        }
        catch (InvalidDataException)
        {
            // A damaged plan of another run is that run's trouble.
            return null;
        }
    }

    private void Learn(RunFolder folder, PlanFile plan)
    {
        bool hasLearnt = false;
        foreach (CellId id in Spread([.. plan.Ids]))
        {
            if (RecordJson.Find<CellRecord>(folder.CellFile(id)) is not { } record)
                continue;
            Learn(record, plan.Composition(id)!);
            hasLearnt = true;
            SamplesId? samples = record.Samples is { } path ? SamplesId.Parse(Path.GetFileNameWithoutExtension(path)) : null;
            _recordBytes.Add(Size(folder.CellFile(id)) + (samples is null ? 0 : Size(folder.SampleRecordFile(samples))));
            if (samples is not null && File.Exists(folder.PictureFile(samples)))
                _pictureBytes.Add(Size(folder.PictureFile(samples)));
        }

        if (hasLearnt)
            _sources.Add(folder.Label);
    }

    private void Learn(CellRecord record, IReadOnlyDictionary<string, string> members)
    {
        if (members.TryGetValue(ManifestKeys.Study, out string? study))
        {
            if (record.Status == CellStatus.Done)
                Add(_studies, study, record.Seconds);
            return;
        }

        if (record is not { Status: CellStatus.Done, Evaluations: > 0 and { } evaluations } || !members.ContainsKey("steps"))
            return;
        double samples = double.Parse(members["samples"], System.Globalization.CultureInfo.InvariantCulture);
        Add(_rates, SamplingSetting.FromMembers(members), record.SamplingSeconds / (evaluations * samples));
        // A cell whose samples were there already has their sampling's time in its record, but did not spend it.
        if (record.Seconds > record.SamplingSeconds)
            Add(_measuring, SamplingSetting.Measuring(members), record.Seconds - record.SamplingSeconds);
        Add(_evaluations, SamplingSetting.Path(members), evaluations);
    }

    private static void Add<T>(Dictionary<T, List<double>> values, T key, double value)
        where T : notnull
    {
        if (!values.TryGetValue(key, out List<double>? own))
            values[key] = own = [];
        own.Add(value);
    }

    private static long Size(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;
}
