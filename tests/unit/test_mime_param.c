/* Names of files as programs really write them. */
#include <glib.h>
#include <string.h>

#include "milter/read/mime.h"
#include "milter/read/mime_name.h"
#include "milter/read/mime_param.h"

static const struct {const char *lesson, *value, *name;} cases[] = {
	{"a token", "attachment; filename=a.pdf", "a.pdf"},
	{"in quotes, with what escapes", "attachment; filename=\"a \\\"b\\\"; c.pdf\"", "a \"b\"; c.pdf"},
	{"folded", "attachment;\r\n filename=\"a\r\n b.pdf\"", "a b.pdf"},
	{"in any case, with blanks", "ATTACHMENT; FileName = a.pdf", "a.pdf"},
	{"blanks without quotes", "attachment; filename=a long name.pdf; size=3", "a long name.pdf"},
	{"a quote that never ends", "attachment; filename=\"a b.pdf; size=3", "a b.pdf"},
	{"single quotes", "attachment; filename='a b.pdf'", "a b.pdf"},
	{"no semicolon", "attachment filename=\"a.pdf\" size=3", "a.pdf"},
	{"nothing before it", "filename=a.pdf", "a.pdf"},
	{"a comment", "attachment (really); filename=a.pdf (Anna's)", "a.pdf"},
	{"no comment", "attachment; filename=a (1).pdf", "a (1).pdf"},
	{"semicolons only", "attachment;;; filename=a.pdf;", "a.pdf"},
	{"twice", "attachment; filename=a.pdf; filename=b.pdf", "a.pdf"},
	{"empty", "attachment; filename=\"\"", ""},
	{"of another parameter", "attachment; filenames=a.pdf; xfilename=b.pdf", ""},
	{"extended", "attachment; filename*=UTF-8'pl'%C5%81%C3%B3d%C5%BA.pdf", "Łódź.pdf"},
	{"extended, in quotes", "attachment; filename*=\"UTF-8''%C5%81%C3%B3d%C5%BA.pdf\"", "Łódź.pdf"},
	{"extended, beside a plain one", "attachment; filename=\"Lodz.pdf\"; filename*=UTF-8''%C5%81%C3%B3d%C5%BA.pdf", "Łódź.pdf"},
	{"extended, without charset", "attachment; filename*=%C5%81%C3%B3d%C5%BA.pdf", "Łódź.pdf"},
	{"extended, in another charset", "attachment; filename*=iso-8859-2''%A3%F3d%BC.pdf", "Łódź.pdf"},
	{"extended, in no charset that is known", "attachment; filename*=unknown-8bit''M%FCller.pdf", "Müller.pdf"},
	{"extended, yet an encoded word", "attachment; filename*=\"=?utf-8?Q?M=C3=BCller.pdf?=\"", "Müller.pdf"},
	{"pieces", "attachment; filename*0=\"a \"; filename*1=b; filename*2=.pdf", "a b.pdf"},
	{"pieces out of order", "attachment; filename*2=.pdf; filename*0=\"a \"; filename*1=b", "a b.pdf"},
	{"pieces with a gap", "attachment; filename*1=a; filename*3=.pdf", "a.pdf"},
	{"pieces that split a letter", "attachment; filename*0*=utf-8''M%C3; filename*1*=%BCller.pdf", "Müller.pdf"},
	{"pieces of which some are extended", "attachment; filename*0*=utf-8''M%C3%BC; filename*1=\"ller.pdf\"", "Müller.pdf"},
	{"pieces that lost their stars", "attachment; filename*0*=utf-8''M; filename*1=%C3%BCller.pdf", "Müller.pdf"},
	{"pieces with the charset in each", "attachment; filename*0*=utf-8''M%C3%BC; filename*1*=utf-8''ller.pdf", "Müller.pdf"},
	{"pieces of an encoded word", "attachment; filename*0=\"=?utf-8?B?TcO8bG\"; filename*1=\"xlci5wZGY=?=\"", "Müller.pdf"},
	{"an encoded word", "attachment; filename=\"=?utf-8?Q?M=C3=BCller.pdf?=\"", "Müller.pdf"},
	{"an encoded word without quotes", "attachment; filename==?utf-8?B?TcO8bGxlci5wZGY=?=", "Müller.pdf"},
	{"encoded words over a fold", "attachment; filename=\"=?utf-8?Q?M=C3=BC?=\r\n =?utf-8?Q?ller.pdf?=\"", "Müller.pdf"},
	{"as a web address", "attachment; filename=\"M%C3%BCller.pdf\"", "Müller.pdf"},
	{"percent signs", "attachment; filename=\"100%25 off %41.pdf\"", "100%25 off %41.pdf"},
	{"raw UTF-8", "attachment; filename=\"Müller.pdf\"", "Müller.pdf"},
	{"raw octets", "attachment; filename=\"M\xfcller.pdf\"", "Müller.pdf"},
	{"raw ISO-2022-JP", "attachment; filename=\"\033$BF|K\\\033(B.pdf\"", "日本.pdf"},
};

static void
test_cases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].lesson);
		g_autofree char *name = mime_param_read(cases[i].value, strlen(cases[i].value), "filename", NULL);
		g_assert_cmpstr(name, ==, cases[i].name);
	}
}

/* Cut anywhere it is read without looking behind its end. */
static void
test_cut(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		for (gsize length = 0; length <= strlen(cases[i].value); length++) {
			g_autofree char *exact = g_memdup2(cases[i].value, length);
			g_autofree char *name = mime_param_read(exact ? exact : "", length, "filename", NULL);
			g_assert_true(g_utf8_validate(name, -1, NULL));
		}
}

static void
test_names(void)
{
	static const struct {const char *said, *clean;} paths[] = {
		{"../../etc/passwd", "passwd"}, {"C:\\Users\\Anna\\a.pdf", "a.pdf"}, {"..", ""}, {"a\xe2\x80\xae" "fdp.exe", "afdp.exe"}, {"  a\tb.pdf ", "a b.pdf"},
	};
	static const struct {const char *type, *name;} types[] = {
		{"application/pdf", "attachment.pdf"}, {"image/jpeg", "image.jpg"}, {"message/rfc822", "message.eml"}, {"text/calendar", "invitation.ics"},
		{"application/x-unknown", "attachment"}, {"application/pkcs7-signature", "smime.p7s"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree char *clean = mime_name_clean(paths[i].said);
		g_assert_cmpstr(clean, ==, paths[i].clean);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *name = mime_name_by_type(types[i].type);
		g_assert_cmpstr(name, ==, types[i].name);
	}
	g_assert_cmpstr(mime_name_type("List.CSV"), ==, "text/csv");
	g_assert_cmpstr(mime_name_type("list"), ==, "application/octet-stream");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	g_test_add_func("/mime-param/cases", test_cases);
	g_test_add_func("/mime-param/cut", test_cut);
	g_test_add_func("/mime-param/names", test_names);
	return g_test_run();
}
