using System.Reflection;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Xunit;

namespace Diffusion.Tests;

/// <summary>Who may know whom. In project files, which say what may be used, and in the built assemblies, which say what is.</summary>
public sealed class ArchitectureTests
{
    private const string Natives = "Diffusion.Natives";
    private const string Contracts = "Diffusion.Abstractions";
    private const string Tracking = "MLflow.NET";
    private const int LongestLine = 160;

    // What a project may use of this repository, directly or through others.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        // The build tool prepares the libraries; the program does not contain it.
        [Natives] = ["Diffusion.Build"],
        [Tracking] = [],
        [Contracts] = [],
        ["Diffusion.Core"] = [Contracts],
        ["Diffusion.Certification"] = ["Diffusion.Core", Contracts],
        ["Diffusion.Experiments"] = ["Diffusion.Core", Contracts],
        ["Diffusion.Reporting"] = ["Diffusion.Experiments", "Diffusion.Core", Contracts],
        ["Diffusion.Host"] = ["Diffusion.Certification", "Diffusion.Experiments", "Diffusion.Reporting", "Diffusion.Core", Contracts, Natives],
        ["Diffusion.Trackers"] = [Contracts, Tracking],
    };

    public static TheoryData<string> Projects => [.. SourceProjects.Concat(PluginProjects)];

    private static IEnumerable<string> SourceProjects => ProjectsUnder("src");

    private static IEnumerable<string> PluginProjects => ProjectsUnder("plugins");

    private static IEnumerable<string> ProjectsUnder(string folder) =>
        Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories)
            .Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Order(StringComparer.Ordinal);

    private static string[] AllowedFor(string project) =>
        Allowed.TryGetValue(project, out string[]? allowed) ? allowed
            : PluginProjects.Contains(project) ? [Contracts]
            : throw new InvalidOperationException($"{project} has no place in the architecture yet");

    private static IEnumerable<string> Stated(string file, string element) =>
        XDocument.Load(file).Descendants(element).Select(e => e.Attribute("Include")!.Value);

    private static string ProjectFile(string project) =>
        Directory.GetFiles(Repository.Root, $"{project}.csproj", SearchOption.AllDirectories).Single(f => !f.Contains("artifacts", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_file_references_only_what_it_may(string project)
    {
        string file = ProjectFile(project);
        IEnumerable<string> stated = Stated(file, "ProjectReference");
        if (PluginProjects.Contains(project))
            stated = stated.Concat(Stated(Path.Combine(Repository.Root, "plugins", "Directory.Build.props"), "ProjectReference"));
        Assert.Subset(AllowedFor(project).ToHashSet(), stated.Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/'))).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_built_assembly_references_only_what_it_may(string project)
    {
        HashSet<string> ours = [.. SourceProjects, .. PluginProjects];
        IEnumerable<string> used = Assembly.Load(project).GetReferencedAssemblies().Select(a => a.Name!).Where(ours.Contains);
        Assert.Subset(AllowedFor(project).ToHashSet(), used.ToHashSet());
    }

    // Elsewhere folders share a namespace: a plugin needs one using for the contracts, a test one for the exact problems.
    public static TheoryData<string> LayeredProjects => ["Diffusion.Core", "Diffusion.Experiments", "Diffusion.Host"];

    private static string SourceFolder(string project) => Path.Combine(Repository.Root, "src", project);

    [Theory]
    [MemberData(nameof(LayeredProjects))]
    public void No_two_folders_of_a_project_need_each_other(string project)
    {
        NamespaceGraph graph = new(SourceFolder(project), project);
        Assert.NotEmpty(graph.Folders);
        Assert.Empty(graph.Circles());
    }

    [Fact]
    public void Two_folders_that_need_each_other_are_found_over_a_third_one_and_by_written_names()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory();
        try
        {
            Write("First", "A", "using P.Second;");
            Write("Second", "B", "using P.Third.Inner;");
            Write("Third.Inner", "C", "class C { First.A a; Second.Unknown u; }");
            Write("Last", "D", "using P.First;\nusing static P.Second.B;");
            Assert.Equal(
                ["First names Second, in A.cs for one", "Second names Third.Inner, in B.cs for one", "Third.Inner names First, in C.cs for one"],
                new NamespaceGraph(root.FullName, "P").Circles().Order(StringComparer.Ordinal));
        }
        finally
        {
            root.Delete(recursive: true);
        }

        void Write(string folder, string name, string text) =>
            File.WriteAllText(Path.Combine(root.CreateSubdirectory(folder.Replace('.', '/')).FullName, $"{name}.cs"), text);
    }

    /// <summary>The root namespace is open everywhere without a using, so nothing but the entry point may be in it.</summary>
    [Theory]
    [MemberData(nameof(LayeredProjects))]
    public void A_file_s_namespace_is_its_folder(string project)
    {
        string root = SourceFolder(project);
        Assert.Empty(Directory.GetFiles(root, "*.cs").Select(file => Path.GetFileName(file)).Except(["Program.cs"]));
        string[] misplaced = [.. Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories).Where(file =>
        {
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            string expected = folder == "." ? project : $"{project}.{folder}";
            return !File.ReadLines(file).Contains($"namespace {expected};");
        })];
        Assert.Empty(misplaced);
    }

    [Fact]
    public void The_tracker_alone_knows_MLflow()
    {
        // Experiments cannot be called as files in the results folder, whichever tracker is chosen: their folders lie beside them.
        string[] exceptions = [Path.Combine("src", "Diffusion.Experiments", "Planning", "ExperimentName.cs")];
        IEnumerable<string> files = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Where(folder => Path.GetFileName(folder) != Tracking)
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        Assert.Empty(files.Where(file => File.ReadAllText(file).Contains("mlflow", StringComparison.OrdinalIgnoreCase))
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Except(exceptions));
    }

    [Fact]
    public void The_first_run_builds_every_plugin()
    {
        string[] built = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "eng", "Runtime.slnf")))!["solution"]!["projects"]!.AsArray()
            .Select(project => $"{project}")];
        Assert.Empty(Directory.GetFiles(Path.Combine(Repository.Root, "plugins"), "*.csproj", SearchOption.AllDirectories)
            .Select(project => Path.GetRelativePath(Repository.Root, project).Replace('\\', '/'))
            .Except(built));
    }

    [Fact]
    public void A_line_has_at_most_160_characters()
    {
        IEnumerable<string> sources = new[] { "src", "plugins", "tests", "benchmarks", "eng" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories));
        string[] tooLong = [.. sources.SelectMany(file => File.ReadLines(file).Index()
            .Where(line => line.Item.Length > LongestLine)
            .Select(line => $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}"))];
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Gradients_are_taken_in_one_place_that_checks_what_would_end_the_process()
    {
        IEnumerable<string> sources = new[] { "src", "plugins", "tests" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories));
        string[] callers = [.. sources.Where(file => File.ReadAllText(file).Contains("autograd" + ".grad(", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file))];
        Assert.Equal(["Differentiation.cs"], callers);
    }

    [Fact]
    public void The_contracts_ask_plugin_authors_for_tensors_dependency_injection_and_configuration_only() =>
        Assert.Equal(
            ["Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions"],
            XDocument.Load(ProjectFile(Contracts))
                .Descendants("PackageReference")
                .Where(e => e.Attribute("PrivateAssets")?.Value != "all")
                .Select(e => e.Attribute("Include")!.Value)
                .Where(p => !p.StartsWith("TorchSharp", StringComparison.Ordinal)));

    [Theory]
    [InlineData("System.Text.Json")]
    [InlineData("Microsoft.Extensions.DependencyInjection")]
    [InlineData("Microsoft.Extensions.DependencyInjection.Abstractions")]
    [InlineData("Microsoft.Extensions.Configuration.Abstractions")]
    [InlineData("System.Console")]
    public void The_engine_knows_no_text_no_container_and_no_console(string assembly) =>
        Assert.DoesNotContain(Assembly.Load("Diffusion.Core").GetReferencedAssemblies(), a => a.Name == assembly);

    [Fact]
    public void The_MLflow_client_knows_nothing_of_diffusion() =>
        Assert.DoesNotContain(
            Assembly.Load(Tracking).GetReferencedAssemblies(),
            a => a.Name!.StartsWith("Diffusion", StringComparison.Ordinal) || a.Name.StartsWith("TorchSharp", StringComparison.Ordinal));
}
