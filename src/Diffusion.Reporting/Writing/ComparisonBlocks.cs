using System.Text.Json;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Reporting;

namespace Diffusion.Reporting.Writing;

/// <summary>What <c>diffusion compare</c> computes of a metric, in a report's data: verdicts, groups, fronts, crossings and orders.</summary>
internal static class ComparisonBlocks
{
    public static void Write(Utf8JsonWriter json, ConfigurationComparison comparison, bool withDifferences)
    {
        Dictionary<string, int> names = comparison.Names.Index().ToDictionary(name => name.Item, name => name.Index);
        json.WriteStartObject();
        json.WriteString("by", comparison.By);
        json.Strings("names", comparison.Names);
        json.WriteNumber("tested", comparison.Tested);
        // What the errors cover, and what else may stand behind a difference.
        json.Strings("notes", ComparisonText.Full(comparison, 0)[0].Lines.Skip(1).Concat(comparison.Confounds.Select(confound => confound.Text)));
        json.WriteStartArray("tallies");
        foreach (ConfigurationTally tally in comparison.Tallies)
        {
            json.WriteStartArray();
            foreach (int number in new[] { names[tally.Name], tally.Won, tally.Tied, tally.Lost, tally.Open })
                json.WriteNumberValue(number);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteBoolean("differences", withDifferences);
        json.WriteStartArray("blocks");
        foreach (ComparisonBlock block in comparison.Blocks)
            Block(json, block, names, withDifferences);
        json.WriteEndArray();
        json.WriteStartArray("curves");
        foreach (CostCurves curves in comparison.Curves)
            Curves(json, curves, names);
        json.WriteEndArray();
        json.WriteStartArray("orders");
        foreach (ObservedOrders orders in comparison.Orders)
            Orders(json, orders, names);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Block(Utf8JsonWriter json, ComparisonBlock block, Dictionary<string, int> names, bool withDifferences)
    {
        json.WriteStartObject();
        json.Labels("axes", block.Axes);
        json.Numbers("order", block.Configurations.Select(configuration => names[configuration.Name]));
        json.Strings("ranks", block.Configurations.Select(configuration => configuration.Ranks?.ToString() ?? ""));
        json.Numbers("i", block.Pairs.Select(pair => names[pair.First]));
        json.Numbers("j", block.Pairs.Select(pair => names[pair.Second]));
        json.WriteString("verdicts", string.Concat(block.Pairs.Select(pair => Letter(pair.Verdict))));
        if (withDifferences)
        {
            json.Numbers("n", block.Pairs.Select(pair => pair.Repeats));
            json.Numbers("diff", block.Pairs.Select(pair => pair.Difference));
            json.Numbers("lo", block.Pairs.Select(pair => pair.Interval?.Low));
            json.Numbers("hi", block.Pairs.Select(pair => pair.Interval?.High));
            json.Numbers("p", block.Pairs.Select(pair => pair.AdjustedPValue));
        }

        json.WriteStartArray("groups");
        foreach (IReadOnlyList<string> group in block.NotDistinguishable)
        {
            json.WriteStartArray();
            foreach (string name in group)
                json.WriteNumberValue(names[name]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // As tallies count them: won, tied, lost, or open.
    private static char Letter(PairVerdict verdict) => verdict switch
    {
        PairVerdict.Better => 'w',
        PairVerdict.Worse => 'l',
        PairVerdict.NotDistinguishable or PairVerdict.Same => 't',
        _ => 'o',
    };

    private static void Curves(Utf8JsonWriter json, CostCurves curves, Dictionary<string, int> names)
    {
        json.WriteStartObject();
        json.Labels("axes", curves.Axes);
        json.WriteString("measure", curves.Measure.Id());
        json.WriteStartArray("front");
        foreach (CostPoint point in curves.Front)
        {
            json.WriteStartObject();
            json.WriteNumber("name", names[point.Name]);
            json.WriteString("budget", point.Budget);
            json.Number("cost", point.Cost);
            json.Number("mean", point.Estimate.Mean);
            json.Strings("asGood", point.AsGood);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("crossings");
        foreach (CostCrossing crossing in curves.Crossings)
        {
            json.WriteStartObject();
            json.WriteNumber("below", names[crossing.Below]);
            json.WriteNumber("above", names[crossing.Above]);
            json.Number("at", crossing.At);
            json.Ends(crossing.Interval);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("unplaced", curves.Unplaced);
        json.WriteStartArray("slopes");
        foreach (CostSlope slope in curves.Slopes)
        {
            json.WriteStartObject();
            json.WriteNumber("name", names[slope.Name]);
            json.Number("exponent", slope.Exponent);
            json.Ends(slope.Interval);
            json.Number("from", slope.Range.Low);
            json.Number("to", slope.Range.High);
            json.WriteNumber("n", slope.Repeats);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Orders(Utf8JsonWriter json, ObservedOrders orders, Dictionary<string, int> names)
    {
        json.WriteStartObject();
        json.Labels("axes", orders.Axes);
        json.WriteStartArray("list");
        foreach (ObservedOrder order in orders.Orders)
        {
            json.WriteStartObject();
            json.WriteNumber("name", names[order.Name]);
            json.Number("declared", order.Declared);
            json.Number("order", order.Order);
            json.Ends(order.Interval);
            json.Number("from", order.Steps?.Low);
            json.Number("to", order.Steps?.High);
            json.WriteNumber("n", order.Repeats);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
