namespace MLflow.TestServer;

/// <summary>Errors of a server's database. A real one answers 400 to each, in SQLAlchemy's words.</summary>
internal static class DatabaseErrors
{
    private const int BadRequest = 400;
    private const string Code = "BAD_REQUEST";

    public static Answer NoConnection => Answer.Error(
        BadRequest, Code, "QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: "
            + "https://sqlalche.me/e/20/3o7r)");

    public static RefusedException SameParams(string run, string key) => NotUnique(
        "params.key, params.run_uuid", "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", $"('{key}', '…', '{run}')");

    public static RefusedException SameDataset(string experiment, string name, string digest) => NotUnique(
        "datasets.experiment_id, datasets.name, datasets.digest",
        "INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile) VALUES (?, ?, "
            + "?, ?, ?, ?, ?, ?)",
        $"('…', {experiment}, '{name}', '{digest}', …)");

    public static RefusedException SameName(string name) => NotUnique(
        "experiments.name", "UPDATE experiments SET name=?, last_update_time=? WHERE experiments.experiment_id = ?", $"('{name}', …)");

    private static RefusedException NotUnique(string columns, string sql, string parameters) => new(
        BadRequest,
        Code,
        "(raised as a result of Query-invoked autoflush; consider using a session.no_autoflush block if this flush is occurring "
            + $"prematurely)\n(sqlite3.IntegrityError) UNIQUE constraint failed: {columns}\n[SQL: {sql}]\n[parameters: "
            + $"{parameters}]\n(Background on this error at: https://sqlalche.me/e/20/gkpj)");
}
