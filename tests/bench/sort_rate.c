/* sort_rate STORE PROGRAM [WORD…]: runs PROGRAM, which is to be the role sort over STORE, until each raw mail has its rows, and ends it. Nothing else may
 * run on the store. Prints {"mails","seconds","processor"}: how many were sorted, from exec to the commit of the last (to 5 ms), and the seconds of the
 * processor that it and its parser took. */
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/mail.h"
#include "store/setting.h"
#include "tests/bench/support/stop.h"

#define LOOK_US 5000

static db *
open_file(const char *store, const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(store, name, NULL);
	db *file = db_open(path, DB_READ, &error);
	stop_on(error);
	return file;
}

/* The last raw mail that has its rows. */
static gint64
read_progress(db *desk)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *sorted = fact_get(desk, "sorted", &error);
	stop_on(error);
	return sorted ? g_ascii_strtoll(sorted, NULL, 10) : 0;
}

static gint64
count_mails(db *raw, gint64 after, gint64 *last)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(query) row = db_query(raw, "SELECT count(*), coalesce(max(id), :after) FROM mail WHERE id > :after", &error);
	stop_on(error);
	query_set_int(row, ":after", after);
	query_next(row, &error);
	stop_on(error);
	*last = query_int(row, 1);
	return query_int(row, 0);
}

static pid_t
start(char *const *words)
{
	pid_t child = fork();
	if (child)
		return child;
	execv(words[0], words);
	fprintf(stderr, "sort_rate: %s: %s\n", words[0], g_strerror(errno));
	_exit(127);
}

static bool
has_ended(pid_t child)
{
	return waitpid(child, NULL, WNOHANG) != 0;
}

static double
seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int
main(int count, char **words)
{
	if (count < 3) {
		fprintf(stderr, "sort_rate STORE PROGRAM [WORD…]\n");
		return 64;
	}
	g_autoptr(db) raw = open_file(words[1], "raw.db"), desk = open_file(words[1], "desk.db");
	gint64 last, mails = count_mails(raw, read_progress(desk), &last), began = g_get_monotonic_time();
	pid_t child = start(words + 2);
	while (read_progress(desk) < last) {
		if (has_ended(child)) {
			fprintf(stderr, "sort_rate: %s ended too early\n", words[2]);
			return 1;
		}
		g_usleep(LOOK_US);
	}
	double seconds = (double)(g_get_monotonic_time() - began) / 1e6;
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	struct rusage usage;
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("{\"mails\":%" G_GINT64_FORMAT ",\"seconds\":%.3f,\"processor\":%.3f}\n", mails, seconds, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
	return 0;
}
