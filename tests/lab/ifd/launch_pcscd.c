/*
 * Starts a private pcscd:
 *   launch_pcscd PARENT SOCKET DRIVERS CONFIGURATION PRELOAD [OPTION...]
 * In a mount namespace of its own, /run is empty (the machine's pid file stays untouched) and the driver
 * folder is DRIVERS (no real reader is claimed). The socket is handed over as systemd does it: listening, as
 * descriptor 3. pcscd dies with its parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define DRIVER_FOLDER "/usr/lib/pcsc/drivers"
#define PCSCD "/usr/sbin/pcscd"

static void fail(const char *what) {
  fprintf(stderr, "launch_pcscd: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void put(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) fail(path);
  close(fd);
}

/* A user namespace makes an ordinary user root in it, where the system allows that. */
static void own_mounts(void) {
  char map[64];
  unsigned user = geteuid(), group = getegid();
  if (user == 0 && unshare(CLONE_NEWNS) == 0) return;
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) fail("a mount namespace needs root or user namespaces");
  put("/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "0 %u 1", user);
  put("/proc/self/uid_map", map);
  snprintf(map, sizeof map, "0 %u 1", group);
  put("/proc/self/gid_map", map);
}

int main(int argc, char **argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  char *arguments[32] = {PCSCD, "--foreground", "--config", NULL};
  char pid[16];
  int at = 4, fd;
  if (argc < 6 || argc > 24) {
    fprintf(stderr, "launch_pcscd PARENT SOCKET DRIVERS CONFIGURATION PRELOAD [OPTION...]\n");
    return 2;
  }
  own_mounts();
  /* After the change of credentials, which clears it. */
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail("prctl");
  if (getppid() != atoi(argv[1])) return 1;
  if (strlen(argv[2]) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail(argv[2]);
  }
  strcpy(address.sun_path, argv[2]);
  unlink(argv[2]);
  fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0) fail(argv[2]);
  if (fd != 3 && (dup2(fd, 3) != 3 || close(fd) != 0)) fail("dup2");
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) fail("making mounts private");
  if (mount(argv[3], DRIVER_FOLDER, NULL, MS_BIND, NULL) != 0) fail(DRIVER_FOLDER);
  if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755") != 0) fail("/run");
  if (mkdir("/run/pcscd", 0755) != 0) fail("/run/pcscd");
  snprintf(pid, sizeof pid, "%d", (int)getpid());
  setenv("LISTEN_FDS", "1", 1);
  setenv("LISTEN_PID", pid, 1);
  setenv("LD_PRELOAD", argv[5], 1);
  arguments[3] = argv[4];
  for (int i = 6; i < argc; i++) arguments[at++] = argv[i];
  arguments[at] = NULL;
  execv(PCSCD, arguments);
  fail(PCSCD);
}
