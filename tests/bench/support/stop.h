/* stop: how loaders end when there is nothing left to measure: the program's name and why, and status 1. */
#pragma once

#include <glib.h>

/* When there is an ERROR. */
void stop_on(const GError *error);
/* WHAT failed, for the reason in errno. */
G_NORETURN void stop_at(const char *what);
