using Diffusion.Experiments.Components;
using Microsoft.Extensions.Logging;

namespace Diffusion.Experiments.Running;

/// <summary>What running a plan takes.</summary>
/// <param name="Factory">Builds components.</param>
/// <param name="Launcher">Has tasks carried out.</param>
/// <param name="Tracker">Is told of what has ended.</param>
/// <param name="Observer">Sees the run as it happens.</param>
/// <param name="Clock">Says what time it is.</param>
/// <param name="Loggers">Take what failed.</param>
/// <param name="Reporter">Makes a report of the run when it ends; null for none.</param>
public sealed record RunServices(
    ComponentFactory Factory, ILauncher Launcher, ITracker Tracker, IRunObserver Observer, TimeProvider Clock, ILoggerFactory Loggers,
    IRunReporter? Reporter = null);
