using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Shape, type and device; the value too where there is only one element.</summary>
        public override string ToString()
        {
            if (IsInvalid)
                return "[disposed]";
            string text = $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";
            if (NumberOfElements != 1 || is_complex() || is_meta)
                return text;
            Scalar value = ToScalar();
            string one = value.Type switch
            {
                ScalarType.Bool => value.ToBoolean() ? "true" : "false",
                ScalarType.Int64 => value.ToInt64().ToString(CultureInfo.InvariantCulture),
                _ => value.ToDouble().ToString("G7", CultureInfo.InvariantCulture),
            };
            return $"{text}, value = {one}";
        }
    }
}
