#include "milter/read/calendar.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/mime_facts.h"

#define LINES_MAX 20000
#define VALUE_MAX 1000 /* octets of one fact */
#define ATTENDEES_MAX 50

struct line { /* an unfolded content line */
	char *name; /* upper case */
	char *parameters, *value;
};

struct reading {
	GPtrArray *facts;
	GString *attendees;
	char *answer;
	char *duration, *start;
	guint events, attendee_count;
	bool is_in_event, is_in_alarm;
};

/* Takes the first line off *P, with those that continue it (RFC 5545 section 3.1). NULL at the end. Owner: caller. */
static char *
line_next(const char **p)
{
	if (!**p)
		return NULL;
	GString *line = g_string_new(NULL);
	do {
		*p += line->len > 0;
		gsize length = strcspn(*p, "\n");
		g_string_append_len(line, *p, (gssize)length);
		*p += length + ((*p)[length] == '\n');
	} while (**p == ' ' || **p == '\t');
	return g_string_free(line, FALSE);
}

/* "NAME;PARAMETERS:VALUE", cut in place; a colon within quotes is none. */
static bool
line_split(char *text, struct line *line)
{
	bool is_quoted = false;
	char *p = text;
	for (; *p && (is_quoted || *p != ':'); p++)
		is_quoted ^= *p == '"';
	if (!*p)
		return false;
	*p = '\0';
	line->value = p + 1;
	line->name = text;
	char *semicolon = strchr(text, ';');
	line->parameters = semicolon ? semicolon + 1 : p;
	if (semicolon)
		*semicolon = '\0';
	for (char *letter = text; *letter; letter++)
		*letter = g_ascii_toupper(*letter);
	return true;
}

/* A parameter's value without its quotes. NULL: there is none. Owner: caller. */
static char *
parameter_find(const char *parameters, const char *name)
{
	gsize length = strlen(name);
	for (const char *p = parameters; *p;) {
		bool is_it = g_ascii_strncasecmp(p, name, length) == 0 && p[length] == '=';
		const char *value = is_it ? p + length + 1 : NULL;
		for (bool is_quoted = false; *p && (is_quoted || *p != ';'); p++)
			is_quoted ^= *p == '"';
		if (is_it) {
			char *found = g_strndup(value, p - value);
			return g_strstrip(g_strdelimit(found, "\"", ' '));
		}
		p += *p == ';';
	}
	return NULL;
}

/* RFC 5545 section 3.3.11. Owner: caller. */
static char *
text_unescape(const char *value)
{
	GString *text = g_string_new(NULL);
	for (const char *p = value; *p && text->len < VALUE_MAX; p++) {
		bool is_escape = *p == '\\' && p[1];
		p += is_escape;
		g_string_append_c(text, is_escape && (*p == 'n' || *p == 'N') ? ' ' : *p);
	}
	char *valid = g_utf8_make_valid(text->str, (gssize)text->len);
	g_string_free(text, TRUE);
	return charset_clean_line(valid);
}

/* "20240506T100000Z" as ISO 8601; NULL when it is no time. Owner: caller. */
static char *
time_read(const char *value)
{
	static const char day[] = "dddd-dd-dd", whole[] = "dddd-dd-ddTdd:dd:dd";
	gsize digits = strspn(value, "0123456789");
	bool is_time = digits == 8 && value[8] == 'T' && strspn(value + 9, "0123456789") >= 4;
	if (digits != 8)
		return NULL;
	GString *time = g_string_new(NULL);
	for (const char *form = is_time ? whole : day; *form; form++) {
		bool is_letter = *form == 'd' || *form == 'T';
		g_string_append_c(time, !is_letter ? *form : g_ascii_isalnum(*value) ? *value++ : '0');
	}
	if (is_time && *value == 'Z')
		g_string_append_c(time, 'Z');
	return g_string_free(time, FALSE);
}

/* "P1DT2H30M" in seconds; 0 when it is none (RFC 5545 section 3.3.6). */
static gint64
duration_read(const char *value)
{
	static const struct {char letter; gint64 seconds;} units[] = {{'W', 604800}, {'D', 86400}, {'H', 3600}, {'M', 60}, {'S', 1}};
	gint64 seconds = 0;
	for (const char *p = value + (*value == '+'); *p;) {
		char *unit;
		if (*p == 'P' || *p == 'T') {
			p++;
			continue;
		}
		gint64 count = g_ascii_strtoll(p, &unit, 10);
		if (unit == p || count < 0 || count > 100000)
			return 0;
		for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
			seconds += *unit == units[i].letter ? count * units[i].seconds : 0;
		p = unit + (*unit != '\0');
	}
	return seconds;
}

/* The end of what has a duration instead. */
static void
end_make(struct reading *reading)
{
	gint64 seconds = reading->duration && !mime_facts_get(reading->facts, "end") ? duration_read(reading->duration) : 0;
	if (!seconds || !reading->start || !strchr(reading->start, 'T'))
		return;
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) start = g_date_time_new_from_iso8601(reading->start, utc);
	g_autoptr(GDateTime) end = start ? g_date_time_add_seconds(start, (gdouble)seconds) : NULL;
	g_autofree char *text = end ? g_date_time_format(end, g_str_has_suffix(reading->start, "Z") ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%S") : NULL;
	if (text)
		mime_facts_add(reading->facts, "end", text);
}

