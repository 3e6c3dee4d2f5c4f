/*
 * Starts a native messaging host under Wine the way browsers start one on Windows, and passes its messages on.
 *
 *   relay.exe MODE PROGRAM ARGUMENT...
 *
 * Node cannot use the Unix pipes that Wine hands down as standard input and output; it can use Windows' named pipes.
 * MODE `cmd`:    cmd.exe /d /c ""PROGRAM" ARGUMENT... < PIPE > PIPE", as browsers have long done it
 * MODE `direct`: the pipes as the program's standard handles, as they do it now for an .exe
 * Ends with the host's exit code. When its own standard input ends, the host's does, as when a port is closed.
 */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

#define BUFFER 65536

static HANDLE to_host, from_host;

static void fail(const char *what) {
    fprintf(stderr, "relay: %s: error %lu\n", what, GetLastError());
    ExitProcess(70);
}

/* All of it, or FALSE when the other side is gone. */
static BOOL write_all(HANDLE to, const char *octets, DWORD length) {
    while (length > 0) {
        DWORD written = 0;
        if (!WriteFile(to, octets, length, &written, NULL)) return FALSE;
        octets += written;
        length -= written;
    }
    return TRUE;
}

static DWORD WINAPI pass_on_input(void *unused) {
    static char buffer[BUFFER];
    DWORD length;
    (void)unused;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer, sizeof buffer, &length, NULL) && length > 0)
        if (!write_all(to_host, buffer, length)) break;
    FlushFileBuffers(to_host);
    CloseHandle(to_host);
    return 0;
}

static DWORD WINAPI connect_input(void *unused) {
    (void)unused;
    ConnectNamedPipe(to_host, NULL);
    return 0;
}

static DWORD WINAPI pass_on_output(void *unused) {
    static char buffer[BUFFER];
    DWORD length;
    (void)unused;
    ConnectNamedPipe(from_host, NULL);
    while (ReadFile(from_host, buffer, sizeof buffer, &length, NULL))
        if (!write_all(GetStdHandle(STD_OUTPUT_HANDLE), buffer, length)) break;
    return 0;
}

static HANDLE host_end(const wchar_t *pipe, DWORD access) {
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE end = CreateFileW(pipe, access, 0, &inherited, OPEN_EXISTING, 0, NULL);
    if (end == INVALID_HANDLE_VALUE) fail("opening the host's end of a pipe");
    return end;
}

int wmain(int argc, wchar_t **argv) {
    wchar_t input_name[64], output_name[64], command[8192], program[2048];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    HANDLE output_thread, host_input = NULL, host_output = NULL;
    DWORD code = 70;
    BOOL direct;
    int at;

    if (argc < 3) {
        fprintf(stderr, "relay.exe cmd|direct PROGRAM ARGUMENT...\n");
        return 64;
    }
    direct = wcscmp(argv[1], L"direct") == 0;
    _snwprintf(input_name, 64, L"\\\\.\\pipe\\hpki-navi-test.in.%lu", GetCurrentProcessId());
    _snwprintf(output_name, 64, L"\\\\.\\pipe\\hpki-navi-test.out.%lu", GetCurrentProcessId());
    to_host = CreateNamedPipeW(input_name, PIPE_ACCESS_OUTBOUND | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, 1,
                               BUFFER, BUFFER, 0, NULL);
    from_host = CreateNamedPipeW(output_name, PIPE_ACCESS_INBOUND | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, 1,
                                 BUFFER, BUFFER, 0, NULL);
    if (to_host == INVALID_HANDLE_VALUE || from_host == INVALID_HANDLE_VALUE) fail("making the pipes");

    _snwprintf(program, 2048, L"\"%ls\"", argv[2]);
    for (at = 3; at < argc; at++) {
        wcsncat(program, L" \"", 2047 - wcslen(program));
        wcsncat(program, argv[at], 2047 - wcslen(program));
        wcsncat(program, L"\"", 2047 - wcslen(program));
    }
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (direct) {
        _snwprintf(command, 8192, L"%ls", program);
        host_input = startup.hStdInput = host_end(input_name, GENERIC_READ);
        host_output = startup.hStdOutput = host_end(output_name, GENERIC_WRITE);
    } else {
        _snwprintf(command, 8192, L"C:\\windows\\system32\\cmd.exe /d /c \"%ls < %ls > %ls\"", program, input_name,
                   output_name);
        startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
        startup.hStdOutput = GetStdHandle(STD_ERROR_HANDLE);
    }
    output_thread = CreateThread(NULL, 0, pass_on_output, NULL, 0, NULL);
    if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &startup, &process))
        fail("starting the host");
    if (direct) {
        CloseHandle(host_input);
        CloseHandle(host_output);
    } else {
        HANDLE waits[2] = {CreateThread(NULL, 0, connect_input, NULL, 0, NULL), process.hProcess};
        WaitForMultipleObjects(2, waits, FALSE, INFINITE);
    }
    CreateThread(NULL, 0, pass_on_input, NULL, 0, NULL);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    /* What the host said last is still on its way; a host that never said anything leaves the pipe unconnected. */
    WaitForSingleObject(output_thread, 2000);
    ExitProcess(code);
}
