using System.Globalization;
using System.Text.RegularExpressions;

namespace MLflow.Images;

/// <summary>The names under which MLflow's UI shows images by step.</summary>
internal static partial class LoggedPictures
{
    /// <summary>The tag that makes the UI look for images.</summary>
    public const string Tag = "mlflow.loggedImages";

    /// <returns>The artifact paths of an image and of its thumbnail.</returns>
    public static (string Image, string Thumbnail) Paths(string key, long step, DateTimeOffset time, Guid id)
    {
        if (!Key().IsMatch(key))
            throw MlflowException.Invalid(
                "The `key` parameter may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), and slashes (/).");
        // Every UI takes '+' between the parts; a slash would be a folder.
        string name = string.Create(CultureInfo.InvariantCulture, $"images/{key.Replace('/', '~')}+step+{step}+timestamp+{time.ToUnixTimeMilliseconds()}+{id}");
        return ($"{name}.png", $"{name}+compressed.png");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_\-./ ]+\z")]
    private static partial Regex Key();
}
