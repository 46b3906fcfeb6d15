/* call: one request on its way through a worker: what a handler gets, and what handlers share. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/conf.h"
#include "store/correspondence.h"
#include "store/db.h"
#include "store/gather.h"
#include "store/secret.h"
#include "store/viewer.h"
#include "store/writer.h"
#include "web/fault.h"
#include "web/http.h"
#include "web/hub.h"
#include "web/meter.h"
#include "store/out.h"
#include "web/throttle.h"

/* What all requests of the process share. Read only, or guarding itself. */
struct web {
	const struct conf *conf;
	char *origin;      /* of [web] url: scheme://host[:port], lower case */
	bool is_secure;    /* it is https */
	char *decoy_hash;  /* compared with for emails that nobody has */
	writer *desk;      /* the one write connection */
	keyring *keys;
	hub *hub;
	throttle *addresses, *emails, *accounts; /* of failed log-ins: by network, by email from one network, by email */
	meter *meter;
	struct figures_cache *figures;
	GBytes *openapi;   /* the API's description: strangers may ask for it, so it is written once */
	struct door *door; /* by which files come into raw.db */
	struct fault fault; /* of the store */
	gint queries;      /* typed ones that run just now; atomic */
};

struct call {
	struct web *web;
	db *desk, *raw; /* this worker's, read only */
	const struct request *request;
	struct reply *reply;
	viewer *who;        /* NULL where nobody needs to be logged in */
	GBytes *token_hash; /* of the session, or of the machine's token; NULL without */
	bool is_machine;    /* a Bearer token let it in */
	gint64 ids[2];      /* numbers in the path */
	gint64 now;         /* ms */
	gint64 length;      /* before a large body is taken: its octets */
	gather *file;       /* a large body; who takes it leaves NULL */
};

/* The request's body as octets, in memory or stored; NULL with the reply set. Owner: caller. */
GBytes *call_body(struct call *call);
/* The request's body; NULL with the reply set when it is no JSON object. Owner: caller. */
struct json_in *call_read_json(struct call *call);
/* The same of a body that was read before. */
struct json_in *call_parse_json(struct call *call, GBytes *text);
bool call_is_json(const struct call *call);
/* Sets the reply; takes JSON. */
void call_json(struct call *call, int status, out *json);
/* Error of the store: the reply says "try again", the log says what. */
void call_failed(struct call *call, GError *error);
void call_not_found(struct call *call);
/* Runs JOB on the write connection; FALSE with the reply set. What the call reads after it sees what it wrote. */
bool call_write(struct call *call, writer_job *job, void *data);
/* Mail may wait to leave. */
void call_wake_courier(const struct call *call);
/* With what mail of ours is signed. */
struct signer call_signer(const struct call *call);
/* The argument NAME; NULL when it is absent or empty. It lives as long as the request. */
const char *call_argument(const struct call *call, const char *name);
/* An argument as a whole number from LEAST to MOST, OTHERWISE when absent; FALSE with the reply set. */
bool call_number(struct call *call, const char *name, gint64 least, gint64 most, gint64 otherwise, gint64 *value);
/* The version that If-Match names: "3". FALSE with the reply set: 428 when it is missing, 400 when it is none of ours. */
bool call_version(struct call *call, gint64 *version);
/* Names VERSION in the reply's ETag. */
void call_tag(struct call *call, gint64 version);
/* 412: somebody else changed it meanwhile. */
void call_outdated(struct call *call);
/* The argument sort, one of NAMES (NULL-terminated), "-" in front: descending; NULL when absent. FALSE with the reply set. */
bool call_sort(struct call *call, const char *const *names, const char **sort);
/* The numbers of the argument ids, "1,2,3". NULL with the reply set. Owner: caller. */
GArray *call_ids(struct call *call);
/* Answers {NAME: [IDS]}. */
void call_ids_json(struct call *call, const char *name, const GArray *ids);
