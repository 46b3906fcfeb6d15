#include "store/conf.h"

#include <stddef.h>
#include <string.h>

#include "store/log.h"

GQuark
conf_error_quark(void)
{
	return g_quark_from_static_string("belfry-conf");
}

#define SIZE_MAX_OCTETS ((gint64)1 << 40)

static bool read_text(const char *text, void *field);
static bool read_needed(const char *text, void *field);
static bool read_list(const char *text, void *field);
static bool read_size(const char *text, void *field);
static bool read_mode(const char *text, void *field);
static bool read_count(const char *text, void *field);
static bool read_level(const char *text, void *field);
static bool read_delimiter(const char *text, void *field);
static bool read_tls(const char *text, void *field);

/* A kind of value: how it is read, what is said when it cannot be. */
struct kind {
	bool (*read)(const char *text, void *field); /* false: not allowed */
	const char *allowed;
	enum {OWNS_NOTHING, OWNS_TEXT, OWNS_LIST} owns;
};
static const struct kind text_kind = {read_text, "any text", OWNS_TEXT};
static const struct kind needed_kind = {read_needed, "any text but none", OWNS_TEXT};
static const struct kind list_kind = {read_list, "words, separated by ;", OWNS_LIST};
static const struct kind size_kind = {read_size, "a whole number of octets, with K, M or G behind it if wished", OWNS_NOTHING};
static const struct kind mode_kind = {read_mode, "an octal mode such as 0660", OWNS_NOTHING};
static const struct kind count_kind = {read_count, "a whole number from 1 to 3600", OWNS_NOTHING};
static const struct kind level_kind = {read_level, "error, warning, info or debug", OWNS_NOTHING};
static const struct kind delimiter_kind = {read_delimiter, "one character, or nothing", OWNS_TEXT};
static const struct kind tls_kind = {read_tls, "none, starttls or implicit", OWNS_TEXT};

struct key {
	const char *section, *name, *value;
	const struct kind *kind;
	size_t offset;
};
#define KEY(section, name, value, kind) {#section, #name, value, &kind##_kind, offsetof(struct conf, section.name)}
static const struct key keys[] = {
	KEY(belfry, user, "belfry", text),
	KEY(belfry, store, "/var/lib/belfry", needed),
	KEY(milter, socket, "unix:/var/spool/postfix/belfry/milter.sock", needed),
	KEY(milter, socket_mode, "0660", mode),
	KEY(milter, socket_group, "postfix", text),
	KEY(milter, recipient_delimiter, "+", delimiter),
	KEY(milter, size_limit, "50M", size),
	KEY(milter, min_free, "512M", size),
	KEY(capture, socket, "/run/belfry/capture.sock", needed),
	KEY(capture, socket_mode, "0666", mode),
	KEY(web, listen, "127.0.0.1:8025", needed),
	KEY(web, url, "http://127.0.0.1:8025", needed),
	KEY(web, certificate, "", text),
	KEY(web, key, "", text),
	KEY(web, workers, "4", count),
	KEY(sort, authserv_id, "", list),
	KEY(sort, form_senders, "", list),
	KEY(sort, parse_seconds, "20", count),
	KEY(sort, parse_memory, "512M", size),
	KEY(courier, relay, "127.0.0.1:25", needed),
	KEY(courier, tls, "none", tls),
	KEY(courier, ca_file, "", text),
	KEY(courier, user, "", text),
	KEY(courier, password_file, "", text),
	KEY(courier, sessions, "16", count),
	KEY(courier, tunnel_command, "", text),
	KEY(log, level, "info", level),
};

static bool
read_text(const char *text, void *field)
{
	g_free(*(char **)field);
	*(char **)field = g_strstrip(g_strdup(text));
	return true;
}

static bool
read_needed(const char *text, void *field)
{
	return read_text(text, field) && **(char **)field;
}

static bool
read_delimiter(const char *text, void *field)
{
	return read_text(text, field) && strlen(*(char **)field) <= 1;
}

