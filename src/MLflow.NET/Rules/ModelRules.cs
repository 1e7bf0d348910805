using System.Buffers;
using System.Text.RegularExpressions;

namespace MLflow.Rules;

/// <summary>What models, registered models and aliases may be called, with the messages of MLflow's servers.</summary>
internal static partial class ModelRules
{
    private static readonly SearchValues<char> RefusedCharacters = SearchValues.Create("/:.%\"'");

    public static void CheckModelName(string name)
    {
        if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAny(RefusedCharacters))
            throw MlflowException.Invalid($"Invalid model name ({name}) provided. Model name must be a non-empty string and cannot contain the following "
                + "characters: ('/', ':', '.', '%', '\"', \"'\")");
    }

    public static void CheckRegisteredName(string name)
    {
        if (string.IsNullOrEmpty(name))
            throw MlflowException.Invalid("Registered model name cannot be empty.");
        if (name.AsSpan().IndexOfAny("/:") >= 0)
            throw MlflowException.Invalid($"Invalid model name '{name}'. Names cannot contain '/' or ':'.");
    }

    public static void CheckAlias(string alias)
    {
        if (!Alias().IsMatch(alias))
            throw MlflowException.Invalid($"Invalid alias name: '{alias}'. Names may only contain alphanumerics, underscores (_) and dashes (-).");
        EntityRules.CheckLength("Registered model alias name", Limits.AliasLength, alias);
        if (Reserved().IsMatch(alias))
            throw MlflowException.Invalid($"Version alias name '{alias}' is reserved.");
    }

    [GeneratedRegex(@"\A[\w\-]+\z")]
    private static partial Regex Alias();

    [GeneratedRegex(@"\A(v\d+|latest)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();
}
