using Diffusion.Metrics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;
using static Diffusion.Plugins.Tests.Metrics.MetricProblem;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>Memorisation by hand, by what chance gives, and where rows are copied.</summary>
public sealed class MemorisationMetricTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static Dictionary<string, MetricValue> Measure(Tensor samples, Tensor training, Tensor reference, double ratio = 1.0 / 3) =>
        new MemorisationMetric(new() { Ratio = ratio }).Measure(Input(samples, reference) with { TrainingRows = training })
            .ToDictionary(value => value.Name);

    private static Tensor Line(params double[] values) => tensor(values, [values.Length, 1]);

    [Fact]
    public void On_a_line_it_is_what_one_counts()
    {
        // Training rows 0, 1, 4. d₁ and d₂: 0.2 and 0.8; 0.4 and 1.4; 1.25 and 1.75; 2 and 5. Rows are 1, 1 and 3 from the nearest other row.
        Tensor training = Line(0, 1, 4), samples = Line(0.2, 1.4, 2.25, 6);
        Dictionary<string, MetricValue> values = Measure(samples, training, Line(-0.3, 5, 5.25));
        Assert.Equal(["memorised", "copied", "data-copying"], values.Keys);
        Assert.Equal([MetricGoal.Smaller, MetricGoal.Smaller, MetricGoal.Near(0.5)], values.Values.Select(value => value.Goal));
        // 0.2 is below 0.8/3 and 0.4 below 1.4/3. 0.2 and 0.4 are below 1, 2 is below 3; 1.25 is above 1.
        Assert.Equal(0.5, values["memorised"].Value);
        Assert.Equal(0.75, values["copied"].Value);
        // Held out: 0.3, 1, 1.25. Above those of samples: of 0.2 three, of 0.4 two, of 1.25 one half, of 2 none.
        Assert.Equal(5.5 / 12, values["data-copying"].Value, 1e-15);
        Assert.Equal(Math.Sqrt(0.25 * 0.75 / 3), values["copied"].StandardError!.Value, 1e-15);
        Assert.Equal(0.75, Measure(samples, training, Line(5), ratio: 0.45)["memorised"].Value);
    }

    [Fact]
    public void Training_rows_that_are_equal_count_once()
    {
        (Tensor samples, Tensor training, Tensor heldOut) = (Normal(1, 40, 2), Normal(2, 30, 2), Normal(3, 20, 2));
        Dictionary<string, MetricValue> once = Measure(samples, training, heldOut), twice = Measure(samples, cat([training, training], 0), heldOut);
        Assert.Equal(once.Values, twice.Values);
    }

    [Theory]
    [InlineData(1, 2.0 / 3)]
    [InlineData(2, 0.6215)]
    public void Fresh_draws_score_what_chance_gives(int dimension, double mutual)
    {
        // Locally uniform data: (d₁/d₂)^D is uniform, and of two nearest neighbours each is the other's with the chance of Clark & Evans (1955). Uniform
        // rows; 99.9 % intervals for independent samples with fixed seeds, a third wider since neighbours are not independent.
        const int count = 4000;
        Dictionary<string, MetricValue> values = Measure(Uniform(1), Uniform(2), Uniform(3));
        double Reach(double share) => 4.4 * Math.Sqrt(share * (1 - share) / count);
        double chance = Math.Pow(1.0 / 3, dimension);
        Assert.Equal(chance, values["memorised"].Value, Reach(chance));
        Assert.Equal(mutual, values["copied"].Value, Reach(mutual));
        Assert.Equal(0.5, values["data-copying"].Value, 3.3 * values["data-copying"].StandardError!.Value);

        Tensor Uniform(long seed) => special.ndtr(Normal(seed, count, dimension));
    }

    [Fact]
    public void Copies_are_found_and_samples_elsewhere_are_not_copies()
    {
        (Tensor training, Tensor heldOut) = (Normal(1, 500, 3), Normal(2, 400, 3));
        Assert.Equal([1, 1, 1], Measure(training.narrow(0, 0, 300) + 1e-6, training, heldOut).Values.Select(value => value.Value));
        Assert.Equal([0, 0, 0], Measure(Normal(3, 100, 3, 30, 0.1), training, heldOut).Values.Select(value => value.Value));
        // A tenth of copies among fresh draws, far more than the chance of 1/27.
        Tensor mixed = cat([Normal(4, 900, 3), training.narrow(0, 0, 100)], 0);
        Assert.InRange(Measure(mixed, training, heldOut)["memorised"].Value, 0.12, 0.16);
    }

    [Fact]
    public void Where_the_rows_are_the_target_itself_none_are_held_out()
    {
        Tensor rows = Normal(1, 50, 2);
        Assert.Equal(["memorised", "copied"], Measure(rows + 1e-9, rows, rows).Keys);
    }

    [Fact]
    public void What_cannot_be_measured_is_said()
    {
        var metric = new MemorisationMetric(new());
        MetricSetting setting = new() { Samples = 10, Reference = Normal(1, 5, 2), Data = new() { Name = "points", Shape = [2] } };
        Assert.Equal("needs the rows that a model was made from, and this model has seen none", metric.Objection(setting));
        Assert.Equal("needs at least two different training rows", metric.Objection(setting with { TrainingRows = ones(7, 2) }));
        Assert.Null(metric.Objection(setting with { TrainingRows = Normal(1, 2, 2) }));
        Assert.Throws<ArgumentException>(() => metric.Measure(Input(Normal(1, 5, 2), Normal(2, 5, 2))));
        Assert.Throws<ArgumentException>(() => Measure(Normal(1, 5, 2), ones(5, 2, dtype: ScalarType.Float64), Normal(2, 5, 2)));
        Assert.Throws<ArgumentException>(() => Measure(Normal(1, 5, 2), Normal(1, 5, 3), Normal(2, 5, 2)));
        Assert.All(Measure(Normal(1, 1, 2), Normal(3, 5, 2), Normal(2, 5, 2)).Values, value => Assert.Null(value.StandardError));

        Tensor broken = Normal(1, 10, 2);
        broken[3, 1] = double.NaN;
        Assert.Equal(double.NaN, Measure(broken, Normal(2, 10, 2), Normal(3, 10, 2))["memorised"].Value);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Errors_are_those_of_repeated_draws_given_the_training_rows()
    {
        // The spread of 600 values is known to 2.9 %.
        Tensor training = Normal(1, 300, 2);
        Dictionary<string, MetricValue>[] values = [.. Enumerable.Range(0, 600).Select(i =>
        {
            using DisposeScope scope = NewDisposeScope();
            return Measure(Normal(1000 + (2 * i), 150, 2, 0.2), training, Normal(1001 + (2 * i), 100, 2));
        })];
        foreach (string name in values[0].Keys)
        {
            double mean = values.Average(value => value[name].Value);
            double spread = Math.Sqrt(values.Sum(value => Math.Pow(value[name].Value - mean, 2)) / 599);
            Assert.InRange(Math.Sqrt(values.Average(value => Math.Pow(value[name].StandardError!.Value, 2))) / spread, 0.9, 1.1);
        }
    }
}
