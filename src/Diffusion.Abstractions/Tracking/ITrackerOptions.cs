namespace Diffusion;

/// <summary>Options of a tracker that stores at an address. The host asks them, without opening the store, what to show and what to keep secret.</summary>
/// <remarks>
/// Of the options of the tracker it uses, the host sets <c>uri</c> to the address that a user has stated and <c>results</c> to the results folder, each only
/// where the tracker has a text option of that name. A tracker with an option <c>readOnly</c> can compare without sending, which <c>track status</c> needs.
/// One with a text option <c>exportTo</c> can write what it is told into a folder, in files, in the place of its store, which <c>track export</c> needs.
/// </remarks>
public interface ITrackerOptions
{
    /// <summary>
    /// The address of the store: as stated, else as the tracker finds it (in the environment, or below the results folder). May hold a password.
    /// </summary>
    string Address { get; }
}
