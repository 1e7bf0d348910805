using System.Reflection;
using TorchSharp;

namespace Diffusion.Host.Engine;

/// <summary>Facts about the tensor library that is at work, whichever assembly implements TorchSharp's API.</summary>
internal static class TorchEngine
{
    /// <summary>Name → value: engine, version, devices, threads, and what the engine itself can tell.</summary>
    public static IReadOnlyDictionary<string, string> Facts()
    {
        var facts = new Dictionary<string, string>
        {
            ["threads"] = $"{torch.get_num_threads()}",
            ["devices"] = torch.cuda.is_available() ? $"cpu, {torch.cuda.device_count()} × cuda" : "cpu",
        };

        // Our own engine says more about itself; the package's assembly has no such type.
        MethodInfo? own = typeof(torch).Assembly.GetType("TorchSharp.LibtorchEngine")?.GetMethod("Facts", BindingFlags.Public | BindingFlags.Static);
        if (own?.Invoke(null, null) is IReadOnlyDictionary<string, string> more)
        {
            foreach ((string name, string value) in more)
                facts[name] = value;
        }
        else
        {
            facts["engine"] = "package (TorchSharp)";
        }

        return facts;
    }
}
