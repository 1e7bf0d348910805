namespace Diffusion.Core.Training;

/// <summary>Gathers a <see cref="LossVariance"/> from losses L and importance weights w: E_q L² = E_p w L² where w = q/p.</summary>
internal sealed class LossVarianceEstimate
{
    private bool _hasWeights;
    private double _count;
    private double _sum;
    private double _objectiveSquares;
    private double _importanceSquares;

    public void Add(double loss, double weight)
    {
        double weighted = weight * loss;
        _hasWeights |= weight != 1;
        _count++;
        _sum += weighted;
        _objectiveSquares += weighted * loss;
        _importanceSquares += weighted * weighted;
    }

    /// <summary>Null when every weight was 1.</summary>
    public LossVariance? ToRecord()
    {
        if (!_hasWeights)
            return null;

        double mean = _sum / _count;
        return new((_objectiveSquares / _count) - (mean * mean), (_importanceSquares / _count) - (mean * mean));
    }
}
