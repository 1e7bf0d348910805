using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A view of the part the indices name, as in Python; a copy where one of them is a tensor.</summary>
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>Elements at the places (or under the flags) the tensors hold, one tensor per leading dimension.</summary>
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>A view at one place of each leading dimension; assigning copies into it.</summary>
        public Tensor this[params long[] indices]
        {
            get => index(Array.ConvertAll(indices, TensorIndexOf));
            set => index_put_(value, Array.ConvertAll(indices, TensorIndexOf));
        }

        /// <inheritdoc cref="this[long[]]"/>
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set
            {
                using Tensor part = select(0, i1);
                part.copy_(value);
            }
        }

        /// <inheritdoc cref="this[long[]]"/>
        public Tensor this[long i1, long i2]
        {
            get => this[[i1, i2]];
            set => this[[i1, i2]] = value;
        }

        /// <inheritdoc cref="this[long[]]"/>
        public Tensor this[long i1, long i2, long i3]
        {
            get => this[[i1, i2, i3]];
            set => this[[i1, i2, i3]] = value;
        }

        /// <inheritdoc cref="this[long[]]"/>
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => this[[i1, i2, i3, i4]];
            set => this[[i1, i2, i3, i4]] = value;
        }

        /// <inheritdoc cref="this[TensorIndex[]]"/>
        public Tensor index(params TensorIndex[] indices)
        {
            (Tensor view, Tensor?[]? places) = Basic(indices);
            if (places is null)
                return view;
            Tensor result = Aten.index_Tensor.Call(view, Arg.OptionalTensors(places));
            Drop(view);
            return result;
        }

        /// <inheritdoc cref="this[Tensor[]]"/>
        public Tensor index(params Tensor[] indices) => Aten.index_Tensor.Call(this, Arg.OptionalTensors(indices));

        /// <summary>Writes <paramref name="value"/>, broadcast, where the indices point.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, accumulate: false);

        /// <summary>Writes, or adds up, <paramref name="value"/>, broadcast, where the indices point.</summary>
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            (Tensor view, Tensor?[]? places) = Basic(indices);
            if (places is not null)
                Aten.index_put_.Run(view, Arg.OptionalTensors(places), value, accumulate);
            else if (accumulate)
                view.add_(value);
            else
                view.copy_(value);
            Drop(view);
            return this;
        }

        /// <inheritdoc cref="index_put_(Tensor, TensorIndex[])"/>
        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, accumulate: false);

        /// <inheritdoc cref="index_put_(Tensor, TensorIndex[], bool)"/>
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false)
        {
            Aten.index_put_.Run(this, Arg.OptionalTensors(indices), value, accumulate);
            return this;
        }

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using Tensor one = full([], value, dtype, device);
            return index_put_(one, indices);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using Tensor one = full([], value, dtype, device);
            return index_put_(one, indices);
        }

        private static TensorIndex TensorIndexOf(long place) => TensorIndex.Single(place);

        /// <summary>
        /// Applies everything but tensor indices as views. Returns the view, fresh unless no entry changed it, and the
        /// tensor indices by the view's dimensions, or null where there are none.
        /// </summary>
        private (Tensor View, Tensor?[]? Places) Basic(TensorIndex[] indices)
        {
            Tensor view = alias();
            Tensor?[]? places = null;
            int dim = 0;
            foreach (TensorIndex index in indices)
            {
                switch (index.Kind)
                {
                    case TensorIndex.Form.Single:
                        Step(view.select(dim, index.Start!.Value));
                        break;
                    case TensorIndex.Form.Slice:
                        if (index.Start is not null || index.Stop is not null || index.Step is not null)
                        {
                            Step(Aten.slice_Tensor.Call(
                                view, dim, Arg.Optional(index.Start), Arg.Optional(index.Stop), index.Step ?? 1));
                        }

                        dim++;
                        break;
                    case TensorIndex.Form.NewDimension:
                        Step(view.unsqueeze(dim++));
                        break;
                    case TensorIndex.Form.Ellipsis:
                        dim += (int)view.Dimensions - dim - Consumed(indices, index);
                        break;
                    case TensorIndex.Form.Flag:
                        Step(view.unsqueeze(dim));
                        Place(tensor(index.Start == 1 ? new long[] { 0 } : []));
                        break;
                    case TensorIndex.Form.Tensor:
                        Place(index.Places!);
                        break;
                }
            }

            return (view, places);

            void Step(Tensor next)
            {
                Drop(view);
                view = next;
            }

            void Place(Tensor at)
            {
                int covers = at.dtype is ScalarType.Bool or ScalarType.Byte ? (int)Math.Max(at.Dimensions, 1) : 1;
                places ??= [];
                Array.Resize(ref places, dim + 1);
                places[dim] = at;
                dim += covers;
                if (covers > 1)
                {
                    // A mask over several dimensions is one entry of the native list but moves on by all of them.
                    throw new NotSupportedException(
                        "A mask over several dimensions can be an index only on its own: t[mask] or t.masked_select(mask).");
                }
            }
        }

        private static int Consumed(TensorIndex[] indices, TensorIndex ellipsis)
        {
            int after = 0;
            bool seen = false;
            foreach (TensorIndex index in indices)
            {
                if (index.Kind == TensorIndex.Form.Ellipsis)
                {
                    if (seen)
                        throw new ArgumentException("An index can hold only one Ellipsis.");
                    seen = true;
                }
                else if (seen && index.Kind is TensorIndex.Form.Single or TensorIndex.Form.Slice or TensorIndex.Form.Tensor)
                {
                    after++;
                }
            }

            return after;
        }

        private static void Drop(Tensor temporary) => temporary.Dispose();
    }
}
