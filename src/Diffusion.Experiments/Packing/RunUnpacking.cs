using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Packing;

/// <summary>
/// Takes a pack into a results folder. An archive may come from anybody: no entry is written before all names and sizes were found to be harmless, no more
/// bytes than it declares are written, and nothing stands under its name before its content was found to be the declared one.
/// </summary>
public sealed partial class RunUnpacking : IDisposable
{
    private const long MostContentsBytes = 256 << 20;
    private const int MostFiles = 1_000_000;
    private const int LongestPath = 400;
    private const int UnixFileTypeShift = 28;
    private const int UnixRegularFile = 8;
    private const string Unfinished = ".unpacking-";

    private readonly ZipArchive _archive;
    private readonly string _path;

    private RunUnpacking(string path, ZipArchive archive, PackContents contents) => (_path, _archive, Contents) = (path, archive, contents);

    /// <summary>What the pack says of itself.</summary>
    public PackContents Contents { get; }

    private string RunPath => $"{Contents.Experiment}/{Contents.Run}";

    /// <summary>Opens a pack and checks its names and sizes.</summary>
    /// <exception cref="InputException">It is no pack, or one whose entries cannot be trusted.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RunUnpacking Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException(
                Directory.Exists(path) ? $"'{path}' is a folder; a file that 'diffusion pack' wrote is expected" : $"file not found: {path}");
        }

        ZipArchive? archive = null;
        try
        {
            archive = ZipFile.OpenRead(path);
            RunUnpacking unpacking = new(path, archive, ReadContents(path, archive));
            unpacking.CheckEntries();
            return unpacking;
        }
        catch (InvalidDataException e)
        {
            archive?.Dispose();
            throw new InputException($"'{path}' is not a whole ZIP archive: {e.Message}", e);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    /// <summary>Writes the run and its models into a results folder.</summary>
    /// <returns>The run, and whether it was there already, with the same content.</returns>
    /// <exception cref="InputException">The content is not what the pack declares, or another run of this name is there.</exception>
    /// <exception cref="StorageException">The folder cannot be written. What was begun is removed.</exception>
    public (RunFolder Run, bool WasThere) Unpack(string results, CancellationToken cancellationToken)
    {
        string target = Path.GetFullPath(Path.Combine(results, Contents.Experiment, Contents.Run));
        if (Directory.Exists(target))
        {
            RunFolder there = RunFolder.Open(target);
            return RecordJson.Find<RunRecord>(there.RecordFile)?.Identity == Contents.Identity
                ? (there, true)
                : throw new InputException($"{target} is another run of the same name. Rename its folder, or unpack with --results into another folder.");
        }

        string begun = Path.GetFullPath(Path.Combine(results, $"{Unfinished}{Guid.NewGuid():n}"));
        try
        {
            Directory.CreateDirectory(begun);
            CheckSpace(begun);
            foreach (PackedFile file in Contents.Files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Extract(file, Path.Combine(begun, file.Path));
            }

            CheckRun(Path.Combine(begun, Contents.Experiment, Contents.Run));
            MoveModels(begun, results);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.Move(Path.Combine(begun, Contents.Experiment, Contents.Run), target);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not StorageException))
        {
            throw new StorageException($"cannot unpack into {results}: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(begun))
                Directory.Delete(begun, recursive: true);
        }

        return (RunFolder.Open(target), false);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _archive.Dispose();

    private static PackContents ReadContents(string path, ZipArchive archive)
    {
        ZipArchiveEntry entry = archive.GetEntry(RunPack.ContentsEntry)
            ?? throw new InputException($"'{path}' is a ZIP archive without {RunPack.ContentsEntry}; a file that 'diffusion pack' wrote is expected");
        if (entry.Length > MostContentsBytes)
            throw new InputException($"'{path}': its {RunPack.ContentsEntry} takes {entry.Length} bytes, and at most {MostContentsBytes} are read");
        try
        {
            using MemoryStream content = new();
            using (Stream stream = entry.Open())
                CopyAtMost(stream, content, entry.Length, new byte[1 << 16]);
            PackContents contents = JsonSerializer.Deserialize<PackContents>(content.ToArray(), RecordJson.Options)
                ?? throw new InputException($"'{path}': its {RunPack.ContentsEntry} is empty");
            return contents.Version == PackContents.PresentVersion
                ? contents
                : throw new InputException($"'{path}' is a pack of format {contents.Version}, and this program reads format {PackContents.PresentVersion}");
        }
        catch (JsonException e)
        {
            throw new InputException($"'{path}': its {RunPack.ContentsEntry} is damaged ({e.Message})", e);
        }
    }

    private void CheckEntries()
    {
        if (!ExperimentName.IsValid(Contents.Experiment) || !ExperimentName.IsValid(Contents.Run))
            throw Refused($"it calls its run '{RunPath}', which names no run");
        if (Contents.Files.Count > MostFiles)
            throw Refused($"it declares {Contents.Files.Count} files, and at most {MostFiles} are read");
        Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in _archive.Entries)
        {
            // Links and devices, as archivers of Unix mark them.
            int type = (int)((uint)entry.ExternalAttributes >> UnixFileTypeShift);
            if (type != 0 && type != UnixRegularFile)
                throw Refused($"its entry '{entry.FullName}' is not a regular file");
            if (!entries.TryAdd(entry.FullName, entry))
                throw Refused($"its entry '{entry.FullName}' is there twice");
        }

        HashSet<string> declared = new(StringComparer.OrdinalIgnoreCase) { RunPack.ContentsEntry };
        foreach (PackedFile file in Contents.Files)
        {
            if (!IsHarmless(file.Path))
                throw Refused($"its entry '{file.Path}' leads out of the folders of the run and its models");
            if (!declared.Add(file.Path))
                throw Refused($"its entry '{file.Path}' is declared twice");
            if (!entries.TryGetValue(file.Path, out ZipArchiveEntry? entry))
                throw Refused($"it declares '{file.Path}' and does not hold it");
            if (entry.Length != file.Bytes)
                throw Refused($"its entry '{file.Path}' has {entry.Length} bytes, and {file.Bytes} are declared");
        }

        if (entries.Keys.FirstOrDefault(name => !declared.Contains(name)) is { } other)
            throw Refused($"its entry '{other}' is not declared");
    }

    private bool IsHarmless(string path)
    {
        string[] parts = path.Split('/');
        bool isPlaced = path.StartsWith($"{RunPath}/", StringComparison.Ordinal) || (parts.Length == 3 && ModelFile().IsMatch(path));
        return isPlaced && path.Length <= LongestPath && parts.All(IsName);
    }

    // Of a file on every system; "." and ".." are among those that end in a dot.
    private static bool IsName(string part) => part.Length > 0 && part[^1] is not ('.' or ' ')
        && !part.Any(character => char.IsControl(character) || "\\:*?\"<>|".Contains(character, StringComparison.Ordinal));

    private void CheckSpace(string folder)
    {
        long needed = Contents.Files.Sum(file => file.Bytes), free = new DriveInfo(folder).AvailableFreeSpace;
        if (needed > free)
            throw Refused($"it takes {needed} bytes unpacked, and {free} are free there");
    }

    private void Extract(PackedFile file, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using Stream stream = _archive.GetEntry(file.Path)!.Open();
        using FileStream written = new(target, FileMode.CreateNew, FileAccess.ReadWrite);
        long bytes;
        try
        {
            bytes = CopyAtMost(stream, written, file.Bytes, new byte[1 << 16]);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"'{_path}' is damaged: its entry '{file.Path}' cannot be read ({e.Message})", e);
        }

        written.Position = 0;
        if (bytes != file.Bytes || Convert.ToHexStringLower(SHA256.HashData(written)) != file.Digest)
            throw new InputException($"'{_path}' is damaged: the content of its entry '{file.Path}' is not the declared one");
    }

    // A run that was packed elsewhere names no file of this machine.
    private void CheckRun(string folder)
    {
        RunFolder run = RunFolder.Open(folder);
        RunRecord record = RecordJson.Read<RunRecord>(run.RecordFile);
        if (record.Experiment != Contents.Experiment || record.Run != Contents.Run || record.Identity != Contents.Identity)
            throw Refused("its run.json is that of another run");
        if (PlanFile.Read(run.PlanFile).Files().FirstOrDefault(file => !IsInput(file.Text)) is { } outside)
            throw Refused($"its plan names the file '{outside.Text}', which is outside of the pack");
    }

    private static bool IsInput(string path) =>
        path.StartsWith($"{RunPack.InputsFolder}/", StringComparison.Ordinal) && !path.Split('/', '\\').Contains("..");

    private static void MoveModels(string begun, string results)
    {
        string models = Path.Combine(begun, "models");
        if (!Directory.Exists(models))
            return;
        Directory.CreateDirectory(Path.Combine(results, "models"));
        foreach (string model in Directory.GetDirectories(models))
        {
            string target = Path.Combine(results, "models", Path.GetFileName(model));
            if (!Directory.Exists(target))
                Directory.Move(model, target);
        }
    }

    // Returns how many bytes there are, of which it reads one more than allowed at most.
    private static long CopyAtMost(Stream source, Stream target, long allowed, byte[] buffer)
    {
        long copied = 0;
        for (int read; (read = source.Read(buffer)) > 0; copied += read)
        {
            if (copied + read > allowed)
                return allowed + 1;
            target.Write(buffer, 0, read);
        }

        return copied;
    }

    private InputException Refused(string why) => new($"'{_path}' cannot be unpacked: {why}");

    [GeneratedRegex($@"\Amodels/[0-9a-f]{{16}}/{ExperimentName.Pattern}\z")]
    private static partial Regex ModelFile();
}
