using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Planning;

/// <summary>
/// <c>plan.jsonl</c>: a plan as it is executed, whatever becomes of the manifest. The first line says what it is, the next ones hold the parts that its cells
/// are composed of (each once, with the components' assemblies), then a cell each; the last one is a checksum of the others.
/// </summary>
public sealed class PlanFile
{
    private const int FormatVersion = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly Header _header;
    private readonly List<Part> _parts = [];
    private readonly Dictionary<CellId, (int Index, CellLine Line)> _cells = [];

    private PlanFile(string path, Header header)
    {
        _path = path;
        _header = header;
    }

    private sealed record Header(
        int Version, string Name, string Description, string PlanKey, IReadOnlyList<SweepAxis> Axes, int Repeats, int Merged, int Parts, int Cells,
        // Left out where one network is trained, as plans before there were several had it.
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? TrainingRepeats = null);

    // Canonical is left out where it is the same.
    private sealed record Part(string Member, string Json, string? Canonical);

    private sealed record CellLine(
        StageKey Key, int Repeat, IReadOnlyList<int> Axes, IReadOnlyList<int> Parts, string? Objection,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int TrainingRepeat = 0)
    {
        [JsonIgnore]
        public RepeatNumber Number => new(TrainingRepeat, Repeat);

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<IReadOnlyList<int>>? AlsoAt { get; init; }
    }

    /// <summary>The experiment's name.</summary>
    public string Name => _header.Name;

    /// <summary>The key of the plan.</summary>
    public string PlanKey => _header.PlanKey;

    /// <summary>What the experiment is about; "" when nothing is said.</summary>
    public string Description => _header.Description;

    /// <summary>How often each combination runs, or each of its networks is sampled.</summary>
    public int Repeats => _header.Repeats;

    /// <summary>How many networks are trained for each combination.</summary>
    public int TrainingRepeats => _header.TrainingRepeats ?? 1;

    /// <summary>Ids of all cells, in the plan's order.</summary>
    public IEnumerable<CellId> Ids => _cells.Keys;

    /// <summary>The axes, in the plan's order.</summary>
    public IReadOnlyList<SweepAxis> Axes => _header.Axes;

    /// <summary>Where a cell of the plan lies in its sweep: axis → label.</summary>
    public IReadOnlyDictionary<string, string> AxisValues(CellId id) => Labels(_cells[id].Line.Axes);

    /// <summary>All places of the sweep at which a cell of the plan stands; more than one where the sweep comes to the same work twice.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> PlacesOf(CellId id) => (_cells[id].Line.AlsoAt ?? []).Prepend(_cells[id].Line.Axes).Select(Labels);

    /// <summary>Which repeat a cell of the plan is.</summary>
    public RepeatNumber RepeatOf(CellId id) => _cells[id].Line.Number;

    /// <summary>The same for cells of the plan that are composed alike.</summary>
    internal string CompositionKey(CellId id) => string.Join(',', _cells[id].Line.Parts);

    /// <summary>What a cell of the plan is composed of, as manifests state it: member → JSON. Defaults are filled in, paths relative to the plan.</summary>
    internal IReadOnlyDictionary<string, string> Stated(CellId id) =>
        _cells[id].Line.Parts.Select(number => _parts[number]).ToDictionary(part => part.Member, part => part.Json);

