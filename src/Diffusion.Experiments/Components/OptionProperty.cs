using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Diffusion.Experiments.Components;

/// <summary>One option of a component.</summary>
public sealed class OptionProperty
{
    private readonly PropertyInfo _property;

    internal OptionProperty(PropertyInfo property, OptionType type)
    {
        _property = property;
        Type = type;
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        IsRequired = property.IsDefined(typeof(RequiredMemberAttribute));
        FileKind = property.GetCustomAttribute<FilePathAttribute>()?.Kind;
        IsNullable = property.PropertyType.IsValueType
            ? Nullable.GetUnderlyingType(property.PropertyType) is not null
            : new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        Rules = [.. property.GetCustomAttributes<ValidationAttribute>()];
    }

    /// <summary>Its key in a manifest.</summary>
    public string Name { get; }

    /// <summary>Name of the property that holds it.</summary>
    public string PropertyName => _property.Name;

    /// <summary>What it holds.</summary>
    public OptionType Type { get; }

    /// <summary>Whether it must be stated.</summary>
    public bool IsRequired { get; }

    /// <summary>Whether null may be stated.</summary>
    public bool IsNullable { get; }

    /// <summary>Whether it names an existing file, relative to the manifest.</summary>
    public bool IsFilePath => FileKind is not null;

    /// <summary>What the file is that it names, for messages; null where it names none.</summary>
    public string? FileKind { get; }

    /// <summary>What it means.</summary>
    public string Description { get; }

    /// <summary>Its bounds and other rules.</summary>
    public IReadOnlyList<ValidationAttribute> Rules { get; }

    /// <summary>The bounds in words ("between 0 and 1", "at least 1"); "" when there are none.</summary>
    public string Range => Rules.OfType<RangeAttribute>().FirstOrDefault() is { } range ? NumberRange.Of(range).ToString() : "";

    /// <summary>Its value in <paramref name="options"/>.</summary>
    public object? Get(object options) => _property.GetValue(options);

    internal void Set(object options, object? value) =>
        _property.SetValue(options, value, BindingFlags.DoNotWrapExceptions, binder: null, index: null, CultureInfo.InvariantCulture);
}
