/* send: one mail after the other handed to a mail server (RFC 5321, 2920, 3461, 6531) over a connection that is kept. One thread at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/net.h"

struct send_recipient {
	const char *address; /* as in RCPT */
	int code;            /* what the server said of it, 0: nothing */
	char *answer;        /* owner: send_clear */
};

struct send_mail { /* borrowed */
	const char *sender;      /* MAIL FROM, "" = the null sender: nobody is told what becomes of it */
	const char *envelope_id; /* comes back in delivery reports */
	gint64 size;             /* octets, about */
	struct send_recipient *recipients;
	size_t recipient_count;
	GBytes *(*read)(void *data, guint64 at, GError **error); /* octets from AT on, lines ended by CRLF; empty at the end; NULL with ERROR. Owner: send */
	bool (*before_last)(void *data, GError **error); /* the octets that make it the server's come next: FALSE with ERROR keeps them back */
	void *data;
};

enum send_result {
	SEND_UNREACHED, /* with ERROR: no connection, or not the one that was asked for */
	SEND_NOT,       /* with ERROR: the server has not got it */
	SEND_ANSWERED,  /* each recipient has a code and an answer */
	SEND_DOUBTFUL,  /* with ERROR: it was handed over, no answer came */
};

typedef struct send_line send_line;
/* No connection yet: send_mail makes one. SERVER must live as long. */
send_line *send_open(const struct net_server *server);
void send_close(send_line *self); /* says farewell */
enum send_result send_mail(send_line *self, const struct send_mail *mail, GError **error);
/* Drops the answers of a try. */
void send_clear(const struct send_mail *mail);

/* TRUE for what may stand in MAIL FROM and RCPT TO: a local part and a domain, nothing that ends or splits a command. */
bool send_is_address(const char *address);
/* TRUE where only SMTPUTF8 can carry it. */
bool send_is_international(const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(send_line, send_close)
