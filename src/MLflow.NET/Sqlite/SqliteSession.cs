using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MLflow.Sqlite;

/// <summary>
/// One connection, opened when first needed and used by one caller at a time. Work runs in a transaction on a pool thread, because
/// SQLite blocks while another process holds the lock. The journal mode is left as MLflow leaves it: write-ahead logging breaks
/// on network file systems.
/// </summary>
/// <remarks>
/// Committing costs several waits for the disk, far more than a small write itself. Writes that wait for their turn therefore go
/// into one transaction together, each behind a savepoint of its own, and are acknowledged when it is committed.
/// </remarks>
/// <param name="verifies">Whether a file that is there already is looked through for damage before its first use.</param>
internal sealed class SqliteSession(string path, TimeSpan busyTimeout, bool verifies, Action<SqliteSession> prepareDatabase) : IAsyncDisposable
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Constraint = 19;

    // A wait for the lock cannot be cancelled inside SQLite or its provider, so each waits in short slices: SQLite this long,
    private const int SliceMilliseconds = 500;

    // and the provider, which takes 0 for ever, this many seconds.
    private const int ShortestTimeout = 1;

    // More would keep other processes from the lock for long.
    private const int WritesTogether = 32;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Queue<Write> _writes = new();
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private SqliteConnection? _connection;
    private bool _isVerified;
    private (DateTime Written, long Length, MlflowException Found)? _damage;
    private bool _disposed;

    static SqliteSession() => Batteries_V2.Init();

    public string Path { get; } = path;

    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => InTransaction("BEGIN DEFERRED", work, cancellationToken.ThrowIfCancellationRequested), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs a write and commits it, or undoes it where it throws. A cancelled one may still be carried out.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        T result = default!;
        var write = new Write(session => result = work(session));
        lock (_writes)
            _writes.Enqueue(write);
        _ = Task.Run(WriteTogetherAsync, CancellationToken.None);
        try
        {
            await write.Ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            write.IsAbandoned = true;
            throw;
        }
        write.Failure?.Throw();
        return result;
    }

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

    /// <summary>Takes a turn for whatever writes are waiting; there may be none left, since each asks for a turn.</summary>
    private async Task WriteTogetherAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        List<Write> group = [];
        try
        {
            lock (_writes)
            {
                while (group.Count < WritesTogether && _writes.TryDequeue(out Write? write))
                    group.Add(write);
            }
            if (group.Count > 0)
                InTransaction("BEGIN IMMEDIATE", session => session.Run(group), () => ThrowIfAbandoned(group));
        }
        catch (Exception exception)
        {
            foreach (Write write in group)
                write.Failure = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            _turn.Release();
        }
        foreach (Write write in group)
            write.Ended.SetResult();
    }

    private static void ThrowIfAbandoned(List<Write> group)
    {
        if (group.TrueForAll(write => write.IsAbandoned))
            throw new OperationCanceledException();
    }

    private int Run(List<Write> group)
    {
        foreach (Write write in group.Where(write => !write.IsAbandoned))
        {
            Execute("SAVEPOINT write");
            try
            {
                write.Work(this);
            }
            catch (Exception exception) when (exception is not SqliteException { SqliteErrorCode: not Constraint })
            {
                write.Failure = ExceptionDispatchInfo.Capture(
                    exception is SqliteException error ? Translate(error) : IsOfContent(exception) ? Damaged(exception.Message, exception) : exception);
                Execute("ROLLBACK TO write");
            }
            Execute("RELEASE write");
        }
        return group.Count;
    }

    private T InTransaction<T>(string begin, Func<SqliteSession, T> work, Action throwIfCancelled)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            if (_connection is null)
                Open(throwIfCancelled);
            return Transact(begin, work, throwIfCancelled);
        }
        catch (SqliteException exception)
        {
            Close();
            throw Translate(exception);
        }
        catch (Exception exception) when (IsOfContent(exception))
        {
            throw Damaged(exception.Message, exception);
        }
    }

    /// <summary>Whether a value cannot be read as what MLflow writes in its place.</summary>
    private static bool IsOfContent(Exception exception)
        => exception is InvalidCastException or InvalidOperationException or FormatException or OverflowException or ArgumentOutOfRangeException;

    private MlflowException Damaged(string detail, Exception? exception = null)
        => new(ErrorCodes.InternalError, $"'{Path}' is damaged ({detail.TrimEnd('.')}); delete it or move it away, and a new one is made.", exception);

    private void Open(Action throwIfCancelled)
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
            Transact("BEGIN IMMEDIATE", Prepare, throwIfCancelled);
        }
        catch
        {
            Close();
            throw;
        }

        bool Prepare(SqliteSession session)
        {
            if (verifies && !_isVerified)
                Verify();
            prepareDatabase(session);
            _isVerified = true;
            return true;
        }
    }

    /// <summary>
    /// Looks through the whole file. Reading and writing notice only damage that they come across, and an index that lacks rows hides them from some
    /// queries and not from others.
    /// </summary>
    private void Verify()
    {
        FileInfo file = new(Path);
        if (_damage is { } known && known.Written == file.LastWriteTimeUtc && known.Length == file.Length)
            throw known.Found;
        if (Scalar("PRAGMA integrity_check(1)") as string is not "ok" and var found)
        {
            // The first line names the database, of which there is one.
            MlflowException damaged = Damaged(found?.Split('\n', StringSplitOptions.TrimEntries)[^1] ?? "unreadable");
            _damage = (file.LastWriteTimeUtc, file.Length, damaged);
            throw damaged;
        }
    }

    private T Transact<T>(string begin, Func<SqliteSession, T> work, Action throwIfCancelled)
    {
        Wait(begin, throwIfCancelled);
        try
        {
            T result = work(this);
            Wait("COMMIT", static () => { });
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
    private void Wait(string statement, Action throwIfCancelled)
    {
        long start = Stopwatch.GetTimestamp();
        SqliteCommand command = Bind(statement, []);
        command.CommandTimeout = ShortestTimeout;
        while (true)
        {
            throwIfCancelled();
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
        const int corrupt = 11, cannotOpen = 14, notADatabase = 26, readOnly = 8, full = 13;
        if (exception.SqliteErrorCode == corrupt)
            return Damaged(raw.sqlite3_errstr(corrupt).utf8_to_string(), exception);
        (string code, string text) = exception.SqliteErrorCode switch
        {
            Busy or Locked => (ErrorCodes.TemporarilyUnavailable, $"'{Path}' is locked: another process has been writing to it for more than "
                + $"{busyTimeout.TotalSeconds:0} s."),
            cannotOpen => (ErrorCodes.InternalError, $"'{Path}' cannot be opened or made; check the folder and its permissions."),
            notADatabase => (ErrorCodes.InternalError, $"'{Path}' is not a SQLite database; delete it or move it away, and a new one is made."),
            readOnly => (ErrorCodes.InternalError, $"'{Path}' cannot be written; check the permissions of the file and its folder."),
            full => (ErrorCodes.InternalError, $"'{Path}' cannot grow: the disk is full."),
            _ => (ErrorCodes.InternalError, $"'{Path}': {exception.Message}"),
        };
        return new MlflowException(code, text, exception) { IsTransient = code == ErrorCodes.TemporarilyUnavailable };
    }

    private sealed class Write(Action<SqliteSession> work)
    {
        private volatile bool _isAbandoned;

        public Action<SqliteSession> Work { get; } = work;

        /// <summary>Whether its caller has stopped waiting for it.</summary>
        public bool IsAbandoned { get => _isAbandoned; set => _isAbandoned = value; }

        public ExceptionDispatchInfo? Failure { get; set; }

        /// <summary>Set once the write is committed, or <see cref="Failure"/> says why it is not.</summary>
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
