using Diffusion.Experiments.Components;
using Serilog.Core;
using Serilog.Events;

namespace Diffusion.Host.Logging;

/// <summary>Adds to what is logged while a component is at work which one it is: <c>"Component": "metric/energy-distance"</c>.</summary>
internal sealed class ComponentEnricher : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (ComponentActivity.Innermost is { } activity)
            logEvent.AddPropertyIfAbsent(propertyFactory.CreateProperty("Component", activity.Component));
    }
}