static void
take_text(struct reading *reading, const struct line *line, const char *fact)
{
	g_autofree char *text = text_unescape(line->value);
	mime_facts_add(reading->facts, fact, text);
}

static void
take_time(struct reading *reading, const struct line *line, const char *fact)
{
	g_autofree char *time = time_read(line->value), *zone = parameter_find(line->parameters, "TZID");
	if (!time)
		return;
	mime_facts_add(reading->facts, fact, time);
	if (strcmp(fact, "start") != 0)
		return;
	g_free(reading->start);
	reading->start = g_steal_pointer(&time);
	g_autofree char *clean = zone ? text_unescape(zone) : NULL;
	if (clean)
		mime_facts_add(reading->facts, "zone", clean);
}

static void
take_duration(struct reading *reading, const struct line *line, const char *fact)
{
	(void)fact;
	g_free(reading->duration);
	reading->duration = g_strdup(line->value);
}

/* "Anna Nowak <anna@customer.example>". Owner: caller. */
static char *
person(const struct line *line)
{
	g_autofree char *name = parameter_find(line->parameters, "CN");
	g_autofree char *shown = name ? text_unescape(name) : g_strdup("");
	bool is_mail = g_ascii_strncasecmp(line->value, "mailto:", 7) == 0;
	g_autofree char *address = text_unescape(line->value + (is_mail ? 7 : 0));
	if (!*shown || strcmp(shown, address) == 0)
		return g_steal_pointer(&address);
	return is_mail ? g_strdup_printf("%s <%s>", shown, address) : g_steal_pointer(&shown);
}

static void
take_organizer(struct reading *reading, const struct line *line, const char *fact)
{
	g_autofree char *who = person(line);
	mime_facts_add(reading->facts, fact, who);
}

static void
take_attendee(struct reading *reading, const struct line *line, const char *fact)
{
	(void)fact;
	if (reading->attendee_count++ >= ATTENDEES_MAX)
		return;
	g_autofree char *who = person(line);
	g_string_append_printf(reading->attendees, "%s%s", reading->attendees->len ? ", " : "", who);
	g_free(reading->answer);
	reading->answer = parameter_find(line->parameters, "PARTSTAT");
}

static void
take_rule(struct reading *reading, const struct line *line, const char *fact)
{
	g_autofree char *often = parameter_find(line->value, "FREQ");
	if (often)
		mime_facts_add(reading->facts, fact, often);
}

/* In the event, those that count. */
static const struct {const char *name, *fact; void (*take)(struct reading *, const struct line *, const char *);} properties[] = {
	{"SUMMARY", "summary", take_text}, {"LOCATION", "location", take_text}, {"STATUS", "status", take_text}, {"UID", "uid", take_text},
	{"DTSTART", "start", take_time}, {"DTEND", "end", take_time}, {"DURATION", "end", take_duration},
	{"ORGANIZER", "organizer", take_organizer}, {"ATTENDEE", "attendees", take_attendee}, {"RRULE", "repeats", take_rule},
};

static void
component_turn(struct reading *reading, const struct line *line, bool is_begin)
{
	bool is_event = g_ascii_strcasecmp(line->value, "VEVENT") == 0;
	if (g_ascii_strcasecmp(line->value, "VALARM") == 0)
		reading->is_in_alarm = is_begin;
	if (!is_event)
		return;
	reading->events += is_begin;
	reading->is_in_event = is_begin && reading->events == 1;
	reading->is_in_alarm = false;
}

static void
line_take(struct reading *reading, const struct line *line)
{
	g_strchomp(line->value);
	if (strcmp(line->name, "BEGIN") == 0 || strcmp(line->name, "END") == 0)
		component_turn(reading, line, *line->name == 'B');
	if (strcmp(line->name, "METHOD") == 0 && !reading->is_in_event)
		take_text(reading, line, "method");
	for (gsize i = 0; i < G_N_ELEMENTS(properties) && reading->is_in_event && !reading->is_in_alarm; i++)
		if (strcmp(line->name, properties[i].name) == 0)
			properties[i].take(reading, line, properties[i].fact);
}

static void
facts_finish(struct reading *reading)
{
	const char *method = mime_facts_get(reading->facts, "method");
	end_make(reading);
	if (reading->attendees->len)
		mime_facts_add(reading->facts, "attendees", reading->attendees->str);
	if (reading->answer && method && g_ascii_strcasecmp(method, "REPLY") == 0)
		mime_facts_add(reading->facts, "answer", reading->answer);
	if (reading->events > 1) {
		g_autofree char *count = g_strdup_printf("%u", reading->events);
		mime_facts_add(reading->facts, "events", count);
	}
}

GPtrArray *
calendar_read(const char *text)
{
	struct reading reading = {.facts = mime_facts_new(), .attendees = g_string_new(NULL)};
	char *next;
	for (guint lines = 0; lines < LINES_MAX && (next = line_next(&text)); lines++) {
		struct line line;
		if (line_split(next, &line))
			line_take(&reading, &line);
		g_free(next);
	}
	facts_finish(&reading);
	g_string_free(reading.attendees, TRUE);
	g_free(reading.answer);
	g_free(reading.duration);
	g_free(reading.start);
	if (reading.events)
		return reading.facts;
	g_ptr_array_unref(reading.facts);
	return NULL;
}
