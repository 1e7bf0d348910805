using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MLflow.Sqlite;

/// <summary>
/// One connection, opened when first needed and used by one caller at a time. Work runs in a transaction on a pool thread, because
/// SQLite blocks while another process holds the lock. The journal mode is left as MLflow leaves it: write-ahead logging breaks
/// on network file systems.
/// </summary>
internal sealed class SqliteSession(string path, TimeSpan busyTimeout, Action<SqliteSession> prepareDatabase) : IAsyncDisposable
{
    private const int Busy = 5;
    private const int Locked = 6;

    // A wait for the lock cannot be cancelled inside SQLite or its provider, so each waits in short slices: SQLite this long,
    private const int SliceMilliseconds = 500;

    // and the provider, which takes 0 for ever, this many seconds.
    private const int ShortestTimeout = 1;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private SqliteConnection? _connection;
    private bool _disposed;

    static SqliteSession() => Batteries_V2.Init();

    public string Path { get; } = path;

    public Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
        => RunAsync("BEGIN DEFERRED", work, cancellationToken);

    public Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
        => RunAsync("BEGIN IMMEDIATE", work, cancellationToken);

    /// <summary>Runs a statement with <c>$1</c>, <c>$2</c> … bound in order; returns the rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; null where there is no row or the value is NULL.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        object? value = Bind(sql, values).ExecuteScalar();
        return value is DBNull ? null : value;
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using SqliteDataReader reader = Bind(sql, values).ExecuteReader();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    public void ExecuteScript(string sql)
    {
        using SqliteCommand command = _connection!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            Close();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> RunAsync<T>(string begin, Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return await Task.Run(
                () =>
                {
                    try
                    {
                        if (_connection is null)
                            Open(cancellationToken);
                        return InTransaction(begin, work, cancellationToken);
                    }
                    catch (SqliteException exception)
                    {
                        Close();
                        throw Translate(exception);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Open(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MlflowException(ErrorCodes.InternalError, $"The folder of '{Path}' cannot be made: {exception.Message}", exception);
        }
        var settings = new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, ForeignKeys = true };
        _connection = new SqliteConnection(settings.ToString());
        try
        {
            _connection.Open();
            ExecuteScript($"PRAGMA busy_timeout = {SliceMilliseconds}");
            InTransaction("BEGIN IMMEDIATE", Prepare, cancellationToken);
        }
        catch
        {
            Close();
            throw;
        }

        bool Prepare(SqliteSession session)
        {
            prepareDatabase(session);
            return true;
        }
    }

    private T InTransaction<T>(string begin, Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        Wait(begin, cancellationToken);
        try
        {
            T result = work(this);
            Wait("COMMIT", CancellationToken.None);
            return result;
        }
        catch
        {
            // SQLite itself has already rolled back after some failures, such as a full disk.
            if (raw.sqlite3_get_autocommit(_connection!.Handle) == 0)
                ExecuteScript("ROLLBACK");
            throw;
        }
    }

    /// <summary>Runs a statement that may have to wait for another connection's lock.</summary>
    private void Wait(string statement, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        SqliteCommand command = Bind(statement, []);
        command.CommandTimeout = ShortestTimeout;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                command.ExecuteNonQuery();
                return;
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode is Busy or Locked && Stopwatch.GetElapsedTime(start) < busyTimeout)
            {
            }
        }
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = _connection!.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = Math.Max(ShortestTimeout, (int)Math.Ceiling(busyTimeout.TotalSeconds));
            for (int i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _commands.Add(sql, command);
        }
        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    private void Close()
    {
        foreach (SqliteCommand command in _commands.Values)
            command.Dispose();
        _commands.Clear();
        _connection?.Dispose();
        _connection = null;
    }

    private MlflowException Translate(SqliteException exception)
    {
        const int cannotOpen = 14, notADatabase = 26, readOnly = 8, full = 13;
        (string code, string text) = exception.SqliteErrorCode switch
        {
            Busy or Locked => (ErrorCodes.TemporarilyUnavailable, $"'{Path}' is locked: another process has been writing to it for more than {busyTimeout.TotalSeconds:0} s."),
            cannotOpen => (ErrorCodes.InternalError, $"'{Path}' cannot be opened or made; check the folder and its permissions."),
            notADatabase => (ErrorCodes.InternalError, $"'{Path}' is not a SQLite database."),
            readOnly => (ErrorCodes.InternalError, $"'{Path}' cannot be written; check the permissions of the file and its folder."),
            full => (ErrorCodes.InternalError, $"'{Path}' cannot grow: the disk is full."),
            _ => (ErrorCodes.InternalError, $"'{Path}': {exception.Message}"),
        };
        return new MlflowException(code, text, exception);
    }
}
