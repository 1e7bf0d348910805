using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Diffusion.Tests.Documentation;

/// <summary>The C# in the documentation compiles as it stands, and what is shown with its output prints that.</summary>
[Collection(GlobalTorchState.Name)]
public sealed class CodeExamplesTests
{
    // What a project has with <ImplicitUsings>enable</ImplicitUsings>.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    public static TheoryData<string, int> Examples
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (string page in DocumentationPages.All)
            {
                int count = Programs(page).Count();
                for (int index = 0; index < count; index++)
                    rows.Add(page, index);
            }

            return rows;
        }
    }

    private static IEnumerable<(string Text, string? Output)> Programs(string page)
    {
        (string Language, string Text)[] blocks = [.. DocumentationPages.Blocks(page)];
        for (int i = 0; i < blocks.Length; i++)
        {
            if (blocks[i].Language == "csharp")
                yield return (blocks[i].Text, null);
            else if (blocks[i].Language == "csharp run")
                yield return (blocks[i].Text, blocks[i + 1].Language == "output"
                    ? blocks[i + 1].Text
                    : throw new InvalidOperationException($"{page}: a program that is run has its output in the next block"));
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_compiles_and_prints_what_the_page_says(string page, int index)
    {
        (string text, string? output) = Programs(page).ElementAt(index);
        using var compiled = new MemoryStream();
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        SyntaxTree program = CSharpSyntaxTree.ParseText(text, path: page, cancellationToken: cancellationToken);
        bool isProgram = program.GetCompilationUnitRoot(cancellationToken).Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement));
        var compilation = CSharpCompilation.Create(
            $"Example{index}",
            [program, CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: cancellationToken)],
            References(),
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Diagnostic[] problems = [.. compilation.Emit(compiled, cancellationToken: cancellationToken).Diagnostics
            .Where(problem => problem.Severity >= DiagnosticSeverity.Warning)];
        Assert.True(problems.Length == 0, string.Join(Environment.NewLine, problems.Select(problem => problem.ToString())));

        if (output is not null)
            Assert.Equal(output, Run(compiled));
    }

    private static string Run(MemoryStream program)
    {
        program.Position = 0;
        MethodInfo entry = AssemblyLoadContext.Default.LoadFromStream(program).EntryPoint!;
        TextWriter console = Console.Out;
        using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            entry.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }

        return printed.ToString();
    }

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file));

    [Fact]
    public void Every_page_that_speaks_of_code_is_looked_at() =>
        Assert.Superset(
            new HashSet<string> { "README.md", Path.Combine("docs", "library.md"), Path.Combine("docs", "plugins.md") },
            Examples.Select(row => row.Data.Item1).ToHashSet());
}
