namespace Misbehaving.Plugin;

/// <summary>What a solver does in the middle of its cell.</summary>
public enum Misbehaviour
{
    None,
    Throw,
    GiveUp,
    ThrowWhenMade,
    AskForTooMuch,
    ExitWell,
    ExitBadly,
    FailFast,
    WriteAnywhere,
    Chatter,
    Hang,
    Freeze,
    Leak,
    ThrowLater,
    ExitWhenMade,
    SleepWhenMade,
    SleepWhenAsked,
    SleepWhenDisposed,
}
