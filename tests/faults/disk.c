#include "tests/faults/disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* The functions behind ours, found when they are first called. */
#define REAL(result, name, ...) \
	static result (*real)(__VA_ARGS__); \
	if (!real) \
		*(void **)&real = dlsym(RTLD_NEXT, #name)

static struct disk_order *order; /* NULL: nothing is told, or not yet */
static const char *store;
static char command[4096];       /* this process' words, a 0 after each */
static size_t command_size;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("DISK_ORDER");
	store = getenv("DISK_STORE");
	int file = path && store ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (file < 0)
		return;
	void *shared = mmap(NULL, sizeof *order, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	FILE *own = fopen("/proc/self/cmdline", "re");
	if (own) {
		command_size = fread(command, 1, sizeof command - 1, own);
		fclose(own);
	}
	if (shared != MAP_FAILED)
		order = shared;
}

static bool
is_role(const char *role)
{
	if (!*role)
		return true;
	for (const char *word = command; word < command + command_size; word += strlen(word) + 1)
		if (!strcmp(word, role))
			return true;
	return false;
}

static bool
is_file(const char *path)
{
	size_t length = strlen(path), end = strlen(order->file), top = strlen(store);
	return length > top && !memcmp(path, store, top) && path[top] == '/' && length >= end && !strcmp(path + length - end, order->file);
}

static void
rest(int milliseconds)
{
	const struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
	nanosleep(&time, NULL);
}

/* TRUE: a call that is meant, and to fail, with errno set. */
static bool
fails(enum disk_call call, const char *path)
{
	if (!order || !(order->calls & (int)call) || !is_role(order->role) || !is_file(path))
		return false;
	__atomic_add_fetch(&order->seen, 1, __ATOMIC_SEQ_CST);
	if (order->delay)
		rest(order->delay);
	if (!order->error || __atomic_sub_fetch(&order->skip, 1, __ATOMIC_SEQ_CST) >= 0)
		return false;
	if (order->times >= 0 && __atomic_sub_fetch(&order->times, 1, __ATOMIC_SEQ_CST) < 0) {
		order->times = 0;
		return false;
	}
	__atomic_add_fetch(&order->failed, 1, __ATOMIC_SEQ_CST);
	errno = order->error;
	return true;
}

static bool
fails_at(enum disk_call call, int file)
{
	char name[64], path[4096];
	if (!order || !(order->calls & (int)call))
		return false;
	snprintf(name, sizeof name, "/proc/self/fd/%d", file);
	ssize_t length = readlink(name, path, sizeof path - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return fails(call, path);
}

static bool
fails_to_open(const char *path, int flags)
{
	return (flags & (O_CREAT | O_WRONLY | O_RDWR)) && fails(DISK_OPEN, path);
}

static mode_t
mode_of(int flags, va_list arguments)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	REAL(int, open, const char *, int, ...);
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = mode_of(flags, arguments);
	va_end(arguments);
	return fails_to_open(path, flags) ? -1 : real(path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	REAL(int, open64, const char *, int, ...);
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = mode_of(flags, arguments);
	va_end(arguments);
	return fails_to_open(path, flags) ? -1 : real(path, flags, mode);
}

ssize_t
pwrite64(int file, const void *octets, size_t size, off64_t at)
{
	REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
	if (!fails_at(DISK_WRITE, file))
		return real(file, octets, size, at);
	int reason = errno;
	if (real(file, octets, size / 2, at) >= 0)
		errno = reason;
	return -1;
}

ssize_t
pwrite(int file, const void *octets, size_t size, off_t at)
{
	return pwrite64(file, octets, size, at);
}

ssize_t
write(int file, const void *octets, size_t size)
{
	REAL(ssize_t, write, int, const void *, size_t);
	return fails_at(DISK_WRITE, file) ? -1 : real(file, octets, size);
}

ssize_t
pread64(int file, void *octets, size_t size, off64_t at)
{
	REAL(ssize_t, pread64, int, void *, size_t, off64_t);
	return fails_at(DISK_READ, file) ? -1 : real(file, octets, size, at);
}

ssize_t
sendfile(int to, int from, off_t *at, size_t size)
{
	REAL(ssize_t, sendfile, int, int, off_t *, size_t);
	return fails_at(DISK_WRITE, to) ? -1 : real(to, from, at, size);
}

int
rename(const char *from, const char *to)
{
	REAL(int, rename, const char *, const char *);
	return fails(DISK_RENAME, to) ? -1 : real(from, to);
}

int
fsync(int file)
{
	REAL(int, fsync, int);
	return fails_at(DISK_SYNC, file) ? -1 : real(file);
}

int
fdatasync(int file)
{
	REAL(int, fdatasync, int);
	return fails_at(DISK_SYNC, file) ? -1 : real(file);
}

int
ftruncate64(int file, off64_t size)
{
	REAL(int, ftruncate64, int, off64_t);
	return fails_at(DISK_TRUNCATE, file) ? -1 : real(file, size);
}

int
ftruncate(int file, off_t size)
{
	return ftruncate64(file, size);
}
