using System.Buffers.Binary;
using System.Text;

namespace Diffusion.Build;

/// <summary>
/// Removes one requirement from a copy of TorchSharp's native library, so that it loads on Linux systems whose libstdc++ is older than GCC 13's
/// (Debian 12, Ubuntu 22.04).
/// </summary>
/// <remarks>
/// The library asks for version GLIBCXX_3.4.32 because of one symbol, <c>_ZSt21ios_base_library_initv</c>. That symbol is an empty marker: it tells
/// the linker that the start-up of the C++ streams lives in libstdc++ (GCC 13 release notes, libstdc++ <c>ios_init.cc</c>). Nothing of the library
/// depends on what it does. Three edits remove the requirement (System V ABI, "Dynamic Linking"; Linux Standard Base, "Symbol Versioning"):
/// the undefined symbol takes the name of a function that the library exports itself, its version becomes "none", and the version in the list of
/// required versions becomes weak. On systems with a newer libstdc++ the edited copy works as well.
/// </remarks>
internal static class CxxRuntimeRequirement
{
    /// <summary>The version of the C++ runtime that is no longer asked for.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    /// <summary>The only symbol of that version that the library may use.</summary>
    public const string Marker = "_ZSt21ios_base_library_initv";

    // Takes no arguments, is exported, and changes nothing when called.
    private const string Substitute = "THSTorch_get_num_threads";

    private const uint DynamicSymbols = 11;
    private const uint SymbolVersions = 0x6fffffff;
    private const uint RequiredVersions = 0x6ffffffe;
    private const int SymbolSize = 24;
    private const ushort Unversioned = 1;
    private const ushort Weak = 2;

    /// <summary>Edits the image of a library in place.</summary>
    /// <param name="image">The bytes of an ELF file: 64 bits, little-endian.</param>
    /// <returns>Whether the library had the requirement. When false, nothing was changed.</returns>
    /// <exception cref="InvalidDataException">
    /// The image is no such ELF file, or it needs the newer runtime for something else than the marker: it is left as it was.
    /// </exception>
    public static bool Remove(byte[] image)
    {
        if (image.Length < 64 || !image.AsSpan(0, 6).SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new InvalidDataException("not a 64-bit little-endian ELF library");

        try
        {
            return Edit(image);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("the ELF library is damaged or cut short", e);
        }
    }

    private static bool Edit(byte[] image)
    {
        Section[] sections = Sections(image);
        // A version that is weak already is not required.
        if (sections.FirstOrDefault(section => section.Type == RequiredVersions) is not { } required ||
            FindRequirement(image, required, sections[required.Link]) is not { } requirement)
            return false;

        Section symbols = sections.FirstOrDefault(section => section.Type == DynamicSymbols)
            ?? throw new InvalidDataException("the library has no dynamic symbols");
        Section versions = sections.FirstOrDefault(section => section.Type == SymbolVersions)
            ?? throw new InvalidDataException("the library has no symbol versions");
        Section names = sections[symbols.Link];

        int? marker = null;
        uint? substitute = null;
        for (int i = 0; i < symbols.Size / SymbolSize; i++)
        {
            int symbol = symbols.Offset + (i * SymbolSize);
            uint name = BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(symbol));
            bool defined = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(symbol + 6)) != 0;
            if (defined && Text(image, names, name) == Substitute)
                substitute = name;
            if (BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(versions.Offset + (2 * i))) != requirement.Index)
                continue;
            if (defined || Text(image, names, name) != Marker || marker is not null)
                throw new InvalidDataException($"the library needs {Version} for '{Text(image, names, name)}', not only for '{Marker}'");
            marker = i;
        }

        if (marker is not { } place)
            throw new InvalidDataException($"the library needs {Version}, but none of its symbols has that version");
        if (substitute is not { } replacement)
            throw new InvalidDataException($"the library does not export '{Substitute}'");

        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(symbols.Offset + (place * SymbolSize)), replacement);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(versions.Offset + (2 * place)), Unversioned);
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(requirement.FlagsOffset));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(requirement.FlagsOffset), (ushort)(flags | Weak));
        return true;
    }

    private static Section[] Sections(byte[] image)
    {
        int table = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(0x28)));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(0x3a));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(0x3c));
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            ReadOnlySpan<byte> header = image.AsSpan(table + (i * size), 64);
            return new Section(
                BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..])),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..])),
                checked((int)BinaryPrimitives.ReadUInt32LittleEndian(header[40..])));
        })];
    }

    // A list of libraries (Elf64_Verneed), each with a list of versions (Elf64_Vernaux); offsets to the next entry are relative, 0 ends a list.
    private static Requirement? FindRequirement(byte[] image, Section required, Section names)
    {
        for (int library = required.Offset, next = -1; next != 0; library += next)
        {
            int entry = library + checked((int)BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(library + 8)));
            for (int nextEntry = -1; nextEntry != 0; entry += nextEntry)
            {
                if (Text(image, names, BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(entry + 8))) == Version &&
                    (BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(entry + 4)) & Weak) == 0)
                    return new(BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(entry + 6)), entry + 4);
                nextEntry = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(entry + 12)));
            }

            next = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(library + 12)));
        }

        return null;
    }

    private static string Text(byte[] image, Section names, uint offset)
    {
        ReadOnlySpan<byte> text = image.AsSpan(names.Offset, names.Size)[checked((int)offset)..];
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
    }

    private sealed record Section(uint Type, int Offset, int Size, int Link);

    private sealed record Requirement(ushort Index, int FlagsOffset);
}
