using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Xunit;

namespace Diffusion.Tests.Components;

public sealed class OptionRangeTests
{
    // [Range(0, 1)] on a double rounds the value to a whole number before it compares: 0.2 is then refused and 1.4 accepted.
    [Fact]
    public void The_range_of_a_real_number_has_real_bounds()
    {
        PropertyInfo[] wrong =
        [
            .. Directory.GetFiles(Path.Combine(Repository.Root, "plugins"), "*.csproj", SearchOption.AllDirectories)
                .Select(project => Assembly.Load(Path.GetFileNameWithoutExtension(project)))
                .SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsSubclassOf(typeof(ComponentOptions)))
                .SelectMany(type => type.GetProperties())
                .Where(property => property.GetCustomAttribute<RangeAttribute>() is { } range
                    && (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(double)
                    && range.OperandType != typeof(double)),
        ];
        Assert.Empty(wrong.Select(property => $"{property.DeclaringType!.Name}.{property.Name}"));
    }
}
