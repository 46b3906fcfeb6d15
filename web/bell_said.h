/* bell_said: what a page says at its bell: {kind:"view",thread}, {kind:"write",thread}, {kind:"list"} and {kind:"leave"}. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define BELL_SAID_MAX 256 /* octets of one message */

struct bell_said {
	gint64 thread; /* that it looks at, from 1; 0: none */
	bool is_writing, is_listing;
};

/* A message that comes in pieces: adds one to *SO_FAR (NULL: none has come; owner: caller). FALSE: it grows beyond BELL_SAID_MAX. */
bool bell_said_add(GByteArray **so_far, const void *octets, size_t size);
/* FALSE: no page of ours says that. */
bool bell_said_read(GBytes *text, struct bell_said *said);
