/* The system's clock, set by a test: off by as many milliseconds as the file that INDOWATER_TEST_CLOCK names says. Loaded before the system's own
   library. Clocks that only go forward are left alone, as they are when somebody sets the clock of a device. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long off_ms(void) {
  const int before = errno;
  const char *name = getenv("INDOWATER_TEST_CLOCK");
  const int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  char text[32];
  ssize_t length = -1;
  if (file >= 0) {
    length = read(file, text, sizeof text - 1);
    close(file);
  }
  errno = before;
  if (length <= 0) return 0;
  text[length] = 0;
  return atoll(text);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*system_clock)(clockid_t, struct timespec *);
  if (!system_clock) system_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  const int failed = system_clock(clock, now);
  if (failed || clock != CLOCK_REALTIME) return failed;
  const long long ms = (long long)now->tv_sec * 1000 + now->tv_nsec / 1000000 + off_ms();
  now->tv_nsec = ms % 1000 * 1000000 + now->tv_nsec % 1000000;
  now->tv_sec = ms / 1000;
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec exact;
  const int failed = clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return failed;
}

time_t time(time_t *where) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (where) *where = exact.tv_sec;
  return exact.tv_sec;
}
