#include "milter/reader.h"

#include <string.h>

#include "milter/parse.h"
#include "store/log.h"

#define HEADER_MAX (256 * 1024) /* of a mail that could not be read whole */
#define DEATHS_MAX 2            /* parsers that one mail may cost */
#define KILLS_MAX 8             /* and those that somebody kills meanwhile */
#define KILL_PAUSE 100          /* ms, longer each time */
#define AGAIN_US (100 * 1000)   /* before a disk is asked once more */

struct reader {
	db *raw;
	parser *parser;
	struct mime_options options;
};

reader *
reader_open(const struct conf *conf, db *raw, GError **error)
{
	const struct parse_limits limits = {.seconds = (guint)conf->sort.parse_seconds, .memory = (guint64)conf->sort.parse_memory,
		.program = "/proc/self/exe"};
	g_autoptr(reader) self = g_new0(reader, 1);
	self->raw = raw;
	self->options.authserv_ids = (const char *const *)conf->sort.authserv_id;
	self->parser = parser_open(&limits, error);
	return self->parser ? g_steal_pointer(&self) : NULL;
}

void
reader_close(reader *self)
{
	if (!self)
		return;
	parser_close(self->parser);
	g_free(self);
}

static GBytes *
sha256(GBytes *octets)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_checksum_update(sum, g_bytes_get_data(octets, NULL), (gssize)g_bytes_get_size(octets));
	guint8 digest[32];
	gsize size = sizeof digest;
	g_checksum_get_digest(sum, digest, &size);
	return g_bytes_new(digest, size);
}

/* The header, its empty line included. */
static GBytes *
header_of(GBytes *raw)
{
	size_t size;
	const char *octets = g_bytes_get_data(raw, &size);
	const char *end = g_strstr_len(octets, (gssize)size, "\r\n\r\n");
	return g_bytes_new_from_bytes(raw, 0, MIN(end ? (size_t)(end - octets) + 4 : size, HEADER_MAX));
}

/* A parser may have died of something else than this mail, which then gets another one. */
static mime_message *
read_patiently(reader *self, GBytes *raw, GError **error)
{
	for (int deaths = 0, kills = 0;;) {
		g_autoptr(GError) why = NULL;
		mime_message *message = parser_read(self->parser, raw, &self->options, &why);
		if (message)
			return message;
		bool was_killed = g_error_matches(why, PARSE_ERROR, PARSE_KILLED), has_died = g_error_matches(why, PARSE_ERROR, PARSE_DIED);
		if (!(was_killed && ++kills < KILLS_MAX) && !(has_died && ++deaths < DEATHS_MAX)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return NULL;
		}
		if (was_killed)
			g_usleep((gulong)kills * KILL_PAUSE * 1000);
	}
}

/* The parser died of the mail, or was too slow with it: its header alone, or nothing, so that it still becomes a thread. RAW is NULL
 * when it could not even be read: then it is like no other mail. */
static mime_message *
read_remains(reader *self, const mail_info *mail, GBytes *raw, const char *why, GError **error)
{
	g_autofree char *number = g_strdup_printf("raw mail %" G_GINT64_FORMAT, mail->id);
	g_autoptr(GBytes) nothing = g_bytes_new_static("\r\n", 2), itself = raw ? g_bytes_ref(raw) : g_bytes_new(number, strlen(number));
	g_autoptr(GBytes) header = header_of(raw ? raw : nothing);
	mime_message *message = read_patiently(self, header, NULL);
	if (!message)
		message = read_patiently(self, nothing, error);
	if (!message)
		return NULL;
	message->state = MIME_UNREADABLE;
	g_free(message->note);
	message->note = g_strdup(why);
	g_bytes_unref(message->body_digest);
	message->body_digest = sha256(itself);
	return message;
}

/* What a disk fails to give once it may give a moment later. */
static GBytes *
read_raw(const reader *self, gint64 id, GError **error)
{
	GBytes *raw = mail_read(self->raw, id, NULL);
	if (raw)
		return raw;
	g_usleep(AGAIN_US);
	return mail_read(self->raw, id, error);
}

mime_message *
reader_read(reader *self, const mail_info *mail, const char *charset, size_t *size, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) raw = read_raw(self, mail->id, &why);
	if (db_may_pass(why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	self->options.is_null_sender = strcmp(mail->door, "milter") == 0 && !*mail->sender; /* other doors need not know it */
	self->options.charset = charset;
	mime_message *message = raw ? read_patiently(self, raw, &why) : NULL;
	if (size)
		*size = raw ? g_bytes_get_size(raw) : 0;
	if (message)
		return message;
	log_line(LOG_WARNING, "%s: mail=%" G_GINT64_FORMAT " could not be read: %s", *mail->queue_id ? mail->queue_id : mail->door, mail->id, why->message);
	return read_remains(self, mail, raw, why->message, error);
}
