namespace Diffusion.Experiments.Manifests;

/// <summary>A place in a JSON document. Its text is put together when it is asked for: a long array of texts that begin alike would fill the memory.</summary>
internal sealed class JsonPlace
{
    private readonly JsonPlace? _parent;
    private readonly string? _name;
    private readonly int _index;

    private JsonPlace(JsonPlace? parent, string? name, int index)
    {
        _parent = parent;
        _name = name;
        _index = index;
    }

    /// <summary>The place at a JSONPath.</summary>
    public static JsonPlace At(string path) => new(null, path, 0);

    /// <summary>The place of a key of the object that stands here.</summary>
    public JsonPlace Child(string key) => new(this, key, 0);

    /// <summary>The place of an element of the array that stands here.</summary>
    public JsonPlace Child(int index) => new(this, null, index);

    /// <summary>Its JSONPath.</summary>
    public override string ToString()
    {
        if (_parent is null)
            return _name!;
        return _name is null ? ManifestPath.Child(_parent.ToString(), _index) : ManifestPath.Child(_parent.ToString(), _name);
    }
}
