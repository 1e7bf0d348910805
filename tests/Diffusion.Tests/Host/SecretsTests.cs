using Diffusion.Host.Settings;
using Xunit;

namespace Diffusion.Tests.Host;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("diffusion run x.json --tracking http://ada:s3cret@host:5000/p --threads 2", "diffusion run x.json --tracking http://***@host:5000/p --threads 2")]
    [InlineData("--tracking=https://t0ken@host", "--tracking=https://***@host")]
    [InlineData("http://a:p@ss@host/x", "http://***@host/x")]
    [InlineData("http://host/user@example", "http://host/user@example")]
    [InlineData("sqlite:///results/mlflow.db", "sqlite:///results/mlflow.db")]
    [InlineData("none", "none")]
    public void Passwords_in_addresses_are_not_shown(string text, string shown) => Assert.Equal(shown, Secrets.Without(text));
}
