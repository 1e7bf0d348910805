using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Manifests;

/// <summary>From nodes to options records, with every rule of theirs checked.</summary>
/// <param name="problems">Where everything goes that is wrong.</param>
/// <param name="isPartial">
/// Whether something else is still to be laid over what is bound, as sweep axes are over a manifest: then nothing is missing yet and rules
/// between options cannot be judged.
/// </param>
internal sealed class OptionsBinder(ManifestProblems problems, bool isPartial = false)
{
    private const string SweptPath = $"$.{ManifestKeys.Sweep}.";

    private static readonly OptionType Whole = OptionType.FromClrType(typeof(int))!;
    private static readonly OptionType Real = OptionType.FromClrType(typeof(double))!;
    private static readonly string[] Ranges = [ManifestKeys.Range, ManifestKeys.LogRange, ManifestKeys.Random];

    private readonly Dictionary<ManifestNode, string> _files = [];

    /// <summary>The nodes that were bound as paths of files, with the full path of each.</summary>
    public IReadOnlyDictionary<ManifestNode, string> Files => _files;

    /// <summary>Says that a key is missing, unless it may yet come.</summary>
    public void Missing(ManifestNode node, string message)
    {
        if (!isPartial)
            problems.Add(node.Origin, message);
    }

    /// <summary>Binds an object's members to an options record.</summary>
    /// <param name="node">The object.</param>
    /// <param name="shape">The record's shape.</param>
    /// <param name="owner">Whose options they are, as in "unknown key 'x' in …"; "" for the manifest itself.</param>
    /// <param name="otherKeys">Keys that belong there and are read elsewhere.</param>
    /// <returns>Null when something is wrong, with problems added, or when the binding is partial.</returns>
    public object? Bind(ManifestNode node, OptionsShape shape, string owner, params IReadOnlyCollection<string> otherKeys) =>
        Bind(node, shape, owner, _ => [], otherKeys);

    /// <inheritdoc cref="Bind(ManifestNode, OptionsShape, string, IReadOnlyCollection{string})"/>
    /// <param name="owners">Key → the names of the components that could stand there and have such an option.</param>
    public object? Bind(
        ManifestNode node, OptionsShape shape, string owner, Func<string, IReadOnlyList<string>> owners, params IReadOnlyCollection<string> otherKeys)
    {
        bool isSound = true;
        foreach (ManifestMember member in node.Members)
        {
            if (otherKeys.Contains(member.Name) || shape.Properties.Any(p => p.Name == member.Name))
                continue;
            string[] known = [.. shape.Properties.Select(p => p.Name).Concat(otherKeys.Where(k => k is not (ManifestKeys.Use or ManifestKeys.Schema)))];
            // What an axis sets reaches every component that another axis puts there.
            bool isSwept = member.NameOrigin.Path.StartsWith(SweptPath, StringComparison.Ordinal) && owners(member.Name).Count > 0;
            string hint = isSwept ? $"; give {member.Name} only to {Few(owners(member.Name))}, by sweep.when" : NameSuggestions.Hint(member.Name, known);
            problems.Add(member.NameOrigin, $"unknown key '{member.Name}'{In(owner)}{hint}");
            isSound = false;
        }

        object options = shape.CreateDefault();
        foreach (OptionProperty property in shape.Properties)
            isSound &= BindProperty(node, options, property, owner);
        return isSound && !isPartial && Validate(node, options, shape) ? options : null;
    }

    /// <summary>Binds one member of an object, whatever else stands in it.</summary>
    /// <returns>Whether it is sound, or not stated where it need not be.</returns>
    public bool BindOne(ManifestNode node, object options, OptionProperty property) => BindProperty(node, options, property, "");

