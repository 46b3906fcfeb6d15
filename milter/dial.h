/* dial: a short talk with a server, bounded in time, as `belfry check` has it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define DIAL_SECONDS 10 /* for each wait */

/* Connects to ADDRESS, in any form that sockets.h takes. -1 with ERROR, G_FILE_ERROR_ACCES when we may not. Owner: caller (close). */
int dial(const char *address, GError **error);
bool dial_send(int socket, const void *octets, size_t size, GError **error);
/* All of SIZE octets, or FALSE. */
bool dial_read(int socket, void *octets, size_t size, GError **error);
/* A line without its end, cut at 1000 octets. NULL with ERROR. Owner: caller. */
char *dial_line(int socket, GError **error);
