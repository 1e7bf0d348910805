using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Diffusion.Experiments.Components;

/// <summary>The type of an option, as a manifest states it and as its property holds it.</summary>
public sealed class OptionType
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private OptionType(OptionValueKind kind, Type clrType)
    {
        Kind = kind;
        ClrType = clrType;
    }

    /// <summary>What a manifest writes.</summary>
    public OptionValueKind Kind { get; }

    /// <summary>The property's type without <see cref="Nullable{T}"/>; of a list, an array type that the property takes.</summary>
    public Type ClrType { get; }

    /// <summary>Type of a list's elements.</summary>
    public OptionType? Element { get; private init; }

    /// <summary>The options of a group.</summary>
    public OptionsShape? Shape => Kind == OptionValueKind.Group ? OptionsShape.ForType(ClrType) : null;

    /// <summary>A choice's texts and the enum values that they stand for.</summary>
    public IReadOnlyDictionary<string, object> Choices { get; private init; } = new Dictionary<string, object>();

    /// <summary>The type in words.</summary>
    public override string ToString() => Kind switch
    {
        OptionValueKind.Number => "number",
        OptionValueKind.WholeNumber => "whole number",
        OptionValueKind.Boolean => "true or false",
        OptionValueKind.Text => "text",
        OptionValueKind.Choice => string.Join(" | ", Choices.Keys),
        OptionValueKind.Budget => $"whole number | {{ \"{Budget.AtMost}\": whole number }}",
        OptionValueKind.Time => $"number | {{ \"{ProcessTime.NoiseKey}\": number }}",
        OptionValueKind.Repeats => $"whole number | {{ \"{RepeatCounts.SamplingKey}\": whole number, \"{RepeatCounts.TrainingKey}\": whole number }} | "
            + $"{{ \"{RepeatCounts.UntilKey}\": \"{RepeatCounts.Decided}\", \"{RepeatCounts.AtMostKey}\": whole number }}",
        OptionValueKind.Conditions => "{ path: value or values }",
        OptionValueKind.Side => $"{{ path: value or values }} | \"{ComparedSide.ExactSamplerName}\"",
        OptionValueKind.Group => $"{{ {string.Join(", ", Shape!.Properties.Select(property => $"\"{property.Name}\": {property.Type}"))} }}",
        _ => $"list of {Element}",
    };

    /// <summary>A value as JSON text, equal for equal values: numbers in their shortest form, infinities and NaN as strings.</summary>
    public string Format(object? value) => (Kind, value) switch
    {
        (_, null) => "null",
        (OptionValueKind.Number, double number) => Number(number, NumberText.Format(number)),
        (OptionValueKind.Number, float number) => Number(number, number.ToString("R", CultureInfo.InvariantCulture)),
        (OptionValueKind.WholeNumber, IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture),
        (OptionValueKind.Budget, Budget budget) =>
            FormattableString.Invariant(budget.IsLimit ? (FormattableString)$"{{\"{Budget.AtMost}\":{budget.Amount}}}" : $"{budget.Amount}"),
        (OptionValueKind.Repeats, RepeatCounts { UntilDecided: true } repeats) => FormattableString.Invariant(
            $"{{\"{RepeatCounts.UntilKey}\":\"{RepeatCounts.Decided}\",\"{RepeatCounts.AtMostKey}\":{repeats.Sampling}}}"),
        (OptionValueKind.Repeats, RepeatCounts repeats) => FormattableString.Invariant(repeats.Training == 1
            ? (FormattableString)$"{repeats.Sampling}"
            : $"{{\"{RepeatCounts.SamplingKey}\":{repeats.Sampling},\"{RepeatCounts.TrainingKey}\":{repeats.Training}}}"),
        (OptionValueKind.Time, ProcessTime time) => time.IsNoise
            ? $"{{\"{ProcessTime.NoiseKey}\":{NumberText.Format(time.Value)}}}"
            : NumberText.Format(time.Value),
        (OptionValueKind.Boolean, bool flag) => flag ? "true" : "false",
        (OptionValueKind.Text, string text) => Quote(text),
        (OptionValueKind.Choice, _) => Quote(Choices.FirstOrDefault(c => c.Value.Equals(value)).Key ?? value.ToString()!),
        (OptionValueKind.Conditions, CellConditions conditions) => Format(conditions),
        (OptionValueKind.Side, ComparedSide side) => side.Conditions is { } conditions ? Format(conditions) : Quote(ComparedSide.ExactSamplerName),
        (OptionValueKind.Group, _) =>
            $"{{{string.Join(',', Shape!.Properties.Select(property => $"{Quote(property.Name)}:{property.Type.Format(property.Get(value))}"))}}}",
        (OptionValueKind.List, IEnumerable items) => $"[{string.Join(',', items.Cast<object?>().Select(Element!.Format))}]",
        _ => throw new ArgumentException($"{value} is not a {this}.", nameof(value)),
    };

    /// <summary>The option type of a CLR type; null when a manifest cannot state such a value.</summary>
    internal static OptionType? FromClrType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(double) || type == typeof(float))
            return new(OptionValueKind.Number, type);
        if (type == typeof(int) || type == typeof(long))
            return new(OptionValueKind.WholeNumber, type);
        if (type == typeof(bool))
            return new(OptionValueKind.Boolean, type);
        if (type == typeof(string))
            return new(OptionValueKind.Text, type);
        if (type == typeof(Budget))
            return new(OptionValueKind.Budget, type);
        if (type == typeof(ProcessTime))
            return new(OptionValueKind.Time, type);
        if (type == typeof(RepeatCounts))
            return new(OptionValueKind.Repeats, type);
        if (type == typeof(CellConditions))
            return new(OptionValueKind.Conditions, type);
        if (type == typeof(ComparedSide))
            return new(OptionValueKind.Side, type);
        if (type.IsDefined(typeof(OptionGroupAttribute), inherit: false))
            return new(OptionValueKind.Group, type);
        if (type.IsEnum)
            return new(OptionValueKind.Choice, type) { Choices = ChoicesOf(type) };
        if (ElementOf(type) is { } elementType && FromClrType(elementType) is { } element)
            return new(OptionValueKind.List, element.ClrType.MakeArrayType()) { Element = element };
        return null;
    }

    private static string Format(CellConditions conditions) => $"{{{string.Join(',', conditions.All.Select(
        condition => $"{Quote(condition.Path)}:[{string.Join(',', condition.Values.Select(Quote))}]"))}}}";

    private static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);

    private static string Number(double value, string text) => value == 0 ? "0" : double.IsFinite(value) ? text : Quote(text);

    private static Type? ElementOf(Type type)
    {
        if (type.IsSZArray)
            return type.GetElementType();
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
    }

    private static Dictionary<string, object> ChoicesOf(Type enumType)
    {
        Dictionary<string, object> choices = new(StringComparer.Ordinal);
        foreach (FieldInfo field in enumType.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            string text = field.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? JsonNamingPolicy.KebabCaseLower.ConvertName(field.Name);
            choices[text] = field.GetValue(null)!;
        }

        return choices;
    }
}
