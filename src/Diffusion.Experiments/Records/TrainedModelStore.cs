using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Storage;

using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Records;

/// <summary>
/// Trained models by the key of their set-up, <c>results/models/&lt;key&gt;/</c>: <c>weights.safetensors</c> and <c>model.json</c>. Shared by all
/// runs under one results folder: a set-up is trained once.
/// </summary>
/// <param name="results">The results folder.</param>
public sealed class TrainedModelStore(string results)
{
    /// <summary>The folder of a model.</summary>
    public string FolderOf(StageKey key) => Path.Combine(results, "models", key[..16]);

    /// <summary>The checkpoint of a model.</summary>
    public string WeightsOf(StageKey key) => Path.Combine(FolderOf(key), "weights.safetensors");

    /// <summary>The record of a model.</summary>
    public string RecordOf(StageKey key) => Path.Combine(FolderOf(key), "model.json");

    /// <summary>The record of a model that is there and whole, or null. The weights' digest is compared, so a damaged checkpoint is trained anew.</summary>
    public TrainedModelRecord? Find(StageKey key)
    {
        if (!File.Exists(RecordOf(key)) || !File.Exists(WeightsOf(key)))
            return null;

        try
        {
            TrainedModelRecord record = RecordJson.Read<TrainedModelRecord>(RecordOf(key));
            return record.Key == key && record.WeightsDigest == FileDigest.Compute(WeightsOf(key)) ? record : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Puts the stored weights into a network of the same set-up and switches it to evaluation.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public void LoadInto(StageKey key, nn.Module network, Device device, ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        network.to(device, dtype);
        network.load_state_dict(SafetensorsFile.Read(WeightsOf(key)));
        network.eval();
    }

    /// <summary>Stores weights and record; the record last, so that a model counts only when it is whole.</summary>
    public TrainedModelRecord Save(nn.Module network, Func<string, TrainedModelRecord> recordOfDigest, StageKey key)
    {
        Directory.CreateDirectory(FolderOf(key));
        SafetensorsFile.Write(WeightsOf(key), network.state_dict());
        TrainedModelRecord record = recordOfDigest(FileDigest.Compute(WeightsOf(key)));
        RecordJson.Write(RecordOf(key), record);
        return record;
    }
}
