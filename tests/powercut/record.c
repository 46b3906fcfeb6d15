/* record: what a program does to the files below a directory, written down in the order in which it was done, so that
 * tests/e2e/support/powercut.mjs can say what a disk holds when the power goes at any moment. A library for LD_PRELOAD:
 *
 *   POWERCUT_DIR   the directory whose files are watched, without a slash at its end
 *   POWERCUT_LOG   the log, open to all who write; POWERCUT_SYNC ms that each sync takes longer than it would
 *
 * The log is a row of struct record, each with its name and its octets behind it. What was done is noted after it was done; a sync
 * notes how long the log was when it began, as it is no promise for what was done meanwhile. The files that a program maps
 * into its memory (SQLite's -shm) are not seen: they mean nothing after a start. */
#include <errno.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES_MAX 4096 /* descriptors that can be watched */
#define LOG_PLACE 500  /* the log's descriptor stands here or above, out of the way of those that are handed down */

enum operation {CREATE = 'c', LINK = 'l', MAKE_DIRECTORY = 'm', WRITE = 'w', TRUNCATE = 't', RENAME = 'r', REMOVE = 'u', SYNC = 's', SYNC_DIRECTORY = 'd'};

/* file: the inode. at: the offset of a write, the length of a truncated file, or how long the log was when a sync began. name: the
 * path, of a rename both with NUL between. */
struct record {
	uint64_t file, at;
	uint32_t name_size, data_size;
	uint32_t operation, unused;
};

static struct {
	char *directory;
	size_t length;
	int log, delay;
	bool is_watched[FILES_MAX];
} self = {.log = -1};

