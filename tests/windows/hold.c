/* hold.exe FILE: keeps a file open as security software does, so that nobody can delete it, until input ends. */
#include <stdio.h>
#include <windows.h>

int wmain(int argc, wchar_t **argv) {
    HANDLE file;
    if (argc != 2) return 64;
    file = CreateFileW(argv[1], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return 70;
    puts("held");
    fflush(stdout);
    getchar();
    CloseHandle(file);
    return 0;
}
