using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Diffusion.Build;

/// <summary>Makes TorchSharp keep the objects alive whose native handles it passes on, until the native call has returned.</summary>
/// <remarks>
/// TorchSharp 0.107 hands <c>target.Handle</c> to native code and does not mention <c>target</c> afterwards. The garbage collector may then finalize it,
/// which frees the native object while the native code still reads it. It happens to the numbers of <c>x * 0.5</c>, for each of which an object with a
/// finalizer is made: under load a few operations in a million fail, or compute with another number. The remedy is the one that the documentation of
/// <c>GC.KeepAlive</c> prescribes: a call of it after the native call, for every argument that is an object. It costs nothing at run time.
/// </remarks>
internal static class NativeArguments
{
    /// <summary>Adds the calls to every method that calls native code.</summary>
    /// <param name="assembly">The bytes of TorchSharp.dll.</param>
    /// <returns>The bytes of the edited assembly: the same name, version and public types.</returns>
    /// <exception cref="BadImageFormatException">The bytes are no assembly.</exception>
    /// <exception cref="InvalidDataException">No method of it calls native code.</exception>
    public static byte[] KeepAlive(byte[] assembly)
    {
        using MemoryStream input = new(assembly);
        using ModuleDefinition module = ModuleDefinition.ReadModule(input);
        MethodReference keepAlive = KeepAliveMethod(module);
        MethodDefinition[] callers = [.. module.GetTypes().SelectMany(type => type.Methods).Where(CallsNativeCode)];
        if (callers.Length == 0)
            throw new InvalidDataException("no method of this assembly calls native code");
        foreach (MethodDefinition method in callers)
            Edit(method, keepAlive);

        // The edit invalidates the signature. .NET does not verify it, and the assembly's name stays as it is.
        module.Attributes &= ~ModuleAttributes.StrongNameSigned;
        using MemoryStream output = new();
        module.Write(output);
        return output.ToArray();
    }

    private static bool CallsNativeCode(MethodDefinition method) =>
        method.HasBody && method.Body.Instructions.Any(instruction => instruction.Operand is MethodDefinition { IsPInvokeImpl: true });

    private static void Edit(MethodDefinition method, MethodReference keepAlive)
    {
        ParameterDefinition[] objects = [.. method.Parameters.Where(parameter => IsObject(parameter.ParameterType))];
        VariableDefinition[] locals = [.. method.Body.Variables.Where(local => method.Body.InitLocals && local.VariableType.FullName == "TorchSharp.Scalar")];
        List<Func<Instruction>> loads = [.. objects.Select(parameter => (Func<Instruction>)(() => Instruction.Create(OpCodes.Ldarg, parameter)))];
        loads.AddRange(locals.Select(local => (Func<Instruction>)(() => Instruction.Create(OpCodes.Ldloc, local))));
        if (method.HasThis && !method.DeclaringType.IsValueType)
            loads.Add(() => Instruction.Create(OpCodes.Ldarg, method.Body.ThisParameter));
        if (loads.Count == 0)
            return;

        method.Body.SimplifyMacros();
        ILProcessor processor = method.Body.GetILProcessor();
        foreach (Instruction end in method.Body.Instructions.Where(instruction => instruction.OpCode == OpCodes.Ret).ToArray())
        {
            // The return itself becomes the first of the new instructions, so that what jumped to it runs them, too.
            Instruction first = loads[0]();
            end.OpCode = first.OpCode;
            end.Operand = first.Operand;
            Instruction last = end;
            void Add(Instruction instruction)
            {
                processor.InsertAfter(last, instruction);
                last = instruction;
            }

            Add(Instruction.Create(OpCodes.Call, keepAlive));
            foreach (Func<Instruction> load in loads.Skip(1))
            {
                Add(load());
                Add(Instruction.Create(OpCodes.Call, keepAlive));
            }

            Add(Instruction.Create(OpCodes.Ret));
        }

        method.Body.OptimizeMacros();
    }

    private static bool IsObject(TypeReference type) =>
        !type.IsValueType && !type.IsByReference && !type.IsPointer && !type.IsGenericParameter && !type.IsFunctionPointer;

    private static MethodReference KeepAliveMethod(ModuleDefinition module)
    {
        AssemblyNameReference runtime = module.AssemblyReferences.FirstOrDefault(reference => reference.Name == "System.Runtime")
            ?? throw new InvalidDataException("this assembly does not use System.Runtime");
        MethodReference keepAlive = new("KeepAlive", module.TypeSystem.Void, new TypeReference("System", "GC", module, runtime));
        keepAlive.Parameters.Add(new ParameterDefinition(module.TypeSystem.Object));
        return keepAlive;
    }
}
