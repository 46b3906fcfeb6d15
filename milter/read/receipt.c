#include "milter/read/receipt.h"

#include <string.h>

#include "milter/read/bounce.h"

#define FIELDS_MAX 100
#define VALUE_MAX 998

/* The value of field NAME among LINES, "" when it is not there. Owner: caller. */
static char *
find_field(char *const *lines, const char *name)
{
	size_t length = strlen(name);
	for (; *lines; lines++)
		if (!g_ascii_strncasecmp(*lines, name, length) && (*lines)[length] == ':') {
			char *value = g_utf8_make_valid(*lines + length + 1, (gssize)strnlen(*lines + length + 1, VALUE_MAX));
			return g_strstrip(value);
		}
	return g_strdup("");
}

/* "rfc822; kim@customer.example" → kim@customer.example */
static char *
find_address(char *const *lines, const char *name)
{
	g_autofree char *value = find_field(lines, name);
	const char *semicolon = strchr(value, ';');
	g_autofree char *address = g_strdup(semicolon ? semicolon + 1 : value);
	g_strdelimit(address, "<>()\"", ' ');
	return g_strdup(g_strstrip(address));
}

/* "manual-action/MDN-sent-manually; displayed" */
static bool
is_displayed(const char *disposition)
{
	const char *type = strchr(disposition, ';');
	type = type ? type + 1 + strspn(type + 1, " \t") : disposition;
	return !g_ascii_strncasecmp(type, "displayed", strlen("displayed"));
}

struct mime_bounce *
receipt_read(const char *fields)
{
	g_autoptr(GString) unfolded = g_string_new(fields);
	g_string_replace(unfolded, "\r", "", 0);
	g_string_replace(unfolded, "\n ", " ", 0);
	g_string_replace(unfolded, "\n\t", " ", 0);
	g_auto(GStrv) lines = g_strsplit(unfolded->str, "\n", FIELDS_MAX);
	g_autofree char *disposition = find_field(lines, "Disposition"), *id = find_field(lines, "Original-Message-ID");
	if (!*disposition)
		return NULL;
	struct mime_bounce *receipt = bounce_new();
	struct mime_report *report = bounce_add_report(receipt);
	char **const replaced[] = {&receipt->action, &report->action, &receipt->original_id, &report->address, &report->original, &report->diagnostic};
	for (size_t i = 0; i < G_N_ELEMENTS(replaced); i++)
		g_free(*replaced[i]);
	receipt->action = g_strdup(is_displayed(disposition) ? "read" : "delivered");
	report->action = g_strdup(receipt->action);
	receipt->original_id = g_strdup(g_strstrip(g_strdelimit(id, "<>", ' ')));
	report->address = find_address(lines, "Final-Recipient");
	report->original = find_address(lines, "Original-Recipient");
	report->diagnostic = g_strdup(disposition);
	if (*report->address)
		g_ptr_array_add(receipt->recipients, g_strdup(report->address));
	return receipt;
}
