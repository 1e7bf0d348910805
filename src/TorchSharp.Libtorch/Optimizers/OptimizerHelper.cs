using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What optimisers share: groups, states and the frame of a step.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    private readonly Dictionary<Parameter, OptimizerState> _states = new(ReferenceEqualityComparer.Instance);

    private protected OptimizerHelper()
    {
    }

    /// <summary>Options and states, for a checkpoint: the objects themselves, not copies.</summary>
    public virtual StateDictionary state_dict()
    {
        var result = new StateDictionary();
        foreach (ParamGroup group in _parameter_groups)
        {
            result.Options.Add(group.Options);
            var places = new List<int>();
            foreach (Parameter parameter in group.Parameters)
            {
                places.Add(result.State.Count);
                result.State.Add(_states[parameter]);
            }

            result.StateIndexRef.Add(places);
        }

        return result;
    }

    /// <summary>Takes over the options and copies the states of an optimiser of the same kind over parameters of the same shapes.</summary>
    /// <exception cref="ArgumentException">The numbers of groups or of parameters differ.</exception>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        if (own.Options.Count != state_dict.Options.Count || own.State.Count != state_dict.State.Count)
        {
            throw new ArgumentException(
                $"The state has {state_dict.Options.Count} groups of {state_dict.State.Count} parameters, "
                + $"the optimizer {own.Options.Count} of {own.State.Count}.",
                nameof(state_dict));
        }

        for (int i = 0; i < own.Options.Count; i++)
            own.Options[i].LoadStateDict(state_dict.Options[i]);
        for (int i = 0; i < own.State.Count; i++)
            own.State[i].LoadStateDict(state_dict.State[i]);
    }

    /// <summary>Moves all states; the parameters move with their module.</summary>
    public void to(Device device)
    {
        foreach (OptimizerState state in _states.Values)
            state.to(device);
    }

    public override void add_param_group(ParamGroup param_group)
    {
        Complete(param_group.Options);
        param_group.InitialLearningRate = param_group.LearningRate;
        param_group.Parameters = [.. param_group.Parameters];
        _parameter_groups.Add(param_group);
        foreach (Parameter parameter in param_group.Parameters)
        {
            OptimizerState state = NewState(parameter);
            state.Initialize(param_group.Options);
            if (!_states.TryAdd(parameter, state))
                throw new ArgumentException("A parameter appears in more than one group.", nameof(param_group));
        }
    }

    public override Tensor? step(Func<Tensor>? closure = null)
    {
        Tensor? loss = null;
        if (closure is not null)
        {
            using (enable_grad())
                loss = closure();
        }

        using (no_grad())
        {
            foreach (ParamGroup group in _parameter_groups)
            {
                foreach (Parameter parameter in group.Parameters)
                {
                    using Tensor? gradient = parameter.grad;
                    if (gradient is not null)
                        Update(parameter, gradient, group, _states[parameter]);
                }
            }
        }

        return loss;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (OptimizerState state in _states.Values)
                (state as IDisposable)?.Dispose();
            _states.Clear();
        }

        base.Dispose(disposing);
    }

    /// <summary>Fills in the optimiser's own values where a group's options leave them open.</summary>
    private protected abstract void Complete(OptimizerOptions options);

    private protected abstract OptimizerState NewState(Parameter parameter);

    /// <summary>One parameter's step, with autograd off.</summary>
    private protected abstract void Update(Parameter parameter, Tensor gradient, ParamGroup group, OptimizerState state);
}
