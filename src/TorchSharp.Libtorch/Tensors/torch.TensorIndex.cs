namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry of an index: a place, a slice, a new dimension, "all that remain", or a tensor of places or flags.</summary>
    public readonly struct TensorIndex
    {
        internal enum Form
        {
            Slice,
            Single,
            NewDimension,
            Ellipsis,
            Flag,
            Tensor,
        }

        private TensorIndex(Form form, long? start = null, long? stop = null, long? step = null, Tensor? tensor = null)
        {
            Kind = form;
            Start = start;
            Stop = stop;
            Step = step;
            Places = tensor;
        }

        /// <summary>As many whole dimensions as the other entries leave.</summary>
        public static readonly TensorIndex Ellipsis = new(Form.Ellipsis);

        /// <summary>A new dimension of size one.</summary>
        public static readonly TensorIndex None = new(Form.NewDimension);

        /// <inheritdoc cref="None"/>
        public static readonly TensorIndex Null = new(Form.NewDimension);

        /// <summary>A whole dimension.</summary>
        public static readonly TensorIndex Colon = new(Form.Slice);

        internal Form Kind { get; }

        internal long? Start { get; }

        internal long? Stop { get; }

        internal long? Step { get; }

        internal Tensor? Places { get; }

        /// <summary>One place, counted from the end where negative; the dimension goes.</summary>
        public static TensorIndex Single(long? index) => index is null ? None : new(Form.Single, index);

        /// <summary>Places from <paramref name="start"/> up to but without <paramref name="stop"/>; negative ones count from the end.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(Form.Slice, start, stop, step);

        public static TensorIndex Slice(Range range) =>
            new(Form.Slice, FromEnd(range.Start, isStop: false), FromEnd(range.End, isStop: true));

        public static TensorIndex Slice((int? start, int? end) range) => new(Form.Slice, range.start, range.end);

        /// <summary>True: the whole tensor with a new dimension of one; false: of none.</summary>
        public static TensorIndex Bool(bool value) => new(Form.Flag, value ? 1 : 0);

        /// <summary>Places (integers) or flags (booleans), as in advanced indexing.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new(Form.Tensor, tensor: tensor);

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Index index) => Single(FromEnd(index, isStop: false));

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        // ^0 as an end is "to the very end", which torch writes as no end at all.
        private static long? FromEnd(Index index, bool isStop) =>
            !index.IsFromEnd ? index.Value : isStop && index.Value == 0 ? null : -index.Value;
    }
}