    /// <summary>Writes a plan.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static void Write(string path, ExperimentPlan plan)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Dictionary<(string, string), int> numbers = [];
        List<Part> parts = [];
        Dictionary<ComponentChoice, string> relocated = new(ReferenceEqualityComparer.Instance);
        Dictionary<Experiment, int[]> composed = new(ReferenceEqualityComparer.Instance);
        Dictionary<string, int>[] places = [.. plan.Axes.Select(axis => axis.Labels.Index().ToDictionary(label => label.Item, label => label.Index))];
        CellLine[] cells = [.. plan.Cells.Select(cell => new CellLine(
            cell.Key,
            cell.Repeat,
            Place(cell.AxisValues),
            Numbers(cell.Experiment),
            cell.Objection,
            cell.Number.Training)
        {
            AlsoAt = cell.AlsoAt is { } others ? [.. others.Select(Place)] : null,
        })];
        Header header = new(
            FormatVersion, plan.Name, plan.Description, plan.Key, plan.Axes, plan.Repeats, plan.Merged, parts.Count, cells.Length,
            plan.TrainingRepeats == 1 ? null : plan.TrainingRepeats);
        AtomicFile.Write(path, stream =>
        {
            using SHA256 hash = SHA256.Create();
            using (CryptoStream hashed = new(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
            using (StreamWriter writer = new(hashed, new UTF8Encoding(false), bufferSize: 1 << 16) { NewLine = "\n" })
            {
                writer.WriteLine(JsonSerializer.Serialize(header, Json));
                foreach (Part part in parts)
                    writer.WriteLine(JsonSerializer.Serialize(part, Json));
                foreach (CellLine cell in cells)
                    writer.WriteLine(JsonSerializer.Serialize(cell, Json));
            }

            stream.Write(ChecksumLine(hash.Hash!));
        });

        int[] Place(IReadOnlyDictionary<string, string> labels) =>
            [.. plan.Axes.Select((axis, i) => labels[axis.Path] is { Length: > 0 } label ? places[i][label] : -1)];

        int[] Numbers(Experiment experiment)
        {
            if (!composed.TryGetValue(experiment, out int[]? known))
            {
                composed[experiment] = known =
                [
                    .. ExperimentJson.Members(experiment, Relocated).Zip(
                        ExperimentJson.Members(experiment, choice => choice.CanonicalJson),
                        (stated, canonical) => Number(stated.Key, stated.Json, canonical.Json)),
                ];
            }

            return known;
        }

        string Relocated(ComponentChoice choice)
        {
            if (!relocated.TryGetValue(choice, out string? json))
                relocated[choice] = json = ExperimentJson.Relocated(choice, folder);
            return json;
        }

        int Number(string member, string json, string canonical)
        {
            if (!numbers.TryGetValue((member, canonical), out int number))
            {
                numbers[(member, canonical)] = number = parts.Count;
                parts.Add(new(member, json, canonical == json ? null : canonical));
            }

            return number;
        }
    }

    /// <summary>Reads a plan's lines; cells are bound when asked for.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static PlanFile Read(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        if (!IsWhole(content))
            throw new InvalidDataException($"{path}: damaged plan (its checksum does not match); running its manifest again writes it anew");
        try
        {
            using StreamReader lines = new(new MemoryStream(content));
            Header header = Next<Header>();
            if (header.Version != FormatVersion)
                throw new InvalidDataException($"{path}: a plan of format {header.Version}, and this program reads format {FormatVersion}");
            PlanFile file = new(path, header);
            for (int i = 0; i < header.Parts; i++)
                file._parts.Add(Next<Part>());
            CellLine? before = null;
            for (int i = 0; i < header.Cells; i++)
            {
                CellLine cell = Next<CellLine>();
                // Repeats stand together and differ in nothing else.
                if (before is not null && cell.Axes.SequenceEqual(before.Axes) && cell.Parts.SequenceEqual(before.Parts))
                    cell = cell with { Axes = before.Axes, Parts = before.Parts };
                before = cell;
                file._cells.Add(CellId.FromKey(cell.Key), (i, cell));
            }

            return file;

            T Next<T>() => lines.ReadLine() is { } line && JsonSerializer.Deserialize<T>(line, Json) is { } value
                ? value
                : throw new InvalidDataException($"{path}: damaged plan (it ends too early)");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: damaged plan ({e.Message})", e);
        }
    }

    /// <summary>The files that options of the plan name, each once.</summary>
    public IReadOnlyList<StatedFile> Files() =>
        [.. _parts.Where(part => part.Canonical is not null).SelectMany(part => StatedFiles.Find(part.Json, part.Canonical!)).Distinct()];

