using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Diffusion.Tests.Torch;

/// <summary>Writes types and members the way torchsharp-public-api.txt does.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>Kind and name, e.g. <c>sealed class TorchSharp.Modules.SiLU</c>.</summary>
    public static string Header(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        return $"{kind} {Name(type)}";
    }

    /// <summary>The public and protected members the type itself declares.</summary>
    public static IEnumerable<ApiMember> Members(Type type)
    {
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(c => !c.IsStatic && Visible(c)))
            yield return new ApiMember(Access(constructor), false, $"new({Parameters(constructor)})");
        foreach (MethodInfo method in type.GetMethods(Declared).Where(m => Visible(m) && !Accessor(m)))
        {
            string generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
            string text = $"{Static(method.IsStatic)}{Name(method.ReturnType)} {method.Name}{generics}({Parameters(method)})";
            bool overrides = method.GetBaseDefinition() != method;
            yield return new ApiMember(Access(method), method.IsVirtual && !method.IsFinal, text, overrides);
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo[] accessors = [.. new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(Visible)];
            if (accessors.Length == 0)
                continue;
            string name = property.GetIndexParameters() is { Length: > 0 } indices
                ? $"this[{string.Join(", ", indices.Select(Parameter))}]"
                : property.Name;
            string text = $"{Static(accessors[0].IsStatic)}{Name(property.PropertyType)} {name}";
            bool overrides = accessors[0].GetBaseDefinition() != accessors[0];
            yield return new ApiMember(Access(accessors[0]), false, text, overrides)
            {
                Accessors = [.. accessors.Select(a => a.Name.StartsWith("get_", StringComparison.Ordinal) ? "get" : "set")],
            };
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
        {
            if (!type.IsEnum)
                yield return new ApiMember("", false, $"{Static(field.IsStatic)}{Name(field.FieldType)} {field.Name}");
        }
    }

    public static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsGenericParameter)
            return type.Name;
        Type[] arguments = type.GetGenericArguments();
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Name(inner) + "?";
        if (type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
            return $"({string.Join(", ", arguments.Select(Name))})";
        string bare = type.Name.Split('`')[0];
        if (arguments.Length > 0)
            bare += $"<{string.Join(", ", arguments.Select(Name))}>";
        if (type.DeclaringType is { } outer)
        {
            Type[] own = [.. arguments.Take(outer.GetGenericArguments().Length)];
            return $"{Name(own.Length > 0 ? outer.MakeGenericType(own) : outer)}.{bare}";
        }

        return type.Namespace is "TorchSharp.Modules" or "TorchSharp.Utils" ? $"{type.Namespace}.{bare}" : bare;
    }

    private static string Parameters(MethodBase method)
    {
        string list = string.Join(", ", method.GetParameters().Select(Parameter));
        return method.IsDefined(typeof(ExtensionAttribute)) ? "this " + list : list;
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string modifier = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        string value = parameter.HasDefaultValue ? " = " + Default(parameter) : "";
        return $"{modifier}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Default(ParameterInfo parameter)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return parameter.RawDefaultValue switch
        {
            null => "default",
            bool value => value ? "true" : "false",
            string value => $"\"{value}\"",
            object value when type.IsEnum => Enum.GetName(type, value)!,
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            object value => value.ToString()!,
        };
    }

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static bool Accessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
