using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Schedules;

public sealed class TabulatedScheduleErrorTests
{
    [Theory]
    [InlineData("time,alpha\n1,1\n", "line 1: the columns are 'time,alpha', not 't,alpha,sigma' or 't,log-snr' or 't,half-log-snr'")]
    [InlineData("t,log-snr\n1,2\n\n2,1,0\n", "line 4: 3 fields where 2 are expected")]
    [InlineData("t,log-snr\n1,2\n2,x\n", "line 3: column 'log-snr': 'x' is not a finite number")]
    [InlineData("t,log-snr\n1,2\n2,NaN\n", "line 3: column 'log-snr': 'NaN' is not a finite number")]
    [InlineData("t,log-snr\n1,2\n1,1\n", "line 3: the time does not rise")]
    [InlineData("t,log-snr\n1,2\n2,2\n", "line 3: the signal-to-noise ratio does not fall")]
    [InlineData("t,log-snr\n0,2\n2,1\n", "line 2: a variance-preserving process is clean at t = 0")]
    [InlineData("t,alpha,sigma\n-1,1,1\n", "line 2: times are not negative")]
    [InlineData("t,alpha,sigma\n0,0.9,0.1\n", "line 2: alpha is 1 at t = 0")]
    [InlineData("t,alpha,sigma\n0,1,0\n1,0.5,0.5\n2,0,1\n", "line 4: alpha and sigma are positive after t = 0")]
    [InlineData("t,alpha,sigma\n0,1,0\n1,0.5,0.5\n", "holds fewer than two rows with noise")]
    [InlineData(
        "t;log-snr\n1;2\n2;1\n",
        "line 1: the columns are 't;log-snr', not 't,alpha,sigma' or 't,log-snr' or 't,half-log-snr'; fields are separated by commas here, not by ';'")]
    [InlineData("t,log-snr\r\n\r\n\"1\",2\r\n2,\"1\n", "line 4: a quoted field is not closed properly")]
    [InlineData("t,log-snr\n1,2\n2,\u001b[31m\n", @"line 3: column 'log-snr': '\u001b[31m' is not a finite number")]
    [InlineData("t,alpha,sigma\n1,1e-300,1e300\n2,0.5,0.9\n", "line 2: alpha/sigma is out of the range of numbers")]
    [InlineData("", "holds fewer than two rows with noise")]
    public void A_file_that_is_no_table_of_levels_is_refused_by_name_and_line(string text, string expected)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            string message = Assert.Throws<InvalidDataException>(() => new TabulatedSchedule(new() { Path = path })).Message;
            Assert.StartsWith(path, message, StringComparison.Ordinal);
            Assert.Contains(expected, message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Quotes_blanks_and_line_ends_of_the_file_change_no_level()
    {
        string[] texts = ["t,alpha,sigma\n0,1,0\n1,0.9,0.1\n2,0.5,0.8\n", "\ufeff\"t\", alpha ,SIGMA\r\n\r\n0,1,0\r\n \"1\", 0.9, 0.1\r\n2,0.5,0.8"];
        NoiseLevel[] levels = [.. texts.Select(text =>
        {
            string path = Path.GetTempFileName();
            try
            {
                File.WriteAllText(path, text);
                return new TabulatedSchedule(new() { Path = path }).At(1.3);
            }
            finally
            {
                File.Delete(path);
            }
        })];
        Assert.Equal(levels[0], levels[1]);
    }
}