    /// <summary>The content of a file that has this plan with other paths; its keys are the same.</summary>
    /// <param name="paths">The path of a file as the plan states it → the path to state.</param>
    internal byte[] WithPaths(IReadOnlyDictionary<string, string> paths)
    {
        using MemoryStream stream = new();
        using (StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            foreach ((int index, string line) in File.ReadLines(_path).SkipLast(1).Index())
            {
                writer.WriteLine(index >= 1 && index <= _parts.Count && _parts[index - 1] is { Canonical: not null } part
                    ? JsonSerializer.Serialize(part with { Json = StatedFiles.Replace(part.Json, paths) }, Json)
                    : line);
            }
        }

        byte[] content = stream.ToArray();
        return [.. content, .. ChecksumLine(SHA256.HashData(content))];
    }

    /// <summary>Reads a plan that may not be there.</summary>
    /// <returns>Null where there is none, or only a damaged one.</returns>
    public static PlanFile? Find(string path)
    {
        try
        {
            return Read(path);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether a plan is there and undamaged.</summary>
    public static bool IsWhole(string path) => File.Exists(path) && IsWhole(File.ReadAllBytes(path));

    /// <summary>What a cell is composed of: member → canonical JSON. Null where the plan has no such cell.</summary>
    public IReadOnlyDictionary<string, string>? Composition(CellId id) => _cells.TryGetValue(id, out var cell)
        ? cell.Line.Parts.Select(number => _parts[number]).ToDictionary(part => part.Member, part => part.Canonical ?? part.Json)
        : null;

    /// <summary>Id of the cell at a place of the sweep: axis labels joined as <see cref="Place"/> does.</summary>
    public IReadOnlyDictionary<string, CellId> IdsByPlace() =>
        _cells.ToDictionary(cell => Place(Labels(cell.Value.Line.Axes), cell.Value.Line.Number), cell => cell.Key);

    /// <summary>Where a cell lies in its sweep, as one text.</summary>
    public static string Place(IReadOnlyDictionary<string, string> axisValues, RepeatNumber repeat) =>
        string.Join('\n', axisValues.OrderBy(axis => axis.Key, StringComparer.Ordinal).Select(axis => $"{axis.Key}={axis.Value}").Append($"{repeat}"));

    /// <summary>Binds cells to the components that are installed.</summary>
    /// <exception cref="InvalidDataException">A component is not installed, or not as the plan has it: its keys would be others.</exception>
    public Func<CellId, ExperimentCell> Binder(ComponentCatalogue catalogue)
    {
        ManifestProblems problems = new();
        OptionsBinder options = new(problems);
        ExperimentBinder binder = new(new(catalogue, options, problems), options, problems, Name);
        ManifestSource source = ManifestSource.OfFile(Path.GetFullPath(_path));
        Dictionary<int, ManifestMember> members = [];
        Dictionary<string, (Experiment Experiment, CellKeys Keys)> experiments = new(StringComparer.Ordinal);
        Dictionary<string, IReadOnlyDictionary<string, string>> places = new(StringComparer.Ordinal);
        return id =>
        {
            if (!_cells.TryGetValue(id, out (int Index, CellLine Line) found))
                throw new InvalidDataException($"{_path}: the plan has no cell '{id}'{NameSuggestions.Hint(id, [.. Ids])}");
            string composition = string.Join(',', found.Line.Parts);
            if (!experiments.TryGetValue(composition, out (Experiment Experiment, CellKeys Keys) bound))
            {
                Experiment experiment = Bind(found.Line.Parts);
                experiments[composition] = bound = (experiment, new(experiment));
            }

            StageKey key = bound.Keys.Cell(found.Line.Number);
            if (key != found.Line.Key)
                throw new InvalidDataException($"{_path}: cell {id} was planned with other components: {Changes(id, bound.Experiment)}. "
                    + "Run its manifest anew to plan with those installed here.");
            return new()
            {
                Index = found.Index,
                Number = found.Line.Number,
                Experiment = bound.Experiment,
                AxisValues = Place(found.Line.Axes),
                AlsoAt = found.Line.AlsoAt is { } others ? [.. others.Select(Place)] : null,
                Objection = found.Line.Objection,
                Key = key,
                SamplingKey = bound.Keys.Samples(found.Line.Number),
                DataKey = bound.Keys.Data,
                TrainingKey = bound.Keys.Training,
            };
        };

        IReadOnlyDictionary<string, string> Place(IReadOnlyList<int> axes)
        {
            string place = string.Join(',', axes);
            if (!places.TryGetValue(place, out IReadOnlyDictionary<string, string>? labels))
                places[place] = labels = Labels(axes);
            return labels;
        }

        Experiment Bind(IReadOnlyList<int> parts)
        {
            ManifestOrigin origin = new(source, 1, 1, "$");
            ManifestMember[] stated = [.. parts.Select(Member)];
            ManifestNode root = ManifestNode.Object([Text(ManifestKeys.Name, Name, origin), .. stated, .. LeftOut(stated, origin)], origin);
            Experiment? bound = binder.Bind(root);
            problems.ThrowIfAny();
            return bound! with { Settings = bound.Settings with { Description = _header.Description } };
        }

        // Plans leave out what keys leave out.
        static IEnumerable<ManifestMember> LeftOut(ManifestMember[] stated, ManifestOrigin origin) =>
            stated.Any(member => member.Name is ManifestKeys.Reference or ManifestKeys.Study)
                ? []
                : [Text(ManifestKeys.Reference, ManifestKeys.SharedReference, origin)];

        static ManifestMember Text(string name, string value, ManifestOrigin origin) => new(
            name, origin, ManifestNode.Scalar(ManifestNodeKind.String, value, origin));

        ManifestMember Member(int number)
        {
            if (!members.TryGetValue(number, out ManifestMember? member))
            {
                ManifestOrigin origin = new(source, number + 2, 1, $"$.{_parts[number].Member}");
                members[number] = member = new(_parts[number].Member, origin, ManifestParser.ParseArgument(_parts[number].Json, origin, problems)!);
            }

            return member;
        }
    }

    /// <summary>The whole plan, bound to the components that are installed.</summary>
    /// <exception cref="InvalidDataException">A component is not installed, or not as the plan has it.</exception>
    public ExperimentPlan Thaw(ComponentCatalogue catalogue)
    {
        Func<CellId, ExperimentCell> bind = Binder(catalogue);
        string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path))!, "manifest.json"), manifest = File.ReadAllText(file);
        return new(_ => manifest)
        {
            FindClaims = new(() => ManifestClaims.Read(file, this)),
            Name = Name,
            Description = _header.Description,
            Source = _path,
            Axes = _header.Axes,
            Repeats = _header.Repeats,
            TrainingRepeats = TrainingRepeats,
            Merged = _header.Merged,
            Cells = [.. Ids.Select(bind)],
        };
    }

    private static bool IsWhole(ReadOnlySpan<byte> content)
    {
        int length = content.Length - ChecksumLine(new byte[SHA256.HashSizeInBytes]).Length;
        return length >= 0 && content[length..].SequenceEqual(ChecksumLine(SHA256.HashData(content[..length])));
    }

    private static byte[] ChecksumLine(byte[] hash) => Encoding.ASCII.GetBytes($"{{\"checksum\":\"{Convert.ToHexStringLower(hash)}\"}}\n");

    private string Changes(CellId id, Experiment experiment) => string.Join(", ", CompositionChange.Between(
        Composition(id)!, ExperimentJson.Members(experiment, choice => choice.CanonicalJson).ToDictionary(m => m.Key, m => m.Json)));

    private Dictionary<string, string> Labels(IReadOnlyList<int> axes) =>
        _header.Axes.Index().ToDictionary(axis => axis.Item.Path, axis => axes[axis.Index] < 0 ? "" : axis.Item.Labels[axes[axis.Index]]);
}
