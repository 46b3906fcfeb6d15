#include "milter/postfix.h"

#include <stdlib.h>
#include <string.h>

/* Everything the checks ask for. */
static const char *const names[] = {"queue_directory", "mail_owner", "compatibility_level", "smtpd_milters", "non_smtpd_milters",
	"smtpd_milter_maps", "internal_mail_filter_classes", "milter_default_action", "milter_protocol", "recipient_delimiter", "message_size_limit", "header_size_limit",
	"content_filter", "smtpd_proxy_filter", "receive_override_options", "inet_interfaces", "smtpd_sasl_auth_enable", "mail_version"};

static void
free_service(void *data)
{
	struct postfix_service *service = data;
	g_free(service->name);
	g_free(service->type);
	g_free(service->command);
	g_free(service);
}

postfix *
postfix_new(const char *directory)
{
	postfix *self = g_new0(postfix, 1);
	self->directory = g_strdup(directory);
	self->main = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->override = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->services = g_ptr_array_new_with_free_func(free_service);
	return self;
}

void
postfix_free(postfix *self)
{
	if (!self)
		return;
	g_free(self->directory);
	g_hash_table_destroy(self->main);
	g_hash_table_destroy(self->override);
	g_ptr_array_unref(self->services);
	g_free(self);
}

char *
postfix_directory(const char *option)
{
	const char *from_environment = getenv("MAIL_CONFIG");
	const char *directory = option ? option : from_environment ? from_environment : "/etc/postfix";
	g_autofree char *file = g_build_filename(directory, "main.cf", NULL);
	return g_file_test(file, G_FILE_TEST_EXISTS) ? g_strdup(directory) : NULL;
}

/* What postconf says with WORDS, NULL-terminated. Owner: caller. */
static char *
ask(const char *directory, const char *const *words, GError **error)
{
	g_autoptr(GStrvBuilder) all = g_strv_builder_new();
	g_autofree char *program = g_find_program_in_path("postconf"), *complaints = NULL;
	char *answer = NULL;
	int status;
	g_strv_builder_add_many(all, program ? program : "/usr/sbin/postconf", "-c", directory, NULL);
	g_strv_builder_addv(all, (const char **)words);
	g_auto(GStrv) command = g_strv_builder_end(all);
	if (!g_spawn_sync(NULL, command, NULL, G_SPAWN_DEFAULT, NULL, NULL, &answer, &complaints, &status, error))
		return NULL;
	if (g_spawn_check_wait_status(status, error))
		return answer;
	g_prefix_error(error, "%s", complaints);
	g_free(answer);
	return NULL;
}

/* "name = value" a line. */
static void
parse_settings(GHashTable *table, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		char *equals = strstr(*line, " =");
		if (equals)
			g_hash_table_insert(table, g_strndup(*line, (gsize)(equals - *line)), g_strstrip(g_strdup(equals + 2)));
	}
}

/* A dash in the chroot column means yes below compatibility level 1, as Postfix before 3.0 had it. */
static bool
is_chrooted(const postfix *self, const char *column)
{
	if (strcmp(column, "-"))
		return *column == 'y';
	return strtol(postfix_get(self, NULL, "compatibility_level"), NULL, 10) < 1;
}

/* service type private unpriv chroot wakeup maxproc command … */
static void
parse_service(postfix *self, const char *line)
{
	g_auto(GStrv) words = g_strsplit_set(line, " \t", -1);
	const char *fields[8];
	size_t count = 0;
	for (char **word = words; *word && count < G_N_ELEMENTS(fields); word++)
		if (**word)
			fields[count++] = *word;
	if (count < G_N_ELEMENTS(fields))
		return;
	struct postfix_service *service = g_new0(struct postfix_service, 1);
	*service = (struct postfix_service){g_strdup(fields[0]), g_strdup(fields[1]), g_strdup(fields[7]), is_chrooted(self, fields[4])};
	g_ptr_array_add(self->services, service);
}

