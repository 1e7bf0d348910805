namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>
            /// Sets an optimiser's learning rates by the number of steps taken. A closed form of that number and of the
            /// rates at the start, so a schedule can be resumed at any step.
            /// </summary>
            public abstract class LRScheduler
            {
                private readonly ILearningRateController[] _groups;
                private readonly bool _verbose;

                /// <param name="optimizer">Whose rates are set; for the first step at once.</param>
                /// <param name="last_epoch">The last step taken; -1 at the start.</param>
                /// <param name="verbose">Writes every change to the console.</param>
                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    _groups = [.. optimizer.ParamGroups];
                    _verbose = verbose;
                    Epoch = last_epoch;
                    if (last_epoch >= 0)
                        return;
                    foreach (ILearningRateController group in _groups)
                        group.InitialLearningRate = group.LearningRate;
                }

                private protected int Epoch { get; private set; }

                /// <summary>The rates at the start, one per group.</summary>
                private protected IEnumerable<double> BaseRates => _groups.Select(group => group.InitialLearningRate);

                /// <summary>Moves on by one step.</summary>
                public virtual void step() => step(Epoch + 1);

                /// <summary>Moves to the given step, or on by one where null.</summary>
                public virtual void step(int? epoch)
                {
                    Epoch = epoch ?? Epoch + 1;
                    foreach ((ILearningRateController group, double rate) in _groups.Zip(get_lr().ToArray()))
                    {
                        if (_verbose && rate != group.LearningRate)
                            Console.WriteLine($"Adjusting learning rate to {rate}");
                        group.LearningRate = rate;
                    }
                }

                /// <summary>The rates now, one per group.</summary>
                public IEnumerable<double> get_last_lr() => _groups.Select(group => group.LearningRate);

                /// <summary>The rates of the current step, one per group.</summary>
                protected virtual IEnumerable<double> get_lr() => get_closed_form_lr();

                /// <inheritdoc cref="get_lr"/>
                protected virtual IEnumerable<double> get_closed_form_lr() => BaseRates;
            }
        }
    }
}
