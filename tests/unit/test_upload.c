/* Files and drafts of answers that are being written: names, types, limits, whose they are. */
#include "store/upload.h"

#include "store/draft.h"
#include "tests/unit/answer.h"

static void
names(void)
{
	g_autofree char *many = g_strnfill(600, 'x'), *cut = g_strnfill(UPLOAD_NAME_MAX, 'x');
	const char *cases[][2] = {
		{"a.txt", "a.txt"}, {"/etc/passwd", "passwd"}, {"C:\\Users\\kim\\Lamp.PNG", "Lamp.PNG"}, {"../../x", "x"}, {"..", "file"}, {".", "file"}, {"", "file"},
		{"a/", "file"}, {"  b  ", "b"}, {"x\r\nBcc: y", "xBcc: y"}, {"a\x7f" "b", "ab"}, {"Ärger.pdf", "Ärger.pdf"}, {"a\u202e" "fdp.exe", "afdp.exe"},
		{"\u2066x\u2069", "x"}, {"\xff.txt", "\uFFFD.txt"}, {".htaccess", ".htaccess"}, {"👩‍👧.png", "👩‍👧.png"}, {many, cut},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = upload_name(cases[i][0]);
		g_assert_cmpstr(name, ==, cases[i][1]);
	}
}

static void
types(void)
{
	static const char *const cases[][2] = {
		{"text/plain", "text/plain"}, {"Text/HTML; charset=utf-8", "text/html"}, {NULL, "application/octet-stream"}, {"", "application/octet-stream"},
		{"text", "application/octet-stream"}, {"/x", "application/octet-stream"}, {"a/", "application/octet-stream"}, {"a/b/c", "application/octet-stream"},
		{"a/b\r\nBcc: x", "application/octet-stream"}, {"multipart/mixed", "application/octet-stream"}, {"message/rfc822", "application/octet-stream"},
		{"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"}, {"image/svg+xml", "image/svg+xml"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *type = upload_type(cases[i][0]);
		g_assert_cmpstr(type, ==, cases[i][1]);
	}
}

static enum upload_result
add(struct place *place, gint64 id, gint64 size)
{
	g_autoptr(GError) error = NULL;
	struct upload file = {id, "a.txt", "text/plain", size};
	enum upload_result result = upload_add(place->desk.db, place->desk.admin, place->thread, &file, 5000, &error);
	g_assert_no_error(error);
	return result;
}

static void
limits(void)
{
	struct place place;
	place_setup(&place);
	g_assert_cmpint(add(&place, 10, UPLOAD_OCTETS_MAX - 5), ==, UPLOAD_DONE);
	g_assert_cmpint(add(&place, 11, 6), ==, UPLOAD_TOO_MUCH);
	g_assert_cmpint(add(&place, 11, 5), ==, UPLOAD_DONE);
	g_autoptr(GError) error = NULL;
	g_assert_cmpint(upload_drop_all(place.desk.db, place.desk.admin, place.thread, &error), ==, 1);
	g_assert_cmpint(desk_number(&place.desk, "SELECT group_concat(mail_id, ' ') = '10 11' FROM erasing"), ==, 1);
	for (int i = 0; i < UPLOAD_FILES_MAX; i++)
		g_assert_cmpint(add(&place, 20 + i, 1), ==, UPLOAD_DONE);
	g_assert_cmpint(add(&place, 99, 1), ==, UPLOAD_TOO_MUCH);
	place_teardown(&place);
}

static bool
never(G_GNUC_UNUSED const struct upload *file, G_GNUC_UNUSED void *data)
{
	g_assert_not_reached();
}

static void
others_see_nothing(void)
{
	struct place place;
	g_autoptr(GError) error = NULL;
	place_setup(&place);
	add(&place, 10, 5);
	gint64 id;
	struct employee_new person = {.email = "otto@shop.example", .firstname = "Otto", .lastname = "Other", .role = "agent", .language = "en", .password_hash = "",
		.created = 1};
	employee_add(place.desk.db, &person, &id, &error);
	g_autoptr(viewer) other = viewer_load(place.desk.db, id, &error);
	g_assert_no_error(error);
	g_assert_cmpint(upload_get(place.desk.db, other, place.thread, 10, never, NULL, &error), ==, UPLOAD_NOT_THERE);
	g_assert_cmpint(upload_drop(place.desk.db, other, place.thread, 10, &error), ==, UPLOAD_NOT_THERE);
	g_assert_true(upload_each(place.desk.db, other, place.thread, never, NULL, &error));
	place_run(&place, "UPDATE employee SET has_all = 0 WHERE id = 2");
	g_assert_cmpint(upload_check(place.desk.db, other, place.thread, 1, &error), ==, UPLOAD_NOT_THERE);
	g_assert_cmpint(draft_save(place.desk.db, other, place.thread, "{}", 1, &error), ==, 0);
	g_assert_cmpint(draft_drop(place.desk.db, other, place.thread, &error), ==, 0);
	g_assert_no_error(error);
	place_teardown(&place);
}

static void
drafts(void)
{
	struct place place;
	g_autoptr(GError) error = NULL;
	place_setup(&place);
	db *desk = place.desk.db;
	g_assert_null(draft_get(desk, place.desk.admin, place.thread, &error));
	g_assert_cmpint(draft_save(desk, place.desk.admin, place.thread, "{\"text\":\"a\"}", 1500, &error), ==, 1);
	g_assert_cmpint(draft_save(desk, place.desk.admin, place.thread, "{\"text\":\"b\"}", 2500, &error), ==, 1);
	g_autofree char *kept = draft_get(desk, place.desk.admin, place.thread, &error);
	g_assert_cmpstr(kept, ==, "{\"text\":\"b\",\"updated\":\"1970-01-01T00:00:02.500Z\"}");
	add(&place, 10, 5);
	g_assert_cmpint(draft_drop(desk, place.desk.admin, place.thread, &error), ==, 1);
	g_assert_cmpint(desk_number(&place.desk, "SELECT (SELECT count(*) FROM draft) + (SELECT count(*) FROM upload)"), ==, 0);
	g_assert_cmpint(draft_save(desk, place.desk.admin, 99, "{}", 1, &error), ==, 0);
	g_assert_no_error(error);
	place_teardown(&place);
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/upload/names", names);
	g_test_add_func("/upload/types", types);
	g_test_add_func("/upload/limits", limits);
	g_test_add_func("/upload/others", others_see_nothing);
	g_test_add_func("/draft", drafts);
	return g_test_run();
}
