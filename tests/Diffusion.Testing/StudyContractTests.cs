using Diffusion.Core.Randomness;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Testing;

/// <summary>What every study must keep: values as declared, finite, the same for the same randomness, and nothing of its setting changed.</summary>
public abstract class StudyContractTests
{
    /// <summary>A fresh instance of the study under test, with options under which it runs for a second at most.</summary>
    protected abstract IStudy CreateStudy();

    /// <summary>The parts that it declares to need.</summary>
    protected abstract StudySetting Setting { get; }

    private StudyContext Context(int repeat, CancellationToken cancellation = default) => new()
    {
        Schedule = Setting.Schedule,
        Data = Setting.Data,
        Randomness = new PhiloxNoiseSource(new NoiseKey(7, repeat), 0, 1),
        Cancellation = cancellation,
    };

    private static string Text(StudyResult result) => string.Join(
        '\n',
        [
            .. result.Values.Select(value => FormattableString.Invariant($"{value.Name} {value.Value:R} {value.StandardError:R}")),
            .. result.Curves.SelectMany(curve => curve.Series.Select(series =>
                $"{curve.Name} {series.Label} {string.Join(' ', series.Y.Select(y => FormattableString.Invariant($"{y:R}")))}")),
            .. result.Fields.Select(field =>
                $"{field.Name} {string.Join(' ', field.Values.Cast<double>().Select(y => FormattableString.Invariant($"{y:R}")))}"),
        ]);

    [Fact]
    public void It_does_not_object_to_its_setting() => Assert.Null(CreateStudy().Objection(Setting));

    [Fact]
    public void Values_are_those_that_it_declares_finite_and_with_errors_of_the_declared_kind()
    {
        IReadOnlyDictionary<string, DeclaredValue> declared = CreateStudy().Declare(Setting).ToDictionary(value => value.Name);
        StudyResult result = CreateStudy().Run(Context(0));
        Assert.NotEmpty(result.Values);
        Assert.Equal(declared.Keys.Order(), result.Values.Select(value => value.Name).Order());
        Assert.All(result.Values, value =>
        {
            Assert.True(double.IsFinite(value.Value), value.Name);
            if (declared[value.Name].ErrorKind is { } kind)
            {
                Assert.Equal(kind, value.ErrorKind);
                Assert.True(value.StandardError is >= 0 && double.IsFinite(value.StandardError.Value), $"{value.Name} has no error");
            }
        });
    }

    [Fact]
    public void The_same_randomness_gives_the_same_result_to_the_bit() =>
        Assert.Equal(Text(CreateStudy().Run(Context(0))), Text(CreateStudy().Run(Context(0))));

    [Fact]
    public void Computed_values_do_not_depend_on_the_repeat()
    {
        StudyResult first = CreateStudy().Run(Context(0)), second = CreateStudy().Run(Context(1));
        Assert.All(
            first.Values.Zip(second.Values).Where(pair => pair.First.ErrorKind == MetricErrorKind.Quadrature),
            pair => Assert.Equal(pair.First.Value, pair.Second.Value));
    }

    [Fact]
    public void Curves_and_fields_have_a_value_for_each_place()
    {
        StudyResult result = CreateStudy().Run(Context(0));
        Assert.All(result.Curves, curve => Assert.All(curve.Series, series => Assert.Equal(curve.X.Count, series.Y.Count)));
        Assert.All(result.Fields, field => Assert.Equal((field.Y.Count, field.X.Count), (field.Values.GetLength(0), field.Values.GetLength(1))));
        string[] names = [.. result.Curves.Select(curve => curve.Name), .. result.Fields.Select(field => field.Name)];
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void A_cancelled_token_stops_it()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => CreateStudy().Run(Context(0, cancelled.Token)));
    }

    [Fact]
    public void Data_stay_as_they_are()
    {
        if (Setting.Data is not { } data)
            return;
        using Tensor before = data.Reference.clone();
        CreateStudy().Run(Context(0) with { Data = data });
        Assert.False(data.Reference.IsInvalid);
        Assert.True(data.Reference.equal(before).all().item<bool>());
    }
}
