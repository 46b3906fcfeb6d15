#include "milter/relay.h"

#include <string.h>

/* The file's first line. NULL with ERROR. Owner: caller. */
static char *
read_password(const char *path, GError **error)
{
	g_autofree char *content = NULL;
	if (!*path)
		return g_strdup("");
	return g_file_get_contents(path, &content, NULL, error) ? g_strndup(content, strcspn(content, "\r\n")) : NULL;
}

relay *
relay_new(const struct conf *conf, int stop, GError **error)
{
	const char *host = g_get_host_name();
	bool is_name = *host && strspn(host, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".-") == strlen(host);
	char *password = read_password(conf->courier.password_file, error);
	if (!password)
		return NULL;
	relay *self = g_new0(relay, 1);
	self->password = password;
	self->own_name = g_strdup(is_name ? host : "localhost");
	self->server = (struct net_server){.protocol = "smtp", .address = conf->courier.relay, .tls = conf->courier.tls, .user = conf->courier.user,
		.password = self->password, .ca_file = conf->courier.ca_file, .own_name = self->own_name, .stop = stop};
	return self;
}

void
relay_free(relay *self)
{
	if (!self)
		return;
	g_free(self->password);
	g_free(self->own_name);
	g_free(self);
}
