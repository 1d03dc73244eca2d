using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Chooses the native SQLite: the system's when it is newer than the one that comes with the package (it gets the distribution's security updates).
/// </summary>
internal static partial class SqliteLibrary
{
    /// <summary>The version that comes with the package SQLitePCLRaw.bundle_e_sqlite3 2.0.6: 3.35.5.</summary>
    private const int Bundled = 3_035_005;

    // SQLITE_FCNTL_HAS_MOVED of sqlite3.h.
    private const int HasMovedOperation = 20;

    private static readonly Lazy<string> Loaded = new(Load);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int VersionNumber();

    /// <summary>Loads the library, once in a process, and says which one runs.</summary>
    /// <returns>The version and where it came from, for the log.</returns>
    public static string Start() => Loaded.Value;

    /// <summary>Whether the file of a connection is no longer found under its name: it was moved, removed or replaced. What is written to it goes where nobody looks.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False also where the system cannot tell (Windows, which lets nobody move an open file).</returns>
    public static bool HasMoved(sqlite3 connection) =>
        FileControl(connection.DangerousGetHandle(), 0, HasMovedOperation, out int moved) == raw.SQLITE_OK && moved != 0;

    private static string Load()
    {
        nint system = SystemLibrary();
        foreach (Assembly caller in (Assembly[])[typeof(SQLite3Provider_e_sqlite3).Assembly, typeof(SqliteLibrary).Assembly])
            NativeLibrary.SetDllImportResolver(caller, (name, _, _) => name == "e_sqlite3" ? system : 0); // 0: the ordinary search, which finds the bundled one
        Batteries_V2.Init();
        // Each connection belongs to one thread at a time, so SQLite needs no lock around every call, nor to count its memory.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        return $"{raw.sqlite3_libversion().utf8_to_string()} ({(system != 0 ? "the system's" : "bundled")})";
    }

    private static nint SystemLibrary()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libsqlite3.so.0", Assembly.GetExecutingAssembly(), null, out nint library))
            return 0;
        if (NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out nint version)
            && Marshal.GetDelegateForFunctionPointer<VersionNumber>(version)() > Bundled)
            return library;
        NativeLibrary.Free(library);
        return 0;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    private static partial int FileControl(nint connection, nint database, int operation, out int value);
}
