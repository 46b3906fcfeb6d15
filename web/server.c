#include "web/server.h"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "store/log.h"
#include "store/secret.h"
#include "store/trouble.h"
#include "store/wake.h"
#include "web/auth.h"
#include "web/bell_said.h"
#include "web/door.h"
#include "web/figures_cache.h"
#include "web/openapi.h"
#include "web/server_inside.h"
#include "web/server_tls.h"

/* The loop: 0 is libwebsockets' own poll, good to some 1,000 open tabs. For libuv: LWS_SERVER_OPTION_LIBUV |
 * LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN, a signal_cb of ours, and the context destroyed within the loop when it is over. */
#define LOOP_OPTIONS 0

#define LOG_INS 2                 /* passwords hashed at once: 19 MiB each */
#define LOG_INS_NICE 5            /* who tries passwords all day gets the time that others leave */
#define BLOCKS_KEPT (2 * 1024 * 1024) /* octets of freed memory that a thread keeps: some blocks of mail */
#define DESCRIPTORS_MAX 16384
#define DESCRIPTORS_LEAST 256     /* when the system does not say */
#define GRACE_US 2000000          /* for answers under way when stopping */
#define YOUNG_US 200000           /* for requests on connections that were just taken, then */
#define FREE_TRIES_OF_EMAIL 5
#define FREE_TRIES_OF_ADDRESS 30  /* an office behind one address */
#define FREE_TRIES_OF_ACCOUNT 50  /* from wherever */

struct errand {
	void (*back)(struct server *server, void *data);
	void *data;
};

struct server *
server_of(struct lws *wsi)
{
	return lws_context_user(lws_get_context(wsi));
}

void
server_hand_back(struct server *server, void (*back)(struct server *, void *), void *data)
{
	struct errand *errand = g_new(struct errand, 1);
	*errand = (struct errand){back, data};
	g_async_queue_push(server->done, errand);
	lws_cancel_service(server->context);
}

static void
take_errands(struct server *server)
{
	struct errand *errand;
	while ((errand = g_async_queue_try_pop(server->done))) {
		errand->back(server, errand->data);
		g_free(errand);
	}
}

static void
on_hub_wake(void *data)
{
	struct server *server = data;
	atomic_store(&server->is_hub_due, true);
	if (server->context)
		lws_cancel_service(server->context);
}

static void
on_grace_over(lws_sorted_usec_list_t *timer)
{
	struct server *server = lws_container_of(timer, struct server, later);
	server->is_over = true;
	lws_cancel_service(server->context);
}

static void
on_young_over(lws_sorted_usec_list_t *timer)
{
	struct server *server = lws_container_of(timer, struct server, young);
	server->is_young_over = true;
	lws_cancel_service(server->context);
}

/* From now on nobody is let in: who comes waits at the socket for the next process that has it. */
static void
begin_to_stop(struct server *server)
{
	if (server->is_stopping)
		return;
	server->is_stopping = true;
	lws_sul_schedule(server->context, 0, &server->later, on_grace_over, GRACE_US);
	lws_sul_schedule(server->context, 0, &server->young, on_young_over, YOUNG_US);
}

static int
on_signal(struct lws *wsi, enum lws_callback_reasons reason, G_GNUC_UNUSED void *user, G_GNUC_UNUSED void *in, G_GNUC_UNUSED size_t size)
{
	struct signalfd_siginfo which;
	if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION)
		return 1;
	if (reason != LWS_CALLBACK_RAW_RX_FILE)
		return 0;
	struct server *server = server_of(wsi);
	if (read(server->signal_fd, &which, sizeof which) != sizeof which)
		return 0;
	if (which.ssi_signo == SIGHUP)
		server_tls_renew(server->tls);
	else
		begin_to_stop(server);
	return 0;
}

static int
on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	if (reason != LWS_CALLBACK_EVENT_WAIT_CANCELLED)
		return server_on_http(wsi, reason, user, in, size);
	struct server *server = server_of(wsi);
	take_errands(server);
	if (atomic_load(&server->is_replaced))
		begin_to_stop(server);
	if (atomic_exchange(&server->is_hub_due, false))
		hub_each_due(server->web.hub, server_bell_ask);
	return 0;
}

