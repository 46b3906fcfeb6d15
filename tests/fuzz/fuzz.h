/* fuzz: what a target is: a function over octets that returns 0, and aborts (or trips a sanitizer) when a promise does not hold. It leaves nothing behind,
 * so that any input can be run alone. libFuzzer calls it (make fuzz), or replay.c does (make check). */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Where a target needs it: called once, before. Returns 0. */
int LLVMFuzzerInitialize(int *count, char ***arguments);

/* The input as a string, in memory of exactly its size, so that reading beyond it is seen. Owner: caller. */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	return g_strndup((const char *)data, size);
}
