using System.Buffers.Binary;
using System.Security.Cryptography;

using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Grey images from IDX files, the format of the MNIST family: shape (N, 1, H, W), scaled to [−1, 1].</summary>
/// <remarks>
/// x = 2 b/max − 1 for a byte b. The digest is SHA-256 of height, width and the bytes of the images taken, those to learn from first: compression, file
/// names and labels do not change it. Held-out images are those i for which ⌊(i + 1) n/N⌋ &gt; ⌊i n/N⌋, n of N, so that files that are sorted are split evenly.
/// Format: LeCun, Cortes &amp; Burges, The MNIST database, section "File formats".
/// </remarks>
[Component(ComponentKind.Data, "idx", "Grey images from IDX files, the format of the MNIST family, with or without gzip.")]
public sealed class IdxDataSource(IdxOptions options) : IDataSource
{
    private const long MostNumbers = 250_000_000;

    /// <inheritdoc/>
    public DataSet Load()
    {
        IdxArray images = IdxArray.Read(options.Images, IdxArray.Images);
        (int[] train, int[] reference) = Split(Chosen(images, options.Labels));
        IdxArray referenceImages = images;
        if (options.ReferenceImages is { } path)
        {
            referenceImages = IdxArray.Read(path, IdxArray.Images);
            if (!referenceImages.Sizes.AsSpan(1).SequenceEqual(images.Sizes.AsSpan(1)))
                throw new InvalidDataException($"{path} holds images of {Size(referenceImages)} pixels, and {options.Images} has images of {Size(images)}.");
            reference = Chosen(referenceImages, options.ReferenceLabels);
        }

        train = Limited(train, options.Limit);
        reference = Limited(reference, options.ReferenceLimit);
        Tensor rows = Rows(images, train);
        var description = new DataDescription
        {
            Name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(options.Images))!),
            Shape = [1, images.Sizes[1], images.Sizes[2]],
            Source = Path.GetFileName(options.Images),
            Digest = Digest(images, train, referenceImages, reference),
        };
        return new DataSet(description, rows, reference.Length == 0 ? rows : Rows(referenceImages, reference));
    }

    private static string Size(IdxArray images) => FormattableString.Invariant($"{images.Sizes[1]} × {images.Sizes[2]}");

    private static int[] Limited(int[] places, int limit) => limit > 0 && limit < places.Length ? places[..limit] : places;

    private static string Digest(IdxArray images, int[] train, IdxArray referenceImages, int[] reference)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] number = new byte[sizeof(int)];
        foreach (int size in (int[])[images.Sizes[1], images.Sizes[2], train.Length])
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, size);
            hash.AppendData(number);
        }

        foreach (int place in train)
            hash.AppendData(images.Item(place));
        foreach (int place in reference)
            hash.AppendData(referenceImages.Item(place));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Places of the images of the classes asked for, in the file's order.</summary>
    private int[] Chosen(IdxArray images, string? labelFile)
    {
        int[] all = [.. Enumerable.Range(0, images.Count)];
        if (labelFile is null)
            return all;
        IdxArray labels = IdxArray.Read(labelFile, IdxArray.Labels);
        if (labels.Count != images.Count)
            throw new InvalidDataException($"{labelFile} holds {labels.Count} labels, and {images.Path} holds {images.Count} images: "
                + "give the two files that belong together.");
        if (options.Classes.FirstOrDefault(label => !labels.Values.Contains((byte)label), -1) is var absent and >= 0)
            throw new InvalidDataException($"{labelFile} has no label {absent}; its labels are {string.Join(", ", labels.Values.Distinct().Order())}.");
        return options.Classes.Length == 0 ? all : [.. all.Where(place => options.Classes.Contains(labels.Values[place]))];
    }

    private (int[] Train, int[] Reference) Split(int[] places)
    {
        if (options.HeldOut >= places.Length)
            throw new InvalidDataException(
                $"{options.Images}: {options.HeldOut} of {places.Length} images are to be held out, which leaves none to learn from; lower \"heldOut\".");
        ILookup<bool, int> parts = places.Index().ToLookup(
            entry => (entry.Index + 1L) * options.HeldOut / places.Length > (long)entry.Index * options.HeldOut / places.Length, entry => entry.Item);
        return ([.. parts[false]], [.. parts[true]]);
    }

    private Tensor Rows(IdxArray images, int[] places)
    {
        if ((long)places.Length * images.ItemLength > MostNumbers)
            throw new InvalidDataException($"{images.Path}: {places.Length} images of {Size(images)} pixels are more than {MostNumbers} numbers, the most that "
                + "can be held; set \"limit\" or \"referenceLimit\".");
        double[] values = new double[places.Length * images.ItemLength];
        for (int i = 0; i < places.Length; i++)
        {
            ReadOnlySpan<byte> image = images.Item(places[i]);
            for (int j = 0; j < image.Length; j++)
            {
                if (image[j] > options.Maximum)
                    throw new InvalidDataException(
                        $"{images.Path}: image {places[i] + 1} has a pixel of {image[j]}, above \"maximum\": {options.Maximum}; "
                            + "255 is the most that a byte holds.");
                values[(i * image.Length) + j] = (2.0 * image[j] / options.Maximum) - 1;
            }
        }

        return tensor(values, [places.Length, 1, images.Sizes[1], images.Sizes[2]]);
    }
}
