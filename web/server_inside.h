/* server_inside: what the parts of the server share: server (loop, listening, stop), server_http, server_bell. */
#pragma once

#include <libwebsockets.h>
#include <stdatomic.h>

#include "web/call.h"
#include "web/guests.h"
#include "web/watcher.h"
#include "web/workers.h"

#define SERVER_HEADERS_MAX 16384
#define SERVER_WRITE_MAX 65536       /* of a body at a time */
#define SERVER_TIMEOUT 20           /* seconds for a request to come in, and for each step of an answer to go out */
#define SERVER_DEADLINE_MS 20000    /* of one request's work in the store */

struct server {
	struct web web;
	struct lws_context *context;
	struct lws_vhost *vhost;    /* that new connections come to */
	struct server_tls *tls;     /* NULL: none */
	workers *workers, *log_ins; /* log-ins have their own, so that hashing never holds up the rest */
	watcher *watcher;
	db *desk;           /* the loop's own, for the one look at a session that an upgrade cannot wait for */
	GAsyncQueue *done;  /* struct errand *: from the workers */
	GHashTable *bells;  /* guint64 id in the hub → struct bell * */
	guests *guests;     /* who is connected */
	int listen_fd, signal_fd;
	int lobby_fd;       /* epoll: connections of which no whole head has come */
	int open_requests;  /* with workers, or being written */
	int large_bodies;   /* being taken */
	bool is_stopping, is_young_over, is_over; /* one after the other */
	atomic_bool is_hub_due;
	atomic_bool is_replaced; /* a file of the store: another process must serve what is there now */
	lws_sorted_usec_list_t second; /* looks who is late */
	lws_sorted_usec_list_t later; /* listening again after descriptors ran out; the end of the grace when stopping */
	lws_sorted_usec_list_t young; /* when stopping: who was just let in has had time to ask */
};

struct server *server_of(struct lws *wsi);

/* Brings DATA back to the loop, from a worker: BACK is called there. */
void server_hand_back(struct server *server, void (*back)(struct server *server, void *data), void *data);

/* server_listen: who comes in. DESCRIPTORS: all that there are. FALSE: it cannot be done. */
bool server_listen(struct server *server, guint descriptors);
int server_on_listener(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);
int server_on_lobby(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);
/* A head has been read by libwebsockets, BODY octets follow. FALSE: nobody has looked at it, as it came close behind another: hang up. */
bool server_visitor_speaks(struct lws *wsi, gint64 body);
/* It is not sent away from now on, until its answer is out. */
void server_visitor_is_busy(struct lws *wsi);
/* Libwebsockets holds octets of a request behind this one, which nobody has looked at: the connection must end with this answer. */
bool server_visitor_read_ahead(struct lws *wsi);
/* No more can be written to it: its callback for writing comes when there is room, or when it has gone. */
void server_visitor_needs_room(struct lws *wsi);
/* It was answered, and its next request is waited for. */
void server_visitor_waits(struct lws *wsi);
void server_visitor_gone(struct lws *wsi);

/* A virtual host like the first, but with the certificate of now; NULL, said in the log: it cannot be used. NAME must live as long as the server. */
struct lws_vhost *server_add_vhost(struct server *server, const char *name);

/* The request that WSI has received the head of. Owner: caller. */
struct request *server_read_request(struct lws *wsi);

int server_on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);
/* Answers an upgrade with STATUS, from within the callback that may refuse it; its return value. */
int server_refuse_upgrade(struct lws *wsi, int status);
size_t server_http_size(void); /* of what a connection holds */
/* May the upgrade that WSI asks for be looked at? 0: yes. */
int server_confirm_upgrade(struct lws *wsi);
int server_on_bell(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);
size_t server_bell_size(void);
void server_bell_ask(void *bell); /* to be told when it can be written to */
