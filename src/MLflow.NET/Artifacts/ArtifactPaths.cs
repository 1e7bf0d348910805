namespace MLflow.Artifacts;

/// <summary>Places below an artifact folder.</summary>
internal static class ArtifactPaths
{
    /// <summary>Refuses what MLflow's artifact proxy answers with "Invalid path", so that a path good here is good there.</summary>
    public static string Checked(string artifactPath)
        => IsValid(artifactPath)
            ? artifactPath
            : throw MlflowException.Invalid(
                $"Invalid path: '{artifactPath}'. An artifact's path is relative, divided by '/', without '\\', '#', '.' and '..'.");

    /// <summary>Whether a path stays below its folder, on every system.</summary>
    public static bool IsValid(string artifactPath)
    {
        bool valid = !string.IsNullOrEmpty(artifactPath) && artifactPath.IndexOfAny(['\\', '#', '\0']) < 0 && !Path.IsPathRooted(artifactPath);
        foreach (string part in artifactPath.Split('/'))
            valid &= part is not ("" or "." or "..");
        return valid;
    }
}
