#include "store/log.h"

#include <stdlib.h>
#include <unistd.h>

/* Set once by log_open before threads start: a log has no caller to carry its state. */
static struct {
	const char *role;
	enum log_level level;
	bool has_marks;
} state = {"belfry", LOG_INFO, false};

void
log_open(const char *role, enum log_level level)
{
	state.role = role;
	state.level = level;
	state.has_marks = getenv("JOURNAL_STREAM") != NULL;
}

void
log_line(enum log_level level, const char *format, ...)
{
	static const int priority[] = {3, 4, 6, 7};
	static const char *const word[] = {"error: ", "warning: ", "", ""};
	if (level > state.level)
		return;
	g_autoptr(GString) line = g_string_new(NULL);
	if (state.has_marks)
		g_string_append_printf(line, "<%d>", priority[level]);
	g_string_append_printf(line, "belfry %s: %s", state.role, word[level]);
	gsize start = line->len;
	va_list arguments;
	va_start(arguments, format);
	g_string_append_vprintf(line, format, arguments);
	va_end(arguments);
	for (char *c = line->str + start; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = ' ';
	g_string_append_c(line, '\n');
	/* One write, so that lines of several processes do not mix; there is nowhere to report its failure to. */
	if (write(STDERR_FILENO, line->str, line->len) < 0)
		return;
}
