namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>A straight line between two factors of the start: warm-up.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double _from;
                    private readonly double _to;
                    private readonly int _steps;

                    public LinearLR(
                        Optimizer optimizer, double start_factor = 0.3333333333333333, double end_factor = 1, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _from = start_factor;
                        _to = end_factor;
                        _steps = total_iters;
                        step();
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        BaseRates.Select(rate =>
                            rate * (_from + (_to - _from) * Math.Min(_steps, Epoch) / _steps));
                }
            }
        }
    }
}