static void
on_lws_log(G_GNUC_UNUSED int level, const char *line)
{
	log_line(LOG_ERROR, "libwebsockets: %s", line);
}

static int
open_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* A stream goes block by block, some 256 KB each: given back to the system and asked for again each time, they took as long as the decoding. */
static void
keep_blocks(void)
{
	mallopt(M_MMAP_THRESHOLD, BLOCKS_KEPT); /* NOLINT(concurrency-mt-unsafe): before there are threads */
	mallopt(M_TRIM_THRESHOLD, BLOCKS_KEPT); /* NOLINT(concurrency-mt-unsafe) */
}

/* How many there may be. */
static guint
raise_descriptors(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return DESCRIPTORS_LEAST;
	limit.rlim_cur = MIN(limit.rlim_max, DESCRIPTORS_MAX);
	return setrlimit(RLIMIT_NOFILE, &limit) ? DESCRIPTORS_LEAST : (guint)limit.rlim_cur;
}

static struct lws_context_creation_info
info_of(struct server *server, const char *vhost)
{
	static const lws_retry_bo_t pulse = {.secs_since_valid_ping = 30, .secs_since_valid_hangup = 40};
	static struct lws_protocols protocols[] = {
		{.name = "http", .callback = on_http, .tx_packet_size = SERVER_WRITE_MAX + SERVER_HEADERS_MAX},
		{.name = "bell", .callback = server_on_bell, .rx_buffer_size = BELL_SAID_MAX, .tx_packet_size = SERVER_WRITE_MAX},
		{.name = "listener", .callback = server_on_listener},
		{.name = "lobby", .callback = server_on_lobby},
		{.name = "signals", .callback = on_signal},
		{0},
	};
	protocols[0].per_session_data_size = server_http_size();
	protocols[1].per_session_data_size = server_bell_size();
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER, .protocols = protocols, .user = server, .vhost_name = vhost,
		.options = LOOP_OPTIONS, .max_http_header_data2 = SERVER_HEADERS_MAX, .max_http_header_pool = 2048,
		.timeout_secs = SERVER_TIMEOUT, .keepalive_timeout = 60, .retry_and_idle_policy = &pulse, .alpn = "http/1.1",
	};
	if (*server->web.conf->web.certificate)
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	return info;
}

/* The first virtual host has no certificate, and visitors only where there is no TLS: by whatever name somebody asks, libwebsockets finds no
 * certificate in it, and OpenSSL stays with that of the host that they were given to. */
static bool
open_context(struct server *server)
{
	const struct lws_context_creation_info info = info_of(server, "default");
	lws_set_log_level(LLL_ERR, on_lws_log);
	server->context = lws_create_context(&info);
	lws_set_log_level(0, NULL); /* from here on, strangers would write the log */
	if (!server->context)
		return false;
	bool is_bare = !*server->web.conf->web.certificate;
	server->vhost = is_bare ? lws_get_vhost_by_name(server->context, "default") : server_add_vhost(server, "first");
	server->tls = server_tls_open(server);
	return server->vhost;
}

struct lws_vhost *
server_add_vhost(struct server *server, const char *name)
{
	struct lws_context_creation_info info = info_of(server, name);
	server_tls_set(server->web.conf, &info);
	lws_set_log_level(LLL_ERR, on_lws_log);
	struct lws_vhost *added = lws_create_vhost(server->context, &info);
	lws_set_log_level(0, NULL);
	return added;
}

static bool
put_into_loop(struct server *server, int fd, const char *protocol)
{
	struct lws_vhost *vhost = lws_get_vhost_by_name(server->context, "default");
	return lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, (lws_sock_file_fd_type){.filefd = fd}, protocol, NULL) != NULL;
}

static void
wake_others(void *data)
{
	const struct server *server = data;
	wake_send(server->web.conf->belfry.store, "web");
}

/* What stands in a file's place is served by a new process: no connection of this one knows it. */
static void
end_replaced(void *data)
{
	struct server *server = data;
	log_line(LOG_ERROR, "%s: raw.db or desk.db was replaced: ending, to begin again with what is there", server->web.conf->belfry.store);
	atomic_store(&server->is_replaced, true);
	lws_cancel_service(server->context);
}

