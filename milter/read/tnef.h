/* tnef: what stands in a winmail.dat (MS-OXTNEF): files with their names, and the text of the mail. It is read where it lies: what is found
 * are stretches of the octets. Every length is checked, files within messages within it are found without recursion. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define TNEF_FILES_MAX 200

struct tnef_span { /* octets of the winmail.dat; length 0: there is none */
	gsize offset, length;
};

struct tnef_file {
	struct tnef_span data;
	char *name, *type, *content_id; /* UTF-8; "" when not said */
};

struct tnef {
	struct tnef_span text, html, rtf; /* rtf: compressed (MS-OXRTFCP) */
	const char *text_charset; /* static; "" for the code page */
	char *code_page; /* "windows-1252"; "" when not said */
	char *message_class; /* "IPM.Note"; "" */
	GArray *files; /* struct tnef_file */
};

/* FALSE: it is no TNEF, or nothing can be read in it. Else the owner calls tnef_clear. */
bool tnef_read(struct tnef *tnef, const guint8 *octets, gsize length);
void tnef_clear(struct tnef *tnef);
