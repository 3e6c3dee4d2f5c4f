/*
 * IFD handler for the lab's virtual readers: up to 16 readers with one slot each, loaded by a private pcscd.
 *
 * Everything a reader does is asked of the lab process over its unix socket (LAB_SOCKET). Per reader there is
 *   an event connection, opened with 'E' and the reader's number: the lab sends '1' (card in) or '0' (card
 *     out), the present state first; each state taken over is acknowledged with its byte;
 *   a command connection, opened with 'C' and the number: one operation byte, a four-byte big-endian length
 *     and data; the answer has the same form with a status byte in front.
 * pcscd learns of a card through the polling function, which waits for the event connection: no poll rate.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <ifdhandler.h>
#include <reader.h>

#define READERS 16
#define LARGEST (65536 + 2)

struct reader {
  int events, commands, stop;
  atomic_char state, acknowledged;
  UCHAR atr[MAX_ATR_SIZE];
  DWORD atr_length;
};
static struct reader readers[READERS] = {[0 ... READERS - 1] = {-1, -1, -1, '0', 0, {0}, 0}};

static struct reader *of(DWORD lun) { return &readers[(lun >> 16) % READERS]; }

static int all_in(int fd, void *buffer, size_t length) {
  for (char *at = buffer; length > 0;) {
    ssize_t got = recv(fd, at, length, 0);
    if (got <= 0) return 0;
    at += got;
    length -= (size_t)got;
  }
  return 1;
}

static int all_out(int fd, const void *buffer, size_t length) {
  for (const char *at = buffer; length > 0;) {
    ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
    if (sent <= 0) return 0;
    at += sent;
    length -= (size_t)sent;
  }
  return 1;
}

static int open_channel(char kind, int number) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = getenv("LAB_SOCKET");
  if (!path || strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char hello[2] = {kind, (char)number};
  if (fd >= 0 && (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 || !all_out(fd, hello, 2))) {
    close(fd);
    return -1;
  }
  return fd;
}

/* Sends one operation and waits for its answer; the lab keeps the time. */
static RESPONSECODE ask(struct reader *reader, char operation, const UCHAR *data, DWORD length, UCHAR *answer,
                        DWORD *answer_length, RESPONSECODE failure) {
  static __thread UCHAR buffer[LARGEST];
  DWORD room = answer_length ? *answer_length : 0;
  unsigned char head[5] = {(unsigned char)operation, (unsigned char)(length >> 24), (unsigned char)(length >> 16),
                           (unsigned char)(length >> 8), (unsigned char)length};
  if (answer_length) *answer_length = 0;
  if (!all_out(reader->commands, head, 5) || !all_out(reader->commands, data, length) ||
      !all_in(reader->commands, head, 5))
    return IFD_NO_SUCH_DEVICE;
  uint32_t got = (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 8 | head[4];
  if (got > LARGEST || !all_in(reader->commands, buffer, got)) return IFD_COMMUNICATION_ERROR;
  switch (head[0]) {
    case 'K':
      break;
    case 'T':
      return IFD_RESPONSE_TIMEOUT;
    case 'X':
      return IFD_NO_SUCH_DEVICE;
    default:
      return failure;
  }
  if (answer_length) {
    if (got > room) return IFD_ERROR_INSUFFICIENT_BUFFER;
    memcpy(answer, buffer, got);
    *answer_length = got;
  }
  return IFD_SUCCESS;
}

RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR device) {
  /* usb:VVVV/PPPP:libudev:…; the product number is the reader's. */
  struct reader *reader = of(lun);
  unsigned number;
  char first;
  if (sscanf(device, "usb:%*4x/%4x:", &number) != 1 || number >= READERS) return IFD_NO_SUCH_DEVICE;
  reader->stop = eventfd(0, EFD_CLOEXEC);
  reader->events = open_channel('E', (int)number);
  reader->commands = open_channel('C', (int)number);
  reader->atr_length = 0;
  if (reader->events < 0 || reader->commands < 0 || !all_in(reader->events, &first, 1)) {
    IFDHCloseChannel(lun);
    return IFD_NO_SUCH_DEVICE;
  }
  atomic_store(&reader->state, first);
  atomic_store(&reader->acknowledged, 0);
  return IFD_SUCCESS;
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel) {
  (void)lun;
  (void)channel;
  return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHCloseChannel(DWORD lun) {
  struct reader *reader = of(lun);
  int *fds[] = {&reader->events, &reader->commands, &reader->stop};
  for (int i = 0; i < 3; i++) {
    if (*fds[i] >= 0) close(*fds[i]);
    *fds[i] = -1;
  }
  return IFD_SUCCESS;
}

/* Waits for the next event, at most `timeout` milliseconds. One state at a time, so that none is skipped. */
static RESPONSECODE wait_for_event(DWORD lun, int timeout) {
  struct reader *reader = of(lun);
  /* X: the lab is gone. A reader that is gone only waits to be taken away. */
  int events = atomic_load(&reader->state) == 'X' ? -1 : reader->events;
  struct pollfd fds[2] = {{events, POLLIN, 0}, {reader->stop, POLLIN, 0}};
  char state;
  uint64_t stops;
  if (poll(fds, 2, timeout) <= 0) return IFD_SUCCESS;
  /* pcscd stops the waiting for its own ends, too: when a client comes or goes. */
  if (fds[1].revents & POLLIN) return read(reader->stop, &stops, sizeof stops) > 0 ? IFD_SUCCESS : IFD_NO_SUCH_DEVICE;
  if (!all_in(reader->events, &state, 1)) state = 'X';
  atomic_store(&reader->state, state);
  /* Not IFD_NO_SUCH_DEVICE: pcscd would sleep for 400 ms. It learns of it from IFDHICCPresence at once. */
  return IFD_SUCCESS;
}

static RESPONSECODE stop_waiting(DWORD lun) {
  uint64_t one = 1;
  return write(of(lun)->stop, &one, sizeof one) == sizeof one ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHICCPresence(DWORD lun) {
  struct reader *reader = of(lun);
  char state = atomic_load(&reader->state);
  if (state == 'X') return IFD_NO_SUCH_DEVICE;
  if (atomic_exchange(&reader->acknowledged, state) != state) all_out(reader->events, &state, 1);
  return state == '1' ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR atr, PDWORD atr_length) {
  struct reader *reader = of(lun);
  RESPONSECODE result;
  reader->atr_length = 0;
  *atr_length = 0;
  if (action == IFD_POWER_DOWN) return ask(reader, 'D', NULL, 0, NULL, NULL, IFD_COMMUNICATION_ERROR);
  if (action != IFD_POWER_UP && action != IFD_RESET) return IFD_NOT_SUPPORTED;
  reader->atr_length = sizeof reader->atr;
  result = ask(reader, action == IFD_RESET ? 'R' : 'P', NULL, 0, reader->atr, &reader->atr_length,
               IFD_ERROR_POWER_ACTION);
  if (result != IFD_SUCCESS) return result;
  memcpy(atr, reader->atr, reader->atr_length);
  *atr_length = reader->atr_length;
  return IFD_SUCCESS;
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER send_pci, PUCHAR command, DWORD length, PUCHAR answer,
                               PDWORD answer_length, PSCARD_IO_HEADER receive_pci) {
  if (receive_pci) receive_pci->Protocol = send_pci.Protocol;
  return ask(of(lun), 'T', command, length, answer, answer_length, IFD_COMMUNICATION_ERROR);
}

RESPONSECODE IFDHControl(DWORD lun, DWORD code, PUCHAR data, DWORD length, PUCHAR answer, DWORD room,
                         LPDWORD returned) {
  (void)lun, (void)data, (void)length, (void)answer, (void)room;
  *returned = 0;
  /* No features: above all no PIN pad. */
  return code == CM_IOCTL_GET_FEATURE_REQUEST ? IFD_SUCCESS : IFD_ERROR_NOT_SUPPORTED;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value) {
  struct reader *reader = of(lun);
  RESPONSECODE (*waiting)(DWORD, int) = wait_for_event;
  RESPONSECODE (*stopping)(DWORD) = stop_waiting;
  const void *source;
  DWORD size = 1;
  UCHAR number;
  switch (tag) {
    case TAG_IFD_ATR:
    case SCARD_ATTR_ATR_STRING:
      source = reader->atr;
      size = reader->atr_length;
      break;
    case TAG_IFD_SIMULTANEOUS_ACCESS:
      number = READERS;
      source = &number;
      break;
    case TAG_IFD_THREAD_SAFE:
    case TAG_IFD_SLOT_THREAD_SAFE:
    case TAG_IFD_SLOTS_NUMBER:
      number = 1;
      source = &number;
      break;
    case TAG_IFD_POLLING_THREAD_KILLABLE:
      number = 0;
      source = &number;
      break;
    case TAG_IFD_POLLING_THREAD_WITH_TIMEOUT:
      source = &waiting;
      size = sizeof waiting;
      break;
    case TAG_IFD_STOP_POLLING_THREAD:
      source = &stopping;
      size = sizeof stopping;
      break;
    case SCARD_ATTR_VENDOR_NAME:
      source = "hpki-navi lab";
      size = 14;
      break;
    default:
      return IFD_ERROR_TAG;
  }
  if (*length < size) return IFD_ERROR_INSUFFICIENT_BUFFER;
  memcpy(value, source, size);
  *length = size;
  return IFD_SUCCESS;
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD length, PUCHAR value) {
  (void)lun, (void)length, (void)value;
  return tag == TAG_IFD_DEVICE_REMOVED ? IFD_SUCCESS : IFD_ERROR_TAG;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, UCHAR flags, UCHAR pts1, UCHAR pts2, UCHAR pts3) {
  (void)lun, (void)protocol, (void)flags, (void)pts1, (void)pts2, (void)pts3;
  return IFD_SUCCESS;
}
