#include "milter/send_command.h"

#include <string.h>

#define ADDRESS_MAX 320

bool
send_is_address(const char *address)
{
	const char *at = strrchr(address, '@');
	if (!at || at == address || !at[1] || strlen(address) > ADDRESS_MAX || !g_utf8_validate(address, -1, NULL))
		return false;
	for (const char *c = address; *c; c = g_utf8_next_char(c))
		if (strchr(" <>\"\\", *c) || g_unichar_iscntrl(g_utf8_get_char(c)) || g_unichar_isspace(g_utf8_get_char(c)))
			return false;
	return true;
}

bool
send_is_international(const char *address)
{
	for (const char *c = address, *at = strrchr(address, '@'); at && c < at; c++)
		if ((guchar)*c >= 0x80)
			return true;
	return false;
}

/* ADDRESS with its domain in A-labels. Owner: caller. */
static char *
wire_address(const char *address)
{
	const char *at = strrchr(address, '@');
	g_autofree char *domain = at ? g_hostname_to_ascii(at + 1) : NULL;
	return domain ? g_strdup_printf("%.*s@%s", (int)(at - address), address, domain) : g_strdup(address);
}

/* RFC 3461 section 4. */
static void
append_xtext(GString *line, const char *text)
{
	for (; *text; text++) {
		guchar c = (guchar)*text;
		if (c < 33 || c > 126 || c == '+' || c == '=')
			g_string_append_printf(line, "+%02X", c);
		else
			g_string_append_c(line, *text);
	}
}

static bool
needs_utf8(const struct send_mail *mail)
{
	bool is_needed = send_is_international(mail->sender);
	for (size_t i = 0; i < mail->recipient_count; i++)
		is_needed = is_needed || send_is_international(mail->recipients[i].address);
	return is_needed;
}

char *
send_command_mail(const net *server, const struct send_mail *mail)
{
	GString *line = g_string_new(NULL);
	g_autofree char *sender = wire_address(mail->sender);
	g_string_printf(line, "MAIL FROM:<%s>", sender);
	if (net_offer(server, "SIZE"))
		g_string_append_printf(line, " SIZE=%" G_GINT64_FORMAT, mail->size);
	if (needs_utf8(mail))
		g_string_append(line, net_offer(server, "8BITMIME") ? " BODY=8BITMIME SMTPUTF8" : " SMTPUTF8");
	if (net_offer(server, "DSN")) {
		g_string_append(line, " RET=HDRS ENVID=");
		append_xtext(line, mail->envelope_id);
	}
	g_string_append(line, "\r\n");
	return g_string_free(line, FALSE);
}

char *
send_command_rcpt(const net *server, const struct send_mail *mail, const char *recipient)
{
	GString *line = g_string_new(NULL);
	g_autofree char *address = wire_address(recipient);
	g_string_printf(line, "RCPT TO:<%s>", address);
	if (net_offer(server, "DSN")) {
		g_string_append(line, *mail->sender ? " NOTIFY=SUCCESS,FAILURE,DELAY" : " NOTIFY=NEVER");
		if (!send_is_international(recipient)) {
			g_string_append(line, " ORCPT=rfc822;");
			append_xtext(line, address);
		}
	}
	g_string_append(line, "\r\n");
	return g_string_free(line, FALSE);
}
