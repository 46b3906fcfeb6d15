/* disk: a bad disk under the real program. A library to preload (LD_PRELOAD): what it is told stands in a file that all processes
 * share (DISK_ORDER names it), and may be changed while they run. It concerns files below DISK_STORE alone.
 *
 * The file is one struct disk_order; tests/e2e/support/disk.mjs writes the same octets. */
#pragma once

#include <stdint.h>

enum disk_call {
	DISK_OPEN = 1,     /* for writing, or to make a file */
	DISK_WRITE = 2,    /* write, pwrite, sendfile; a pwrite that fails has written half of its octets */
	DISK_SYNC = 4,     /* fsync, fdatasync: one that fails has synced nothing */
	DISK_TRUNCATE = 8,
	DISK_READ = 16,    /* pread */
	DISK_RENAME = 32,  /* of a file to the path that is meant */
};

struct disk_order {
	int32_t calls;     /* of enum disk_call: which are meant; 0: the disk is well */
	int32_t error;     /* errno they fail with; 0: they do not, they only take DELAY */
	int32_t skip;      /* that many pass first; counted down */
	int32_t times;     /* and then that many fail; counted down; negative: all */
	int32_t delay;     /* ms that each takes longer */
	int32_t seen;      /* those meant so far; counted up */
	int32_t failed;    /* those that failed so far; counted up */
	char role[16];     /* in processes with this word in their command line; "": in all */
	char file[32];     /* of files whose path ends so; "": of all */
};
