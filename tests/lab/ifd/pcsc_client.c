/*
 * A small PC/SC client for the lab itself:
 *   pcsc_client list                names of the readers, one a line
 *   pcsc_client reset READER        connects beside the others and resets the card on leaving
 *   pcsc_client hold READER MODE    MODE exclusive or transaction: keeps the card until standard input ends
 * On failure, one line with the error code in hexadecimal, and exit status 1.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <winscard.h>

static int failed(LONG error) {
  if (error == SCARD_S_SUCCESS) return 0;
  printf("0x%08lX\n", (unsigned long)error & 0xffffffffUL);
  return 1;
}

int main(int argc, char **argv) {
  SCARDCONTEXT context;
  SCARDHANDLE card;
  DWORD protocol, length = SCARD_AUTOALLOCATE;
  char *names = NULL, byte;
  if (argc < 2 || failed(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context))) return 1;
  if (strcmp(argv[1], "list") == 0) {
    LONG error = SCardListReaders(context, NULL, (LPSTR)&names, &length);
    if (error == (LONG)SCARD_E_NO_READERS_AVAILABLE) return 0;
    if (failed(error)) return 1;
    for (char *name = names; *name; name += strlen(name) + 1) puts(name);
    return 0;
  }
  int hold = argc == 4 && strcmp(argv[1], "hold") == 0;
  int exclusive = hold && strcmp(argv[3], "exclusive") == 0;
  if (!hold && !(argc == 3 && strcmp(argv[1], "reset") == 0)) return 2;
  if (failed(SCardConnect(context, argv[2], exclusive ? SCARD_SHARE_EXCLUSIVE : SCARD_SHARE_SHARED,
                          SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol)))
    return 1;
  if (!hold) return failed(SCardDisconnect(card, SCARD_RESET_CARD));
  if (!exclusive && failed(SCardBeginTransaction(card))) return 1;
  puts("held");
  fflush(stdout);
  while (read(0, &byte, 1) > 0) continue;
  if (!exclusive) SCardEndTransaction(card, SCARD_LEAVE_CARD);
  return failed(SCardDisconnect(card, SCARD_LEAVE_CARD));
}
