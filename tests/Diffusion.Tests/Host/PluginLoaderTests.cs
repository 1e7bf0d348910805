using System.Runtime.Loader;
using Diffusion.Experiments.Components;
using Diffusion.Host.Plugins;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>What is loaded from folders of DLLs, sound and otherwise.</summary>
public sealed class PluginLoaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("diffusion-plugins");

    // A loaded DLL stays loaded, and where it cannot be deleted the system's own cleaning takes it.
    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
            _folder.Delete(recursive: true);
    }

    private string In(string child) => Path.Combine(_folder.FullName, child);

    private (PluginLoader Loader, ComponentCatalogue Catalogue) Load(params string[] folders)
    {
        PluginLoader loader = new(_ => PluginVerdict.Sound);
        foreach (string folder in folders.DefaultIfEmpty(_folder.FullName))
            loader.Load(folder);
        return (loader, ComponentCatalogue.FromAssemblies(loader.Plugins.Select(plugin => plugin.Assembly)));
    }

    private static double TimeOf(ComponentCatalogue catalogue, string name) =>
        ((ITimeSampler)Activator.CreateInstance(catalogue.Find(ComponentKind.TimeSampler, name)!.ImplementationType)!).Time(0.25, null!);

    [Fact]
    public void A_folder_holds_plugins_and_folders_of_plugins()
    {
        EmittedPlugin.Write(_folder.FullName, "Loose", "loose");
        EmittedPlugin.Write(In("one"), "One", "one", "two");
        (PluginLoader loader, ComponentCatalogue catalogue) = Load();
        Assert.Empty(loader.Problems);
        Assert.Equal(["loose", "one", "two"], catalogue.Names(ComponentKind.TimeSampler));
        Assert.Equal(0.25, TimeOf(catalogue, "two"));

        ComponentDescriptor one = catalogue.Find(ComponentKind.TimeSampler, "one")!;
        Assert.Equal(("One", "1.2.3.0", Path.Combine(In("one"), "One.dll")), (one.AssemblyName, one.Version, one.AssemblyPath));
        Assert.NotSame(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(one.ImplementationType.Assembly));
    }

    [Fact]
    public void What_is_no_plugin_is_passed_over_and_what_is_broken_is_told()
    {
        EmittedPlugin.Write(_folder.FullName, "Sound", "sound");
        File.Copy(typeof(Assert).Assembly.Location, In("dependency.dll"));
        File.WriteAllText(In("broken.dll"), "not a DLL at all");
        File.WriteAllBytes(In("cut.dll"), File.ReadAllBytes(In("Sound.dll"))[..700]);
        File.WriteAllBytes(In("empty.dll"), []);
        EmittedPlugin.WriteForContracts(_folder.FullName, "Newer", new(99, 0, 0, 0));
        (PluginLoader loader, ComponentCatalogue catalogue) = Load();
        Assert.Equal(
            [
                $"{In("Newer.dll")}: cannot be loaded: it was built for Diffusion.Abstractions 99.0.0.0, this host has "
                    + $"{typeof(ComponentAttribute).Assembly.GetName().Version}",
                $"{In("broken.dll")}: cannot be loaded: it is not a .NET assembly",
                $"{In("cut.dll")}: cannot be loaded: it is not a .NET assembly",
                $"{In("empty.dll")}: cannot be loaded: it is not a .NET assembly",
            ],
            loader.Problems.Select(p => p.ToString()));
        Assert.Equal(["sound"], catalogue.Names(ComponentKind.TimeSampler));
    }

    [Fact]
    public void A_class_that_needs_a_missing_DLL_is_told_and_the_others_of_its_assembly_go_on()
    {
        string path = EmittedPlugin.WriteWithMissingDependency(_folder.FullName, "Partial", "sound", "orphan");
        (_, ComponentCatalogue catalogue) = Load();
        ComponentProblem problem = Assert.Single(catalogue.Problems);
        Assert.Equal(path, problem.Source);
        Assert.StartsWith(
            "some of its types cannot be loaded: Could not load file or assembly 'Absent, Version=4.0.0.0", problem.Message, StringComparison.Ordinal);
        Assert.Equal(["sound"], catalogue.Names(ComponentKind.TimeSampler));
    }

    [Fact]
    public void One_name_in_two_DLLs_is_told_with_both_and_the_folder_named_first_wins()
    {
        string loser = EmittedPlugin.Write(In("a"), "Late", "twice", "mine");
        EmittedPlugin.Write(In("b"), "Early", "twice");
        (_, ComponentCatalogue catalogue) = Load(In("b"), In("a"));
        ComponentProblem problem = Assert.Single(catalogue.Problems);
        Assert.Equal(
            $"{loser}: time sampler 'twice' is defined twice: Late.Sampler0 (Late 1.2.3.0) is ignored, Early.Sampler0 (Early 1.2.3.0) is used",
            problem.ToString());
        Assert.Equal("Early", catalogue.Find(ComponentKind.TimeSampler, "twice")!.AssemblyName);
        Assert.NotNull(catalogue.Find(ComponentKind.TimeSampler, "mine"));
    }

    [Fact]
    public void A_copy_of_a_plugin_is_loaded_once()
    {
        string path = EmittedPlugin.Write(In("a"), "Copied", "copied");
        Directory.CreateDirectory(In("b"));
        File.Copy(path, Path.Combine(In("b"), "Copied.dll"));
        (PluginLoader loader, ComponentCatalogue catalogue) = Load(In("a"), In("b"), _folder.FullName);
        Assert.Single(loader.Plugins);
        Assert.Empty(loader.Problems);
        Assert.Empty(catalogue.Problems);
    }

    [Fact]
    public void A_folder_without_plugins_is_told()
    {
        Assert.Equal(
            [$"{_folder.FullName}: contains no plugin: no DLL in it or in its subfolders uses Diffusion.Abstractions"],
            Load().Loader.Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void Plugins_are_found_beside_a_published_host_and_above_a_built_one()
    {
        string configuration = PluginFolders.Own(AppContext.BaseDirectory) is { } own ? Path.GetFileName(own) : "";
        Assert.Null(PluginFolders.Own(In("artifacts/bin/Host/x")));
        DirectoryInfo built = Directory.CreateDirectory(In($"artifacts/plugins/{configuration}"));
        Assert.Equal(built.FullName, PluginFolders.Own(In("artifacts/bin/Host/x")));
        Directory.CreateDirectory(In("artifacts/bin/Host/x/plugins"));
        Assert.Equal(In("artifacts/bin/Host/x/plugins"), PluginFolders.Own(In("artifacts/bin/Host/x")));
    }
}
