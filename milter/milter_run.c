#include "milter/milter.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "milter/capture_socket.h"
#include "milter/patience.h"
#include "milter/sockets.h"
#include "store/log.h"
#include "store/migrate.h"
#include "store/trouble.h"

#define FILES_MAX 65536
#define STACK (512 * 1024) /* octets for a thread: callbacks go nowhere deep, and what fits the C library's cache of 40 MB is not mapped anew each time */

/* A signal handler gets nothing but the signal: the eventfd it writes to. */
static int end = -1;

static void
on_end_signal(int signal_number)
{
	(void)signal_number;
	eventfd_write(end, 1);
}

/* libmilter has a thread that would take TERM, INT and HUP and end slowly, HUP too. The kernel gives a signal to the main thread
 * first when that does not block it: all others do, whatever starts them. */
static void
block_signals(void)
{
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

static void
take_signals(void)
{
	const struct sigaction action = {.sa_handler = on_end_signal, .sa_flags = SA_RESTART};
	sigset_t ours;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGHUP);
	pthread_sigmask(SIG_UNBLOCK, &ours, NULL);
}

/* libmilter spins when it has no descriptor left for a new session. */
static void
raise_files(void)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = MAX(files.rlim_cur, MIN(files.rlim_max, FILES_MAX));
	setrlimit(RLIMIT_NOFILE, &files);
}

/* libmilter ends a thread for nearly each mail and starts another, all by the defaults. */
static void
make_threads_cheap(void)
{
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK);
	pthread_setattr_default_np(&small);
	pthread_attr_destroy(&small);
}

struct doors {
	struct intake_house house;
	int milter, capture;
	capture_socket *socket;
};

static int
open_listener(const char *name, const char *address, gint64 mode, const char *group, GError **error)
{
	int inherited = sockets_inherited(name);
	return inherited >= 0 ? inherited : sockets_listen(address, (mode_t)mode, group, error);
}

static bool
open_doors(struct doors *doors, const struct conf *conf, GError **error)
{
	return migrate_is_current(conf->belfry.store, error) &&
		(doors->house.door = patience_open(conf->belfry.store, conf->milter.min_free, error)) &&
		(doors->house.routes = routes_open(conf->belfry.store, *conf->milter.recipient_delimiter, error)) &&
		(doors->milter = open_listener("milter", conf->milter.socket, conf->milter.socket_mode, conf->milter.socket_group, error)) >= 0 &&
		(doors->capture = open_listener("capture", conf->capture.socket, conf->capture.socket_mode, "", error)) >= 0;
}

static void
close_doors(struct doors *doors)
{
	capture_socket_close(doors->socket);
	routes_close(doors->house.routes);
	capture_close(doors->house.door);
}

static void
wait_for_end(void)
{
	eventfd_t count;
	while (eventfd_read(end, &count))
		;
}

static int
serve(struct doors *doors)
{
	doors->socket = capture_socket_open(doors->capture, &doors->house);
	if (!milter_start(&doors->house, doors->milter, end)) {
		log_line(LOG_ERROR, "libmilter cannot start");
		close_doors(doors);
		return EXIT_FAILURE;
	}
	log_line(LOG_INFO, "ready");
	take_signals();
	wait_for_end();
	sockets_leave(doors->milter);
	sockets_leave(doors->capture);
	if (!milter_stop()) {
		log_line(LOG_ERROR, "a mail hangs in its commit: ending without it");
		_exit(EXIT_FAILURE);
	}
	close_doors(doors);
	log_line(LOG_INFO, "ended");
	return EXIT_SUCCESS;
}

int
milter_run(const struct conf *conf)
{
	g_autoptr(GError) error = NULL;
	struct doors doors = {.house.size_limit = conf->milter.size_limit, .house.store = conf->belfry.store, .milter = -1, .capture = -1};
	block_signals();
	raise_files();
	make_threads_cheap();
	end = eventfd(0, EFD_CLOEXEC);
	if (open_doors(&doors, conf, &error))
		return serve(&doors);
	trouble_explain(error);
	log_line(LOG_ERROR, "%s", error->message);
	close_doors(&doors);
	return EXIT_FAILURE;
}
