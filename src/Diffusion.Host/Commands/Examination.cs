using System.Runtime.InteropServices;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Host.Diagnosis;
using Diffusion.Host.Engine;
using Diffusion.Host.Running;
using Diffusion.Host.Settings;
using Diffusion.Host.Views;
using Diffusion.Natives;
using TorchSharp;

namespace Diffusion.Host.Commands;

/// <summary>Looks at the machine and the settings as a run would meet them.</summary>
internal sealed class Examination
{
    private const long LittleDisk = 1_000_000_000;
    private const long LittleMemory = 2_000_000_000;

    // A server that needs longer to say anything would hold up a run as well.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly List<Fact> _facts = [];
    private readonly List<Finding> _findings = [];
    private readonly HostSession _session;

    private Examination(HostSession session) => _session = session;

    /// <summary>What was found.</summary>
    public IReadOnlyList<Fact> Facts => _facts;

    /// <summary>What is wrong or worth knowing, faults first.</summary>
    public IReadOnlyList<Finding> Findings => [.. _findings.OrderByDescending(finding => finding.Severity)];

    /// <summary>Whether an experiment can run.</summary>
    public bool IsUsable => _findings.All(finding => finding.Severity != Severity.Fault);

    /// <summary>Looks at everything.</summary>
    public static Examination Examine(HostSession session)
    {
        Examination examination = new(session);
        examination.Machine();
        examination.Torch();
        examination.Results();
        examination.Launcher();
        examination.Tracking();
        examination.Plugins();
        return examination;
    }

    private void Machine()
    {
        Add("dotnet", RuntimeInformation.FrameworkDescription);
        Add("processors", $"{Environment.ProcessorCount}");
        Add("memory", Engine.Machine.Memory);
        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is var memory and < LittleMemory)
            Remark($"{Amounts.Bytes(memory)} of memory: each worker takes about 0.4 GB before it computes anything; --workers 1 takes one.");
    }

    private void Torch()
    {
        try
        {
            TorchNatives.Load(_session.Settings.Threads ?? 1);
            foreach ((string name, string value) in TorchEngine.Facts())
                Add($"torch {name}", value);
            bool hasCuda = torch.cuda.is_available();
            foreach (string gpu in Engine.Machine.Gpus)
            {
                Add("gpu", gpu);
                if (!hasCuda)
                    Remark($"{gpu}: libtorch does not use it, since this build has the package for processors. A build with -p:TorchDevice=cuda uses it.");
            }
        }
        catch (TorchUnavailableException e)
        {
            Fault(e.Message);
        }
    }

    private void Results()
    {
        string folder = Path.GetFullPath(_session.Settings.ResultsFolder);
        try
        {
            Writable.Require(folder);
            long free = new DriveInfo(folder).AvailableFreeSpace;
            Add("results", $"{folder} ({Amounts.Bytes(free)} free)");
            if (free < LittleDisk)
                Remark($"{Amounts.Bytes(free)} are free in {folder}. "
                    + "'diffusion plan' says what a sweep takes, 'diffusion runs --sort size' what earlier ones take.");
        }
        catch (InputException e)
        {
            Add("results", folder);
            Fault(e.Message);
        }
        catch (IOException e)
        {
            Add("results", folder);
            Remark($"How much room is left in {folder} cannot be told: {e.Message}");
        }
    }

    private void Launcher()
    {
        Add("workers", _session.Settings.Workers is { } workers ? $"{workers}" : "one per processor");
        try
        {
            Add("launcher", ChosenComponents.Launcher(_session.Catalogue, _session.Settings).Name);
        }
        catch (InputException e)
        {
            Add("launcher", _session.Settings.Launcher.Use);
            Fault(e.Message);
        }
    }

    private void Tracking()
    {
        try
        {
            (ComponentChoice choice, string? address) = ChosenComponents.Tracker(_session.Catalogue, _session.Settings);
            Add("tracking", Secrets.Shown(address ?? choice.Name));
            if (Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
                Reach(uri);
        }
        catch (InputException e)
        {
            Add("tracking", Secrets.Shown(_session.Settings.Tracking.Uri ?? ""));
            Fault(e.Message);
        }
    }

    // Any answer will do: what the server says to a stranger is its own affair.
    private void Reach(Uri address)
    {
        using HttpClient client = new() { Timeout = Patience };
        string shown = Secrets.Shown(address.ToString());
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new UriBuilder(address) { UserName = "", Password = "" }.Uri);
            using HttpResponseMessage answer = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
            Add("tracking server", $"answers ({(int)answer.StatusCode})");
        }
        catch (HttpRequestException e)
        {
            NotReached(e.Message);
        }
        catch (TaskCanceledException)
        {
            NotReached($"no answer within {Patience.TotalSeconds:0} s");
        }

        // Runs are recorded in any case.
        void NotReached(string why)
        {
            Add("tracking server", "no answer");
            Remark($"{shown} does not answer: {why}. Runs are recorded all the same; 'diffusion track sync' sends them later.");
        }
    }

    private void Plugins()
    {
        foreach (string folder in _session.Folders)
            Add("plugins", folder);
        Add("components", string.Join(", ", _session.Catalogue.All.GroupBy(component => component.Kind).Select(kind => $"{kind.Key.Prose()} {kind.Count()}")));
        foreach (ComponentProblem problem in _session.Problems)
            _findings.Add(new(_session.Folders.Count == 0 ? Severity.Fault : Severity.Remark, problem.ToString()));
    }

    private void Add(string name, string value) => _facts.Add(new(name, value));

    private void Remark(string text) => _findings.Add(new(Severity.Remark, text));

    private void Fault(string text) => _findings.Add(new(Severity.Fault, text));
}
