using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum where asked for (Sutskever et al. 2013).</summary>
public class SGD : OptimizerHelper, optim.IMomentum
{
    private readonly Options _defaults;

    public SGD(
        IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0,
        double weight_decay = 0, bool nesterov = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    /// <exception cref="ArgumentException">Nesterov momentum without momentum, or with dampening.</exception>
    public SGD(
        IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0,
        double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lr);
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        ArgumentOutOfRangeException.ThrowIfNegative(weight_decay);
        if (nesterov && (momentum <= 0 || dampening != 0))
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening.", nameof(nesterov));
        _defaults = new Options
        {
            LearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
        };
        foreach (ParamGroup group in parameters)
            add_param_group(group);
    }

    /// <summary>The momentum, of the first group when read, of all when set.</summary>
    public double Momentum
    {
        get => ((ParamGroup)_parameter_groups[0]).Momentum;
        set
        {
            foreach (ParamGroup group in _parameter_groups.Cast<ParamGroup>())
                group.Momentum = value;
        }
    }

    private protected override void Complete(OptimizerOptions options)
    {
        var own = (Options)options;
        own.LearningRate ??= _defaults.LearningRate;
        own.momentum ??= _defaults.momentum;
        own.dampening ??= _defaults.dampening;
        own.weight_decay ??= _defaults.weight_decay;
        own.nesterov ??= _defaults.nesterov;
        own.maximize ??= _defaults.maximize;
    }

    private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

    private protected override void Update(
        Parameter parameter, Tensor gradient, Modules.ParamGroup group, OptimizerState state)
    {
        var options = (Options)group.Options;
        double momentum = options.momentum!.Value, decay = options.weight_decay!.Value;
        double rate = options.maximize!.Value ? -group.LearningRate : group.LearningRate;
        if (momentum == 0 && decay == 0)
        {
            parameter.add_(gradient, -rate);
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        // The sign of maximisation sits in the rate, so decay has to be turned round to stay a decay.
        if (decay != 0)
            gradient = gradient.add(parameter, options.maximize.Value ? -decay : decay);
        if (momentum != 0)
            gradient = ((State)state).Blend(gradient, momentum, options.dampening!.Value, options.nesterov!.Value);
        parameter.add_(gradient, -rate);
    }

    /// <summary>What one group is optimised with.</summary>
    public class Options : OptimizerOptions
    {
        public double? momentum;
        public double? dampening;
        public double? weight_decay;
        public bool? nesterov;
        public bool? maximize;

        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var other = (Options)source;
            momentum = other.momentum;
            dampening = other.dampening;
            weight_decay = other.weight_decay;
            nesterov = other.nesterov;
            maximize = other.maximize;
        }
    }

    /// <summary>Parameters with options of their own.</summary>
    public class ParamGroup : ParamGroup<Options>, optim.IMomentum
    {
        public ParamGroup() => Options = new Options();

        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0,
            double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(
                parameters,
                new Options
                {
                    LearningRate = lr,
                    momentum = momentum,
                    dampening = dampening,
                    weight_decay = weight_decay,
                    nesterov = nesterov,
                    maximize = maximize,
                })
        {
        }

        public double Momentum
        {
            get => Options.momentum ?? 0;
            set => Options.momentum = value;
        }
    }

    /// <summary>The velocity of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>The velocity; null before the first step with momentum.</summary>
        public Tensor? momentum_buffer;

        public State(Parameter parameter)
            : base(parameter)
        {
        }

        public override void Initialize(OptimizerOptions options) => momentum_buffer = null;

        public override void LoadStateDict(OptimizerState source) =>
            Copy(ref momentum_buffer, ((State)source).momentum_buffer);

        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && (momentum_buffer is null
                ? state.momentum_buffer is null
                : state.momentum_buffer is not null && momentum_buffer.allclose(state.momentum_buffer));

        public override void to(Device device) => Move(momentum_buffer, device);

        public void Dispose() => momentum_buffer?.Dispose();

        /// <summary>Brings the velocity forward and returns the direction of the step.</summary>
        internal Tensor Blend(Tensor gradient, double momentum, double dampening, bool nesterov)
        {
            if (momentum_buffer is null)
                momentum_buffer = gradient.clone().DetachFromDisposeScope();
            else
                momentum_buffer.mul_(momentum).add_(gradient, 1 - dampening);
            return nesterov ? gradient.add(momentum_buffer, momentum) : momentum_buffer;
        }
    }
}
