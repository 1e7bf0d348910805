using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Diffusion.Tests.Planning;

/// <summary>What a manifest says decides its keys, and how it says it does not.</summary>
public sealed class KeyPropertyTests : IDisposable
{
    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private sealed record Setting(double Eta, long Seed, int Steps, int Repeats);

    private static Gen<Setting> Settings { get; } = Properties.Fractions
        .Zip(Properties.Doubles.Select(bits => BitConverter.DoubleToInt64Bits(bits) & long.MaxValue)).Zip(Gen.Choose(1, 1000).Zip(Gen.Choose(1, 5)))
        .Select(parts => new Setting(parts.Item1.Item1, parts.Item1.Item2, parts.Item2.Item1, parts.Item2.Item2));

    private ExperimentPlan Plan(Setting setting, int order, int spelling)
    {
        string eta = setting.Eta.ToString(new[] { "R", "G17", "E16" }[spelling % 3], CultureInfo.InvariantCulture);
        string end = new[] { "", ".0", "e0" }[spelling / 3 % 3];
        string[] members =
        [
            """ "data": "points" """, """ "schedule": { "use": "exploding", "sigmaMax": 10 } """, """ "model": "exact" """, """ "grid": "uniform" """,
            """ "samples": 100 """,
            order % 2 == 0 ? $$""" "solver": { "use": "ddim", "eta": {{eta}} } """ : $$""" "solver": { "eta": {{eta}}, "use": "ddim" } """,
            $""" "seed": {setting.Seed}{end} """, $""" "steps": {setting.Steps}{end} """, $$""" "sweep": { "repeats": {{setting.Repeats}}{{end}} } """,
        ];
        return _folder.Plan($"{{ {string.Join(',', members.Skip(order % 9).Concat(members.Take(order % 9)))} }}");
    }

    [Fact]
    public void Neither_the_order_of_members_nor_the_spelling_of_numbers_is_part_of_a_key() => Properties.Hold(
        Settings.Zip(Gen.Choose(0, 17).Zip(Gen.Choose(0, 8))),
        written => Plan(written.Item1, written.Item2.Item1, written.Item2.Item2).Cells.Select(cell => cell.Key)
            .SequenceEqual(Plan(written.Item1, 0, 0).Cells.Select(cell => cell.Key)));

    [Fact]
    public void Another_number_is_another_key() => Properties.Hold(
        Settings.Two(),
        pair =>
            Plan(pair.Item1, 0, 0).Cells[0].Key == Plan(pair.Item2, 0, 0).Cells[0].Key == (pair.Item1 with { Repeats = 0 } == pair.Item2 with { Repeats = 0 }));

    [Fact]
    public void The_last_bit_of_a_number_is_part_of_the_key() => Properties.Hold(
        Settings.Where(setting => setting.Eta < 1),
        setting => Plan(setting, 0, 0).Cells[0].Key != Plan(setting with { Eta = Math.BitIncrement(setting.Eta) }, 0, 0).Cells[0].Key);

    [Fact]
    public void Each_repeat_has_the_digest_of_what_it_is_as_its_key_and_no_two_have_one() => Properties.Hold(
        Settings,
        setting => Plan(setting, 0, 0).Cells is var cells
            && cells.Select(cell => cell.Key).Distinct().Count() == setting.Repeats
            && cells.All(cell => cell.Key == Sha256(ExperimentJson.CellSetup(cell.Experiment).CanonicalJson(cell.Number))));

    [Fact]
    public void Every_number_reaches_the_worker_to_its_last_bit() => Properties.Hold(Settings, setting =>
    {
        ExperimentPlan plan = Plan(setting, 0, 0);
        string file = _folder.Write("run/plan.jsonl", "");
        PlanFile.Write(file, plan);
        Func<CellId, ExperimentCell> bind = PlanFile.Read(file).Binder(FakeComponents.Catalogue);
        return plan.Cells.All(cell => bind(cell.Id) is var worked && worked.Key == cell.Key && worked.Experiment.Seed == setting.Seed
            && ((FakeComponents.DdimOptions)worked.Experiment.Solver.Options!).Eta.Equals(setting.Eta));
    });

    [Fact]
    public void A_logarithmic_range_whose_values_are_round_has_these_values() => Properties.Hold(
        Gen.Choose(1, 20).Zip(Gen.Elements(2, 3, 5, 10)
            .Zip(Gen.Choose(2, 5))).Select(range => (First: range.Item1, Ratio: range.Item2.Item1, Count: range.Item2.Item2))
            .Where(range => range.First * Math.Pow(range.Ratio, range.Count - 1) <= 1e6),
        range =>
        {
            long[] meant = [.. Enumerable.Range(0, range.Count).Select(i => range.First * (long)Math.Pow(range.Ratio, i))];
            ExperimentPlan plan = _folder.Plan(
                ManifestFolder.Sound, $$"""sweep={ "axes": { "schedule.sigmaMax": { "logRange": [{{meant[0]}}, {{meant[^1]}}, {{meant.Length}}] } } }""");
            return plan.Axes[0].Labels.SequenceEqual(meant.Select(value => $"{value}"));
        });

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