    private bool BindProperty(ManifestNode node, object options, OptionProperty property, string owner)
    {
        if (node[property.Name] is not { } stated)
        {
            if (property.IsRequired)
                Missing(node, $"missing key '{property.Name}'{In(owner)}");
            return !property.IsRequired;
        }

        if (stated.Kind == ManifestNodeKind.Null && (property.IsNullable || property.IsInherited))
        {
            if (property.IsNullable)
                property.Set(options, null);
            return true;
        }

        if (property.Infinity is { } infinity && stated.Kind == ManifestNodeKind.String)
            return BindInfinity(stated, options, property, infinity);

        if (!TryConvert(stated, property.Type, out object? value) || !CheckNumbers(stated, property))
            return false;

        if (property.File is { } file)
        {
            string path = Path.Combine(stated.Origin.Source.Folder, stated.Text);
            if (!File.Exists(path))
            {
                problems.Add(stated.Origin, Directory.Exists(path)
                    ? $"{path} is a folder; a {file.Kind} is expected"
                    : $"file not found: {path}{(file.Obtain.Length > 0 ? $". {file.Obtain}" : "")}");
                return false;
            }

            _files[stated] = Path.GetFullPath(path);
            value = _files[stated];
        }

        try
        {
            property.Set(options, value);
            return true;
        }
        catch (ArgumentException e)
        {
            problems.Add(stated.Origin, e.Message);
            return false;
        }
    }

    // JSON has no infinite numbers: where one is the default, it can be stated as its name.
    private bool BindInfinity(ManifestNode stated, object options, OptionProperty property, double infinity)
    {
        string name = infinity.ToString(CultureInfo.InvariantCulture);
        if (stated.Text != name)
        {
            problems.Add(stated.Origin, $"expected a number or \"{name}\", found a string");
            return false;
        }

        property.Set(options, property.Type.ClrType == typeof(float) ? (object)(float)infinity : infinity);
        return true;
    }

    private bool TryConvert(ManifestNode node, OptionType type, out object? value)
    {
        value = null;
        switch (type.Kind)
        {
            case OptionValueKind.Number when Is(ManifestNodeKind.Number, node, "a number"):
                return TryConvertNumber(node, type, out value);
            case OptionValueKind.WholeNumber when Is(ManifestNodeKind.Number, node, "a whole number"):
                return TryConvertInteger(node, type, out value);
            case OptionValueKind.Boolean when Is(ManifestNodeKind.Boolean, node, "true or false"):
                value = node.Text == "true";
                return true;
            case OptionValueKind.Text when Is(ManifestNodeKind.String, node, "a string"):
                value = node.Text;
                return true;
            case OptionValueKind.Choice when Is(ManifestNodeKind.String, node, "a string"):
                if (type.Choices.TryGetValue(node.Text, out value))
                    return true;
                problems.Add(node.Origin, $"unknown value '{node.Text}'{NameSuggestions.Hint(node.Text, [.. type.Choices.Keys])}");
                return false;
            case OptionValueKind.Budget:
                return TryConvertBudget(node, out value);
            case OptionValueKind.Time:
                return TryConvertTime(node, out value);
            case OptionValueKind.Repeats:
                return TryConvertRepeats(node, out value);
            case OptionValueKind.List when Is(ManifestNodeKind.Array, node, "an array"):
                return TryConvertList(node, type, out value);
            case OptionValueKind.Conditions when Is(ManifestNodeKind.Object, node, "an object of conditions, path: value or values"):
                value = Conditions(node);
                return true;
            case OptionValueKind.Side:
                return TryConvertSide(node, out value);
            case OptionValueKind.Group when Is(ManifestNodeKind.Object, node, $"an object such as {type}"):
                value = Bind(node, type.Shape!, "");
                return value is not null;
            default:
                return false;
        }
    }

    private bool Is(ManifestNodeKind kind, ManifestNode node, string expected)
    {
        if (node.Kind == kind)
            return true;
        problems.Add(node.Origin, $"expected {expected}, found {node.KindInWords}{SweptPlaces.AdviceOn(node)}");
        return false;
    }

