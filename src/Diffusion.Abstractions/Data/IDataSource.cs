namespace Diffusion;

/// <summary>Where data come from. The same options give the same rows, to the bit.</summary>
public interface IDataSource
{
    /// <summary>Reads or draws the rows.</summary>
    /// <exception cref="InvalidDataException">A file's content is not what the options promise; the message names the file and the line.</exception>
    DataSet Load();

    /// <summary>Reads or draws the rows, until the token is cancelled. A source that takes more than a second implements this one.</summary>
    /// <inheritdoc cref="Load()"/>
    DataSet Load(CancellationToken cancellationToken) => Load();
}
