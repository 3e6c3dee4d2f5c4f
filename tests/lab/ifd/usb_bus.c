/*
 * Stands in for libudev inside the lab's pcscd (by LD_PRELOAD), as far as pcscd uses it: a USB bus with the
 * lab's readers on it. The lab sends, over a connection opened with "U0", first a two-byte big-endian mask of
 * the readers that are plugged in, then for each change '+' or '-' and the reader's number.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define READERS 16

struct udev {
  int fd;
  unsigned plugged;
};
struct udev_device {
  int number;
  char action;
  char node[24], product[8], path[24];
};
struct udev_list_entry {
  char path[24];
  struct udev_list_entry *next;
};
struct udev_enumerate {
  struct udev *udev;
  struct udev_list_entry entries[READERS], *first;
};
struct udev_monitor {
  struct udev *udev;
};

static int all_in(int fd, void *buffer, size_t length) {
  for (char *at = buffer; length > 0;) {
    ssize_t got = recv(fd, at, length, 0);
    if (got <= 0) return 0;
    at += got;
    length -= (size_t)got;
  }
  return 1;
}

struct udev *udev_new(void) {
  static struct udev udev;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = getenv("LAB_SOCKET");
  unsigned char mask[2];
  if (!path || strlen(path) >= sizeof address.sun_path) return NULL;
  strcpy(address.sun_path, path);
  udev.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (udev.fd < 0 || connect(udev.fd, (struct sockaddr *)&address, sizeof address) != 0 ||
      send(udev.fd, "U0", 2, MSG_NOSIGNAL) != 2 || !all_in(udev.fd, mask, 2))
    return NULL;
  udev.plugged = (unsigned)mask[0] << 8 | mask[1];
  return &udev;
}

struct udev *udev_unref(struct udev *udev) {
  if (udev) close(udev->fd);
  return NULL;
}

static struct udev_device *device(int number, char action) {
  struct udev_device *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  made->number = number;
  made->action = action;
  snprintf(made->node, sizeof made->node, "/dev/lab/reader%d", number);
  snprintf(made->path, sizeof made->path, "/sys/lab/reader%d", number);
  snprintf(made->product, sizeof made->product, "%04x", (unsigned)number & 0xffff);
  return made;
}

struct udev_device *udev_device_new_from_syspath(struct udev *udev, const char *path) {
  int number;
  (void)udev;
  return sscanf(path, "/sys/lab/reader%d", &number) == 1 ? device(number, 0) : NULL;
}

struct udev_device *udev_device_unref(struct udev_device *unused) {
  free(unused);
  return NULL;
}

/* Interface and device are one here. */
struct udev_device *udev_device_get_parent_with_subsystem_devtype(struct udev_device *interface, const char *subsystem,
                                                                  const char *type) {
  (void)subsystem, (void)type;
  return interface;
}

const char *udev_device_get_devnode(struct udev_device *of) { return of->node; }

const char *udev_device_get_sysname(struct udev_device *of) { return strrchr(of->path, '/') + 1; }

const char *udev_device_get_action(struct udev_device *of) { return of->action == '-' ? "remove" : "add"; }

const char *udev_device_get_sysattr_value(struct udev_device *of, const char *name) {
  if (strcmp(name, "idVendor") == 0) return "f1ab";
  if (strcmp(name, "idProduct") == 0) return of->product;
  if (strcmp(name, "bInterfaceNumber") == 0) return "00";
  return NULL;
}

struct udev_enumerate *udev_enumerate_new(struct udev *udev) {
  struct udev_enumerate *made = calloc(1, sizeof *made);
  if (made) made->udev = udev;
  return made;
}

struct udev_enumerate *udev_enumerate_unref(struct udev_enumerate *unused) {
  free(unused);
  return NULL;
}

int udev_enumerate_add_match_subsystem(struct udev_enumerate *of, const char *subsystem) {
  (void)of, (void)subsystem;
  return 0;
}

int udev_enumerate_scan_devices(struct udev_enumerate *of) {
  of->first = NULL;
  for (int number = READERS - 1; number >= 0; number--) {
    if (!(of->udev->plugged & 1u << number)) continue;
    snprintf(of->entries[number].path, sizeof of->entries[number].path, "/sys/lab/reader%d", number);
    of->entries[number].next = of->first;
    of->first = &of->entries[number];
  }
  return 0;
}

struct udev_list_entry *udev_enumerate_get_list_entry(struct udev_enumerate *of) { return of->first; }

struct udev_list_entry *udev_list_entry_get_next(struct udev_list_entry *of) { return of->next; }

const char *udev_list_entry_get_name(struct udev_list_entry *of) { return of->path; }

struct udev_monitor *udev_monitor_new_from_netlink(struct udev *udev, const char *name) {
  static struct udev_monitor monitor;
  (void)name;
  monitor.udev = udev;
  return &monitor;
}

int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *of, const char *subsystem, const char *type) {
  (void)of, (void)subsystem, (void)type;
  return 0;
}

int udev_monitor_enable_receiving(struct udev_monitor *of) {
  (void)of;
  return 0;
}

int udev_monitor_get_fd(struct udev_monitor *of) { return of->udev->fd; }

struct udev_device *udev_monitor_receive_device(struct udev_monitor *of) {
  unsigned char event[2];
  if (!all_in(of->udev->fd, event, 2) || event[1] >= READERS) return NULL;
  if (event[0] == '+')
    of->udev->plugged |= 1u << event[1];
  else
    of->udev->plugged &= ~(1u << event[1]);
  return device(event[1], (char)event[0]);
}
