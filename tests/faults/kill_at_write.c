/*
 * By LD_PRELOAD: ends the process with SIGKILL at its Nth call that changes a file whose path begins with
 * KILL_FILES. KILL_AT is N, 0 for never; of a write, the first half still reaches the file when KILL_HALF is set.
 * The calls are counted in the file KILL_COUNT, eight bytes, whoever makes them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long *count;
static long at;
static const char *files;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("KILL_COUNT");
  const char *number = getenv("KILL_AT");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  files = getenv("KILL_FILES");
  at = number ? atol(number) : 0;
  if (fd < 0 || !files) return;
  void *shared = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared != MAP_FAILED) count = shared;
  close(fd);
}

static int reached(const char *path) {
  return count && strncmp(path, files, strlen(files)) == 0 && atomic_fetch_add(count, 1) + 1 == at;
}

static int reached_by(int fd) {
  char link[32], path[4096];
  if (!count) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return reached(path);
}

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static void end(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  ssize_t (*write_at)(int, const void *, size_t, off64_t) = real("pwrite64");
  if (reached_by(fd)) {
    if (getenv("KILL_HALF")) write_at(fd, data, length / 2, offset);
    end();
  }
  return write_at(fd, data, length, offset);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

int fsync(int fd) {
  if (reached_by(fd)) end();
  return ((int (*)(int))real("fsync"))(fd);
}

int fdatasync(int fd) {
  if (reached_by(fd)) end();
  return ((int (*)(int))real("fdatasync"))(fd);
}

int ftruncate64(int fd, off64_t length) {
  if (reached_by(fd)) end();
  return ((int (*)(int, off64_t))real("ftruncate64"))(fd, length);
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int unlink(const char *path) {
  if (reached(path)) end();
  return ((int (*)(const char *))real("unlink"))(path);
}
