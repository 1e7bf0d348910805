using Spectre.Console.Rendering;

namespace Diffusion.Host.Views;

/// <summary>A line written where a live display stood: what is left of the display is erased first.</summary>
/// <param name="line">The line.</param>
internal sealed class LineAbove(string line) : Renderable
{
    private const string EraseBelow = "\u001b[0J";

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        [Segment.Control(EraseBelow), .. ((IRenderable)new Spectre.Console.Text(line)).Render(options, maxWidth), Segment.LineBreak];
}
