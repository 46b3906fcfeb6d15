/* letter: the mails that loaders send: of a size, each another one, of words as people write them, so that compression and the index of words have
 * the work they have in a shop; a large one is a few lines and a file. The same NUMBER gives the same text. */
#pragma once

#include <glib.h>
#include <unistd.h>

#define LETTER_SENDERS 500 /* customers who write, in turn */
#define LETTER_LINE 72     /* octets, about */
#define LETTER_TEXT 16384  /* octets of text at most: what is beyond stands in a file */

static const char *const letter_words[] = {"the", "order", "my", "arrived", "and", "is", "parcel", "broken", "a", "please", "I", "would", "like", "to",
	"return", "it", "refund", "when", "will", "you", "send", "invoice", "for", "of", "last", "week", "not", "yet", "been", "delivered", "colour",
	"wrong", "size", "shirt", "blue", "lamp", "candle", "cushion", "with", "this", "that", "was", "has", "address", "changed", "street", "thank",
	"regards", "hello", "dear", "team", "could", "tell", "me", "if", "still", "available", "payment", "card", "twice", "charged", "number", "tracking",
	"says", "lost", "postman", "neighbour", "box", "open", "missing", "two", "three", "items", "instead", "picture", "attached", "waiting", "since",
	"monday", "friday", "april", "voucher", "discount", "code", "does", "work", "account", "password", "basket", "empty", "guarantee", "repair",
	"battery", "charger", "cable", "manual", "language", "french", "polish", "dutch", "gift", "birthday", "wrapped", "quickly", "urgent", "again"};

/* The envelope's sender of mail NUMBER. Owner: caller. */
static inline char *
letter_sender(guint number)
{
	return g_strdup_printf("jane%u@customer.example", number % LETTER_SENDERS);
}

static inline void
letter_add_line(GString *text, GRand *chance, gsize size)
{
	gsize end = MIN(size, text->len + LETTER_LINE);
	while (text->len < end) {
		const char *word = letter_words[g_rand_int_range(chance, 0, G_N_ELEMENTS(letter_words))];
		g_string_append_printf(text, "%s ", word);
	}
	g_string_overwrite(text, text->len - 1, "\r");
	g_string_append_c(text, '\n');
}

/* The header fields of mail NUMBER to TO, one a line, CRLF; without the empty line. Owner: caller. */
static inline GString *
letter_header(guint number, const char *to, gsize size)
{
	GString *text = g_string_new(NULL);
	g_string_printf(text, "From: Jane Doe <jane%u@customer.example>\r\nTo: %s\r\nSubject: load %u\r\nDate: Mon, 06 May 2024 10:00:00 +0000\r\n"
		"Message-ID: <%u.%d.%" G_GINT64_FORMAT "@customer.example>\r\nMIME-Version: 1.0\r\nContent-Type: %s\r\n",
		number % LETTER_SENDERS, to, number, number, (int)getpid(), g_get_monotonic_time(),
		size > LETTER_TEXT ? "multipart/mixed; boundary=part" : "text/plain; charset=utf-8");
	return text;
}

static inline void
letter_add_text(GString *text, GRand *chance, gsize size)
{
	do
		letter_add_line(text, chance, size);
	while (text->len + LETTER_LINE / 2 < size);
}

/* A file that does not become smaller, as pictures are, in base64. */
static inline void
letter_add_file(GString *text, GRand *chance, gsize size)
{
	g_string_append(text, "--part\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=lamp.jpg\r\n\r\n");
	while (text->len + LETTER_LINE < size) {
		guint32 octets[LETTER_LINE / 4 * 3 / sizeof(guint32) + 1];
		for (guint i = 0; i < G_N_ELEMENTS(octets); i++)
			octets[i] = g_rand_int(chance);
		g_autofree char *line = g_base64_encode((const guchar *)octets, LETTER_LINE / 4 * 3);
		g_string_append_printf(text, "%s\r\n", line);
	}
	g_string_append(text, "--part--\r\n");
}

/* SIZE octets, give or take a line; no line begins with a dot. Owner: caller. */
static inline GString *
letter_body(guint number, gsize size)
{
	GString *text = g_string_sized_new(size + 4 * LETTER_LINE);
	GRand *chance = g_rand_new_with_seed(number + 1);
	if (size > LETTER_TEXT)
		g_string_append(text, "--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
	letter_add_text(text, chance, size > LETTER_TEXT ? LETTER_TEXT / 4 : MAX(size, 1)); /* a word at least */
	if (size > LETTER_TEXT)
		letter_add_file(text, chance, size);
	g_rand_free(chance);
	return text;
}
