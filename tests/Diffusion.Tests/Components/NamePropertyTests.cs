using System.Text.RegularExpressions;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using FsCheck.Fluent;
using Xunit;

namespace Diffusion.Tests.Components;

public sealed class NamePropertyTests
{
    // Edits of single characters, swaps of neighbours among them, by the definition: no table.
    private static int Distance(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
            return a.Length + b.Length;
        int least = Math.Min(Distance(a[1..], b), Distance(a, b[1..])) + 1;
        least = Math.Min(least, Distance(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1));
        return a.Length > 1 && b.Length > 1 && a[0] == b[1] && a[1] == b[0] ? Math.Min(least, Distance(a[2..], b[2..]) + 1) : least;
    }

    [Fact]
    public void What_is_suggested_is_a_known_name_than_which_none_is_nearer() => Properties.Hold(
        Properties.Texts("abC-", 6).Zip(Properties.Texts("abc-", 6).ListOf(4)),
        pair =>
        {
            (string name, List<string> known) = (pair.Item1, [.. pair.Item2]);
            int DistanceTo(string candidate) => Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            string[] near = [.. known.Where(candidate => DistanceTo(candidate) <= Math.Ceiling(Math.Max(name.Length, candidate.Length) / 3.0))];
            string? suggested = NameSuggestions.Nearest(name, known);
            return near.Length == 0 ? suggested is null : near.Contains(suggested) && DistanceTo(suggested!) == near.Min(DistanceTo);
        });

    [Fact]
    public void A_slip_of_one_letter_is_always_understood() => Properties.Hold(
        Gen.Elements(ShippedComponents.Catalogue.All.Select(component => component.Name).Where(name => name.Length >= 4).ToArray()).Zip(Gen.Choose(0, 100)),
        slip => NameSuggestions.Nearest(slip.Item1.Remove(slip.Item2 % slip.Item1.Length, 1), [slip.Item1]) == slip.Item1);

    [Fact]
    public void Whatever_a_manifest_is_called_its_experiment_has_a_name_that_a_folder_can_have() => Properties.Hold(
        Gen.OneOf(
            Properties.Texts("aZ09._-/ ?*é日\0\n", 150),
            Gen.Elements("models", "Outbox", "con", "nul.x", "COM1.a", "mlflow.db", "mlartifacts", "...", "-", "", "lpt9")
                .Zip(Gen.Elements("", ".", "_", "-"), (name, end) => name + end)),
        text =>
        {
            string name = ExperimentName.FromFile($"{text}.json");
            return Regex.IsMatch(name, $"^(?:{ExperimentName.Pattern})$") && !ExperimentName.IsReserved(name);
        });

    [Fact]
    public void A_manifest_whose_file_is_called_as_an_experiment_can_be_names_it() => Properties.Hold(
        Properties.Texts("abzAZ09", 98).Where(text => text.Length > 3 && !ExperimentName.IsReserved(text)),
        text => ExperimentName.FromFile(Path.Combine("some", "where", $"{text}.json")) == text);

    [Fact]
    public void A_path_is_read_back_as_it_was_written() => Properties.Hold(
        Gen.Frequency(
            (3, Properties.Texts("abA_$-.9 é", 5).Where(key => key.Length > 0).Select(key => new ManifestPath.Segment(key, 0))),
            (1, Gen.Choose(0, 20).Select(index => new ManifestPath.Segment(null, index))))
            .NonEmptyListOf().Where(segments => segments[0].Key is { } first && Regex.IsMatch(first, "^[A-Za-z_$][A-Za-z0-9_$-]*$")),
        segments => ManifestPath.Parse(new ManifestPath([.. segments]).ToString()) is { } read && read.Segments.SequenceEqual(segments));
}
