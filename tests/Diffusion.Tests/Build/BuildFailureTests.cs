using Diffusion.Build;
using Xunit;

namespace Diffusion.Tests.Build;

/// <summary>What a user reads when a build fails: the cause and the remedy for what lies in the machine, the errors for what lies in the sources.</summary>
public sealed class BuildFailureTests
{
    private static string Explain(params string[] lines) => BuildFailure.Explain(lines, "/clone");

    [Theory]
    [InlineData("/clone/src/A/A.csproj : error NU1301: Unable to load the service index for source https://packages.example/v3/index.json.")]
    [InlineData("  Retrying 'FindPackagesByIdAsync' for source 'https://packages.example/v3/x/index.json'. Name or service not known (packages.example:443)")]
    public void No_network_is_one_line_that_names_the_source(string line)
    {
        string text = Explain("  Determining projects to restore...", line, "    0 Warning(s)");
        Assert.DoesNotContain('\n', text);
        Assert.StartsWith("packages cannot be downloaded from https://packages.example.", text, StringComparison.Ordinal);
        Assert.Contains("run the command again; it continues from here", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_one_line_even_when_restoring_also_complains() =>
        Assert.StartsWith(
            "the disk is full.",
            Explain(
                "error NU1301: x",
                "/usr/share/dotnet/sdk/10.0.401/NuGet.targets(180,5): error : No space left on device : '/root/.nuget/packages/libtorch/x' [/clone/a.csproj]"),
            StringComparison.Ordinal);

    [Fact]
    public void A_damaged_package_is_named()
    {
        string text = Explain(
            "CSC : error CS0006: Metadata file '/home/me/.nuget/packages/serilog/4.4.0/lib/net9.0/Serilog.dll' could not be found [/clone/src/H/H.csproj]");
        Assert.Equal("the package cache is damaged. Delete /home/me/.nuget/packages/serilog and run the command again, which downloads it anew.", text);
    }

    [Fact]
    public void A_platform_without_libtorch_is_told_what_is_supported()
    {
        string text = Explain("/clone/src/Diffusion.Natives/Diffusion.Natives.csproj(24,5): error : There is no libtorch package for linux-musl-x64 with "
            + "TorchDevice=cpu. Supported: cpu on linux-x64 [/clone/src/Diffusion.Natives/Diffusion.Natives.csproj]");
        Assert.StartsWith("There is no libtorch package for linux-musl-x64 with TorchDevice=cpu. Supported:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("csproj", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_SDK_is_one_line() =>
        Assert.StartsWith(
            "this project needs the .NET SDK 10", Explain("A compatible .NET SDK was not found.", "Requested SDK version: 10.0.100"), StringComparison.Ordinal);

    [Fact]
    public void Errors_in_the_sources_are_listed_once_each_without_the_project()
    {
        const string error = "/clone/src/A/B.cs(3,5): error CS1002: ; expected";
        Assert.Equal(error, Explain($"{error} [/clone/src/A/A.csproj]", $"{error} [/clone/src/A/A.csproj]", "Build FAILED."));
    }

    [Fact]
    public void Without_any_error_line_the_end_of_the_output_is_shown() =>
        Assert.Equal("one\ntwo", Explain("one", "two"));
}
