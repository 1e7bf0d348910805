using MLflow.Rules;
using Xunit;

namespace MLflow.Tests;

public sealed class PythonNumberTests
{
    [Theory]
    [InlineData(3.5, "3.5")]
    [InlineData(3, "3.0")]
    [InlineData(0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(123456789012345680, "1.2345678901234568e+17")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001234, "1.234e-05")]
    [InlineData(1e-30, "1e-30")]
    [InlineData(-1.5e300, "-1.5e+300")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(0.1, "0.1")]
    [InlineData(100.25, "100.25")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void A_number_is_written_as_Python_writes_it(double value, string text) => Assert.Equal(text, PythonNumber.Write(value));
}
