namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module whose calls can be watched and changed by hooks.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            protected readonly Dictionary<string, TPreHook> pre_hooks = [];
            protected readonly Dictionary<string, TPostHook> post_hooks = [];
            private long _hooks;

            protected HookableModule(string name)
                : base(name)
            {
            }

            /// <summary>Calls <paramref name="hook"/> after every forward pass; what it returns replaces the result.</summary>
            public HookRemover register_forward_hook(TPostHook hook)
            {
                string key = NextKey();
                post_hooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            /// <summary>Calls <paramref name="hook"/> before every forward pass; what it returns replaces the input.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                string key = NextKey();
                pre_hooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            private string NextKey() => Interlocked.Increment(ref _hooks).ToString(System.Globalization.CultureInfo.InvariantCulture);

            /// <summary>Takes one hook off again.</summary>
            public class HookRemover
            {
                private readonly HookableModule<TPreHook, TPostHook> _module;
                private readonly string _key;

                public HookRemover(HookableModule<TPreHook, TPostHook> module, string key)
                {
                    _module = module;
                    _key = key;
                }

                public void remove()
                {
                    _module.pre_hooks.Remove(_key);
                    _module.post_hooks.Remove(_key);
                }
            }
        }
    }
}
