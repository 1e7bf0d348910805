using System.Globalization;
using MLflow;

// <tracking URI> <name> <batches> <points>: writes batches of points of the metric <name> to a run that all writers share, and
// says after each that it is stored. With 0 batches it goes on until it is stopped.
string uri = args[0], name = args[1];
int batches = int.Parse(args[2], CultureInfo.InvariantCulture), points = int.Parse(args[3], CultureInfo.InvariantCulture);
await using var client = MlflowClient.Open(uri);
Experiment experiment = await client.GetOrCreateExperimentAsync("shared");
Run run = await client.CreateRunAsync(new RunCreation(experiment.ExperimentId) { Tags = [new RunTag("writers", "all")], UniqueTag = "writers" });
for (int batch = 0; batches == 0 || batch < batches; batch++)
{
    await client.LogBatchAsync(
        run.Info.RunId,
        [.. Enumerable.Range(batch * points, points).Select(step => new Metric(name, step, DateTimeOffset.FromUnixTimeMilliseconds(step), step))]);
    Console.WriteLine(batch.ToString(CultureInfo.InvariantCulture));
}
