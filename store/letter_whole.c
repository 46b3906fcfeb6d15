/* Letters made of plain text, and what they quote. */
#include "store/letter.h"

#include <stdbool.h>
#include <string.h>

static void
add_escaped(GString *html, const char *text, size_t length)
{
	g_autofree char *escaped = g_markup_escape_text(text, (gssize)length);
	g_string_append(html, escaped);
}

/* Octets of the address that TEXT begins with; 0: it does not. It ends at blanks, C2 A0 among them (the one that does not break), at what stands
 * around addresses, and before the marks that end a sentence. */
static size_t
address_length(const char *text)
{
	size_t scheme = g_str_has_prefix(text, "http://") ? 7 : g_str_has_prefix(text, "https://") ? 8 : 0, length = scheme;
	if (!scheme)
		return 0;
	while (text[length] && !strchr(" \t\v\f<>\"", text[length]) && !g_str_has_prefix(text + length, "\302\240"))
		length++;
	while (length > scheme && strchr(".,;:!?)]", text[length - 1]))
		length--;
	return length > scheme ? length : 0;
}

static void
add_line(GString *html, const char *line)
{
	const char *from = line, *at = line;
	while ((at = strstr(at, "http"))) {
		size_t length = address_length(at);
		if (!length) {
			at += strlen("http");
			continue;
		}
		g_autofree char *address = g_markup_escape_text(at, (gssize)length);
		add_escaped(html, from, (size_t)(at - from));
		g_string_append_printf(html, "<a href=\"%s\">%s</a>", address, address);
		from = at += length;
	}
	add_escaped(html, from, strlen(from));
}

/* Its lines hold no line ends any more. */
static void
add_paragraph(GString *html, const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		g_string_append(html, i ? "<br>\n" : "<p>");
		add_line(html, lines->pdata[i]);
	}
	g_string_append(html, lines->len ? "</p>\n" : "");
}

static bool
is_blank(const char *line)
{
	return !line[strspn(line, " \t\v\f")];
}

char *
letter_html(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_auto(GStrv) halves = g_strsplit(valid, "\r", -1);
	g_autofree char *unix_text = g_strjoinv("", halves);
	g_auto(GStrv) lines = g_strsplit(unix_text, "\n", -1);
	g_autoptr(GPtrArray) paragraph = g_ptr_array_new();
	GString *html = g_string_new(NULL);
	for (char **line = lines; *line; line++) {
		if (!is_blank(*line)) {
			g_ptr_array_add(paragraph, *line);
			continue;
		}
		add_paragraph(html, paragraph);
		g_ptr_array_set_size(paragraph, 0);
	}
	add_paragraph(html, paragraph);
	return g_string_free(html, FALSE);
}

static const struct words {
	const char *language, *date, *line; /* date: day, month, year, time; line: date, author */
	const char *months[12];
} words[] = {
	{"en", "%d %s %d, %s", "On %s, %s wrote:",
		{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}},
	{"fr", "%d %s %d à %s", "Le %s, %s a écrit :",
		{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}},
	{"nl", "%d %s %d om %s", "Op %s schreef %s:",
		{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}},
	{"pl", "%d %s %d o %s", "%s, %s napisał(a):",
		{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"}},
};

static const struct words *
words_of(const char *language)
{
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (!strcmp(words[i].language, language))
			return &words[i];
	return &words[0];
}

/* "On 22 November 2026, 14:05, Anna wrote:" */
static char *
line_above(const struct letter *letter)
{
	const struct words *own = words_of(letter->language);
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(letter->time_zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(letter->when / 1000);
	g_autoptr(GDateTime) when = zone ? g_date_time_to_timezone(utc, zone) : g_date_time_ref(utc);
	g_autofree char *time = g_date_time_format(when, "%H:%M");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the table above */
	g_autofree char *date = g_strdup_printf(own->date, g_date_time_get_day_of_month(when), own->months[g_date_time_get_month(when) - 1],
		g_date_time_get_year(when), time);
	return g_strdup_printf(own->line, date, letter->author);
#pragma GCC diagnostic pop
}

static void
add_quoted_line(GString *text, const char *line)
{
	g_string_append_printf(text, "%s%s\n", *line == '>' ? ">" : *line ? "> " : ">", line);
}

char *
letter_whole_text(const struct letter *letter)
{
	if (!letter->quoted)
		return g_strdup(letter->text);
	g_autofree char *line = line_above(letter), *quoted_text = g_strchomp(g_strdup(letter->quoted));
	g_auto(GStrv) lines = g_strsplit(quoted_text, "\n", -1);
	GString *text = g_string_new(letter->text);
	g_string_append_printf(text, "\n\n%s\n", line);
	for (char **quoted = lines; *quoted; quoted++)
		add_quoted_line(text, g_strchomp(*quoted));
	return g_string_free(text, FALSE);
}

char *
letter_document(const char *content, const char *language)
{
	return g_strdup_printf("<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
		"<meta name=\"color-scheme\" content=\"light dark\"></head>\n"
		"<body style=\"font-family: sans-serif; line-height: 1.4\">\n%s</body>\n</html>\n", language, content);
}

char *
letter_whole_html(const struct letter *letter)
{
	g_autofree char *made = letter->html ? NULL : letter_html(letter->text);
	GString *content = g_string_new(letter->html ? letter->html : made);
	if (letter->quoted) {
		g_autofree char *line = line_above(letter), *escaped = g_markup_escape_text(line, -1), *quoted = letter_html(letter->quoted);
		g_string_append_printf(content, "\n<p>%s</p>\n<blockquote type=\"cite\" style=\"margin: 0 0 0 .8ex; border-left: 1px solid #ccc;"
			" padding-left: 1ex\">\n%s</blockquote>\n", escaped, quoted);
	}
	char *document = letter_document(content->str, words_of(letter->language)->language);
	g_string_free(content, TRUE);
	return document;
}
