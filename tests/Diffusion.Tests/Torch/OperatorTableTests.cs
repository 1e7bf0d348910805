using System.Reflection;
using TorchSharp.Interop;
using Xunit;

namespace Diffusion.Tests.Torch;

public sealed class OperatorTableTests
{
    // Called only where it exists: 1.13 has it under another name and signature.
    private static readonly string[] Optional = ["aten::scaled_dot_product_attention"];

    [Fact]
    public void Every_operator_in_the_table_exists_in_this_libtorch()
    {
        Operator[] table =
        [
            .. typeof(Aten).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (Operator)field.GetValue(null)!),
        ];
        Assert.True(table.Length > 300);
        Assert.Empty(table.Where(op => !op.Exists).Select(op => op.ToString()).Except(Optional));
    }
}
