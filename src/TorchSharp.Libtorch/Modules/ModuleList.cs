using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules in a list, registered under their places.</summary>
public class ModuleList<T> : nn.Module, IList<T>
    where T : nn.Module
{
    private readonly List<T> _modules;

    public ModuleList(params T[] modules)
        : base("ModuleList")
    {
        _modules = [.. modules];
        Renumber();
    }

    public int Count => _modules.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => _modules[index];
        set
        {
            _modules[index] = value;
            Renumber();
        }
    }

    public void Add(T item)
    {
        register_module(Count.ToString(CultureInfo.InvariantCulture), item);
        _modules.Add(item);
    }

    public void append(params T[] parameters) => extend(parameters);

    public void extend(IEnumerable<T> modules)
    {
        foreach (T module in modules)
            Add(module);
    }

    public void Insert(int index, T item)
    {
        _modules.Insert(index, item);
        Renumber();
    }

    public bool Remove(T item)
    {
        bool removed = _modules.Remove(item);
        Renumber();
        return removed;
    }

    public void RemoveAt(int index)
    {
        _modules.RemoveAt(index);
        Renumber();
    }

    public void Clear()
    {
        _modules.Clear();
        Renumber();
    }

    public bool Contains(T item) => _modules.Contains(item);

    public int IndexOf(T item) => _modules.IndexOf(item);

    public void CopyTo(T[] array, int arrayIndex) => _modules.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => _modules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Renumber()
    {
        ClearModules();
        for (int i = 0; i < _modules.Count; i++)
            register_module(i.ToString(CultureInfo.InvariantCulture), _modules[i]);
    }
}
