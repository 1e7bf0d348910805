using System.Reflection;
using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Claims;

/// <summary>A form of claims: what such a claim says and which keys it has.</summary>
public sealed class ClaimForm
{
    private ClaimForm(Type type)
    {
        ClaimFormAttribute attribute = type.GetCustomAttribute<ClaimFormAttribute>()!;
        Name = attribute.Name;
        Summary = attribute.Summary;
        Shape = OptionsShape.ForType(type);
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ClaimForm> All { get; } =
    [
        new(typeof(ValueClaim)), new(typeof(LessClaim)), new(typeof(OrderClaim)), new(typeof(MonotoneClaim)), new(typeof(BoundClaim)),
        new(typeof(EquivalentClaim)), new(typeof(IdenticalClaim)), new(typeof(RankAgreementClaim)),
    ];

    /// <summary>What <c>"claim"</c> says in a manifest.</summary>
    public string Name { get; }

    /// <summary>What such a claim says, for people.</summary>
    public string Summary { get; }

    /// <summary>Its keys.</summary>
    public OptionsShape Shape { get; }

    /// <summary>The form of a name; null where there is none.</summary>
    public static ClaimForm? Find(string name) => All.FirstOrDefault(form => form.Name == name);
}
