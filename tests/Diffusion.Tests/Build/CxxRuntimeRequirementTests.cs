using System.Buffers.Binary;
using System.Reflection;
using System.Text;
using Diffusion.Build;
using Diffusion.Natives;
using Xunit;

namespace Diffusion.Tests.Build;

/// <summary>The edit of TorchSharp's native library, on the library itself and on damaged or foreign ones.</summary>
public sealed class CxxRuntimeRequirementTests
{
    private static byte[] PackagedLibrary()
    {
        string package =
            typeof(CxxRuntimeRequirementTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharpPackage").Value!;
        return File.ReadAllBytes(Path.Combine(package, "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
    }

    [Fact]
    public void The_packaged_library_has_the_requirement_and_loses_it_by_eight_bytes_at_most()
    {
        byte[] before = PackagedLibrary();
        byte[] after = [.. before];
        Assert.True(CxxRuntimeRequirement.Remove(after));
        Assert.Equal(before.Length, after.Length);
        // A name's offset (4 bytes), a symbol's version (2) and a requirement's flags (2).
        Assert.InRange(Enumerable.Range(0, before.Length).Count(i => before[i] != after[i]), 3, 8);
    }

    [Fact]
    public void A_library_without_the_requirement_is_left_alone()
    {
        byte[] library = PackagedLibrary();
        CxxRuntimeRequirement.Remove(library);
        byte[] again = [.. library];
        Assert.False(CxxRuntimeRequirement.Remove(again));
        Assert.Equal(library, again);
    }

    [Fact]
    public void The_library_at_work_is_the_edited_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems need no edit.");
        byte[] expected = PackagedLibrary();
        CxxRuntimeRequirement.Remove(expected);
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(TorchNatives.Folder(), "libLibTorchSharp.so")));
    }

    [Fact]
    public void Another_symbol_of_that_version_is_refused_and_nothing_is_changed()
    {
        byte[] library = PackagedLibrary();
        // The marker under another name: the library then needs the newer runtime for something that is not known to be empty.
        string other = CxxRuntimeRequirement.Marker.Replace("init", "work", StringComparison.Ordinal);
        int marker = library.AsSpan().IndexOf(Encoding.ASCII.GetBytes(CxxRuntimeRequirement.Marker + "\0"));
        Encoding.ASCII.GetBytes(other, library.AsSpan(marker));
        byte[] before = [.. library];
        var error = Assert.Throws<InvalidDataException>(() => CxxRuntimeRequirement.Remove(library));
        Assert.Contains($"needs {CxxRuntimeRequirement.Version} for '{other}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, library);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(5000)]
    [InlineData(1_000_000)]
    public void A_library_cut_short_is_refused(int length)
    {
        byte[] library = PackagedLibrary()[..length];
        byte[] before = [.. library];
        Assert.Throws<InvalidDataException>(() => CxxRuntimeRequirement.Remove(library));
        Assert.Equal(before, library);
    }

    [Fact]
    public void Another_kind_of_file_is_refused()
    {
        byte[] library = PackagedLibrary();
        // 32 bits.
        library[4] = 1;
        Assert.Throws<InvalidDataException>(() => CxxRuntimeRequirement.Remove(library));
        Assert.Throws<InvalidDataException>(() => CxxRuntimeRequirement.Remove(Encoding.ASCII.GetBytes(new string('M', 4096))));
    }

    [Fact]
    public void A_damaged_section_table_is_refused_in_words()
    {
        byte[] library = PackagedLibrary();
        BinaryPrimitives.WriteUInt64LittleEndian(library.AsSpan(0x28), ulong.MaxValue / 2);
        Assert.Throws<InvalidDataException>(() => CxxRuntimeRequirement.Remove(library));
    }
}
