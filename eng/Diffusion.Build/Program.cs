using Diffusion.Build;

return args switch
{
    ["edit-library", string source, string target] => EditLibrary.Run(source, target),
    _ => throw new ArgumentException("usage: edit-library SOURCE TARGET"),
};
