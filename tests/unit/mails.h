/* mails: the fixture mails of tests/mail, for the tests of what reads them. */
#pragma once

#include <glib.h>

#include "milter/read/mime.h"

/* tests/mail/NAME.eml, from the top where tests run. Owner: caller. */
static inline GBytes *
mail_load(const char *name)
{
	g_autofree char *path = g_strdup_printf("tests/mail/%s.eml", name);
	g_autoptr(GError) error = NULL;
	char *bytes;
	gsize length;
	if (!g_file_get_contents(path, &bytes, &length, &error))
		g_error("%s", error->message);
	return g_bytes_new_take(bytes, length);
}

static inline mime_message *
lesson_read(const char *name)
{
	g_autoptr(GBytes) raw = mail_load(name);
	return mime_read(raw, NULL);
}

/* "a, b" of the mailboxes in LIST. Owner: caller. */
static inline char *
addresses_join(const GPtrArray *list)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(all, "%s%s", i ? ", " : "", ((const struct mime_address *)list->pdata[i])->address);
	return g_string_free(all, FALSE);
}

/* "name type size" of each part. Owner: caller. */
static inline char *
parts_join(const GPtrArray *parts)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < parts->len; i++) {
		const struct mime_part *part = parts->pdata[i];
		g_string_append_printf(all, "%s%s %s %" G_GUINT64_FORMAT, i ? ", " : "", part->name, part->type, part->size);
	}
	return g_string_free(all, FALSE);
}
