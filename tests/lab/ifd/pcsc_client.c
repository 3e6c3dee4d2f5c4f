/*
 * A small PC/SC client for the lab itself:
 *   pcsc_client list                names of the readers, one a line
 *   pcsc_client reset READER        connects beside the others and resets the card on leaving
 *   pcsc_client hold READER MODE    MODE exclusive or transaction: keeps the card until standard input ends
 *   pcsc_client send READER HEX...  sends APDUs, prints each answer; goes on after an error
 *   pcsc_client watch READER        prints `present ATR`, `mute`, `empty` or `gone` at each change
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

static void print_hex(const unsigned char *bytes, DWORD length) {
  for (DWORD i = 0; i < length; i++) printf("%02X", bytes[i]);
}

static int send_all(SCARDHANDLE card, DWORD protocol, int count, char **commands) {
  const SCARD_IO_REQUEST *pci = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  static unsigned char command[65544], answer[65538];
  for (int i = 0; i < count; i++) {
    DWORD length = 0, got = sizeof answer;
    unsigned octet;
    for (const char *at = commands[i]; sscanf(at, "%2x", &octet) == 1; at += 2) command[length++] = (unsigned char)octet;
    if (failed(SCardTransmit(card, pci, command, length, NULL, answer, &got))) continue;
    print_hex(answer, got);
    puts("");
  }
  return 0;
}

static int watch(SCARDCONTEXT context, const char *name) {
  SCARD_READERSTATE state = {.szReader = name, .dwCurrentState = SCARD_STATE_UNAWARE};
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (;;) {
    LONG error = SCardGetStatusChange(context, INFINITE, &state, 1);
    if (error != SCARD_S_SUCCESS && error != (LONG)SCARD_E_UNKNOWN_READER) return failed(error);
    if (error != SCARD_S_SUCCESS || state.dwEventState & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE)) return puts("gone"), 0;
    /* A change of use is none of the card. */
    DWORD of_card = SCARD_STATE_EMPTY | SCARD_STATE_PRESENT | SCARD_STATE_MUTE;
    if ((state.dwEventState ^ state.dwCurrentState) & of_card || (state.dwEventState ^ state.dwCurrentState) >> 16) {
      if (state.dwEventState & SCARD_STATE_MUTE) printf("mute");
      else if (state.dwEventState & SCARD_STATE_PRESENT) printf("present "), print_hex(state.rgbAtr, state.cbAtr);
      else printf("empty");
      puts("");
    }
    state.dwCurrentState = state.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
  }
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
  if (argc == 3 && strcmp(argv[1], "watch") == 0) return watch(context, argv[2]);
  int sending = argc > 3 && strcmp(argv[1], "send") == 0;
  int hold = argc == 4 && strcmp(argv[1], "hold") == 0;
  int exclusive = hold && strcmp(argv[3], "exclusive") == 0;
  if (!hold && !sending && !(argc == 3 && strcmp(argv[1], "reset") == 0)) return 2;
  if (failed(SCardConnect(context, argv[2], exclusive ? SCARD_SHARE_EXCLUSIVE : SCARD_SHARE_SHARED,
                          SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol)))
    return 1;
  if (sending) return send_all(card, protocol, argc - 3, argv + 3) | failed(SCardDisconnect(card, SCARD_LEAVE_CARD));
  if (!hold) return failed(SCardDisconnect(card, SCARD_RESET_CARD));
  if (!exclusive && failed(SCardBeginTransaction(card))) return 1;
  puts("held");
  fflush(stdout);
  while (read(0, &byte, 1) > 0) continue;
  if (!exclusive) SCardEndTransaction(card, SCARD_LEAVE_CARD);
  return failed(SCardDisconnect(card, SCARD_LEAVE_CARD));
}
