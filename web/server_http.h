/* server_http: one request and its answer, as the parts of the server that move their octets share it: server_http, server_body, server_answer. */
#pragma once

#include "store/gather.h"
#include "web/route.h"
#include "web/server_inside.h"

/* The connection holds it, and the worker while it has it; the client may go away meanwhile. */
struct exchange {
	gatomicrefcount holders;
	struct server *server;
	struct lws *wsi;        /* the loop's; NULL: the client is gone */
	struct request *request;
	struct reply *reply;
	gint64 started;         /* us */
	gint64 body_left;       /* octets of the request still to come */
	const struct route_large *large; /* its body is stored as it comes; NULL: it is small, in memory */
	gint64 length;          /* of that body */
	gather *file;           /* what is stored of it */
	GByteArray *arrived;    /* octets of it that are not stored yet */
	GByteArray *storing;    /* those that a worker stores just now */
	bool may_come;          /* the worker's word, until it hands back */
	bool is_admitted, is_storing, is_lingering;
	bool is_answered, is_head_sent, is_last;
	GBytes *block;          /* of the reply: what is being sent */
	size_t block_sent;
	GQueue ready;           /* GBytes *: what follows it in a stream */
	GQueue ahead;           /* what follows that; the worker's while is_reading, as are: */
	gint64 unread;          /* octets of the stream behind that */
	bool is_reading, is_dry; /* dry: nothing can be sent before the worker is back */
	gint64 left;            /* octets of the reply after its head */
	GError *error;          /* of reading a block, or of storing one; the worker's while it does */
};

/* JOB in a worker's thread; it hands the exchange back to the loop. Nothing is read from the client meanwhile. */
void exchange_give(struct exchange *exchange, workers *pool, worker_job *job);
void exchange_unref(struct exchange *exchange);
/* The reply is set: it goes out. */
void exchange_send(struct exchange *exchange);
/* The request is whole: it is answered. */
void exchange_begin(struct exchange *exchange);
/* What a worker needs to look at the request. */
struct call exchange_call(struct exchange *exchange, db *desk, db *raw);
void exchange_call_clear(struct call *call);

/* There is room to write: what goes out of the answer now. */
enum answer_state {ANSWER_GOES_ON, ANSWER_IS_OUT, ANSWER_BROKE};
enum answer_state server_answer_write(struct exchange *exchange);
/* At most SERVER_WRITE_MAX and a head. FALSE: the connection is lost. */
bool server_write(struct lws *wsi, const void *octets, size_t size);

/* How REQUEST's body is taken when it is a large one; NULL: it is not. */
const struct route_large *server_body_find(const struct request *request);
/* A large body is to come: asks first whether it may. */
void server_body_begin(struct exchange *exchange);
/* Octets of it. FALSE: hang up. */
bool server_body_add(struct exchange *exchange, const void *octets, size_t size);
/* It was refused and the client may still send: what comes is dropped until it has read the answer. */
void server_body_linger(struct exchange *exchange);
/* The connection lets go of it. */
void server_body_end(struct exchange *exchange);