static bool
read_list(const char *text, void *field)
{
	g_auto(GStrv) words = g_strsplit(text, ";", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();
	for (char **word = words; *word; word++)
		if (*g_strstrip(*word))
			g_ptr_array_add(kept, g_strdup(*word));
	g_ptr_array_add(kept, NULL);
	g_strfreev(*(char ***)field);
	*(char ***)field = (char **)g_ptr_array_steal(kept, NULL);
	return true;
}

static bool
read_number(const char *text, gint64 max, gint64 *number, const char **end)
{
	char *stop;
	guint64 value = g_ascii_strtoull(text, &stop, 10);
	if (stop == text || !g_ascii_isdigit(*text) || value > (guint64)max)
		return false;
	*number = (gint64)value;
	*end = stop;
	return true;
}

static bool
read_size(const char *text, void *field)
{
	static const char units[] = "KMG";
	gint64 value;
	const char *end;
	if (!read_number(text, SIZE_MAX_OCTETS, &value, &end))
		return false;
	const char *unit = *end ? strchr(units, g_ascii_toupper(*end)) : NULL;
	if (*end && (!unit || end[1]))
		return false;
	for (const char *u = units; unit && u <= unit && value <= SIZE_MAX_OCTETS; u++)
		value *= 1024;
	*(gint64 *)field = value;
	return value <= SIZE_MAX_OCTETS;
}

static bool
read_mode(const char *text, void *field)
{
	char *end;
	guint64 mode = g_ascii_strtoull(text, &end, 8);
	*(gint64 *)field = (gint64)mode;
	return end != text && !*end && mode <= 0777;
}

static bool
read_count(const char *text, void *field)
{
	const char *end;
	return read_number(text, 3600, field, &end) && !*end && *(gint64 *)field >= 1;
}

static bool
read_level(const char *text, void *field)
{
	static const char *const names[] = {[LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_INFO] = "info", [LOG_DEBUG] = "debug", NULL};
	for (int i = 0; names[i]; i++)
		if (!strcmp(text, names[i])) {
			*(gint64 *)field = i;
			return true;
		}
	return false;
}

static bool
read_tls(const char *text, void *field)
{
	static const char *const names[] = {"none", "starttls", "implicit", NULL};
	return read_text(text, field) && g_strv_contains(names, *(char **)field);
}

/* Levenshtein's distance of two short names. */
static guint
name_distance(const char *a, const char *b)
{
	guint row[64];
	size_t columns = MIN(strlen(b), G_N_ELEMENTS(row) - 1);
	for (size_t j = 0; j <= columns; j++)
		row[j] = (guint)j;
	for (size_t i = 1; a[i - 1]; i++) {
		guint diagonal = row[0];
		row[0] = (guint)i;
		for (size_t j = 1; j <= columns; j++) {
			guint change = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
		}
	}
	return row[columns];
}

/* The known name nearest to NAME; of sections when SECTION is NULL, else of the section's keys. */
static const char *
nearest_name(const char *section, const char *name)
{
	const char *best = "";
	guint best_distance = G_MAXUINT;
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (section && strcmp(keys[i].section, section))
			continue;
		const char *candidate = section ? keys[i].name : keys[i].section;
		guint distance = name_distance(name, candidate);
		if (distance < best_distance) {
			best_distance = distance;
			best = candidate;
		}
	}
	return best;
}

static const struct key *
find_key(const char *section, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		if (!strcmp(keys[i].section, section) && !strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static bool
is_section(const char *name)
{
	return !strcmp(nearest_name(NULL, name), name);
}

static bool
set_key(struct conf *conf, const char *path, const struct key *key, const char *value, GError **error)
{
	if (key->kind->read(value, (char *)conf + key->offset))
		return true;
	g_set_error(error, CONF_ERROR, 0, "%s: [%s] %s: \"%s\" is not allowed; allowed is %s", path, key->section, key->name, value,
		key->kind->allowed);
	return false;
}

static bool
load_section(struct conf *conf, const char *path, GKeyFile *file, const char *section, GError **error)
{
	if (!is_section(section)) {
		g_set_error(error, CONF_ERROR, 0, "%s: no section [%s] is known; did you mean [%s]?", path, section,
			nearest_name(NULL, section));
		return false;
	}
	g_auto(GStrv) names = g_key_file_get_keys(file, section, NULL, NULL);
	for (char **name = names; *name; name++) {
		const struct key *key = find_key(section, *name);
		if (!key) {
			g_set_error(error, CONF_ERROR, 0, "%s: [%s] knows no key %s; did you mean %s?", path, section, *name,
				nearest_name(section, *name));
			return false;
		}
		g_autofree char *value = g_strstrip(g_key_file_get_value(file, section, *name, NULL));
		if (!set_key(conf, path, key, value, error))
			return false;
	}
	return true;
}

static struct conf *
conf_of(GKeyFile *file, const char *path, GError **error)
{
	struct conf *conf = g_new0(struct conf, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		keys[i].kind->read(keys[i].value, (char *)conf + keys[i].offset);
	g_auto(GStrv) sections = g_key_file_get_groups(file, NULL);
	for (char **section = sections; *section; section++)
		if (!load_section(conf, path, file, *section, error)) {
			conf_free(conf);
			return NULL;
		}
	return conf;
}

struct conf *
conf_read(const char *text, size_t length, const char *path, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	if (g_key_file_load_from_data(file, text, length, G_KEY_FILE_NONE, error))
		return conf_of(file, path, error);
	g_prefix_error(error, "%s: ", path);
	return NULL;
}

struct conf *
conf_load(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	return g_file_get_contents(path, &text, &length, error) ? conf_read(text, length, path, error) : NULL;
}

void
conf_free(struct conf *conf)
{
	if (!conf)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		void *field = (char *)conf + keys[i].offset;
		if (keys[i].kind->owns == OWNS_TEXT)
			g_free(*(char **)field);
		else if (keys[i].kind->owns == OWNS_LIST)
			g_strfreev(*(char ***)field);
	}
	g_free(conf);
}

const char *const *
conf_defaults(void)
{
	static const char *triples[3 * G_N_ELEMENTS(keys) + 1];
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		triples[3 * i] = keys[i].section;
		triples[3 * i + 1] = keys[i].name;
		triples[3 * i + 2] = keys[i].value;
	}
	return triples;
}
