using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Data;

/// <summary>Options of <see cref="IdxDataSource"/>.</summary>
public sealed record IdxOptions : ComponentOptions, IValidatableObject
{
    private const string Source = "Fashion-MNIST comes with the Debian package dataset-fashion-mnist, below /usr/share/datasets/fashion-mnist; "
        + "8 × 8 digits are in experiments/data/digits";

    /// <summary>Images to learn from.</summary>
    [FilePath("IDX file of images", Obtain = Source)]
    [Description("IDX file of images (magic number 00 00 08 03), plain or compressed by gzip.")]
    public required string Images { get; init; }

    /// <summary>Their classes.</summary>
    [FilePath("IDX file of labels", Obtain = Source)]
    [Description("IDX file of their labels (magic number 00 00 08 01), one byte an image.")]
    public string? Labels { get; init; }

    /// <summary>Images to compare samples with.</summary>
    [FilePath("IDX file of images", Obtain = Source)]
    [Description("IDX file of the images that samples are compared with; without it those of \"heldOut\", and else the training images themselves.")]
    public string? ReferenceImages { get; init; }

    /// <summary>Their classes.</summary>
    [FilePath("IDX file of labels", Obtain = Source)]
    [Description("IDX file of the labels of \"referenceImages\".")]
    public string? ReferenceLabels { get; init; }

    /// <summary>How many images are kept back as the reference.</summary>
    [Range(0, int.MaxValue)]
    [Description("Images of the file that are not learned from but compared with, evenly spaced in the file; 0 holds none out.")]
    public int HeldOut { get; init; }

    /// <summary>Classes to take.</summary>
    [Description("Classes to take, by their labels; empty takes all.")]
    public int[] Classes { get; init; } = [];

    /// <summary>Most images to learn from.</summary>
    [Range(0, int.MaxValue)]
    [Description("Most training images: the first ones of those that are left; 0 takes all.")]
    public int Limit { get; init; }

    /// <summary>Most images to compare with.</summary>
    [Range(0, int.MaxValue)]
    [Description("Most images to compare with, the first ones; 0 takes all. For those of \"heldOut\" or \"referenceImages\".")]
    public int ReferenceLimit { get; init; }

    /// <summary>The byte that is white.</summary>
    [Range(1, 255)]
    [Description("The byte that becomes 1; 0 becomes −1.")]
    public int Maximum { get; init; } = 255;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        bool hasOwnReference = ReferenceImages is not null;
        if (Classes.Length > 0 && Labels is null)
            yield return new("classes can be chosen where \"labels\" are given", [nameof(Classes)]);
        if (Classes.Length > 0 && hasOwnReference && ReferenceLabels is null)
            yield return new("classes can be chosen where \"referenceLabels\" are given, too", [nameof(Classes)]);
        if (Classes.Any(label => label is < 0 or > 255))
            yield return new("labels lie between 0 and 255", [nameof(Classes)]);
        if (HeldOut > 0 && hasOwnReference)
            yield return new("images are either held out of the file or read from \"referenceImages\", not both", [nameof(HeldOut)]);
        if (ReferenceLabels is not null && !hasOwnReference)
            yield return new("\"referenceLabels\" are those of \"referenceImages\", which are not given", [nameof(ReferenceLabels)]);
        if (ReferenceLimit > 0 && HeldOut == 0 && !hasOwnReference)
        {
            yield return new(
                "without \"heldOut\" and \"referenceImages\" samples are compared with the training images; \"limit\" limits these", [nameof(ReferenceLimit)]);
        }
    }
}
