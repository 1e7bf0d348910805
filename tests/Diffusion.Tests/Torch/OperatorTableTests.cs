using System.Reflection;
using TorchSharp.Interop;
using Xunit;

namespace Diffusion.Tests.Torch;

public sealed class OperatorTableTests
{
    [Fact]
    public void Every_operator_in_the_table_exists_in_this_libtorch()
    {
        Engine.EnsureLoaded();
        var missing = new List<string>();
        foreach (FieldInfo field in typeof(Aten).GetFields(BindingFlags.Static | BindingFlags.Public))
        {
            var op = (Operator)field.GetValue(null)!;
            if (!op.Exists)
                missing.Add(op.ToString());
        }

        Assert.Empty(missing);
    }
}
