#include "web/bell_said.h"

#include <string.h>

#include "web/json.h"

static const struct {
	const char *kind;
	bool has_thread;
	struct bell_said said;
} kinds[] = {
	{"view", true, {0}},
	{"write", true, {.is_writing = true}},
	{"list", false, {.is_listing = true}},
	{"leave", false, {0}},
};

bool
bell_said_add(GByteArray **so_far, const void *octets, size_t size)
{
	if (!*so_far)
		*so_far = g_byte_array_new();
	if (size > BELL_SAID_MAX - (*so_far)->len)
		return false;
	g_byte_array_append(*so_far, octets, (guint)size);
	return true;
}

bool
bell_said_read(GBytes *text, struct bell_said *said)
{
	g_autoptr(json_in) in = json_read(text, NULL);
	const char *kind = in ? json_get_text(in, "kind") : NULL;
	for (size_t i = 0; kind && i < G_N_ELEMENTS(kinds); i++)
		if (!strcmp(kinds[i].kind, kind)) {
			*said = kinds[i].said;
			return !kinds[i].has_thread || (json_get_int(in, "thread", &said->thread) && said->thread > 0);
		}
	return false;
}
