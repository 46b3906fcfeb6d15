/* HTML as mail programs write it → text as people read it. */
#include <glib.h>
#include <string.h>

#include "milter/html_text.h"

static const struct {const char *html, *text;} cases[] = {
	{"", ""},
	{"just text", "just text"},
	{"<p>one</p><p>two</p>", "one\n\ntwo"},
	{"one<br>two<br/><br>four", "one\ntwo\n\nfour"},
	{"<div>one</div><div>two</div>", "one\ntwo"},
	{"a  \n b\t<b>c</b>d <i> e</i>", "a b cd e"},
	{"1&nbsp;&lt;2 &amp; &euro;&#8212;&#x41;&nonsense;", "1 <2 & €—A&nonsense;"},
	{"<pre>a\n  b\n</pre>c", "a\n  b\nc"},
	{"<ol><li>one<ul><li>deep</li></ul></li><li>two</li></ol>", "1. one\n  - deep\n2. two"},
	{"<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a\tb\n1\t2"},
	{"<blockquote>one<blockquote>two</blockquote></blockquote>three", "> one\n>> two\nthree"},
	{"<a href='https://a.example/x'>click</a>", "click <https://a.example/x>"},
	{"<a href='https://a.example/x'>https://a.example/x</a>", "https://a.example/x"},
	{"<a href='mailto:a@b.example?subject=x'>a@b.example</a>", "a@b.example"},
	{"<a href='javascript:alert(1)'>click</a>", "click"},
	{"<a href='https://a.example/'></a>x", "x"},
	{"x <img alt='a chair' src='cid:1'> <img alt='😀'>", "x [a chair] 😀"},
	{"<div>a</div><hr><div>b</div>", "a\n________________________________\nb"},
	{"<style>p{}</style><script>x<b</script><title>t</title>y", "y"},
	{"<!-- <p>a</p> -->b<!--[if mso]><p>c</p><![endif]-->", "b"},
	{"<span style='color:red; DISPLAY : none'>a<b>b</b></span>c", "c"},
	{"<p>open <b>never closed", "open never closed"},
	{"</p></div>only ends", "only ends"},
	{"1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
	{"<p title='a > b'>x</p>", "x"},
};

static void test_cases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].html);
		g_autofree char *text = html_text(cases[i].html, 10000);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void test_long_tag(void)
{
	g_autofree char *long_value = g_strnfill(20000, 'x');
	g_autofree char *html = g_strdup_printf("before <a title='%s'>in</a> after", long_value);
	g_autofree char *text = html_text(html, 10000);
	g_assert_cmpstr(text, ==, "before in after");
}

static void test_bound(void)
{
	g_autofree char *html = g_strnfill(100000, 'x');
	g_autofree char *text = html_text(html, 1000);
	g_assert_cmpint(strlen(text), <=, 1100);
}

static void test_charset(void)
{
	static const char *const heads[][2] = {
		{"<meta charset=\"koi8-r\">", "koi8-r"}, {"<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=iso-8859-2'>", "iso-8859-2"},
		{"<meta name=x><meta charset=utf-8 >", "utf-8"}, {"<p>charset=utf-8", NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
		g_autofree char *charset = html_charset((const guint8 *)heads[i][0], strlen(heads[i][0]));
		g_assert_cmpstr(charset, ==, heads[i][1]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/html_text/cases", test_cases);
	g_test_add_func("/html_text/long-tag", test_long_tag);
	g_test_add_func("/html_text/bound", test_bound);
	g_test_add_func("/html_text/charset", test_charset);
	return g_test_run();
}
