using Diffusion.Build;

// MSBuild and NuGet write in the user's language unless told, and their lines are read here.
Environment.SetEnvironmentVariable("DOTNET_CLI_UI_LANGUAGE", "en");
Environment.SetEnvironmentVariable("DOTNET_NOLOGO", "1");

return args switch
{
    ["build"] => new RuntimeBuild(Clone.Find()).Run(),
    ["check"] => new RuntimeBuild(Clone.Find()).IsCurrent ? 0 : 1,
    ["test", .. string[] rest] => new TestRun(Clone.Find()).Run(rest),
    ["edit-library", string source, string target] => FileEdit.Run(source, target, image => { CxxRuntimeRequirement.Remove(image); return image; }),
    ["edit-assembly", string source, string target] => FileEdit.Run(source, target, NativeArguments.KeepAlive),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: build | check | test [--slow | --all] [dotnet test arguments] | edit-library SOURCE TARGET | edit-assembly SOURCE TARGET");
    return 2;
}
