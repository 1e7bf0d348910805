namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module of one input: implement <see cref="forward"/>, call <see cref="call"/>.</summary>
        public abstract class Module<T, TResult>
            : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>,
                IModule<T, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>The module's computation, without hooks.</summary>
            public abstract TResult forward(T input);

            /// <summary>Runs <see cref="forward"/> between the hooks.</summary>
            public TResult call(T input)
            {
                if (pre_hooks.Count == 0 && post_hooks.Count == 0)
                    return forward(input);
                foreach (Func<Module<T, TResult>, T, T> hook in pre_hooks.Values)
                    input = hook(this, input);
                TResult result = forward(input);
                foreach (Func<Module<T, TResult>, T, TResult, TResult> hook in post_hooks.Values)
                    result = hook(this, input, result);
                return result;
            }
        }
    }
}
