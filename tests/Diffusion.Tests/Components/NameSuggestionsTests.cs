using Diffusion.Experiments.Components;
using Xunit;

namespace Diffusion.Tests.Components;

public sealed class NameSuggestionsTests
{
    private static readonly string[] Solvers = ["euler", "heun", "ddim", "dpmpp-2m", "euler-maruyama"];

    [Theory]
    [InlineData("dddim", "ddim")]
    [InlineData("dimm", "ddim")]
    [InlineData("EULER", "euler")]
    [InlineData("eulre", "euler")]
    [InlineData("dpm++2m", "dpmpp-2m")]
    [InlineData("euler-murayama", "euler-maruyama")]
    [InlineData("rk4", null)]
    [InlineData("unipc", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_suggested_when_it_is_near(string name, string? suggestion) =>
        Assert.Equal(suggestion, NameSuggestions.Nearest(name, Solvers));

    [Fact]
    public void A_name_of_several_words_means_the_one_that_has_them_all() =>
        Assert.Equal("dpm-solver-fast", NameSuggestions.Meant("dpm-fast", ["dpm-adaptive-solver", "dpm-fast-ancestral", "dpm-solver-fast", "fast"]));

    [Fact]
    public void The_known_names_are_listed_in_order() =>
        Assert.Equal("; did you mean 'heun'? (known: ddim, dpmpp-2m, euler, euler-maruyama, heun)", NameSuggestions.Hint("huen", Solvers));

    [Fact]
    public void A_long_list_is_left_out_where_a_name_is_suggested()
    {
        string[] many = [.. Enumerable.Range(10, 31).Select(number => $"solver-{number}")];
        Assert.Equal("; did you mean 'solver-10'?", NameSuggestions.Hint("solvr-10", many));
        Assert.StartsWith(" (known: solver-10, ", NameSuggestions.Hint("unheard of", many), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_without_end_is_no_slip() => Assert.Null(NameSuggestions.Nearest(new string('d', 100_000_000), Solvers));
}
