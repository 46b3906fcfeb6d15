#include "web/server_tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/log.h"

#define LOOK_US (60 * (lws_usec_t)LWS_US_PER_SEC)

/* Forward secrecy and authenticated encryption only; those of TLS 1.3 are all of that kind. */
static const char ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

struct server_tls {
	lws_sorted_usec_list_t timer;
	struct server *server;
	char *seen;      /* what tells the files from others */
	unsigned number; /* of certificates taken up since the start */
};

static bool
fail(GError **error, const char *key, const char *text)
{
	g_set_error(error, CONF_ERROR, 0, "[web] %s: %s", key, text);
	return false;
}

static bool
is_readable(const char *key, const char *path, GError **error)
{
	if (!access(path, R_OK))
		return true;
	g_autofree char *text = g_strdup_printf("%s cannot be read by the account that the roles run as: %s", path, g_strerror(errno));
	return fail(error, key, text);
}

/* TEXT, and what OpenSSL first found wrong. */
static bool
fail_openssl(GError **error, const char *key, const char *path, const char *text)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());
	g_autofree char *whole = g_strdup_printf("%s %s (%s)", path, text, reason ? reason : "no reason given");
	ERR_clear_error();
	return fail(error, key, whole);
}

/* libwebsockets would take a certificate and a key that do not belong together, and fail with every visitor. */
static bool
is_pair(const struct conf *conf, GError **error)
{
	const char *certificate = conf->web.certificate, *key = conf->web.key;
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	bool ok = (SSL_CTX_use_certificate_chain_file(context, certificate) == 1 ||
		fail_openssl(error, "certificate", certificate, "does not begin with a certificate in PEM")) &&
		((SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 && SSL_CTX_check_private_key(context) == 1) ||
			fail_openssl(error, "key", key, "does not hold that certificate's key in PEM"));
	SSL_CTX_free(context);
	return ok;
}

bool
server_tls_check(const struct conf *conf, GError **error)
{
	if (!*conf->web.certificate && !*conf->web.key)
		return true;
	if (!*conf->web.certificate || !*conf->web.key)
		return fail(error, *conf->web.key ? "certificate" : "key", "is needed too: one does not go without the other");
	if (g_ascii_strncasecmp(conf->web.url, "https:", 6))
		return fail(error, "url", "begins with https:// where a certificate is set");
	return is_readable("certificate", conf->web.certificate, error) && is_readable("key", conf->web.key, error) && is_pair(conf, error);
}

void
server_tls_set(const struct conf *conf, struct lws_context_creation_info *info)
{
	info->ssl_cert_filepath = conf->web.certificate;
	info->ssl_private_key_filepath = conf->web.key;
	info->ssl_cipher_list = ciphers;
	info->ssl_options_set = SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION;
}

/* What tells the files of now from those of before. Owner: caller. */
static char *
look_at(const struct conf *conf)
{
	struct stat files[2] = {0};
	if (stat(conf->web.certificate, &files[0]) || stat(conf->web.key, &files[1]))
		return g_strdup("");
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		g_string_append_printf(text, "%lu.%lu.%lld.%lld.%ld ", (unsigned long)files[i].st_dev, (unsigned long)files[i].st_ino,
			(long long)files[i].st_size, (long long)files[i].st_mtim.tv_sec, files[i].st_mtim.tv_nsec);
	return g_string_free(text, FALSE);
}

/* A virtual host of its own for the new certificate: whoever is connected keeps the one they came to. The old one is some kilobytes,
 * and there are a few in a year. */
void
server_tls_renew(struct server_tls *self)
{
	if (!self)
		return;
	const struct conf *conf = self->server->web.conf;
	char *now = look_at(conf);
	bool is_same = !strcmp(self->seen, now);
	g_free(self->seen);
	self->seen = now;
	if (is_same)
		return;
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_strdup_printf("renewed-%u", ++self->number);
	struct lws_vhost *renewed = server_tls_check(conf, &error) ? server_add_vhost(self->server, g_intern_string(name)) : NULL; /* the name is not copied */
	if (renewed) {
		self->server->vhost = renewed;
		log_line(LOG_INFO, "the certificate in %s is a new one: taken up", conf->web.certificate);
	} else {
		log_line(LOG_ERROR, "the certificate of before goes on: %s", error ? error->message : "the event loop does not take the new one");
	}
}

static void
on_look(lws_sorted_usec_list_t *timer)
{
	struct server_tls *self = lws_container_of(timer, struct server_tls, timer);
	server_tls_renew(self);
	lws_sul_schedule(self->server->context, 0, timer, on_look, LOOK_US);
}

struct server_tls *
server_tls_open(struct server *server)
{
	if (!*server->web.conf->web.certificate)
		return NULL;
	struct server_tls *self = g_new0(struct server_tls, 1);
	self->server = server;
	self->seen = look_at(server->web.conf);
	lws_sul_schedule(server->context, 0, &self->timer, on_look, LOOK_US);
	return self;
}

void
server_tls_close(struct server_tls *self)
{
	if (!self)
		return;
	lws_sul_cancel(&self->timer);
	g_free(self->seen);
	g_free(self);
}
