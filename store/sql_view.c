#include "store/sql_view.h"

#define TIME(column) "strftime('%Y-%m-%d %H:%M:%f', " column " / 1000.0, 'unixepoch')"
#define ID_LANG(column) "CASE " column " WHEN 'en' THEN 1 WHEN 'fr' THEN 2 WHEN 'nl' THEN 3 WHEN 'pl' THEN 4 END AS id_lang"
#define AMOUNT(column) column " / 1000000.0"

const struct console_view sql_views[] = {
	{"customer_thread",
		"SELECT id AS id_customer_thread, shop_id AS id_shop, " ID_LANG("language") ", contact_id AS id_contact, customer_id AS id_customer,"
		" order_id AS id_order, status, email, " TIME("created") " AS date_add, " TIME("last_message") " AS date_upd,"
		" employee_id AS id_employee, language, subject, name AS from_name, excerpt AS message, last_message_id AS id_last_message,"
		" is_private AS private, is_automatic AS automatic, folder FROM main.thread WHERE folder <> 'merged'"},
	{"customer_message",
		"SELECT id AS id_customer_message, thread_id AS id_customer_thread, employee_id AS id_employee, text AS message,"
		" (SELECT group_concat(name, ', ') FROM main.part WHERE message_id = m.id) AS file_name, " TIME("received") " AS date_add,"
		" is_private AS private, kind, subject, from_name, from_address, " TIME("sent") " AS date_sent, language, is_automatic AS automatic,"
		" is_spam AS spam, message_ref AS message_id FROM main.message m"},
	{"contact",
		"SELECT id AS id_contact, shop_id AS id_shop, address AS email, is_saving AS customer_service, is_taking AS taking, position"
		" FROM main.contact"},
	{"contact_lang", "SELECT contact_id AS id_contact, " ID_LANG("language") ", language, name, description FROM main.contact_text"},
	{"contact_shop", "SELECT contact_id AS id_contact, shop_id AS id_shop FROM main.contact_shop"},
	{"customer",
		"SELECT id AS id_customer, shop_id AS id_shop, firstname, lastname, email, " TIME("registered") " AS date_add FROM main.customer"},
	{"employee",
		"SELECT id AS id_employee, " ID_LANG("language") ", language, lastname, firstname, email, role, is_active AS active, " TIME("created")
		" AS date_add FROM main.employee"},
	{"lang",
		"SELECT 1 AS id_lang, 'English' AS name, 'en' AS iso_code UNION ALL SELECT 2, 'Français', 'fr' UNION ALL SELECT 3, 'Nederlands', 'nl'"
		" UNION ALL SELECT 4, 'Polski', 'pl'"},
	{"shop", "SELECT id AS id_shop, group_id AS id_shop_group, name, language, languages, time_zone FROM main.shop"},
	{"shop_group", "SELECT id AS id_shop_group, name FROM main.shop_group"},
	{"orders",
		"SELECT id AS id_order, reference, shop_id AS id_shop, customer_id AS id_customer,"
		" (SELECT name FROM main.shop_order_state WHERE order_id = o.id ORDER BY position DESC LIMIT 1) AS current_state,"
		" (SELECT is_valid FROM main.shop_order_state WHERE order_id = o.id ORDER BY position DESC LIMIT 1) AS valid, "
		AMOUNT("total") " AS total_paid, currency, " TIME("created") " AS date_add FROM main.shop_order o"},
	{"order_detail",
		"SELECT order_id AS id_order, position, name AS product_name, quantity AS product_quantity, " AMOUNT("price") " AS product_price"
		" FROM main.shop_order_line"},
	{"order_history",
		"SELECT order_id AS id_order, position, name AS order_state, is_valid AS valid, " TIME("created") " AS date_add"
		" FROM main.shop_order_state"},
	{"order_message_lang",
		"SELECT order_message_id AS id_order_message, " ID_LANG("language") ", language, name, text AS message FROM main.order_message_text"},
	{"request_sql", "SELECT id AS id_request_sql, name, sql, " TIME("created") " AS date_add FROM main.sql_query"},
	{NULL, NULL},
};

char *
sql_view_time(gint64 ms)
{
	int fraction = (int)((ms % 1000 + 1000) % 1000);
	g_autoptr(GDateTime) seconds = g_date_time_new_from_unix_utc((ms - fraction) / 1000);
	g_autofree char *text = seconds ? g_date_time_format(seconds, "%Y-%m-%d %H:%M:%S") : g_strdup("");
	return g_strdup_printf("%s.%03d", text, fraction);
}
