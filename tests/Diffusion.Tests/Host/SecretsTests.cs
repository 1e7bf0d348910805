using Diffusion.Host.Settings;
using Xunit;

namespace Diffusion.Tests.Host;

public sealed class SecretsTests
{
    [Theory]
    [InlineData(
        "diffusion run x.json --tracking http://ada:s3cret@host:5000/p --threads 2", "diffusion run x.json --tracking http://***@host:5000/p --threads 2")]
    [InlineData("--tracking=https://t0ken@host", "--tracking=https://***@host")]
    [InlineData("http://a:p@ss@host/x", "http://***@host/x")]
    [InlineData("http://host/user@example", "http://host/user@example")]
    [InlineData("sqlite:///results/mlflow.db", "sqlite:///results/mlflow.db")]
    [InlineData("none", "none")]
    public void Passwords_in_addresses_are_not_shown(string text, string shown) => Assert.Equal(shown, Secrets.Without(text));

    [Theory]
    [InlineData("http://ada:s3cret@host:5000/p", "http://***@host:5000/p")]
    [InlineData("http://ada:it's@host/p", "http://***@host/p")]
    [InlineData("http://ada:say\"it@host/p", "http://***@host/p")]
    [InlineData("http://ada:two words@host/p", "http://***@host/p")]
    [InlineData("http://ada:a/b@host/p", "http://***@host/p")]
    [InlineData("http://ada:1/b@host/p", "http://***@host/p")]
    [InlineData("http://ada:a#b@host", "http://***@host")]
    [InlineData("http://ada:a?b@host", "http://***@host")]
    [InlineData("http://ada:p@ss@host/x@y", "http://***@host/x@y")]
    [InlineData("alice:pw@host", "***@host")]
    [InlineData("alice:p@w@host:5000/x", "***@host:5000/x")]
    [InlineData("https://host/p?token=abc&x=1", "https://host/p?token=***&x=***")]
    [InlineData("https://host/p?token=abc#f", "https://host/p?token=***#f")]
    [InlineData("http://host/user@example", "http://host/user@example")]
    [InlineData("sqlite:////home/a@b/mlflow.db", "sqlite:////home/a@b/mlflow.db")]
    [InlineData("results@home", "results@home")]
    [InlineData("none", "none")]
    public void An_address_is_shown_without_its_secrets(string uri, string shown) => Assert.Equal(shown, Secrets.Shown(uri));

    [Fact]
    public void A_secret_that_is_known_is_found_wherever_it_turns_up()
    {
        const string Uri = "http://grace:h'op\"per one/2@host:80";
        Secrets.Learn(Uri);
        Assert.Equal("cannot reach http://***@host:80: no", Secrets.Without($"cannot reach {Uri}: no"));
        Assert.Equal("password *** is wrong", Secrets.Without("password h'op\"per one/2 is wrong"));
        Assert.DoesNotContain("op", Secrets.Without(System.Text.Json.JsonSerializer.Serialize(new { Text = $"at {Uri}" })), StringComparison.Ordinal);
        Secrets.Learn("https://host/p?token=zebra-crossing");
        Assert.Equal("token *** has expired", Secrets.Without("token zebra-crossing has expired"));
    }

    [Fact]
    public void A_command_line_is_told_without_secrets() => Assert.Equal(
        "diffusion run x.json --tracking http://***@host --tracking=https://***@h/ \"--set name=a b\"",
        Secrets.CommandLine(["diffusion", "run", "x.json", "--tracking", "http://ada:my pass'word@host", "--tracking=https://bob:x/y@h/", "--set name=a b"]));
}
