using Diffusion.Certification;
using Diffusion.Certification.Certifiers;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;

namespace Diffusion.Host.Certification;

/// <summary>What is measured of which component: one item a component and variant.</summary>
/// <param name="catalogue">The components.</param>
/// <param name="factory">Builds them.</param>
/// <param name="thorough">Whether to measure everything rather than what takes seconds.</param>
internal sealed class CertificationPlan(ComponentCatalogue catalogue, ComponentFactory factory, bool thorough)
{
    private readonly Lazy<IReadOnlyList<NoiseSchedule>> _schedules = new(() =>
        [.. catalogue.All.Where(c => c.Kind == ComponentKind.Schedule && HasDefaults(c)).Select(c => factory.Create<NoiseSchedule>(Choose(catalogue, c, [])))]);

    /// <summary>The measurements of a component, those of its defaults first. Empty for kinds that claim nothing measurable.</summary>
    public IEnumerable<CertificationItem> Items(ComponentDescriptor component)
    {
        foreach (IReadOnlyList<string> variant in HasDefaults(component) ? component.Variants.Prepend([]) : component.Variants)
        {
            var subject = new CertificationSubject(string.Join(' ', variant.Prepend(component.Name)), component.Kind.Id());
            if (Measurement(subject, component, variant) is { } measure)
                yield return new(subject, measure);
        }
    }

    private static bool HasDefaults(ComponentDescriptor component) => component.Options?.Properties.All(option => !option.IsRequired) ?? true;

    private static ComponentChoice Choose(ComponentCatalogue catalogue, ComponentDescriptor component, IReadOnlyList<string> variant) =>
        catalogue.Bind(
            component.Kind,
            component.Name,
            variant.Select(option => option.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1], StringComparer.Ordinal),
            $"variant of {component.Title}");

    private Func<IEnumerable<Certificate>>? Measurement(CertificationSubject subject, ComponentDescriptor component, IReadOnlyList<string> variant)
    {
        return component.Kind switch
        {
            ComponentKind.Solver => () => SolverCertifier.Certify(subject, Build<ISolver>(), thorough),
            ComponentKind.Grid => () => GridCertifier.Certify(subject, Build<ITimeGrid>(), _schedules.Value, thorough),
            ComponentKind.ScoreModel => () => ScoreModelCertifier.Certify(subject, data => Build<IScoreModel>(data)),
            _ => null,
        };

        T Build<T>(params object[] extras)
            where T : class => factory.Create<T>(Choose(catalogue, component, variant), extras);
    }
}
