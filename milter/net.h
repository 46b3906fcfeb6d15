/* net: a connection to a mail server: found, sealed by TLS with its certificate checked, and logged in; then octets and lines either way.
 * libcurl lives here alone. One thread at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct net net;

#define NET_ERROR net_error_quark()
GQuark net_error_quark(void);
enum net_error {
	NET_REFUSED, /* no TLS, a bad certificate, no log-in: it lies in the settings, or the server is not the one it should be */
	NET_LOST,    /* not reached, hung up, too slow */
	NET_STOPPED, /* by the stop descriptor */
};

struct net_server { /* borrowed; strings never NULL */
	const char *protocol;       /* smtp */
	const char *address;        /* HOST:PORT */
	const char *tls;            /* none, starttls or implicit: never less than what is said */
	const char *user, *password; /* "" = no log-in */
	const char *ca_file;        /* "" = the system's */
	const char *own_name;       /* told to it in EHLO */
	int stop;                   /* a descriptor that turns readable when there is no more time; -1 = none */
};

/* Connected, greeted, sealed and logged in, as SERVER wishes. */
net *net_open(const struct net_server *server, GError **error);
void net_close(net *self);
/* What stands behind KEYWORD in the answer to EHLO ("" = nothing); NULL: it is not offered. */
const char *net_offer(const net *self, const char *keyword);

/* How long one wait may last. After the stop descriptor has turned readable, AFTER_STOP ms more at most (0: none, NET_STOPPED). */
void net_set_patience(net *self, int milliseconds, int after_stop);
/* All of SIZE octets. */
bool net_send(net *self, const void *octets, size_t size, GError **error);
/* A line without its end; cut at 2000 octets. NULL with ERROR. Owner: caller. */
char *net_line(net *self, GError **error);
/* TRUE when nothing has come that nobody asked for (a farewell, the end): it may be used again. */
bool net_is_quiet(net *self);
/* FALSE when the other end is known to be gone. What it has said before stays to be read. */
bool net_is_there(net *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(net, net_close)