void
postfix_parse(postfix *self, const char *settings, const char *services, const char *overrides)
{
	parse_settings(self->main, settings);
	parse_settings(self->override, overrides);
	g_auto(GStrv) lines = g_strsplit(services, "\n", -1);
	for (char **line = lines; *line; line++)
		parse_service(self, *line);
}

postfix *
postfix_read(const char *directory, GError **error)
{
	static const char *const ask_services[] = {"-M", NULL}, *const ask_overrides[] = {"-P", "-x", NULL};
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_strv_builder_add(builder, "-x");
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_strv_builder_add(builder, names[i]);
	g_auto(GStrv) ask_settings = g_strv_builder_end(builder);
	g_autofree char *settings = ask(directory, (const char *const *)ask_settings, error);
	g_autofree char *services = settings ? ask(directory, ask_services, error) : NULL;
	g_autofree char *overrides = services ? ask(directory, ask_overrides, error) : NULL;
	if (!overrides)
		return NULL;
	postfix *self = postfix_new(directory);
	postfix_parse(self, settings, services, overrides);
	return self;
}

const char *
postfix_get(const postfix *self, const struct postfix_service *service, const char *name)
{
	g_autofree char *key = service ? g_strdup_printf("%s/%s/%s", service->name, service->type, name) : NULL;
	const char *value = key ? g_hash_table_lookup(self->override, key) : NULL;
	if (!value)
		value = g_hash_table_lookup(self->main, name);
	return value ? value : "";
}

const struct postfix_service *
postfix_find(const postfix *self, const char *command)
{
	for (guint i = 0; i < self->services->len; i++) {
		const struct postfix_service *service = self->services->pdata[i];
		if (!strcmp(service->command, command))
			return service;
	}
	return NULL;
}

char *
postfix_outside_path(const postfix *self, const struct postfix_service *service, const char *path)
{
	if (*path == '/' && !service->is_chrooted)
		return g_strdup(path);
	return g_build_filename(postfix_get(self, NULL, "queue_directory"), path, NULL);
}

static void
free_milter(void *data)
{
	struct postfix_milter *milter = data;
	g_free(milter->address);
	g_free(milter->default_action);
	g_free(milter);
}

/* The end of the item that starts at TEXT: a blank or comma outside braces, or the end. */
static const char *
end_of_item(const char *text)
{
	int depth = 0;
	for (; *text && (depth > 0 || !strchr(", \t", *text)); text++)
		depth += *text == '{' ? 1 : *text == '}' ? -1 : 0;
	return text;
}

/* The next item of LIST without its braces, NULL at the end. Owner: caller. */
static char *
next_item(const char **list)
{
	const char *start = *list + strspn(*list, ", \t"), *end = end_of_item(start);
	*list = end;
	if (start == end)
		return NULL;
	return *start == '{' && end[-1] == '}' && end - start >= 2 ? g_strndup(start + 1, (gsize)(end - start - 2)) : g_strndup(start, (gsize)(end - start));
}

/* An item's ADDRESS, and what stands behind it: "name=value" or "{ name = value }". */
static struct postfix_milter *
read_milter(const char *item)
{
	struct postfix_milter *milter = g_new0(struct postfix_milter, 1);
	milter->address = next_item(&item);
	for (char *setting; (setting = next_item(&item)); g_free(setting)) {
		g_auto(GStrv) sides = g_strsplit(setting, "=", 2);
		if (g_strv_length(sides) == 2 && !strcmp(g_strstrip(sides[0]), "default_action")) {
			g_free(milter->default_action);
			milter->default_action = g_strdup(g_strstrip(sides[1]));
		}
	}
	if (!milter->default_action)
		milter->default_action = g_strdup("");
	return milter;
}

GPtrArray *
postfix_read_milters(const char *list)
{
	GPtrArray *milters = g_ptr_array_new_with_free_func(free_milter);
	for (char *item; (item = next_item(&list)); g_free(item))
		if (item[strspn(item, ", \t")])
			g_ptr_array_add(milters, read_milter(item));
	return milters;
}
