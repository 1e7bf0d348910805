using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Diffusion.Tests.Host;

/// <summary>Plugin DLLs made on the spot, so that loading is tested on files that no build has blessed.</summary>
internal static class EmittedPlugin
{
    /// <summary>Writes a DLL whose classes are time samplers of these names.</summary>
    /// <param name="folder">Where; made when missing.</param>
    /// <param name="assembly">Its simple name.</param>
    /// <param name="components">Names of the components; classes are called Sampler0, Sampler1, ….</param>
    public static string Write(string folder, string assembly, params string[] components)
    {
        PersistedAssemblyBuilder builder = new(new(assembly) { Version = new(1, 2, 3, 0) }, typeof(object).Assembly);
        ModuleBuilder module = builder.DefineDynamicModule(assembly);
        foreach ((int index, string component) in components.Index())
            Sampler(module.DefineType($"{assembly}.Sampler{index}", TypeAttributes.Public | TypeAttributes.Sealed), component);
        return Save(builder, folder, assembly);
    }

    /// <summary>Writes a DLL with one sound time sampler and one whose base class is in a DLL that is not there.</summary>
    public static string WriteWithMissingDependency(string folder, string assembly, string sound, string missing)
    {
        TypeBuilder absent = new PersistedAssemblyBuilder(new("Absent") { Version = new(4, 0, 0, 0) }, typeof(object).Assembly)
            .DefineDynamicModule("Absent").DefineType("Absent.Base", TypeAttributes.Public);
        absent.DefineDefaultConstructor(MethodAttributes.Public);
        absent.CreateType();

        PersistedAssemblyBuilder builder = new(new(assembly) { Version = new(1, 2, 3, 0) }, typeof(object).Assembly);
        ModuleBuilder module = builder.DefineDynamicModule(assembly);
        Sampler(module.DefineType($"{assembly}.Sound", TypeAttributes.Public), sound);
        Sampler(module.DefineType($"{assembly}.Orphan", TypeAttributes.Public, absent), missing);
        return Save(builder, folder, assembly);
    }

    /// <summary>Writes a DLL without classes that was built against another version of the contracts.</summary>
    public static string WriteForContracts(string folder, string assembly, Version contracts)
    {
        MetadataBuilder metadata = new();
        metadata.AddModule(0, metadata.GetOrAddString(assembly), metadata.GetOrAddGuid(Guid.NewGuid()), default, default);
        metadata.AddAssembly(metadata.GetOrAddString(assembly), new(1, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        metadata.AddAssemblyReference(metadata.GetOrAddString("Diffusion.Abstractions"), contracts, default, default, default, default);
        metadata.AddTypeDefinition(
            default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        BlobBuilder image = new();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new(metadata), new()).Serialize(image);
        string path = PathOf(folder, assembly);
        File.WriteAllBytes(path, image.ToArray());
        return path;
    }

    private static void Sampler(TypeBuilder type, string component)
    {
        ConstructorInfo attribute = typeof(ComponentAttribute).GetConstructors().Single();
        type.SetCustomAttribute(new CustomAttributeBuilder(attribute, [ComponentKind.TimeSampler, component, "The quantile itself"]));
        type.AddInterfaceImplementation(typeof(ITimeSampler));
        type.DefineDefaultConstructor(MethodAttributes.Public);
        MethodBuilder time = type.DefineMethod(
            nameof(ITimeSampler.Time), MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final, typeof(double),
            [typeof(double), typeof(NoiseSchedule)]);
        ILGenerator body = time.GetILGenerator();
        body.Emit(OpCodes.Ldarg_1);
        body.Emit(OpCodes.Ret);
        type.CreateType();
    }

    private static string Save(PersistedAssemblyBuilder builder, string folder, string assembly)
    {
        string path = PathOf(folder, assembly);
        builder.Save(path);
        return path;
    }

    private static string PathOf(string folder, string assembly)
    {
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{assembly}.dll");
    }
}
