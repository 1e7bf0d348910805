using System.Text.Json;
using Diffusion.Certification;
using Diffusion.Certification.Certifiers;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;

namespace Diffusion.Host.Certification;

/// <summary>What is measured of which component: one item a component and variant.</summary>
/// <param name="catalogue">The components.</param>
/// <param name="factory">Builds them.</param>
/// <param name="thorough">Whether to measure everything rather than what takes seconds.</param>
internal sealed class CertificationPlan(ComponentCatalogue catalogue, ComponentFactory factory, bool thorough)
{
    private const string ExactModel = "exact-mixture";

    /// <summary>The kinds whose components claim something measurable.</summary>
    public static IReadOnlyList<ComponentKind> Kinds { get; } =
        [
            ComponentKind.Schedule, ComponentKind.Grid, ComponentKind.ScoreModel, ComponentKind.Loss, ComponentKind.Weighting, ComponentKind.TimeSampler,
            ComponentKind.Solver, ComponentKind.Metric, ComponentKind.Data, ComponentKind.Study,
        ];

    private readonly Lazy<IReadOnlyList<NoiseSchedule>> _schedules = new(() =>
        [.. catalogue.All.Where(c => c.Kind == ComponentKind.Schedule && HasDefaults(c))
            .Select(c => Buildable(catalogue, factory, c))
            .OfType<NoiseSchedule>()]);

    /// <summary>The measurements of what components build on.</summary>
    public IEnumerable<CertificationItem> EngineItems()
    {
        foreach ((string name, Func<IEnumerable<Certificate>> measure) in EngineCertifier.Parts)
            yield return new(new(name, EngineCertifier.Kind), measure);
        if (catalogue.Find(ComponentKind.ScoreModel, ExactModel) is { } exact)
            yield return new(
                new("likelihood", EngineCertifier.Kind),
                () => LikelihoodCertifier.Certify(data => factory.Create<IScoreModel>(Choose(catalogue, exact, []), data.Description, data)));
    }

    /// <summary>The measurements of a component, those of its defaults first. Empty for kinds that claim nothing measurable.</summary>
    public IEnumerable<CertificationItem> Items(ComponentDescriptor component)
    {
        if (component.Kind == ComponentKind.Schedule && ScheduleReference.All.Any(reference => reference.Schedule == component.Name))
            return ScheduleReference.All.Where(reference => reference.Schedule == component.Name).Select(reference => AgainstReference(component, reference));

        return (HasDefaults(component) ? component.Variants.Prepend([]) : component.Variants)
            .Select(variant => (Subject: Subject(component, variant), Variant: variant))
            .Select(item => (item.Subject, Measure: Measurement(item.Subject, component, item.Variant)))
            .Where(item => item.Measure is not null)
            .Select(item => new CertificationItem(item.Subject, item.Measure!));
    }

    private static bool HasDefaults(ComponentDescriptor component) => component.Options?.Properties.All(option => !option.IsRequired) ?? true;

    // One that cannot be made is told with its own measurements; what is measured over all schedules goes on with the others.
    private static NoiseSchedule? Buildable(ComponentCatalogue catalogue, ComponentFactory factory, ComponentDescriptor component)
    {
        try
        {
            return factory.Create<NoiseSchedule>(Choose(catalogue, component, []));
        }
        catch (Exception e) when (e is ComponentException or ArgumentException or InvalidDataException)
        {
            return null;
        }
    }

    private static CertificationSubject Subject(ComponentDescriptor component, IEnumerable<string> variant) =>
        new(string.Join(' ', variant.Prepend(component.Name)), component.Kind.Id());

    private static ComponentChoice Choose(ComponentCatalogue catalogue, ComponentDescriptor component, IEnumerable<string> variant) =>
        catalogue.Bind(
            component.Kind,
            component.Name,
            variant.Select(option => option.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1], StringComparer.Ordinal),
            $"variant of {component.Title}");

    private CertificationItem AgainstReference(ComponentDescriptor component, ScheduleReference reference)
    {
        string[] stated = [.. reference.Options.EnumerateObject().Select(option => $"{option.Name}={Text(option.Value)}")];
        CertificationSubject subject = Subject(component, stated);
        return new(subject, () =>
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("diffusion-certify");
            try
            {
                foreach ((string name, string content) in reference.Files)
                    File.WriteAllText(Path.Combine(folder.FullName, name), content);
                IEnumerable<string> options = reference.Options.EnumerateObject().Select(option => reference.Files.ContainsKey(Text(option.Value))
                    ? $"{option.Name}={Path.Combine(folder.FullName, Text(option.Value))}"
                    : $"{option.Name}={Text(option.Value)}");
                return [.. ScheduleCertifier.Certify(subject, factory.Create<NoiseSchedule>(Choose(catalogue, component, options)), reference)];
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private Func<IEnumerable<Certificate>>? Measurement(CertificationSubject subject, ComponentDescriptor component, IReadOnlyList<string> variant)
    {
        return component.Kind switch
        {
            ComponentKind.Solver => () => SolverCertifier.Certify(subject, Build<ISolver>(), thorough),
            ComponentKind.Grid => () => GridCertifier.Certify(subject, Build<ITimeGrid>(), _schedules.Value, thorough),
            ComponentKind.Schedule => () => ScheduleCertifier.Certify(subject, Build<NoiseSchedule>(), reference: null),
            ComponentKind.Loss => () => LossCertifier.Certify(subject, data => Build<ILoss>(data.Description, data)),
            ComponentKind.Weighting => () => WeightingCertifier.Certify(subject, Build<ILossWeighting>(), _schedules.Value),
            ComponentKind.TimeSampler => () => TimeSamplerCertifier.Certify(subject, Build<ITimeSampler>(), _schedules.Value),
            ComponentKind.ScoreModel => () => ScoreModelCertifier.Certify(subject, data => Build<IScoreModel>(data.Description, data)),
            ComponentKind.Metric => () => MetricCertifier.Certify(subject, data => Build<IMetric>(data)),
            ComponentKind.Study when CanBeBuilt() => () => StudyCertifier.Certify(subject, component.NeededParts, () => Build<IStudy>()),
            // Without a preset or a file there are no data; a source that has defaults all the same is measured on them.
            ComponentKind.Data when CanBeBuilt() => () => DataCertifier.Certify(subject, () => Build<IDataSource>()),
            _ => null,
        };

        bool CanBeBuilt()
        {
            try
            {
                Choose(catalogue, component, variant);
                return true;
            }
            catch (ManifestException)
            {
                return false;
            }
        }

        T Build<T>(params object[] extras)
            where T : class => factory.Create<T>(Choose(catalogue, component, variant), extras);
    }
}
