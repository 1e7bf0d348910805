namespace Diffusion.Experiments.Housekeeping;

/// <summary>What files take.</summary>
public static class FolderSize
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>The size of the files of a folder and its subfolders, in bytes; 0 where there is no such folder. Links are not followed.</summary>
    public static long Bytes(string folder)
    {
        long bytes = 0;
        DirectoryInfo root = new(folder);
        if (!root.Exists || root.LinkTarget is not null)
            return 0;
        foreach (FileInfo file in root.EnumerateFiles("*", Everything))
        {
            try
            {
                bytes += file.LinkTarget is null ? file.Length : 0;
            }
            catch (FileNotFoundException)
            {
                // A run at work replaces its files.
            }
        }

        return bytes;
    }
}
