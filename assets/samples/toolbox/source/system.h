// What a program needs of Linux, without a C library: how it begins, how it asks the kernel, how it ends.
#include <asm/fcntl.h>
#include <asm/unistd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int run(int count, char **words, char **environment);

// The kernel leaves the count of words, the words and the environment on the stack.
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call begin\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n  mov x0, sp\n  bl begin\n");
#else
#error "amd64 and arm64 only"
#endif

/** Asks the kernel; a negative answer is an error number. */
static long ask(long number, long a, long b, long c, long d, long e) {
#if defined(__x86_64__)
  long answer;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(answer)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return answer;
#else
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
#endif
}

enum { here = -100 /* AT_FDCWD */, output = 1, errors = 2 };

static _Noreturn void leave(int code) {
  ask(__NR_exit_group, code, 0, 0, 0, 0);
  for (;;) {
  }
}

static int open_file(int folder, const char *path, int flags) {
  return (int)ask(__NR_openat, folder, (long)path, flags | O_CLOEXEC, 0644, 0);
}
static void close_file(int file) { ask(__NR_close, file, 0, 0, 0, 0); }
static void make_folder(const char *path) { ask(__NR_mkdirat, here, (long)path, 0755, 0, 0); }

/** Reads until the end or until the room is used up; answers the bytes, or an error. */
static long read_all(int file, char *room, size_t size) {
  size_t used = 0;
  while (used < size) {
    long got = ask(__NR_read, file, (long)(room + used), (long)(size - used), 0, 0);
    if (got < 0) return got;
    if (got == 0) break;
    used += (size_t)got;
  }
  return (long)used;
}

static bool write_all(int file, const char *bytes, size_t size) {
  while (size > 0) {
    long put = ask(__NR_write, file, (long)bytes, (long)size, 0, 0);
    if (put <= 0) return false;
    bytes += put;
    size -= (size_t)put;
  }
  return true;
}

struct moment {
  long seconds, nanoseconds;
};

/** Seconds since the machine started. */
static long now(void) {
  struct moment at = {0, 0};
  ask(__NR_clock_gettime, 1 /* CLOCK_MONOTONIC */, (long)&at, 0, 0, 0);
  return at.seconds;
}
static void sleep_for(long seconds) {
  struct moment time = {seconds, 0};
  ask(__NR_nanosleep, (long)&time, 0, 0, 0, 0);
}

static _Noreturn void stopped(int signal) { leave(128 + signal); }

/** The first process of a container ignores signals that it doesn't ask for, and would be killed only after a while. */
static void end_when_told(void) {
  struct {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
  } action = {stopped, 0x04000000 /* SA_RESTORER */, (void (*)(void))stopped, 0};
  ask(__NR_rt_sigaction, 15 /* SIGTERM */, (long)&action, 0, sizeof action.mask, 0);
  ask(__NR_rt_sigaction, 2 /* SIGINT */, (long)&action, 0, sizeof action.mask, 0);
  // A peer that went away is an error of write(), and no reason to end.
  action.handler = (void (*)(int))1 /* SIG_IGN */;
  ask(__NR_rt_sigaction, 13 /* SIGPIPE */, (long)&action, 0, sizeof action.mask, 0);
}

__attribute__((used)) _Noreturn void begin(long *stack) {
  int count = (int)stack[0];
  char **words = (char **)(stack + 1);
  end_when_told();
  leave(run(count, words, words + count + 1));
}

// The compiler calls these by name.
void *memcpy(void *to, const void *from, size_t size) {
  for (size_t at = 0; at < size; at++) ((char *)to)[at] = ((const char *)from)[at];
  return to;
}
void *memset(void *to, int value, size_t size) {
  for (size_t at = 0; at < size; at++) ((char *)to)[at] = (char)value;
  return to;
}
