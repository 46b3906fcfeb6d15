/* server_tls: TLS by ourselves, where the configuration names a certificate. One that is renewed is taken up while we serve: on SIGHUP, and within a
 * minute by itself. What is open goes on with the old one. */
#pragma once

#include "web/server_inside.h"

/* FALSE with ERROR: certificate and key, their names or the address of the desk do not go together. */
bool server_tls_check(const struct conf *conf, GError **error);

/* Protocols, ciphers and files into INFO. */
void server_tls_set(const struct conf *conf, struct lws_context_creation_info *info);

/* Begins to look after the files. NULL: no TLS. Owner: caller. */
struct server_tls *server_tls_open(struct server *server);
void server_tls_close(struct server_tls *self);

/* Takes up what the files hold now, if that is new and can be used; says so in the log. SELF may be NULL. */
void server_tls_renew(struct server_tls *self);
