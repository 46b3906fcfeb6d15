#include "web/amount.h"

#include <string.h>

#define WHOLE_MAX 11
#define DECIMALS 6

bool
amount_parse(const char *text, gint64 *millionths)
{
	bool is_negative = *text == '-';
	text += is_negative;
	size_t whole = strspn(text, "0123456789"), decimals = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	const char *rest = text + whole + (text[whole] == '.') + decimals;
	if (!whole || whole > WHOLE_MAX || decimals > DECIMALS || (text[whole] == '.' && !decimals) || *rest)
		return false;
	gint64 value = 0;
	for (size_t i = 0; i < whole; i++)
		value = value * 10 + (text[i] - '0');
	for (size_t i = 0; i < DECIMALS; i++)
		value = value * 10 + (i < decimals ? text[whole + 1 + i] - '0' : 0);
	*millionths = is_negative ? -value : value;
	return true;
}

char *
amount_text(gint64 millionths)
{
	guint64 size = millionths < 0 ? -(guint64)millionths : (guint64)millionths;
	g_autoptr(GString) text = g_string_new(millionths < 0 ? "-" : "");
	g_string_append_printf(text, "%" G_GUINT64_FORMAT ".%06" G_GUINT64_FORMAT, size / 1000000, size % 1000000);
	for (int spare = 0; spare < DECIMALS - 2 && text->str[text->len - 1] == '0'; spare++)
		g_string_truncate(text, text->len - 1);
	return g_string_free(g_steal_pointer(&text), FALSE);
}
