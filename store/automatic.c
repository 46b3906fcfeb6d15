#include "store/automatic.h"

#include <string.h>

#include "store/contact.h"

#define DAY_MS (G_GINT64_CONSTANT(24) * 3600 * 1000)
#define DAYS_KEPT 2

/* Local parts behind which nobody reads (RFC 3834 section 2, RFC 5230 section 4.6). */
static const char *const programs[] = {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "listserv", "majordomo",
	"mail-daemon", "bounce", "bounces", "root", "nobody"};
static const char *const beginnings[] = {"owner-", "bounce-", "bounces+", "prvs="};

static bool
is_program(const char *address)
{
	g_autofree char *local = g_strndup(address, strcspn(address, "@"));
	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
		if (!strcmp(local, programs[i]))
			return true;
	for (size_t i = 0; i < G_N_ELEMENTS(beginnings); i++)
		if (g_str_has_prefix(local, beginnings[i]))
			return true;
	return g_str_has_suffix(local, "-request") || g_str_has_suffix(local, "-owner");
}

/* 1 when SQL, with :address or, where that is NULL, :message, has a row. */
static int
has_row(db *desk, const char *sql, const char *address, gint64 message, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	if (!row)
		return -1;
	if (address)
		query_set_text(row, ":address", address);
	else
		query_set_int(row, ":message", message);
	return query_next(row, error);
}

static const char by_staff[] = "SELECT 1 FROM employee WHERE email = :address LIMIT 1";
static const char by_program[] = "SELECT 1 FROM message WHERE id = :message AND (is_automatic OR is_list OR bounce <> '')";

static int
count_one(db *desk, const char *address, gint64 now, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM automatic_mail WHERE day < :day", error);
	if (!drop)
		return -1;
	query_set_int(drop, ":day", now / DAY_MS - DAYS_KEPT);
	if (!query_finish(drop, error))
		return -1;
	g_autoptr(query) row = db_query(desk, "INSERT INTO automatic_mail (address, day, count) VALUES (:address, :day, 1)"
		" ON CONFLICT (address, day) DO UPDATE SET count = count + 1 WHERE count < :max RETURNING 1", error);
	if (!row)
		return -1;
	query_set_text(row, ":address", address);
	query_set_int(row, ":day", now / DAY_MS);
	query_set_int(row, ":max", AUTOMATIC_A_DAY);
	return query_next(row, error);
}

int
automatic_claim(db *desk, const struct automatic *mail, gint64 now, GError **error)
{
	g_autofree char *normal = contact_normal_address(mail->address);
	if (!normal || is_program(normal))
		return 0;
	int refused = contact_is_own(desk, normal, mail->delimiter, error);
	if (!refused && mail->answered)
		refused = has_row(desk, by_staff, normal, 0, error);
	if (!refused && mail->answered)
		refused = has_row(desk, by_program, NULL, mail->answered, error);
	if (refused)
		return refused < 0 ? -1 : 0;
	return count_one(desk, normal, now, error);
}
