/* What a request may say of an order's lines. */
#include "web/order_read.h"

#include <string.h>

static void
bounds_quantities(void)
{
	static const struct {
		const char *quantity;
		bool is_good;
	} cases[] = {
		{"1", true}, {"0", true}, {"-1", true}, {"1000000", true}, {"-1000000", true},
		{"1000001", false}, {"-1000001", false}, {"9223372036854775807", false}, {"-9223372036854775808", false}, {"1.5", false}, {"null", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct order_edit edit = {0};
		struct request *request = request_new(HTTP_POST, "/api/v1/orders");
		struct call call = {.request = request, .reply = reply_new()};
		g_autofree char *text = g_strdup_printf("{\"reference\":\"A\",\"currency\":\"EUR\",\"total\":1,\"lines\":[{\"name\":\"Lamp\",\"price\":1,\"quantity\":%s}]}",
			cases[i].quantity);
		g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
		g_autoptr(json_in) in = json_read(octets, NULL);
		g_assert_cmpint(order_read(&call, in, &edit), ==, cases[i].is_good);
		order_edit_clear(&edit);
		reply_free(call.reply);
		request_free(request);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/order-read/bounds-quantities", bounds_quantities);
	return g_test_run();
}
