using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// A tree of learned parameters, buffers and submodules. A module of one's own derives from
        /// <see cref="Module{T, TResult}"/>, holds its parts in fields and ends its constructor with
        /// <see cref="RegisterComponents"/>.
        /// </summary>
        public class Module : IDisposable
        {
            protected readonly string name;
            protected internal readonly OrderedDict<string, Module> _internal_submodules = new();
            protected internal readonly OrderedDict<string, (Tensor, bool)> _internal_buffers = new();
            protected internal readonly OrderedDict<string, Parameter> _internal_params = new();
            private bool _registered;

            protected Module(string name) => this.name = name;

            /// <summary>Whether the module behaves as in training (dropout drops); true from the start.</summary>
            public bool training { get; private set; } = true;

            public virtual string GetName() => name;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Disposes parameters, buffers and submodules.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach ((_, Parameter parameter) in _internal_params)
                    parameter.Dispose();
                foreach ((_, (Tensor buffer, _)) in _internal_buffers)
                    buffer.Dispose();
                foreach ((_, Module module) in _internal_submodules)
                    module.Dispose();
            }

            /// <summary>
            /// Registers every field that holds a module, a parameter or a tensor (a buffer) under the field's name.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                if (_registered)
                    return;
                _registered = true;
                const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
                foreach (FieldInfo field in GetType().GetFields(All))
                {
                    string component = field.ComponentName();
                    if (_internal_submodules.ContainsKey(component) || _internal_params.ContainsKey(component)
                        || _internal_buffers.ContainsKey(component))
                    {
                        continue;
                    }

                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(component, module);
                            break;
                        case Parameter parameter:
                            register_parameter(component, parameter);
                            break;
                        case Tensor buffer:
                            register_buffer(component, buffer);
                            break;
                    }
                }
            }

            /// <summary>Adds a tensor that is part of the module's state but not learned.</summary>
            /// <param name="name">Its name.</param>
            /// <param name="tensor">The buffer.</param>
            /// <param name="persistent">Whether <see cref="state_dict"/> includes it.</param>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (_internal_buffers.ContainsKey(name))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
                _internal_buffers.Add(name, (tensor, persistent));
            }

            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                if (_internal_params.ContainsKey(name))
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
                _internal_params.Add(name, param);
            }

            /// <exception cref="ArgumentException">The name is empty or contains a dot.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                ArgumentNullException.ThrowIfNull(submodule);
                if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal))
                    throw new ArgumentException($"A module's name can't be empty or contain a dot, got: '{name}'");
                if (_internal_submodules.ContainsKey(name))
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
                _internal_submodules.Add(name, submodule);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null)
                    _internal_params.Remove(name);
                else
                    _internal_params[name] = value;
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null)
                    _internal_buffers.Remove(name);
                else
                    _internal_buffers[name] = (value, persistent);
            }

            protected void ClearModules() => _internal_submodules.Clear();

            /// <summary>Parameters with their dotted names, each once, this module's own first.</summary>
            public virtual IEnumerable<(string, Parameter)> named_parameters(bool recurse = true) =>
                recurse ? Once(_internal_params.Concat(Below(child => child.named_parameters()))) : _internal_params;

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(item => item.Item2);

            /// <summary>Buffers with their dotted names, each once, this module's own first.</summary>
            public virtual IEnumerable<(string, Tensor)> named_buffers(
                bool recurse = true, bool include_nonpersistent = true)
            {
                IEnumerable<(string, Tensor)> own = _internal_buffers
                    .Where(item => include_nonpersistent || item.Item2.Item2)
                    .Select(item => (item.Item1, item.Item2.Item1));
                return recurse ? Once(own.Concat(Below(child => child.named_buffers(true, include_nonpersistent)))) : own;
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(item => item.Item2);

            public virtual IEnumerable<(string, Module)> named_children() => _internal_submodules;

            public virtual IEnumerable<Module> children() => named_children().Select(item => item.Item2);

            /// <summary>All modules below this one with their dotted names.</summary>
            public virtual IEnumerable<(string, Module)> named_modules()
            {
                foreach ((string child, Module module) in named_children())
                    yield return (child, module);
                foreach ((string child, Module module) in named_children())
                {
                    foreach ((string below, Module grandchild) in module.named_modules())
                        yield return ($"{child}.{below}", grandchild);
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(item => item.Item2);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            /// <summary>The parameter of that dotted name, or null.</summary>
            public virtual Parameter? get_parameter(string target) =>
                named_parameters().FirstOrDefault(item => item.Item1 == target).Item2;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            /// <summary>The buffer of that dotted name, or null.</summary>
            public virtual Tensor? get_buffer(string target) =>
                named_buffers().FirstOrDefault(item => item.Item1 == target).Item2;

            /// <summary>Calls <paramref name="fn"/> for every submodule, innermost first, then for this module.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (Module child in children())
                    child.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>Puts the module and all below it in training mode, or in evaluation mode.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (Module child in children())
                    child.train(train);
            }

            public virtual void eval() => train(false);

            /// <summary>Drops, or zeroes, the gradients of all parameters.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (Parameter parameter in parameters())
                {
                    if (set_to_none)
                    {
                        parameter.grad = null;
                        continue;
                    }

                    using Tensor? gradient = parameter.grad;
                    gradient?.detach_().zero_();
                }
            }

            /// <summary>Parameters and persistent buffers by dotted name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(
                Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string before = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach ((string key, Parameter parameter) in named_parameters())
                    destination[before + key] = parameter;
                foreach ((string key, Tensor buffer) in named_buffers(include_nonpersistent: false))
                    destination[before + key] = buffer;
                return destination;
            }

            /// <summary>Copies values into parameters and persistent buffers of the same names.</summary>
            /// <param name="source">Values by dotted name.</param>
            /// <param name="strict">Fails, before anything is copied, unless the names are exactly the module's own.</param>
            /// <param name="skip">Names to leave alone.</param>
            /// <returns>Names the source lacks, and names the module lacks.</returns>
            /// <exception cref="InvalidOperationException">The names differ and <paramref name="strict"/>, or a shape differs.</exception>
            public virtual (IList<string>, IList<string>) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                Dictionary<string, Tensor> own = state_dict();
                List<string> missing = [.. own.Keys.Where(key => !source.ContainsKey(key))];
                List<string> unexpected = [.. source.Keys.Where(key => !own.ContainsKey(key))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException(
                        $"The state does not fit {GetName()}: missing [{string.Join(", ", missing)}], "
                        + $"unexpected [{string.Join(", ", unexpected)}].");
                }

                string[] names = [.. own.Keys.Where(key => source.ContainsKey(key) && skip?.Contains(key) != true)];
                foreach (string key in names)
                {
                    if (!own[key].shape.SequenceEqual(source[key].shape))
                    {
                        throw new InvalidOperationException(
                            $"The state does not fit {GetName()}: {key} is [{string.Join(", ", own[key].shape)}], "
                            + $"the state's [{string.Join(", ", source[key].shape)}].");
                    }
                }

                using IDisposable quiet = no_grad();
                foreach (string key in names)
                    own[key].copy_(source[key]);
                return (missing, unexpected);
            }

            /// <summary>Moves and converts parameters and buffers in place; only floating-point ones change type.</summary>
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                _toEpilog(dtype, device, non_blocking);
                return this;
            }

            /// <inheritdoc cref="_to(Device, ScalarType, bool)"/>
            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);
                return this;
            }

            /// <inheritdoc cref="_to(Device, ScalarType, bool)"/>
            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                _toEpilog(dtype, null, non_blocking);
                return this;
            }

            /// <summary>What every form of <c>to</c> ends in: this module's own tensors, then the submodules.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                using (no_grad())
                {
                    foreach ((_, Parameter parameter) in _internal_params)
                        Convert(parameter, dtype, device, non_blocking);
                    foreach ((_, (Tensor buffer, _)) in _internal_buffers)
                        Convert(buffer, dtype, device, non_blocking);
                }

                foreach (Module child in children())
                    child._toEpilog(dtype, device, non_blocking);
            }

            /// <summary>CPU and the default type where nothing is asked for.</summary>
            protected static (Device, ScalarType) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? CPU, dtype ?? get_default_dtype());

            private static void Convert(Tensor tensor, ScalarType? dtype, Device? device, bool nonBlocking)
            {
                ScalarType type = dtype is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                using Tensor moved = tensor.to(type, device ?? tensor.device, non_blocking: nonBlocking);
                if (moved.Handle == tensor.Handle)
                    return;
                bool learned = tensor.requires_grad;
                using Tensor? gradient = tensor.grad;
                tensor.Become(moved.detach());
                tensor.requires_grad = learned;
                if (gradient is null)
                    return;
                using Tensor movedGradient = gradient.to(type, device ?? gradient.device, non_blocking: nonBlocking);
                tensor.grad = movedGradient;
            }

            private static IEnumerable<(string, T)> Once<T>(IEnumerable<(string, T)> items)
                where T : class
            {
                var seen = new HashSet<object>(System.Collections.Generic.ReferenceEqualityComparer.Instance);
                return items.Where(item => seen.Add(item.Item2));
            }

            private IEnumerable<(string, T)> Below<T>(Func<Module, IEnumerable<(string, T)>> of) =>
                named_children().SelectMany(child => of(child.Item2).Select(item => ($"{child.Item1}.{item.Item1}", item.Item2)));
        }
    }
}
