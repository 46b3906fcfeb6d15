/* durable: files and directories that are still there when the power goes right after they were made. A name is on the disk only
 * when the directory that it stands in was synced, whatever was synced of the file. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* FALSE, and ERROR (G_FILE_ERROR): PATH, and what the system says of it in errno. */
bool durable_fail(const char *path, GError **error);

/* Syncs the file or directory at PATH. FALSE: ERROR, as in all of these. */
bool durable_sync(const char *path, GError **error);

/* Makes the directory PATH with MODE, whatever the umask, and with it all that are missing on its way; what is there stays as it is. */
bool durable_directory(const char *path, mode_t mode, GError **error);

/* Makes the file PATH (mode 0600) with TEXT: at no moment it is there with less. It must not exist. */
bool durable_create(const char *path, const char *text, GError **error);
