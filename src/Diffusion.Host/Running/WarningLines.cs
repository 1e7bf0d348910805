using Microsoft.Extensions.Logging;

namespace Diffusion.Host.Running;

/// <summary>Shows warnings, a line each.</summary>
internal sealed class WarningLines(TextWriter error) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            error.WriteLine(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
