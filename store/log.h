/* log: one event, one line, never content of mail. To stderr; under systemd with its priority marks. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum log_level {LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG};

/* Once per process, before threads. ROLE stands at the start of each line; it must outlive the process. */
void log_open(const char *role, enum log_level level);

/* Line ends and other controls in the text become blanks: what a stranger wrote cannot forge a line. */
void log_line(enum log_level level, const char *format, ...) G_GNUC_PRINTF(2, 3);
