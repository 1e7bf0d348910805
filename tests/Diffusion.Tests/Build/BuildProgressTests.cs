using Diffusion.Build;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Diffusion.Tests.Build;

/// <summary>What a user sees of a build while it runs.</summary>
public sealed class BuildProgressTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StringWriter _output = new();

    [Fact]
    public void In_a_pipe_each_step_is_a_line()
    {
        BuildProgress progress = new(_output, 2, terminal: false, _clock);
        progress.Take("  Determining projects to restore...");
        progress.Take("  Restored /clone/src/A/A.csproj (in 3 sec).");
        progress.Take("  Diffusion.Core -> /clone/artifacts/bin/Diffusion.Core/release/Diffusion.Core.dll");
        progress.Take("  Diffusion.Core -> /clone/artifacts/bin/Diffusion.Core/release/Diffusion.Core.dll");
        progress.Take("  Diffusion.Host -> /clone/artifacts/bin/Diffusion.Host/release/Diffusion.Host.dll");
        progress.End();
        Assert.Equal(
            [
                "Restoring packages (the first time they are downloaded) ...",
                "Building: 1 of 2 projects (Diffusion.Core)",
                "Building: 2 of 2 projects (Diffusion.Host)",
            ],
            _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_long_restore_shows_that_it_goes_on()
    {
        BuildProgress progress = new(_output, 2, terminal: false, _clock);
        progress.Take("  Determining projects to restore...");
        _clock.Advance(TimeSpan.FromSeconds(9));
        progress.Tick();
        _clock.Advance(TimeSpan.FromSeconds(3));
        progress.Tick();
        progress.Tick();
        Assert.EndsWith($"...{Environment.NewLine}Restoring packages ... 12 s{Environment.NewLine}", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_one_line_is_written_over_and_gone_at_the_end()
    {
        BuildProgress progress = new(_output, 1, terminal: true, _clock);
        progress.Take("  Determining projects to restore...");
        progress.Take("  A -> /a.dll");
        progress.End();
        Assert.DoesNotContain('\n', _output.ToString());
        Assert.EndsWith(
            $"\r{new string(' ', "Restoring packages (the first time they are downloaded) ...".Length)}\r", _output.ToString(), StringComparison.Ordinal);
    }
}
