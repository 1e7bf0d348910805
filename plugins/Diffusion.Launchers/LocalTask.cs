namespace Diffusion.Launchers;

/// <summary>A task on its way.</summary>
internal sealed class LocalTask(string id, int order)
{
    public string Id { get; } = id;

    /// <summary>Its place in its stage.</summary>
    public int Order { get; } = order;

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; set; }

    /// <summary>Whether it is to run while no other does.</summary>
    public bool IsAlone { get; set; }
}
