using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Claims;

/// <summary>A claim and where it is stated.</summary>
public sealed class StatedClaim
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal StatedClaim(ClaimForm form, Claim claim, ManifestNode node)
    {
        Form = form;
        Claim = claim;
        Node = node;
    }

    /// <summary>Its form.</summary>
    public ClaimForm Form { get; }

    /// <summary>What it says.</summary>
    public Claim Claim { get; }

    /// <summary>Where it stands in its manifest: "$.expect[0]".</summary>
    public string Path => Node.Origin.Path;

    /// <summary>The claim for people: "law-kl of dpmpp-2m &lt; ddim, where nfe 10|15|20".</summary>
    public string Text => Claim.Where.All.Count == 0 ? Claim.Statement : $"{Claim.Statement}, where {ClaimText.Show(Claim.Where)}";

    /// <summary>The claim as it is stated, as JSON.</summary>
    public string Json
    {
        get
        {
            using MemoryStream stream = new();
            using (Utf8JsonWriter writer = new(stream, Relaxed))
                Node.WriteTo(writer);
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }

    internal ManifestNode Node { get; }

    /// <summary>Where a part of it is stated; the claim itself where that part is not.</summary>
    internal ManifestOrigin OriginOf(string key) => (Node[key] ?? Node).Origin;

    /// <summary>"file:line:column  path", for messages.</summary>
    internal string Place => new ManifestProblem(Node.Origin.Source.Name, Node.Origin.Line, Node.Origin.Column, Node.Origin.Path, "").ToString().TrimEnd();
}
