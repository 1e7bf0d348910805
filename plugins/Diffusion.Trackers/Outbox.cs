using System.Globalization;
using System.Text.Json;

namespace Diffusion.Trackers;

/// <summary>
/// What a store has not taken yet, on disk: a folder of journals, one a session. A journal is only added to, and goes when
/// everything in it is stored; sending it twice stores it once.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private const string Pattern = "*.jsonl";

    private readonly string _folder;
    private readonly string _uri;
    private readonly List<FileStream> _journals = [];
    private readonly Dictionary<MlflowRun, int> _numbers = [];

    // Runs of which a journal says that something waits.
    private readonly HashSet<MlflowRun> _open = [];
    private StreamWriter? _own;

    /// <param name="folder">Made when something has to be kept.</param>
    /// <param name="uri">The store's address, without credentials; journals for other stores are left alone.</param>
    public Outbox(string folder, string uri)
    {
        _folder = Path.GetFullPath(folder);
        _uri = uri;
    }

    public string Folder => _folder;

    /// <summary>
    /// Takes over what sessions that have ended left for this store, oldest first. A journal that its session still writes stays with it,
    /// and one that cannot be read stays where it is.
    /// </summary>
    /// <param name="newRun">Makes a run of its description.</param>
    public IReadOnlyList<MlflowRun> Adopt(Func<TrackedRunDescription, MlflowRun> newRun)
    {
        var runs = new List<MlflowRun>();
        var known = new Dictionary<(string, string), MlflowRun>();
        if (!Directory.Exists(_folder))
            return runs;
        foreach (string path in Directory.EnumerateFiles(_folder, Pattern).Order(StringComparer.Ordinal))
        {
            if (TryOpen(path) is not { } journal)
                continue;
            if (!Read(journal, Numbered))
                journal.Dispose();
            else
                _journals.Add(journal);
        }
        _open.UnionWith(runs.Where(run => run.Pending.Count > 0));
        return runs;

        MlflowRun Numbered(TrackedRunDescription description)
        {
            if (!known.TryGetValue((description.Experiment, description.Key), out MlflowRun? run))
            {
                run = newRun(description);
                known.Add((description.Experiment, description.Key), run);
                runs.Add(run);
            }
            return run;
        }
    }

    /// <summary>Writes down what waits and is not on disk yet, and that nothing waits any more for the others.</summary>
    public void Keep(IEnumerable<MlflowRun> waiting)
    {
        foreach (MlflowRun run in waiting.Where(run => run.Kept < run.Pending.Count))
        {
            int number = NumberOf(run);
            foreach (TrackedWork work in run.Pending.Skip(run.Kept))
                Write(Entry.FromWork(number, work, _folder));
            run.Kept = run.Pending.Count;
            _open.Add(run);
        }
        foreach (MlflowRun run in _open.Where(run => run.Pending.Count == 0).ToArray())
        {
            // Else a later session would begin it again, without its end.
            Write(new Entry { Run = NumberOf(run), Done = true });
            _open.Remove(run);
        }
        _own?.Flush();
    }

    /// <summary>Deletes every journal: all is stored.</summary>
    public void Clear()
    {
        foreach (FileStream journal in _journals)
        {
            // Emptied while it is held: another session must not take it over before it is gone.
            journal.SetLength(0);
            journal.Dispose();
            File.Delete(journal.Name);
        }
        _journals.Clear();
        _numbers.Clear();
        _open.Clear();
        _own = null;
    }

    public void Dispose()
    {
        foreach (FileStream journal in _journals)
            journal.Dispose();
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a journal into runs; false where it is another store's. A last line cut short by the session's end is left out.</summary>
    private bool Read(FileStream journal, Func<TrackedRunDescription, MlflowRun> run)
    {
        var numbered = new Dictionary<int, MlflowRun>();
        using var reader = new StreamReader(journal, leaveOpen: true);
        if (Parsed(reader.ReadLine())?.Uri != _uri)
            return false;
        while (Parsed(reader.ReadLine()) is { } entry)
        {
            if (entry.Description is { } description)
            {
                numbered[entry.Run] = run(description.ToDescription(description.Parent is { } parent ? numbered[parent] : null));
            }
            else if (numbered.TryGetValue(entry.Run, out MlflowRun? owner))
            {
                owner.Adopt(entry.Done ? null : entry.ToWork(_folder));
            }
        }
        return true;
    }

    private static Entry? Parsed(string? line)
    {
        try
        {
            return line is null ? null : JsonSerializer.Deserialize(line, OutboxJson.Lines.Entry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The run's number in this session's journal, where it is described first, behind its parent.</summary>
    private int NumberOf(MlflowRun run)
    {
        if (_numbers.TryGetValue(run, out int number))
            return number;
        int? parent = run.Description.Parent is MlflowRun parentRun ? NumberOf(parentRun) : null;
        _numbers.Add(run, number = _numbers.Count);
        Write(new Entry { Run = number, Description = KeptDescription.FromDescription(run.Description, parent) });
        return number;
    }

    private void Write(Entry entry)
    {
        if (_own is null)
        {
            Directory.CreateDirectory(_folder);
            string name = string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyyMMdd'T'HHmmssfff}-{Guid.NewGuid():N}.jsonl");
            var journal = new FileStream(Path.Combine(_folder, name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            _journals.Add(journal);
            _own = new StreamWriter(journal);
            _own.WriteLine(JsonSerializer.Serialize(new Entry { Uri = _uri }, OutboxJson.Lines.Entry));
        }
        _own.WriteLine(JsonSerializer.Serialize(entry, OutboxJson.Lines.Entry));
    }
}
