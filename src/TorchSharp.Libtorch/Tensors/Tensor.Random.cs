using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null)
        {
            Aten.normal_.Run(this, mean, std, generator);
            return this;
        }

        public Tensor uniform_(double from, double to, Generator? generator = null)
        {
            Aten.uniform_.Run(this, from, to, generator);
            return this;
        }

        public Tensor random_(double from, double to, Generator? generator = null)
        {
            Aten.random__from.Run(this, (long)from, (long)to, generator);
            return this;
        }

        public Tensor exponential_(double lambda = 1, Generator? generator = null)
        {
            Aten.exponential_.Run(this, lambda, generator);
            return this;
        }

        public Tensor bernoulli(Generator? generator = null) => Aten.bernoulli.Call(this, generator);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
        {
            Aten.bernoulli__float.Run(this, p, generator);
            return this;
        }

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Aten.multinomial.Call(this, num_samples, replacement, generator);

        public Tensor poisson(Generator? generator = null) => Aten.poisson.Call(this, generator);
    }
}
