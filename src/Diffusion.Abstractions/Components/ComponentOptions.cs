namespace Diffusion;

/// <summary>
/// Base of a component's options: a sealed record with <c>init</c> properties whose initial values are the defaults.
/// </summary>
/// <remarks>
/// Properties may be numbers, booleans, strings, enums (written in kebab-case), arrays of these and arrays of arrays. <c>required</c>
/// properties must be given. <see cref="System.ComponentModel.DescriptionAttribute"/> explains a property,
/// <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/> and the other validation attributes bound it (on properties, never on
/// a positional record's parameters, where they are silently ignored), <see cref="FilePathAttribute"/> marks a path that is relative to the
/// manifest. Rules between properties go into <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/>.
/// </remarks>
public abstract record ComponentOptions;
