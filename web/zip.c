#include "web/zip.h"

#include <string.h>

#define HEAD 30
#define DIRECTORY_HEAD 46
#define END 22
#define FILES_MAX 0xffff
#define OCTETS_MAX G_GUINT64_CONSTANT(0xffffffff)
#define NAME_MAX_LENGTH 200
#define VERSION 20      /* 2.0: stored files */
#define UTF8_NAMES 0x800
#define UNIX_FILE ((guint32)0100644 << 16)

struct file {
	char *name;
	guint32 size, checksum, offset;
};

struct zip {
	GArray *files; /* of struct file */
	GHashTable *names; /* in lower case: some file systems take no other */
	guint64 length;
	guint16 date, time;
};

static void
clear_file(void *data)
{
	g_free(((struct file *)data)->name);
}

zip *
zip_new(gint64 when)
{
	zip *self = g_new0(zip, 1);
	self->files = g_array_new(FALSE, FALSE, sizeof(struct file));
	g_array_set_clear_func(self->files, clear_file);
	self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->length = END;
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(when / 1000);
	int year = time ? CLAMP(g_date_time_get_year(time), 1980, 2107) : 1980;
	self->date = (guint16)((year - 1980) << 9 | (time ? g_date_time_get_month(time) << 5 | g_date_time_get_day_of_month(time) : 1 << 5 | 1));
	self->time = time ? (guint16)(g_date_time_get_hour(time) << 11 | g_date_time_get_minute(time) << 5 | g_date_time_get_second(time) / 2) : 0;
	return self;
}

void
zip_free(zip *self)
{
	if (!self)
		return;
	g_array_unref(self->files);
	g_hash_table_unref(self->names);
	g_free(self);
}

static bool
is_bad(gunichar c)
{
	return c < 0x20 || c == 0x7f || (c < 0x80 && strchr("/\\:*?\"<>|", (int)c)) || g_unichar_iscntrl(c) ||
		g_unichar_type(c) == G_UNICODE_FORMAT; /* such as those that turn the writing round */
}

/* NAME as every system takes it, within a folder, shorter than NAME_MAX_LENGTH. Owner: caller. */
static char *
safe_name(const char *name, guint number)
{
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	g_autoptr(GString) safe = g_string_new(NULL);
	for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		g_string_append_unichar(safe, is_bad(c) ? '_' : c);
	}
	while (safe->len && strchr(". ", safe->str[safe->len - 1]))
		g_string_truncate(safe, safe->len - 1);
	size_t dots = strspn(safe->str, ". ");
	g_string_erase(safe, 0, (gssize)dots);
	if (!safe->len)
		g_string_printf(safe, "attachment-%u", number + 1);
	return g_string_free(g_steal_pointer(&safe), FALSE);
}

/* NAME, cut where it is too long, with " (COPY)" before what follows the last dot; COPY 1: none. Owner: caller. */
static char *
numbered_name(const char *name, guint copy)
{
	const char *dot = strrchr(name, '.');
	if (!dot || dot == name || strlen(dot) > 20)
		dot = name + strlen(name);
	size_t stem = MIN((size_t)(dot - name), NAME_MAX_LENGTH - strlen(dot));
	while (stem && (name[stem] & 0xc0) == 0x80)
		stem--;
	return copy == 1 ? g_strdup_printf("%.*s%s", (int)stem, name, dot) : g_strdup_printf("%.*s (%u)%s", (int)stem, name, copy, dot);
}

static char *
unique_name(zip *self, const char *name)
{
	g_autofree char *safe = safe_name(name, self->files->len);
	for (guint copy = 1;; copy++) {
		g_autofree char *wanted = numbered_name(safe, copy);
		if (g_hash_table_add(self->names, g_utf8_strdown(wanted, -1)))
			return g_steal_pointer(&wanted);
	}
}

bool
zip_add(zip *self, const char *name, guint64 size)
{
	if (self->files->len >= FILES_MAX || size > OCTETS_MAX || self->length + size + HEAD + DIRECTORY_HEAD + 2 * 4 * NAME_MAX_LENGTH > OCTETS_MAX)
		return false;
	struct file file = {.name = unique_name(self, name), .size = (guint32)size};
	self->length += HEAD + DIRECTORY_HEAD + 2 * strlen(file.name) + size;
	g_array_append_val(self->files, file);
	return true;
}

static struct file *
at(const zip *self, guint file)
{
	g_assert(file < self->files->len);
	return &g_array_index(self->files, struct file, file);
}

const char *
zip_name(const zip *self, guint file)
{
	return at(self, file)->name;
}

guint64
zip_length(const zip *self)
{
	return self->length;
}

static void
put(GByteArray *octets, guint32 number, int size)
{
	for (int i = 0; i < size; i++)
		g_byte_array_append(octets, &(guint8){(guint8)(number >> (8 * i))}, 1);
}

/* What head and directory say of a file alike. */
static void
put_facts(GByteArray *octets, const zip *self, const struct file *file)
{
	put(octets, VERSION, 2);
	put(octets, UTF8_NAMES, 2);
	put(octets, 0, 2); /* stored */
	put(octets, self->time, 2);
	put(octets, self->date, 2);
	put(octets, file->checksum, 4);
	put(octets, file->size, 4);
	put(octets, file->size, 4);
	put(octets, (guint32)strlen(file->name), 2);
	put(octets, 0, 2); /* no extra field */
}

static void
put_name(GByteArray *octets, const struct file *file)
{
	g_byte_array_append(octets, (const guint8 *)file->name, (guint)strlen(file->name));
}

GBytes *
zip_head(zip *self, guint file, guint32 checksum)
{
	struct file *own = at(self, file);
	const struct file *before = file ? at(self, file - 1) : NULL;
	own->checksum = checksum;
	own->offset = before ? before->offset + HEAD + (guint32)strlen(before->name) + before->size : 0;
	GByteArray *octets = g_byte_array_new();
	put(octets, 0x04034b50, 4);
	put_facts(octets, self, own);
	put_name(octets, own);
	return g_byte_array_free_to_bytes(octets);
}

static void
put_directory(GByteArray *octets, const zip *self, const struct file *file)
{
	put(octets, 0x02014b50, 4);
	put(octets, 3 << 8 | VERSION, 2); /* made by Unix */
	put_facts(octets, self, file);
	put(octets, 0, 2); /* no comment */
	put(octets, 0, 2); /* the first and only disk */
	put(octets, 0, 2);
	put(octets, UNIX_FILE, 4);
	put(octets, file->offset, 4);
	put_name(octets, file);
}

GBytes *
zip_end(const zip *self)
{
	GByteArray *octets = g_byte_array_new();
	for (guint i = 0; i < self->files->len; i++)
		put_directory(octets, self, at(self, i));
	guint32 size = octets->len;
	put(octets, 0x06054b50, 4);
	put(octets, 0, 4); /* one disk */
	put(octets, self->files->len, 2);
	put(octets, self->files->len, 2);
	put(octets, size, 4);
	put(octets, (guint32)(self->length - END - size), 4);
	put(octets, 0, 2); /* no comment */
	return g_byte_array_free_to_bytes(octets);
}

guint32
zip_checksum(guint32 so_far, const void *octets, size_t size)
{
	static const guint32 nibbles[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
	const guint8 *octet = octets;
	guint32 sum = ~so_far;
	for (size_t i = 0; i < size; i++) {
		sum ^= octet[i];
		sum = sum >> 4 ^ nibbles[sum & 15];
		sum = sum >> 4 ^ nibbles[sum & 15];
	}
	return ~sum;
}