/* The call of that name behind ours, in its type. */
#define NEXT(function) \
	(__extension__({ \
		static __typeof__(&(function)) next; \
		if (!next) \
			*(void **)&next = dlsym(RTLD_NEXT, #function); \
		next; \
	}))

__attribute__((constructor)) static void
begin(void)
{
	const char *log = getenv("POWERCUT_LOG"), *delay = getenv("POWERCUT_SYNC"), *directory = getenv("POWERCUT_DIR");
	if (!log || !directory)
		return;
	int opened = NEXT(open)(log, O_WRONLY | O_APPEND | O_CLOEXEC);
	self.directory = strdup(directory);
	self.length = strlen(directory);
	self.delay = delay ? atoi(delay) : 0;
	self.log = fcntl(opened, F_DUPFD_CLOEXEC, LOG_PLACE);
	NEXT(close)(opened);
}

static bool
is_below(const char *path)
{
	return self.log >= 0 && !strncmp(path, self.directory, self.length) && (!path[self.length] || path[self.length] == '/');
}

static bool
is_watched(int file)
{
	return self.log >= 0 && file >= 0 && file < FILES_MAX && self.is_watched[file];
}

static uint64_t
inode(int file)
{
	struct stat now;
	return fstat(file, &now) ? 0 : now.st_ino;
}

/* One write: records of several processes do not mix. A log that cannot be written makes the test worthless. */
static void
note(struct record record, const char *name, const void *data)
{
	int why = errno;
	struct iovec parts[] = {{&record, sizeof record}, {(void *)name, record.name_size}, {(void *)data, record.data_size}};
	if (NEXT(writev)(self.log, parts, 3) != (ssize_t)(sizeof record + record.name_size + record.data_size))
		abort();
	errno = why;
}

static void
note_name(enum operation operation, uint64_t file, const char *name, size_t size)
{
	note((struct record){.operation = operation, .file = file, .name_size = (uint32_t)size}, name, NULL);
}

/* A file that is opened: watched from now on, noted when it was made. */
static int
opened(int file, const char *path, bool was_there)
{
	if (file < 0 || file >= FILES_MAX)
		return file;
	self.is_watched[file] = is_below(path);
	if (self.is_watched[file] && !was_there)
		note_name(CREATE, inode(file), path, strlen(path));
	return file;
}

static bool
is_there(const char *path)
{
	int why = errno;
	bool found = !access(path, F_OK);
	errno = why;
	return found;
}

static mode_t
mode_of(int flags, va_list rest)
{
	return (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
}

#define OPEN(function) \
	int \
	function(const char *path, int flags, ...) \
	{ \
		va_list rest; \
		va_start(rest, flags); \
		mode_t mode = mode_of(flags, rest); \
		va_end(rest); \
		bool was_there = !(flags & O_CREAT) || !is_below(path) || is_there(path); \
		return opened(NEXT(function)(path, flags, mode), path, was_there); \
	}
OPEN(open)
OPEN(open64)

int
close(int file)
{
	if (file >= 0 && file < FILES_MAX)
		self.is_watched[file] = false;
	return NEXT(close)(file);
}

static ssize_t
written(int file, off64_t at, const void *data, ssize_t size)
{
	if (size > 0)
		note((struct record){.operation = WRITE, .file = inode(file), .at = (uint64_t)at, .data_size = (uint32_t)size}, NULL, data);
	return size;
}

ssize_t
write(int file, const void *data, size_t size)
{
	if (!is_watched(file))
		return NEXT(write)(file, data, size);
	off64_t at = lseek64(file, 0, SEEK_CUR);
	return written(file, at, data, NEXT(write)(file, data, size));
}

ssize_t
pwrite(int file, const void *data, size_t size, off_t at)
{
	ssize_t done = NEXT(pwrite)(file, data, size, at);
	return is_watched(file) ? written(file, at, data, done) : done;
}

ssize_t
pwrite64(int file, const void *data, size_t size, off64_t at)
{
	ssize_t done = NEXT(pwrite64)(file, data, size, at);
	return is_watched(file) ? written(file, at, data, done) : done;
}

static int
truncated(int file, off64_t length, int result)
{
	if (!result && is_watched(file))
		note((struct record){.operation = TRUNCATE, .file = inode(file), .at = (uint64_t)length}, NULL, NULL);
	return result;
}

int
ftruncate(int file, off_t length)
{
	return truncated(file, length, NEXT(ftruncate)(file, length));
}

int
ftruncate64(int file, off64_t length)
{
	return truncated(file, length, NEXT(ftruncate64)(file, length));
}

/* The path of the directory FILE; "" when it is none. */
static void
name_directory(int file, const struct stat *now, char path[static PATH_MAX])
{
	char link[64];
	bool is_named = S_ISDIR(now->st_mode) && snprintf(link, sizeof link, "/proc/self/fd/%d", file) > 0;
	ssize_t length = is_named ? readlink(link, path, PATH_MAX - 1) : 0;
	path[length > 0 ? length : 0] = '\0';
}

static int
sync_with(int (*call)(int), int file)
{
	struct stat log, now;
	char path[PATH_MAX];
	if (!is_watched(file) || fstat(self.log, &log) || fstat(file, &now))
		return call(file);
	usleep((useconds_t)self.delay * 1000);
	int result = call(file);
	name_directory(file, &now, path);
	if (!result)
		note((struct record){.operation = *path ? SYNC_DIRECTORY : SYNC, .file = now.st_ino, .at = (uint64_t)log.st_size,
			.name_size = (uint32_t)strlen(path)}, path, NULL);
	return result;
}

int
fsync(int file)
{
	return sync_with(NEXT(fsync), file);
}

int
fdatasync(int file)
{
	return sync_with(NEXT(fdatasync), file);
}

int
rename(const char *from, const char *to)
{
	int result = NEXT(rename)(from, to);
	if (!result && (is_below(from) || is_below(to))) {
		char both[2 * PATH_MAX];
		int length = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
		note_name(RENAME, 0, both, (size_t)length);
	}
	return result;
}

int
link(const char *from, const char *to)
{
	struct stat now;
	int result = NEXT(link)(from, to);
	if (!result && is_below(to) && !stat(to, &now))
		note_name(LINK, now.st_ino, to, strlen(to));
	return result;
}

static int
removed(const char *path, int result)
{
	if (!result && is_below(path))
		note_name(REMOVE, 0, path, strlen(path));
	return result;
}

int
unlink(const char *path)
{
	return removed(path, NEXT(unlink)(path));
}

int
rmdir(const char *path)
{
	return removed(path, NEXT(rmdir)(path));
}

int
mkdir(const char *path, mode_t mode)
{
	int result = NEXT(mkdir)(path, mode);
	if (!result && is_below(path))
		note_name(MAKE_DIRECTORY, 0, path, strlen(path));
	return result;
}
