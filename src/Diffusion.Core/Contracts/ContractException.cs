namespace Diffusion.Core.Contracts;

/// <summary>A component gave back what its contract does not allow. The message names the component and its DLL, what came back and what is expected.</summary>
/// <param name="component">The component.</param>
/// <param name="breach">What it did, to follow its name: "returned shape (1, 2) at step 1 of 5 where (50, 2) is expected".</param>
public sealed class ContractException(object component, string breach) : Exception($"{ComponentIdentity.Describe(component)} {breach}");
