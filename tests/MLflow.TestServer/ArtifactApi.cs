using System.Text.Json.Nodes;

namespace MLflow.TestServer;

/// <summary>The artifact proxy.</summary>
internal sealed class ArtifactApi(TestServerOptions options, TrackingApi tracking)
{
    private const string Prefix = "/api/2.0/mlflow-artifacts/artifacts";

    /// <summary>Path → content.</summary>
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public IEnumerable<(string Method, string Path, Func<Call, Answer> Handle)> Routes() => [("GET", "artifacts/list", ListOfRun)];

    /// <summary>A request to the proxy, or null where the path is another's.</summary>
    /// <param name="path">As sent, still escaped.</param>
    public Answer? Handle(string method, string path, string? listed, byte[] body)
    {
        if (path == Prefix && method == "GET")
            return Answer.Json(List(Valid(listed ?? ""), ""));
        if (!path.StartsWith($"{Prefix}/", StringComparison.Ordinal))
            return null;
        string file = Valid(Uri.UnescapeDataString(path[(Prefix.Length + 1)..]));
        switch (method)
        {
            case "PUT":
                Files[file] = body;
                return Answer.Empty();
            // Its HTTP server cannot put the raw name into a header.
            case "GET" when Files.ContainsKey(file) && options.Version.Major >= 3 && !System.Text.Ascii.IsValid(file):
                return Answer.Text(500, "Internal Server Error", "text/plain");
            case "GET" when Files.TryGetValue(file, out byte[]? content):
                return new Answer(200, "text/plain", content);
            case "GET":
                return options.Version >= new Version(3, 11)
                    ? Answer.Error(404, "RESOURCE_DOES_NOT_EXIST", "The following failures occurred while downloading one or more artifacts from "
                        + $"/srv/artifacts:\n##### File {file} #####\nNo such artifact: '{file}'")
                    : Answer.Error(500, "INTERNAL_ERROR", "The following failures occurred while downloading one or more artifacts from "
                        + $"/srv/artifacts:\n##### File {file} #####\n[Errno 2] No such file or directory: '/srv/artifacts/{file}'");
            case "DELETE":
                foreach (string deleted in Files.Keys.Where(known => known == file || known.StartsWith($"{file}/", StringComparison.Ordinal)).ToArray())
                    Files.Remove(deleted);
                return Answer.Empty();
            default:
                return Answer.Page(405, "Method Not Allowed", "The method is not allowed for the requested URL.");
        }
    }

    private static string Valid(string path)
        => path.Split('/').Contains("..") || path.StartsWith('/') || path.AsSpan().IndexOfAny('\\', '#') >= 0
            ? throw RefusedException.Invalid("Invalid path")
            : path;

    private Answer ListOfRun(Call call)
    {
        StoredRun run = tracking.Run(call);
        string folder = Valid(call.Text("path") ?? "");
        string root = run.ArtifactUri.Replace("mlflow-artifacts:/", "", StringComparison.Ordinal).TrimStart('/');
        JsonObject listing = List(folder.Length == 0 ? root : $"{root}/{folder}", folder);
        listing["root_uri"] = run.ArtifactUri;
        return Answer.Json(listing);
    }

    private JsonObject List(string folder, string shownFolder)
    {
        string prefix = folder.Length == 0 ? "" : $"{folder}/", shown = shownFolder.Length == 0 ? "" : $"{shownFolder}/";
        JsonObject[] files = [.. Files
            .Where(file => file.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(file => (Name: file.Key[prefix.Length..], Size: file.Value.Length))
            .GroupBy(file => file.Name.Split('/')[0])
            .Select(group => Entry(shown + group.Key, group.Any(file => file.Name.Contains('/', StringComparison.Ordinal)), group.First().Size))];
        return files.Length == 0 ? [] : new JsonObject { ["files"] = new JsonArray([.. files]) };
    }

    // An empty file's size is a default, and left out.
    private static JsonObject Entry(string path, bool isFolder, int size) => isFolder || size == 0
        ? new JsonObject { ["path"] = path, ["is_dir"] = isFolder }
        : new JsonObject { ["path"] = path, ["is_dir"] = false, ["file_size"] = size };
}
