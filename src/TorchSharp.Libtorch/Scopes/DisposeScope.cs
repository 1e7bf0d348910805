namespace TorchSharp;

/// <summary>
/// Disposes, when it is disposed, whatever was created on its thread while it was the innermost scope and was not moved
/// out. Scopes are per thread: do not <c>await</c> inside one.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager _manager;

    // A tensor remembers its place here, so that disposing one by hand costs no search.
    private List<IDisposable> _items = [];

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        _manager = manager;
        Outer = outer;
    }

    internal DisposeScope? Outer { get; }

    private LifetimeStatistics Counts => _manager.Counts.TensorStatistics;

    public int DisposablesCount => _items.Count;

    /// <summary>A copy of what the scope holds now.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => _items.ToArray();

    public bool Contains(IDisposable disposable) => PlaceOf(disposable) >= 0;

    /// <summary>Hands the disposable to this scope, taking it out of the one it belongs to.</summary>
    public void Attach(IDisposable disposable)
    {
        if (Contains(disposable))
            return;
        if (disposable is torch.Tensor tensor)
        {
            if (tensor.IsInvalid)
                return;
            if (tensor.OwningDisposeScope is { } owner)
                owner.Remove(tensor);
            else
                Counts.AttachedToScopeCount++;
        }

        Add(disposable);
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    /// <inheritdoc cref="Attach(IDisposable)"/>
    /// <returns>What was given, as a list.</returns>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        IDisposable[] all = disposables.ToArray();
        foreach (IDisposable disposable in all)
            Attach(disposable);
        return all;
    }

    /// <summary>Takes the disposable out of this scope and out of all scopes: from now on its owner disposes it.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        DetachOne(disposable);
        return disposable;
    }

    /// <inheritdoc cref="Detach{T}(T)"/>
    public (T1, T2) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DetachOne(first);
        DetachOne(second);
        return (first, second);
    }

    /// <inheritdoc cref="Detach{T}(T)"/>
    public (T1, T2, T3) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DetachOne(first);
        DetachOne(second);
        DetachOne(third);
        return (first, second, third);
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
            DetachOne(disposable);
    }

    /// <summary>Hands the disposable to the scope around this one; detaches it where there is none.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        MoveOne(Outer, disposable);
        return disposable;
    }

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1, T2) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
        => MoveToOther(Outer, first, second);

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1, T2, T3) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
        => MoveToOther(Outer, first, second, third);

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(Outer, (IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(Outer, disposables);

    /// <summary>Hands the disposable to <paramref name="scope"/>; detaches it where that is null.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        MoveOne(scope, disposable);
        return disposable;
    }

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public (T1, T2) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        MoveOne(scope, first);
        MoveOne(scope, second);
        return (first, second);
    }

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public (T1, T2, T3) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        MoveOne(scope, first);
        MoveOne(scope, second);
        MoveOne(scope, third);
        return (first, second, third);
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
            MoveOne(scope, disposable);
    }

    public void DisposeEverything() => DisposeAllBut([]);

    /// <summary>Disposes what the scope holds now, except <paramref name="keep"/>, and stays open.</summary>
    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeAllBut([keep]);
        return keep;
    }

    /// <inheritdoc cref="DisposeEverythingBut{T}(T)"/>
    public (T1, T2) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DisposeAllBut([first, second]);
        return (first, second);
    }

    /// <inheritdoc cref="DisposeEverythingBut{T}(T)"/>
    public (T1, T2, T3) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DisposeAllBut([first, second, third]);
        return (first, second, third);
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeAllBut(keep);

    /// <inheritdoc cref="DisposeEverythingBut{T}(T)"/>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep) => DisposeAllBut(inKeep.ToArray());

    /// <summary>Tells the scope that the disposable was disposed by hand.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        if (!Remove(disposable))
            return;
        Counts.DisposedInScopeCount++;
    }

    public void Dispose()
    {
        DisposeEverything();
        _manager.Close(this);
    }

    internal void Add(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope = this;
            tensor.PlaceInScope = _items.Count;
        }

        _items.Add(disposable);
    }

    private bool Remove(IDisposable disposable)
    {
        int place = PlaceOf(disposable);
        if (place < 0)
            return false;
        if (disposable is torch.Tensor tensor)
            tensor.OwningDisposeScope = null;
        IDisposable last = _items[^1];
        _items[place] = last;
        if (last is torch.Tensor moved)
            moved.PlaceInScope = place;
        _items.RemoveAt(_items.Count - 1);
        return true;
    }

    private int PlaceOf(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
            return tensor.OwningDisposeScope == this ? tensor.PlaceInScope : -1;
        return _items.FindIndex(item => ReferenceEquals(item, disposable));
    }

    private void DetachOne(IDisposable disposable)
    {
        if (Remove(disposable))
            Counts.DetachedFromScopeCount++;
    }

    private void MoveOne(DisposeScope? scope, IDisposable disposable)
    {
        if (scope is null)
            DetachOne(disposable);
        else if (Remove(disposable))
            scope.Add(disposable);
    }

    private void DisposeAllBut(IDisposable[] keep)
    {
        List<IDisposable> held = _items;
        _items = [];
        foreach (IDisposable item in held)
        {
            if (keep.Length > 0 && Array.Exists(keep, kept => ReferenceEquals(kept, item)))
            {
                Add(item);
                continue;
            }

            if (item is torch.Tensor tensor)
            {
                tensor.OwningDisposeScope = null;
                tensor.Release();
            }
            else
            {
                item.Dispose();
            }

            Counts.DisposedInScopeCount++;
        }
    }
}
