/* HTML as mail programs write it → text as people read it. */
#include <glib.h>
#include <string.h>

#include "milter/read/html_tags.h"
#include "milter/read/html_text.h"

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
	{"<p title='a > b'>x</p>", "x"}, {"<p title = 'a > b'>x</p>", "x"},
	/* lists: numbers go on where they are told to, paragraphs stand beside their bullets */
	{"<ol start=3><li>c<li>d<li value=9>i</ol>", "3. c\n4. d\n9. i"}, {"<ul><li><p>one</p><p>more</p></li><li><p>two</p></li></ul>", "- one\n\nmore\n\n- two"},
	{"<ol><li>a<ol><li>b</ol><li>c</ol>d", "1. a\n  1. b\n2. c\nd"}, {"<ul><li></ul>x", "x"}, {"<li>alone", "- alone"},
	/* tables: a row is a line as long as its cells are */
	{"<table><tr><td><p>a</p></td><td><p class=MsoNormal>b</p></td></tr><tr><td><div>1</div></td><td></td></tr></table>after", "a\tb\n1\nafter"},
	{"<table><tr><td>a<p>more</td><td>b</td></tr></table>", "a\n\nmore\n\nb"}, {"<table><tr><td><table><tr><td>in<td>ner</table><td>out</table>", "in\tner\nout"},
	/* quotes; what only indents is none */
	{"<blockquote type=cite><p>a</p><p>b</p></blockquote><p>c</p>", "> a\n>\n> b\n\nc"}, {"<blockquote style='margin:0 0 0 40px;border:none;padding:0'>a</blockquote>b", "a\nb"},
	{"<blockquote style='border:none;border-left:solid blue 1.5pt'>a</blockquote>b", "> a\nb"}, {"he said <q>no</q>.", "he said “no”."},
	/* preformatted, by element or style */
	{"<pre>\n a\n  b</pre>c", " a\n  b\nc"}, {"<div style='white-space: pre-wrap'>a\n  b</div><div>c\nd</div>", "a\n  b\nc d"},
	/* hidden */
	{"<div hidden>a</div>b", "b"}, {"<div style='max-height:0px;overflow:hidden'>a</div>b", "b"}, {"<i style='opacity:0.9'>a</i>b", "ab"},
	{"<td style='font-size:0'><p style='font-size:14px'>a</p>", "a"}, {"<xml><o:x>96</o:x></xml>a", "a"}, {"<p style='mso-hide:all'>a</p>b", "b"}, {"<noscript>a</noscript>", "a"},
	/* hard blanks: paragraphs of nothing else are empty lines, at the edges they go away */
	{"<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"}, {"<p class=MsoNormal>a</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p><p class=MsoNormal>c</p>", "a\n\nb\nc"},
	{"<div>a&nbsp;</div><div>&nbsp;&nbsp;- b&nbsp;&nbsp;c</div>", "a\n  - b  c"}, {"<div>a</div><div><br></div><div>b</div>", "a\n\nb"}, {"a<br><br><br><br><br>b", "a\n\n\nb"},
	{"<p style='margin:0'>a</p><p style='margin:0 0 0 4px'>b</p><p style='margin:0 0 1em'>c</p>d", "a\nb\n\nc\n\nd"}, {"one<br></div><div>two", "one\ntwo"},
	{"&zwnj;&nbsp;&zwnj;&nbsp;a\xe2\x80\x8d", "  a\xe2\x80\x8d"},
	/* what begins a comment ends one day */
	{"a<!--[if !mso]><!--><b>b</b><!--<![endif]-->c", "abc"}, {"a<!-->b", "ab"}, {"a<!--->b", "ab"}, {"a<!--x--!>b", "ab"}, {"a<!-- never > closed", "a closed"},
	{"<![if !vml]>a<![endif]>b", "ab"}, {"<?xml version='1.0'?>a", "a"},
	/* text that nobody escaped */
	{"Anna <anna@shop.example> wrote", "Anna <anna@shop.example> wrote"}, {"see <https://shop.example/x>", "see <https://shop.example/x>"}, {"a < b <3", "a < b <3"},
	/* entities */
	{"it&#146;s &#150; &#x80;", "it’s – €"}, {"&apos;&hellip;&amp;amp;&#0;&#xD800;x", "'…&amp;x"}, {"caf&eacute", "café"}, {"a&nbspb &copy 2024", "a b © 2024"},
	/* links */
	{"<a href=' https://a.example/x\n '>click</a>", "click <https://a.example/x>"}, {"<a href=tel:123>call 123</a>", "call 123"}, {"<a href='https://a.example'><img alt='shop'></a>", "[shop] <https://a.example>"},
};

static void
test_cases(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].html);
		g_autofree char *text = html_text(cases[i].html, 10000);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void
test_long_tag(void)
{
	g_autofree char *long_value = g_strnfill(20000, 'x');
	g_autofree char *html = g_strdup_printf("before <a title='%s'>in</a> after", long_value);
	g_autofree char *text = html_text(html, 10000);
	g_assert_cmpstr(text, ==, "before in after");
}

static void
test_bound(void)
{
	g_autofree char *html = g_strnfill(100000, 'x');
	g_autofree char *text = html_text(html, 1000);
	g_assert_cmpint(strlen(text), <=, 1100);
}

static void
test_charset(void)
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

/* What is kept of HTML has so many elements and no more, over all its pieces; end tags and comments are none. */
static void
test_elements(void)
{
	static const char html[] = "<p>a</p><!-- x --> < <b>c</b><i>d</i>";
	guint left = 2;
	g_assert_cmpuint(html_tags_within(html, &left), ==, strstr(html, "<i>") - html);
	g_assert_cmpuint(left, ==, 0);
	g_assert_cmpuint(html_tags_within("text", &left), ==, 4);
	left = 3;
	g_assert_cmpuint(html_tags_within(html, &left), ==, strlen(html));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/html_text/cases", test_cases);
	g_test_add_func("/html_text/long-tag", test_long_tag);
	g_test_add_func("/html_text/bound", test_bound);
	g_test_add_func("/html_text/charset", test_charset);
	g_test_add_func("/html_text/elements", test_elements);
	return g_test_run();
}
