using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Tests.Components;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Planning;

/// <summary>Every setting of every section and of every shipped component reaches keys, plan and worker.</summary>
public sealed class EverySettingTests : IDisposable
{
    // Settings that no key has, each with the reason. UnkeyedSettingTests asserts that results do not depend on them.
    internal static readonly Dictionary<string, string> NotInKeys = new()
    {
        ["name"] = "names the folder of results",
        ["description"] = "is read by people alone",
        ["confidence"] = "is that of verdicts on results",
    };

    // Values that this machine refuses; their keys are compared without a manifest.
    private static readonly string[] OfOtherMachines = ["device"];

    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ExperimentCell Frozen(ExperimentPlan plan)
    {
        string path = _folder.Write("run/plan.jsonl", "");
        PlanFile.Write(path, plan);
        return PlanFile.Read(path).Binder(ShippedComponents.Catalogue)(plan.Cells[0].Id);
    }

    private static string Value(ShippedSettings setting, ExperimentCell cell) =>
        setting.Property.Type.Format(setting.Property.Get(setting.Holder(cell.Experiment)));

    [Fact]
    public void Another_value_gives_another_key_and_reaches_the_worker_through_the_plans_file()
    {
        List<string> wrong = [];
        int count = 0;
        foreach (ShippedSettings setting in ShippedSettings.All().Where(setting => !OfOtherMachines.Contains(setting.Path)))
        {
            count++;
            if (ShippedSettings.Plan(_folder, setting.Sets, out string refusal) is not { } plan)
            {
                wrong.Add($"{setting.Path}: {string.Join(' ', setting.Sets)} is refused: {refusal}");
                continue;
            }

            ExperimentCell before = plan.Cells[0];
            string others = "";
            ExperimentPlan? changed = null;
            foreach (string text in setting.Others(setting.Holder(before.Experiment)))
            {
                changed = ShippedSettings.Plan(_folder, [.. setting.Sets, $"{setting.Path}={text}"], out refusal);
                if (changed is not null)
                    break;
                others += $"\n  {refusal}";
            }

            if (changed is null)
            {
                wrong.Add($"{setting.Path} of {string.Join(' ', setting.Sets)}: no other value is taken{others}");
                continue;
            }

            ExperimentCell after = changed.Cells[0];
            bool isKeyed = !NotInKeys.ContainsKey(setting.Path);
            if (before.Key != after.Key != isKeyed)
                wrong.Add($"{setting.Path}: {Value(setting, before)} and {Value(setting, after)} have {(isKeyed ? "one key" : "two keys")}");
            ExperimentCell worked = Frozen(changed);
            if (isKeyed && Value(setting, worked) != Value(setting, after))
                wrong.Add($"{setting.Path}: {Value(setting, after)} reaches the worker as {Value(setting, worked)}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(count > 300, $"{count} settings");
    }

    [Fact]
    public void A_value_that_this_machine_refuses_gives_another_key_too()
    {
        Experiment experiment = ShippedSettings.Plan(_folder, [], out _)!.Cells[0].Experiment;
        Experiment other = experiment with { Settings = experiment.Settings with { Device = "cuda" } };
        Assert.NotEqual(new CellKeys(experiment).Cell(default), new CellKeys(other).Cell(default));
        Assert.NotEqual(new CellKeys(experiment).Training, new CellKeys(other).Training);
    }

    [Fact]
    public void A_setting_is_in_the_keys_of_the_stages_that_depend_on_it_and_of_no_earlier_one()
    {
        Experiment experiment = ShippedSettings.Plan(_folder, [], out _)!.Cells[0].Experiment;
        Dictionary<string, Experiment> others = new()
        {
            ["seed"] = experiment with { Settings = experiment.Settings with { Seed = 9 } },
            ["dtype"] = experiment with { Settings = experiment.Settings with { Dtype = FloatType.Bits64 } },
            ["training"] = experiment with { Training = experiment.Training! with { Settings = experiment.Training.Settings with { Ema = 0.5 } } },
            ["metrics"] =
                experiment with { Metrics = [ShippedComponents.Catalogue.Bind(ComponentKind.Metric, "mmd", new Dictionary<string, string?>(), "test")] },
            ["name"] = experiment with { Name = "other", Settings = experiment.Settings with { Name = "other", Description = "other" } },
        };
        CellKeys keys = new(experiment);
        Assert.Equal(
            ["dtype: training samples cell", "metrics: cell", "name: ", "seed: samples cell", "training: training samples cell"],
            others.OrderBy(other => other.Key, StringComparer.Ordinal).Select(other =>
            {
                CellKeys changed = new(other.Value);
                (string Stage, bool Differs)[] stages =
                [
                    ("data", keys.Data != changed.Data),
                    ("training", keys.Training != changed.Training),
                    ("samples", keys.Samples(default) != changed.Samples(default)),
                    ("cell", keys.Cell(default) != changed.Cell(default)),
                ];
                return $"{other.Key}: {string.Join(' ', stages.Where(stage => stage.Differs).Select(stage => stage.Stage))}";
            }));
    }

    [Fact]
    public void What_no_key_has_is_said_to_concern_no_stage() =>
        Assert.Equal(
            NotInKeys.Keys.Order(), ManifestSection.Root.Stages.Where(pair => pair.Value == ExperimentStage.None).Select(pair => pair.Key.Name).Order());

    [Fact]
    public void The_one_setting_of_a_sweep_adds_cells_with_keys_of_their_own_and_changes_none()
    {
        Assert.Equal(["repeats"], ManifestSection.Sweep.Settings.Properties.Select(property => property.Name));
        ExperimentPlan once = ShippedSettings.Plan(_folder, [], out _)!, thrice = ShippedSettings.Plan(_folder, ["sweep.repeats=3"], out _)!;
        Assert.Equal(once.Cells[0].Key, thrice.Cells[0].Key);
        Assert.Equal(3, thrice.Cells.Select(cell => cell.Key).Distinct().Count());
        string path = _folder.Write("run/plan.jsonl", "");
        PlanFile.Write(path, thrice);
        Func<CellId, ExperimentCell> bind = PlanFile.Read(path).Binder(ShippedComponents.Catalogue);
        Assert.Equal([0, 1, 2], thrice.Cells.Select(cell => bind(cell.Id).Repeat));
    }

    [Fact]
    public void Every_setting_and_place_of_a_section_is_described() =>
        Assert.All(ManifestSection.All, section =>
        {
            Assert.NotEmpty(section.Settings.Properties);
            Assert.All(section.Settings.Properties, property => Assert.True(property.Description.Length > 0, property.Name));
            Assert.All(section.Slots, slot => Assert.True(slot.Description.Length > 0, slot.Key));
        });

    [Fact]
    public void Every_component_with_its_defaults_goes_through_the_plans_file() =>
        Assert.All(ShippedSettings.Components(), item =>
        {
            ExperimentPlan? plan = ShippedSettings.Plan(_folder, item.Sets, out string refusal);
            Assert.True(plan is not null, refusal);
            Assert.Equal(
                ShippedSettings.Choice(plan.Cells[0].Experiment, item.Path).CanonicalJson,
                ShippedSettings.Choice(Frozen(plan).Experiment, item.Path).CanonicalJson);
        });

    [Fact]
    public void Every_option_at_the_ends_of_its_range_goes_through_the_plans_file_where_a_manifest_may_state_it()
    {
        int taken = 0;
        // Verdicts are the coordinator's alone.
        foreach (ShippedSettings setting in ShippedSettings.All().Where(setting => setting.Path != ManifestKeys.Confidence))
        {
            foreach (string text in setting.Extremes())
            {
                if (ShippedSettings.Plan(_folder, [.. setting.Sets, $"{setting.Path}={text}"], out _) is not { } plan)
                    continue;
                taken++;
                Assert.Equal(Value(setting, plan.Cells[0]), Value(setting, Frozen(plan)));
            }
        }

        Assert.True(taken > 300, $"{taken} values");
    }

    [Fact]
    public void A_default_without_bound_can_be_written_as_it_is_described() =>
        Assert.All(
            ShippedSettings.All().Where(setting => setting.Property.Infinity is not null),
            setting =>
            {
                string text = setting.Property.Type.Format(setting.Property.Infinity);
                Assert.Equal(
                    ShippedSettings.Plan(_folder, setting.Sets, out _)!.Cells[0].Key,
                    ShippedSettings.Plan(_folder, [.. setting.Sets, $"{setting.Path}={text}"], out _)!.Cells[0].Key);
            });
}