    private bool TryConvertNumber(ManifestNode node, OptionType type, out object? value)
    {
        double number = ParseNumber(node);
        value = type.ClrType == typeof(float) ? (object)(float)number : number;
        if (double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)))
            return true;
        problems.Add(node.Origin, $"{node.Text} is too large for a {(type.ClrType == typeof(float) ? "float32" : "float64")} number");
        return false;
    }

    private bool TryConvertInteger(ManifestNode node, OptionType type, out object? value)
    {
        value = null;
        bool isInt = type.ClrType == typeof(int);
        if (!decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            || number < (isInt ? int.MinValue : long.MinValue)
            || number > (isInt ? int.MaxValue : long.MaxValue))
        {
            string range = isInt ? $"{int.MinValue} and {int.MaxValue}" : $"{long.MinValue} and {long.MaxValue}";
            problems.Add(node.Origin, $"must be between {range}, found {node.Text}");
            return false;
        }

        // Decimal has 28 digits, so that 1e-40 would read as the whole number 0.
        if (decimal.Truncate(number) != number || !double.IsInteger(ParseNumber(node)))
        {
            problems.Add(node.Origin, RangeOf(node) is { } form
                ? $"expected whole numbers; \"{ManifestKeys.Whole}\": true beside \"{form}\" rounds to them"
                : $"expected a whole number, found {node.Text}");
            return false;
        }

        value = isInt ? (object)(int)number : (long)number;
        return true;
    }

    // What kind of range has computed a value, if one has.
    private static string? RangeOf(ManifestNode node)
    {
        string path = node.Origin.Path;
        return path.StartsWith(SweptPath, StringComparison.Ordinal) ? Ranges.FirstOrDefault(form => path.EndsWith($".{form}", StringComparison.Ordinal)) : null;
    }

    private bool TryConvertBudget(ManifestNode node, out object? value)
    {
        value = null;
        bool isLimit = node is { Kind: ManifestNodeKind.Object, Members: [{ Name: Budget.AtMost }] };
        ManifestNode amount = isLimit ? node.Members[0].Value : node;
        if (amount.Kind != ManifestNodeKind.Number)
        {
            problems.Add(amount.Origin, isLimit ? $"expected a whole number, found {amount.KindInWords}" : $"expected a whole number or {{ "
                + $"\"{Budget.AtMost}\": number }}, found {(amount.Kind == ManifestNodeKind.Object ? "another object" : amount.KindInWords)}");
            return false;
        }

        if (!TryConvertInteger(amount, Whole, out object? number))
            return false;
        value = new Budget((int)number!, isLimit);
        return true;
    }

    private bool TryConvertTime(ManifestNode node, out object? value)
    {
        value = null;
        bool isNoise = node is { Kind: ManifestNodeKind.Object, Members: [{ Name: ProcessTime.NoiseKey }] };
        ManifestNode number = isNoise ? node.Members[0].Value : node;
        if (number.Kind != ManifestNodeKind.Number)
        {
            problems.Add(number.Origin, isNoise ? $"expected a number, found {number.KindInWords}" : $"expected a number or {{ "
                + $"\"{ProcessTime.NoiseKey}\": number }}, found {(number.Kind == ManifestNodeKind.Object ? "another object" : number.KindInWords)}");
            return false;
        }

        if (!TryConvertNumber(number, Real, out object? converted))
            return false;
        value = new ProcessTime((double)converted!, isNoise);
        return true;
    }

    private bool TryConvertRepeats(ManifestNode node, out object? value)
    {
        value = null;
        if (node.Kind is not (ManifestNodeKind.Number or ManifestNodeKind.Object))
        {
            problems.Add(node.Origin, $"expected a whole number, {{ \"{RepeatCounts.SamplingKey}\": number, \"{RepeatCounts.TrainingKey}\": number }} or "
                + $"{{ \"{RepeatCounts.UntilKey}\": \"{RepeatCounts.Decided}\", \"{RepeatCounts.AtMostKey}\": number }}, found {node.KindInWords}");
            return false;
        }

        if (node[RepeatCounts.UntilKey] is not null || node[RepeatCounts.AtMostKey] is not null)
            return TryConvertUntil(node, out value);
        bool isSound = KnowsAll(node, [RepeatCounts.SamplingKey, RepeatCounts.TrainingKey, RepeatCounts.UntilKey, RepeatCounts.AtMostKey], "");
        isSound &= TryCount(node.Kind == ManifestNodeKind.Number ? node : node[RepeatCounts.SamplingKey], out int sampling);
        isSound &= TryCount(node[RepeatCounts.TrainingKey], out int training);
        value = new RepeatCounts(sampling, training);
        return isSound;
    }

    private bool TryConvertUntil(ManifestNode node, out object? value)
    {
        bool isSound = KnowsAll(node, [RepeatCounts.UntilKey, RepeatCounts.AtMostKey], $" with '{RepeatCounts.UntilKey}'");
        foreach (string key in new[] { RepeatCounts.UntilKey, RepeatCounts.AtMostKey }.Where(key => node[key] is null))
        {
            problems.Add(node.Origin, $"missing key '{key}' in {ManifestKeys.Repeats}: "
                + $"{{ \"{RepeatCounts.UntilKey}\": \"{RepeatCounts.Decided}\", \"{RepeatCounts.AtMostKey}\": number }}");
            isSound = false;
        }

        if (node[RepeatCounts.UntilKey] is { } until && (!Is(ManifestNodeKind.String, until, $"\"{RepeatCounts.Decided}\"") || !IsDecided(until)))
            isSound = false;
        isSound &= TryCount(node[RepeatCounts.AtMostKey], out int most);
        if (isSound && most < LookSchedule.First)
        {
            problems.Add(node[RepeatCounts.AtMostKey]!.Origin, $"must be at least {LookSchedule.First}, the repeats after which claims are first judged; "
                + $"found {most}");
            isSound = false;
        }

        value = new RepeatCounts(most, UntilDecided: true);
        return isSound;
    }

    private bool IsDecided(ManifestNode until)
    {
        if (until.Text == RepeatCounts.Decided)
            return true;
        problems.Add(until.Origin, $"unknown condition '{until.Text}'{NameSuggestions.Hint(until.Text, [RepeatCounts.Decided])}");
        return false;
    }

    private bool KnowsAll(ManifestNode node, string[] known, string where)
    {
        ManifestMember[] unknown = [.. node.Members.Where(member => !known.Contains(member.Name))];
        foreach (ManifestMember member in unknown)
            problems.Add(member.NameOrigin, $"unknown key '{member.Name}' in {ManifestKeys.Repeats}{where}{NameSuggestions.Hint(member.Name, known)}");
        return unknown.Length == 0;
    }

    private bool TryCount(ManifestNode? stated, out int count)
    {
        object? whole = null;
        bool isSound = stated is null || (Is(ManifestNodeKind.Number, stated, "a whole number") && TryConvertInteger(stated, Whole, out whole));
        count = whole is int number ? number : 1;
        return isSound;
    }

    private bool TryConvertList(ManifestNode node, OptionType type, out object? value)
    {
        Array array = Array.CreateInstance(type.Element!.ClrType, node.Items.Count);
        bool isSound = true;
        for (int i = 0; i < node.Items.Count; i++)
        {
            bool isConverted = TryConvert(node.Items[i], type.Element, out object? item);
            if (isConverted)
                array.SetValue(item, i);
            isSound &= isConverted;
        }

        value = array;
        return isSound;
    }

    private bool TryConvertSide(ManifestNode node, out object? value)
    {
        value = node switch
        {
            { Kind: ManifestNodeKind.Object, Members.Count: > 0 } => new ComparedSide(Conditions(node)),
            { Kind: ManifestNodeKind.String, Text: ComparedSide.ExactSamplerName } => new ComparedSide(null),
            _ => null,
        };
        if (value is null)
            problems.Add(node.Origin, $"expected an object of conditions, path: value or values, or \"{ComparedSide.ExactSamplerName}\", found "
                + (node.Kind == ManifestNodeKind.Object ? "an empty one" : node.Kind == ManifestNodeKind.String ? $"'{node.Text}'" : node.KindInWords));
        return value is not null;
    }

    private static CellConditions Conditions(ManifestNode node) => new([.. node.Members.Select(member => new CellCondition(
        member.Name, [.. (member.Value.Kind == ManifestNodeKind.Array ? member.Value.Items : [member.Value]).Select(AxisLabel.Format)]))]);

    private bool CheckNumbers(ManifestNode node, OptionProperty property)
    {
        bool isSound = true;
        foreach (RangeAttribute rule in property.Rules.OfType<RangeAttribute>())
            isSound &= CheckNumbers(node, NumberRange.FromAttribute(rule), rule.ErrorMessage);
        return isSound;
    }

    private bool CheckNumbers(ManifestNode node, NumberRange range, string? message)
    {
        if (node.Kind == ManifestNodeKind.Array)
            return node.Items.Aggregate(true, (isSound, item) => CheckNumbers(item, range, message) && isSound);
        if (node.Kind == ManifestNodeKind.Object)
            return node.Members.Aggregate(true, (isSound, member) => CheckNumbers(member.Value, range, message) && isSound);
        if (node.Kind != ManifestNodeKind.Number || range.Contains(ParseNumber(node)))
            return true;
        problems.Add(node.Origin, message ?? $"must be {range}, found {node.Text}");
        return false;
    }

    private bool Validate(ManifestNode node, object options, OptionsShape shape)
    {
        bool isSound = true;
        foreach (OptionProperty property in shape.Properties)
        {
            foreach (ValidationAttribute rule in property.Rules.Where(r => r is not RangeAttribute))
            {
                ValidationContext context = new(options) { MemberName = property.PropertyName, DisplayName = property.Name };
                if (Failure(rule, property.Get(options), context) is not { } failure)
                    continue;
                problems.Add((node[property.Name] ?? node).Origin, Words(rule, failure, property.Name));
                isSound = false;
            }
        }

        if (!isSound || options is not IValidatableObject validatable)
            return isSound;

        foreach (ValidationResult failure in validatable.Validate(new(options)))
        {
            ManifestNode[] stated = [.. shape.Properties.Where(p => failure.MemberNames.Contains(p.PropertyName))
                .Select(p => node[p.Name])
                .OfType<ManifestNode>()];
            // Of the options that do not fit together, the one that a sweep varies is the one to look at.
            ManifestNode place = stated.FirstOrDefault(n => n.Origin.Path.StartsWith(SweptPath, StringComparison.Ordinal)) ?? stated.FirstOrDefault() ?? node;
            problems.Add(place.Origin, failure.ErrorMessage ?? "the options do not fit together");
            isSound = false;
        }

        return isSound;
    }

    // .NET's own rule lets an empty text pass every pattern.
    private static ValidationResult? Failure(ValidationAttribute rule, object? value, ValidationContext context) =>
        rule is RegularExpressionAttribute pattern && value is "" && !Regex.IsMatch("", $"^(?:{pattern.Pattern})$")
            ? new ValidationResult(pattern.FormatErrorMessage(context.DisplayName))
            : rule.GetValidationResult(value, context);

    private static string Words(ValidationAttribute rule, ValidationResult failure, string name) => rule switch
    {
        { ErrorMessage: { } message } => message,
        MinLengthAttribute minimum => $"'{name}' must have a length of at least {minimum.Length}",
        MaxLengthAttribute maximum => $"'{name}' must have a length of at most {maximum.Length}",
        _ => failure.ErrorMessage ?? $"'{name}' is not valid",
    };

    private static string Few(IReadOnlyList<string> names) =>
        names.Count > 4 ? $"those that have it ({string.Join(", ", names.Take(3))}, …)" : string.Join(", ", names);

    private static string In(string owner) => owner.Length > 0 ? $" in {owner}" : "";

    private static double ParseNumber(ManifestNode node) => double.Parse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
