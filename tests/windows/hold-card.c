/* hold-card.exe READER: has the card in a reader for itself, as a dispensing system may, until input ends. */
#include <stdio.h>
#include <windows.h>
#include <winscard.h>

int wmain(int argc, wchar_t **argv) {
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol;
    LONG code;
    if (argc != 2) return 64;
    code = SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &context);
    if (code == SCARD_S_SUCCESS)
        code = SCardConnectW(context, argv[1], SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol);
    if (code != SCARD_S_SUCCESS) return 70;
    puts("held");
    fflush(stdout);
    getchar();
    SCardDisconnect(card, SCARD_LEAVE_CARD);
    SCardReleaseContext(context);
    return 0;
}
