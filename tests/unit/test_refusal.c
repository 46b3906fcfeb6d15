/* refusal: a whole answer for every status that a request is refused with before anybody looks at what it wants. */
#include "web/refusal.h"

#include <string.h>

#include "web/http.h"

static void
test_answers(void)
{
	static const int statuses[] = {400, 408, 411, 414, 417, 421, 431, 501, 505};
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		g_autofree char *first = g_strdup_printf("HTTP/1.1 %d %s\r\n", statuses[i], http_reason(statuses[i]));
		g_autoptr(GString) answer = refusal_answer(statuses[i], NULL);
		g_assert_true(g_str_has_prefix(answer->str, first));
		g_assert_cmpstr(http_reason(statuses[i]), !=, "Unknown");
		g_assert_nonnull(strstr(answer->str, "\r\nConnection: close\r\n"));
		const char *body = strstr(answer->str, "\r\n\r\n") + 4;
		g_assert_nonnull(strstr(body, refusal_detail(statuses[i])));
		g_autofree char *length = g_strdup_printf("\r\nContent-Length: %zu\r\n", strlen(body));
		g_assert_nonnull(strstr(answer->str, length));
	}
}

static void
test_detail(void)
{
	g_autoptr(GString) answer = refusal_answer(404, "It is elsewhere.");
	g_assert_nonnull(strstr(answer->str, "It is elsewhere."));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/refusal/answers", test_answers);
	g_test_add_func("/refusal/detail", test_detail);
	return g_test_run();
}
