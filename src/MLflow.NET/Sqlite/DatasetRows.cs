namespace MLflow.Sqlite;

/// <summary>The tables datasets, inputs and input_tags.</summary>
internal static class DatasetRows
{
    public static void Insert(SqliteSession session, string runId, long experiment, DatasetInput input, Func<string> newId)
    {
        Dataset dataset = input.Dataset;
        session.Execute(
            """
            INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (experiment_id, name, digest) DO NOTHING
            """,
            newId(), experiment, dataset.Name, dataset.Digest, dataset.SourceType, dataset.Source, dataset.Schema, dataset.Profile);
        object datasetId = session.Scalar(
            "SELECT dataset_uuid FROM datasets WHERE experiment_id = $1 AND name = $2 AND digest = $3", experiment, dataset.Name, dataset.Digest)!;
        session.Execute(
            """
            INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id)
            VALUES ($1, 'DATASET', $2, 'RUN', $3) ON CONFLICT (source_type, source_id, destination_type, destination_id) DO NOTHING
            """,
            newId(), datasetId, runId);
        object inputId = session.Scalar(
            "SELECT input_uuid FROM inputs WHERE source_type = 'DATASET' AND source_id = $1 AND destination_type = 'RUN' AND destination_id = $2",
            datasetId,
            runId)!;
        foreach (InputTag tag in input.Tags)
            session.Execute(
                "INSERT INTO input_tags (input_uuid, name, value) VALUES ($1, $2, $3) ON CONFLICT (input_uuid, name) DO NOTHING", inputId, tag.Key, tag.Value);
    }

    public static List<DatasetInput> Read(SqliteSession session, string runId)
    {
        List<(string InputId, Dataset Dataset)> found = session.Query(
            """
            SELECT inputs.input_uuid, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile
            FROM inputs JOIN datasets ON datasets.dataset_uuid = inputs.source_id
            WHERE inputs.destination_type = 'RUN' AND inputs.destination_id = $1 AND inputs.source_type = 'DATASET'
            ORDER BY name, digest
            """,
            row => (row.GetString(0), new Dataset(
                row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.OptionalText(5), row.OptionalText(6))),
            runId);
        return found.ConvertAll(input => new DatasetInput(
            input.Dataset,
            session.Query(
                "SELECT name, value FROM input_tags WHERE input_uuid = $1 ORDER BY name", row => new InputTag(row.GetString(0), row.Text(1)), input.InputId)));
    }
}
