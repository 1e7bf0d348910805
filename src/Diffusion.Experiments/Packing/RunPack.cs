using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Housekeeping;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Packing;

/// <summary>
/// A run in one file: a ZIP archive with the run's folder, the models that it sampled from, and the files that its manifest names. Paths in its plan and
/// manifest lead to the files beside them, so that the folder is whole wherever it is unpacked, by this program or another.
/// </summary>
public static partial class RunPack
{
    /// <summary>The entry that lists the others.</summary>
    internal const string ContentsEntry = "pack.json";

    /// <summary>The folder of the files that a manifest names, within the run's.</summary>
    internal const string InputsFolder = "files";

    private const int DigestShown = 16;
    private const int LongestName = 100;

    /// <summary>Packs a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">The file to write. It is replaced.</param>
    /// <param name="withSamples">Whether arrays of samples and kept states go in. Their digests and pictures do in any case.</param>
    /// <param name="withInputs">Whether the files that the manifest names go in.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind then.</param>
    /// <exception cref="InputException">A process is at work on the run; a file that the manifest names is not there any more, or has changed.</exception>
    /// <exception cref="InvalidDataException"><c>run.json</c> or <c>plan.jsonl</c> is damaged.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static PackContents Write(RunFolder run, string path, bool withSamples, bool withInputs, CancellationToken cancellationToken)
    {
        if (RunLock.IsTaken(run))
            throw new InputException($"run {run.Label} is running. It can be packed when it has ended or was stopped.");
        RunRecord record = RecordJson.Read<RunRecord>(run.RecordFile);
        PlanFile plan = PlanFile.Read(run.PlanFile);
        IReadOnlyList<(StatedFile File, string Source, string Text)> inputs = Inputs(run, plan);
        if (withInputs)
            Check(run, inputs);
        Dictionary<string, string> paths = inputs.DistinctBy(input => input.File.Text).ToDictionary(input => input.File.Text, input => input.Text);
        // An archive is read by others under their names: the folder may have been renamed since.
        string folder = $"{record.Experiment}/{record.Run}";
        List<(string Entry, Func<Stream> Open)> files =
        [
            .. RunFiles(run, withSamples).Select(file => ($"{folder}/{file}", Open(Path.Combine(run.Path, file)))),
            ($"{folder}/plan.jsonl", () => new MemoryStream(plan.WithPaths(paths))),
            ($"{folder}/manifest.json", () => new MemoryStream(ManifestWithPaths(run, paths))),
        ];
        if (withInputs)
            files.AddRange(inputs.DistinctBy(input => input.Text).Select(input => ($"{folder}/{input.Text}", Open(input.Source))));
        TrainedModelStore models = new(run.Results);
        string[] modelFolders = [.. RunModels.Keys(run).Select(models.FolderOf).Where(Directory.Exists)];
        files.AddRange(modelFolders.SelectMany(model => Directory.EnumerateFiles(model)
            .Select(file => ($"models/{Path.GetFileName(model)}/{Path.GetFileName(file)}", Open(file)))));
        files.Sort((a, b) => string.CompareOrdinal(a.Entry, b.Entry));

        PackContents Contents(IReadOnlyList<PackedFile> packed) => new()
        {
            Version = PackContents.PresentVersion,
            Experiment = record.Experiment,
            Run = record.Run,
            Identity = record.Identity,
            Recorded = run.RecordedCells().Count,
            Models = modelFolders.Length,
            Inputs = withInputs ? inputs.Select(input => input.Text).Distinct().Count() : 0,
            HasSamples = withSamples,
            Files = packed,
        };
        PackContents? contents = null;
        AtomicFile.Write(path, stream => contents = Write(stream, files, Contents, record.Started, cancellationToken));
        return contents!;
    }

    // The list comes last: what it says of a file is what was written.
    private static PackContents Write(
        Stream stream, List<(string Entry, Func<Stream> Open)> files, Func<IReadOnlyList<PackedFile>, PackContents> describe, DateTimeOffset time,
        CancellationToken cancellationToken)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        List<PackedFile> packed = [];
        foreach ((string entry, Func<Stream> open) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Stream source = open();
            packed.Add(Add(entry, source));
        }

        PackContents contents = describe(packed);
        using MemoryStream list = new(JsonSerializer.SerializeToUtf8Bytes(contents, RecordJson.Options));
        Add(ContentsEntry, list);
        return contents;

        PackedFile Add(string name, Stream source)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.Optimal);
            entry.LastWriteTime = time;
            using SHA256 hash = SHA256.Create();
            using (Stream target = entry.Open())
            using (CryptoStream hashed = new(target, hash, CryptoStreamMode.Write))
                source.CopyTo(hashed);
            return new(name, source.Length, Convert.ToHexStringLower(hash.Hash!));
        }
    }

    private static Func<Stream> Open(string path) => () => File.OpenRead(path);

    // Without what is written anew below, what a process at work keeps, and links, which lead out of the folder.
    private static IEnumerable<string> RunFiles(RunFolder run, bool withSamples) =>
        new DirectoryInfo(run.Path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(file => Path.GetRelativePath(run.Path, file.FullName).Replace('\\', '/'))
            .Where(file => file is not ("plan.jsonl" or "manifest.json") && !RunLock.IsOwnFile(file)
                && !file.EndsWith(".tmp", StringComparison.Ordinal)
                && !file.StartsWith($"{InputsFolder}/", StringComparison.Ordinal)
                && (withSamples || !(file.StartsWith("samples/", StringComparison.Ordinal) && file.EndsWith(".npy", StringComparison.Ordinal))));

    private static IReadOnlyList<(StatedFile File, string Source, string Text)> Inputs(RunFolder run, PlanFile plan)
    {
        IEnumerable<StatedFile> references = ManifestClaims.Read(run.ManifestFile, plan).Claims.Select(claim => claim.Stated.Claim).OfType<RankAgreementClaim>()
            .Where(claim => File.Exists(claim.Reference))
            .Select(claim => new StatedFile(Path.GetRelativePath(run.Path, claim.Reference).Replace('\\', '/'), FileDigest.Compute(claim.Reference)));
        return [.. plan.Files().Concat(references).Distinct().Select(file => (
            file, Path.GetFullPath(Path.Combine(run.Path, file.Text)), $"{InputsFolder}/{file.Digest[..DigestShown]}/{PortableName(file.Text)}"))];
    }

    // A name that every system takes; its folder tells it from others.
    private static string PortableName(string path)
    {
        string name = NotPortable().Replace(Path.GetFileName(path), "_").TrimEnd('.', ' ');
        return name.Length == 0 ? "file" : name[^Math.Min(name.Length, LongestName)..];
    }

    private static void Check(RunFolder run, IReadOnlyList<(StatedFile File, string Source, string Text)> inputs)
    {
        foreach ((StatedFile file, string source, _) in inputs)
        {
            if (!File.Exists(source))
                throw Refused("is not there any more");
            if (FileDigest.Compute(source) != file.Digest)
                throw Refused("has changed since");

            InputException Refused(string what) => new(
                $"{source}, which run {run.Label} has read, {what}. --without-data packs the run without the files that its manifest names; "
                + "its numbers can be read and compared then, and not computed again.");
        }
    }

    private static byte[] ManifestWithPaths(RunFolder run, IReadOnlyDictionary<string, string> paths) =>
        Encoding.UTF8.GetBytes($"{StatedFiles.Replace(File.ReadAllText(run.ManifestFile), paths, indented: true)}\n");

    [GeneratedRegex(@"[\p{C}\\/:*?""<>|]")]
    private static partial Regex NotPortable();
}
