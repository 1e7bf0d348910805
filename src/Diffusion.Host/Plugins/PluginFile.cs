using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Diffusion.Host.Plugins;

/// <summary>What a DLL says about itself, read without loading it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its simple name.</param>
/// <param name="ModuleId">The identity of this very build of it.</param>
/// <param name="Contracts">The version of the contracts that it was built against.</param>
internal sealed record PluginFile(string Path, string Name, Guid ModuleId, Version Contracts)
{
    /// <summary>Looks into a DLL.</summary>
    /// <returns>Null when it is native, or does not use the contracts and so holds no component.</returns>
    /// <exception cref="BadImageFormatException">It is not a DLL.</exception>
    public static PluginFile? Inspect(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using PEReader file = new(stream);
        if (!file.HasMetadata || file.GetMetadataReader() is not { IsAssembly: true } metadata)
            return null;

        string name = metadata.GetString(metadata.GetAssemblyDefinition().Name);
        Guid moduleId = metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
        foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences)
        {
            AssemblyReference reference = metadata.GetAssemblyReference(handle);
            if (metadata.StringComparer.Equals(reference.Name, HostAssemblies.Contracts.Name!))
                return new(path, name, moduleId, reference.Version);
        }

        return null;
    }
}