static bool
open_store(struct server *server, GError **error)
{
	const char *store = server->web.conf->belfry.store;
	g_autofree char *path = g_build_filename(store, "desk.db", NULL);
	g_autofree char *keys = g_build_filename(store, "keys", NULL);
	server->web.keys = keyring_open(keys, error);
	server->web.desk = server->web.keys ? writer_open(path, wake_others, server, error) : NULL;
	server->desk = server->web.desk ? db_open(path, DB_READ, error) : NULL;
	server->workers = server->desk ? workers_open(store, (int)server->web.conf->web.workers, 0, error) : NULL;
	server->log_ins = server->workers ? workers_open(store, LOG_INS, LOG_INS_NICE, error) : NULL;
	server->watcher = server->log_ins ? watcher_open(store, server->web.hub, end_replaced, server, error) : NULL;
	return server->watcher != NULL;
}

static bool
open_web(struct server *server, const struct conf *conf, GError **error)
{
	struct web *web = &server->web;
	web->conf = conf;
	web->origin = auth_origin(conf->web.url);
	web->is_secure = web->origin && g_str_has_prefix(web->origin, "https:");
	web->decoy_hash = secret_hash_password("nobody has this one");
	web->hub = hub_new(on_hub_wake, server);
	web->addresses = throttle_new(FREE_TRIES_OF_ADDRESS);
	web->emails = throttle_new(FREE_TRIES_OF_EMAIL);
	web->accounts = throttle_new(FREE_TRIES_OF_ACCOUNT);
	web->meter = meter_new(g_get_real_time() / 1000);
	web->figures = figures_cache_new(conf->belfry.store);
	web->door = door_new(conf);
	web->openapi = web->origin ? openapi_document(web->origin) : NULL;
	if (!web->origin)
		g_set_error(error, CONF_ERROR, 0, "[web] url: %s is not the address of a web site", conf->web.url);
	return web->origin && web->decoy_hash && server_tls_check(conf, error);
}

/* The workers end first: they hand back to the loop, which must still be there. */
static void
close_all(struct server *server)
{
	g_clear_pointer(&server->watcher, watcher_close);
	g_clear_pointer(&server->log_ins, workers_close);
	g_clear_pointer(&server->workers, workers_close);
	take_errands(server);
	g_clear_pointer(&server->guests, guests_free);
	server_tls_close(server->tls);
	if (server->context)
		lws_context_destroy(server->context);
	struct web *web = &server->web;
	writer_close(web->desk);
	keyring_close(web->keys);
	g_clear_pointer(&server->desk, db_close);
	hub_free(web->hub);
	throttle_free(web->addresses);
	throttle_free(web->emails);
	throttle_free(web->accounts);
	meter_free(web->meter);
	figures_cache_free(web->figures);
	door_free(web->door);
	g_clear_pointer(&web->openapi, g_bytes_unref);
	fault_clear(&web->fault);
	g_free(web->origin);
	g_free(web->decoy_hash);
	g_async_queue_unref(server->done);
	g_hash_table_unref(server->bells);
}

static void
loop(struct server *server)
{
	while (!server->is_over && (!server->is_young_over || server->open_requests) && lws_service(server->context, 0) >= 0)
		;
}

int
web_run(const struct conf *conf, int listen_fd)
{
	g_autoptr(GError) error = NULL;
	struct server server = {.listen_fd = listen_fd, .done = g_async_queue_new(), .bells = g_hash_table_new(g_int64_hash, g_int64_equal)};
	keep_blocks();
	guint descriptors = raise_descriptors();
	server.signal_fd = open_signals();
	bool is_open = open_web(&server, conf, &error) && open_context(&server) && open_store(&server, &error) &&
		server_listen(&server, descriptors) && put_into_loop(&server, server.lobby_fd, "lobby") &&
		put_into_loop(&server, listen_fd, "listener") && put_into_loop(&server, server.signal_fd, "signals");
	if (is_open) {
		log_line(LOG_INFO, "serving %s", conf->web.url);
		loop(&server);
	} else {
		trouble_explain(error);
		log_line(LOG_ERROR, "%s", error ? error->message : "the event loop cannot be set up");
	}
	close_all(&server);
	return is_open && !atomic_load(&server.is_replaced) ? 0 : 1;
}
