#include "store/token.h"

#include <string.h>

#define LOCAL_PART_MAX 64
#define SIGNATURE_LENGTH 17

static char *
sign_thread(const keyring *keys, const char *purpose, gint64 thread)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, thread);
	return secret_sign(keys, purpose, text);
}

static bool
is_thread_signed(const keyring *keys, const char *purpose, gint64 thread, const char *signature)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, thread);
	return thread > 0 && secret_is_signed(keys, purpose, text, signature);
}

/* The number at *TEXT, 0 when there is none; *TEXT moves behind it. */
static gint64
take_number(const char **text)
{
	if (!g_ascii_isdigit(**text))
		return 0;
	char *end;
	guint64 number = g_ascii_strtoull(*text, &end, 10);
	*text = end;
	return number <= G_MAXINT64 ? (gint64)number : 0;
}

char *
token_message_id(const keyring *keys, gint64 thread, gint64 message, const char *domain)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, thread, message);
	g_autofree char *signature = secret_sign(keys, "message-id", text);
	return g_strdup_printf("belfry.%s.%s@%s", text, signature, domain);
}

gint64
token_read_message_id(const keyring *keys, const char *message_id)
{
	if (g_ascii_strncasecmp(message_id, "belfry.", 7))
		return 0;
	const char *rest = message_id + 7, *numbers = rest;
	gint64 thread = take_number(&rest);
	if (!thread || *rest++ != '.' || !take_number(&rest) || *rest != '.')
		return 0;
	g_autofree char *text = g_strndup(numbers, (gsize)(rest - numbers));
	g_autofree char *signature = g_strndup(rest + 1, strcspn(rest + 1, "@"));
	return secret_is_signed(keys, "message-id", text, signature) ? thread : 0;
}

char *
token_plus_address(const keyring *keys, gint64 thread, const char *address, char delimiter)
{
	const char *at = strrchr(address, '@');
	g_autofree char *signature = sign_thread(keys, "plus-address", thread);
	if (!at)
		return NULL;
	char *signed_address = g_strdup_printf("%.*s%ct%" G_GINT64_FORMAT "-%s%s", (int)(at - address), address, delimiter, thread, signature, at);
	if (strrchr(signed_address, '@') - signed_address > LOCAL_PART_MAX)
		g_clear_pointer(&signed_address, g_free);
	return signed_address;
}

gint64
token_read_extension(const keyring *keys, const char *extension)
{
	const char *rest = extension + 1;
	if (g_ascii_tolower(*extension) != 't')
		return 0;
	gint64 thread = take_number(&rest);
	return thread && *rest == '-' && is_thread_signed(keys, "plus-address", thread, rest + 1) ? thread : 0;
}

char *
token_marker(const keyring *keys, gint64 thread)
{
	g_autofree char *signature = sign_thread(keys, "marker", thread);
	return g_strdup_printf("#ct%" G_GINT64_FORMAT " #tc%s", thread, signature);
}

static const char *
find_ignoring_case(const char *text, const char *word)
{
	for (; *text; text++)
		if (!g_ascii_strncasecmp(text, word, strlen(word)))
			return text + strlen(word);
	return NULL;
}

gint64
token_read_subject(const keyring *keys, const char *subject)
{
	const char *number = find_ignoring_case(subject, "#ct"), *given = find_ignoring_case(subject, "#tc");
	if (!number || !given)
		return 0;
	gint64 thread = take_number(&number);
	size_t length = 0;
	while (g_ascii_isalnum(given[length]))
		length++;
	g_autofree char *signature = g_strndup(given, MIN(length, SIGNATURE_LENGTH + 1));
	return is_thread_signed(keys, "marker", thread, signature) ? thread : 0;
}
