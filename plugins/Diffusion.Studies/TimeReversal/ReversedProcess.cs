using MathNet.Numerics.Integration;

namespace Diffusion.Studies.TimeReversal;

/// <summary>dY = b(Y, t) dt + σ(Y, t) dB on the line with all that its reversal asks for in closed form.</summary>
internal abstract class ReversedProcess
{
    /// <summary>b.</summary>
    public abstract double Drift(double y, double t);

    /// <summary>a = σ².</summary>
    public abstract double Diffusion(double y, double t);

    /// <summary>∂a/∂y.</summary>
    public virtual double DiffusionRate(double y, double t) => 0;

    /// <summary>∂ log p_t/∂y.</summary>
    public abstract double Score(double y, double t);

    /// <summary>A draw of p_t, from a standard normal and a uniform number.</summary>
    public abstract double Draw(double t, double normal, double uniform);

    /// <summary>The statistic whose moments are known: the state, or its logarithm.</summary>
    public virtual double Statistic(double y) => y;

    /// <summary>The statistic's mean at a time.</summary>
    public abstract double Mean(double t);

    /// <summary>Its variance.</summary>
    public abstract double Variance(double t);

    /// <summary>Its covariance at two times, s before t; null where no closed form is known.</summary>
    public abstract double? Covariance(double s, double t);

    /// <summary>The process of a kind.</summary>
    public static ReversedProcess FromKind(ReversedProcessKind kind) => kind switch
    {
        ReversedProcessKind.OrnsteinUhlenbeck => new OrnsteinUhlenbeck(),
        ReversedProcessKind.GrowingNoise => new GrowingNoise(),
        ReversedProcessKind.GeometricBrownian => new GeometricBrownian(),
        _ => new DoubleWell(),
    };

    // From N(1, 1/4).
    private sealed class OrnsteinUhlenbeck : ReversedProcess
    {
        private const double FirstMean = 1, FirstVariance = 0.25;

        public override double Drift(double y, double t) => -y;

        public override double Diffusion(double y, double t) => 2;

        public override double Score(double y, double t) => (Mean(t) - y) / Variance(t);

        public override double Draw(double t, double normal, double uniform) => Mean(t) + (Math.Sqrt(Variance(t)) * normal);

        public override double Mean(double t) => FirstMean * Math.Exp(-t);

        public override double Variance(double t) => 1 + ((FirstVariance - 1) * Math.Exp(-2 * t));

        public override double? Covariance(double s, double t) => Variance(s) * Math.Exp(s - t);
    }

    // From N(0, 1/4).
    private sealed class GrowingNoise : ReversedProcess
    {
        private const double FirstVariance = 0.25;

        public override double Drift(double y, double t) => 0;

        public override double Diffusion(double y, double t) => (1 + t) * (1 + t);

        public override double Score(double y, double t) => -y / Variance(t);

        public override double Draw(double t, double normal, double uniform) => Math.Sqrt(Variance(t)) * normal;

        public override double Mean(double t) => 0;

        public override double Variance(double t) => FirstVariance + ((Math.Pow(1 + t, 3) - 1) / 3);

        public override double? Covariance(double s, double t) => Variance(s);
    }

    // log Y_0 ~ N(0, 1/4); log Y has the drift μ − σ²/2 = 1/8.
    private sealed class GeometricBrownian : ReversedProcess
    {
        private const double Growth = 0.25, Volatility = 0.5, FirstVariance = 0.25;

        public override double Drift(double y, double t) => Growth * y;

        public override double Diffusion(double y, double t) => Volatility * Volatility * y * y;

        public override double DiffusionRate(double y, double t) => 2 * Volatility * Volatility * y;

        public override double Score(double y, double t) => (-1 - ((Math.Log(y) - Mean(t)) / Variance(t))) / y;

        public override double Draw(double t, double normal, double uniform) => Math.Exp(Mean(t) + (Math.Sqrt(Variance(t)) * normal));

        public override double Statistic(double y) => Math.Log(y);

        public override double Mean(double t) => (Growth - (0.5 * Volatility * Volatility)) * t;

        public override double Variance(double t) => FirstVariance + (Volatility * Volatility * t);

        public override double? Covariance(double s, double t) => Variance(s);
    }

    // π = e^(−V)/Z at all times.
    private sealed class DoubleWell : ReversedProcess
    {
        private const double Reach = 3;
        private const int Places = 4001;

        private readonly double[] _cumulative = new double[Places];
        private readonly double _variance;

        public DoubleWell()
        {
            double step = 2 * Reach / (Places - 1);
            for (int i = 1; i < Places; i++)
            {
                double from = -Reach + ((i - 1) * step);
                _cumulative[i] = _cumulative[i - 1] + GaussLegendreRule.Integrate(Weight, from, from + step, 5);
            }

            double mass = _cumulative[^1];
            for (int i = 0; i < Places; i++)
                _cumulative[i] /= mass;
            _variance = GaussLegendreRule.Integrate(y => y * y * Weight(y), -Reach, Reach, 128) / mass;
        }

        public override double Drift(double y, double t) => -4 * y * ((y * y) - 1);

        public override double Diffusion(double y, double t) => 2;

        public override double Score(double y, double t) => Drift(y, t);

        // By the inverse of the distribution function.
        public override double Draw(double t, double normal, double uniform)
        {
            int above = Array.BinarySearch(_cumulative, uniform);
            above = Math.Clamp(above < 0 ? ~above : above, 1, Places - 1);
            double part = (uniform - _cumulative[above - 1]) / Math.Max(_cumulative[above] - _cumulative[above - 1], double.Epsilon);
            return -Reach + ((above - 1 + part) * 2 * Reach / (Places - 1));
        }

        public override double Mean(double t) => 0;

        public override double Variance(double t) => _variance;

        public override double? Covariance(double s, double t) => null;

        private static double Weight(double y) => Math.Exp(-Math.Pow((y * y) - 1, 2));
    }
}
