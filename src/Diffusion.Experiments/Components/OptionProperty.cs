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
    private readonly Lazy<object> _defaults;

    internal OptionProperty(PropertyInfo property, OptionType type, Lazy<object> defaults)
    {
        _property = property;
        _defaults = defaults;
        Type = type;
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        IsRequired = property.IsDefined(typeof(RequiredMemberAttribute));
        File = property.GetCustomAttribute<FilePathAttribute>();
        IsNullable = property.PropertyType.IsValueType
            ? Nullable.GetUnderlyingType(property.PropertyType) is not null
            : new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        IsInherited = property.IsDefined(typeof(InheritedAttribute));
        Omission = property.GetCustomAttribute<OmittedAtDefaultAttribute>();
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

    /// <summary>Whether it has the value of the manifest's own setting of the same name where it is not stated.</summary>
    public bool IsInherited { get; }

    /// <summary>Whether keys leave it out while it has its default.</summary>
    public bool IsOmittedAtDefault => Omission is not null;

    /// <summary>The infinity that is its default, and that may then be stated as well; null where the default is finite.</summary>
    public double? Infinity => Type.Kind == OptionValueKind.Number
        && Get(_defaults.Value) is { } value
        && Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number
        && double.IsInfinity(number) ? number : null;

    /// <summary>Whether it names an existing file, relative to the manifest.</summary>
    public bool IsFilePath => File is not null;

    /// <summary>What the file is that it names, for messages; null where it names none.</summary>
    public FilePathAttribute? File { get; }

    /// <summary>What it means.</summary>
    public string Description { get; }

    /// <summary>Its bounds and other rules.</summary>
    public IReadOnlyList<ValidationAttribute> Rules { get; }

    /// <summary>The bounds in words ("between 0 and 1", "at least 1"); "" when there are none.</summary>
    public string Range => Rules.OfType<RangeAttribute>().FirstOrDefault() is { } range ? NumberRange.FromAttribute(range).ToString() : "";

    /// <summary>Its value in <paramref name="options"/>.</summary>
    public object? Get(object options) => _property.GetValue(options);

    private OmittedAtDefaultAttribute? Omission { get; }

    /// <summary>Whether it has its default and need not be stated.</summary>
    internal bool IsUnstated(object options) => IsOmittedAtDefault && Type.Format(Get(options)) == Type.Format(Get(_defaults.Value));

    /// <summary>Whether keys leave it out, because it has a value that means what was done before there was the option.</summary>
    internal bool IsOmitted(object options) => IsUnstated(options) || (Omission?.Also is { } also && also.Equals(Get(options)));

    internal T? Find<T>()
        where T : Attribute => _property.GetCustomAttribute<T>();

    internal void Set(object options, object? value) =>
        _property.SetValue(options, value, BindingFlags.DoNotWrapExceptions, binder: null, index: null, CultureInfo.InvariantCulture);
}
