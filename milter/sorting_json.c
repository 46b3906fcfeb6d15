#include "milter/sorting_json.h"

#include "store/guise.h"
#include "store/out.h"

static void
write_address(out *json, const char *name, const struct mime_address *address)
{
	g_autofree char *shown = guise_plain(address->name);
	out_object(json, name);
	out_text(json, "name", shown);
	out_text(json, "address", address->address);
	out_end(json);
}

static void
write_addresses(out *json, const char *name, const GPtrArray *addresses)
{
	out_array(json, name);
	for (guint i = 0; i < addresses->len; i++)
		write_address(json, NULL, addresses->pdata[i]);
	out_end(json);
}

char *
sorting_people(const mime_message *message, const struct mime_address *via)
{
	out *json = out_new();
	out_object(json, NULL);
	write_addresses(json, "to", message->to);
	write_addresses(json, "cc", message->cc);
	write_addresses(json, "reply_to", message->reply_to);
	if (message->from->len > 1)
		write_addresses(json, "authors", message->from);
	if (via)
		write_address(json, "via", via);
	out_end(json);
	return out_done_text(json);
}

char *
sorting_auth(const struct mime_auth *auth)
{
	if (!*auth->spf && !*auth->dkim && !*auth->dmarc)
		return g_strdup("");
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "spf", auth->spf);
	out_text(json, "dkim", auth->dkim);
	out_text(json, "dmarc", auth->dmarc);
	out_text(json, "spf_domain", auth->spf_domain);
	out_text(json, "dkim_domain", auth->dkim_domain);
	out_end(json);
	return out_done_text(json);
}

char *
sorting_bounce(const struct mime_bounce *bounce)
{
	if (!bounce)
		return g_strdup("");
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "action", bounce->action);
	out_text(json, "status", bounce->status);
	out_text(json, "reason", bounce->reason);
	out_bool(json, "hard", bounce->hard);
	out_array(json, "recipients");
	for (guint i = 0; i < bounce->recipients->len; i++)
		out_text(json, NULL, bounce->recipients->pdata[i]);
	out_end(json);
	out_end(json);
	return out_done_text(json);
}
