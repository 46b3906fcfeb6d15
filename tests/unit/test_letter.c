#include "store/letter.h"

#include <string.h>

static const struct {
	const char *source, *clean, *text;
} cases[] = {
	{"<p>Hello <b>you</b></p><p>Bye</p>", "<p>Hello <strong>you</strong></p><p>Bye</p>", "Hello you\n\nBye"},
	{"<div>one</div><div>two<br>three</div>", "<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"},
	{"plain &amp; <i>soft", "<p>plain &amp; <em>soft</em></p>", "plain & soft"},
	{"<ul><li>a<li>b</ul>after", "<ul><li>a</li><li>b</li></ul><p>after</p>", "- a\n- b\n\nafter"},
	{"<ol><li>a</li><li>b</li></ol>", "<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"},
	{"<blockquote><p>said</p></blockquote>", "<blockquote><p>said</p></blockquote>", "> said"},
	{"<a href=\"https://shop.example/?a=1&amp;b=2\">here</a>", "<p><a href=\"https://shop.example/?a=1&amp;b=2\">here</a></p>",
		"here <https://shop.example/?a=1&b=2>"},
	{"<a href=\"mailto:a@b.example\">a@b.example</a>", "<p><a href=\"mailto:a@b.example\">a@b.example</a></p>", "a@b.example"},
	{"<a href=\"javascript:alert(1)\">x</a>", "<p>x</p>", "x"},
	{"<a href=\"https://x.example\" onclick=\"evil()\" style=\"x\">x</a>", "<p><a href=\"https://x.example\">x</a></p>", "x <https://x.example>"},
	{"<script>alert(1)</script><img src=x onerror=alert(1)>text<style>p{}</style>", "<p>text</p>", "text"},
	{"<b>one<p>two</b>three", "<p><strong>one</strong></p><p>twothree</p>", "one\n\ntwothree"},
	{"<li>stray</li>", "<p>stray</p>", "stray"},
	{"&lt;script&gt;", "<p>&lt;script&gt;</p>", "<script>"},
	/* What other readers of HTML see in it stays text, or falls away. */
	{"<a href=\"https://x.example&quot; onclick=evil() x=&quot;\">t</a>", "<p><a href=\"https://x.example&quot; onclick=evil() x=&quot;\">t</a></p>",
		"t <https://x.example\" onclick=evil() x=\">"},
	{"<a href=\" javascript:evil()\">t</a><a href=\"java&#115;cript:x\">u</a>", "<p>tu</p>", "tu"},
	{"<a href=\"ht\ntps://x.example/\r\n\001a&#9;b\">t</a>", "<p><a href=\"https://x.example/ab\">t</a></p>", "t <https://x.example/ab>"},
	{"<a href=\"https://x.example\">a<b><a href=\"https://y.example\">c</a>", "<p><a href=\"https://x.example\">a<strong>c</strong></a></p>", "ac <https://x.example>"},
	{"<p style=\"background:url(//x)\">t<img src=//x><link rel=stylesheet href=//x><base href=//x></p>", "<p>t</p>", "t"},
	{"<p>  </p><br>", "", ""},
	{"é &eacute; &#128512; \xff", "<p>é é 😀 �</p>", "é é 😀 �"},
};

static void
cleans(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *clean = letter_clean(cases[i].source), *again = letter_clean(clean), *text = letter_text(cases[i].source);
		g_assert_cmpstr(clean, ==, cases[i].clean);
		g_assert_cmpstr(again, ==, cases[i].clean);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void
makes_html_of_text(void)
{
	g_autofree char *html = letter_html("Dear <you>,\r\n\r\nsee https://x.example/a?b=1&c. Bye\nAnna\n\n\n");
	g_assert_cmpstr(html, ==, "<p>Dear &lt;you&gt;,</p>\n"
		"<p>see <a href=\"https://x.example/a?b=1&amp;c\">https://x.example/a?b=1&amp;c</a>. Bye<br>\nAnna</p>\n");
}

/* Octets A0 and 85 are blanks in Latin-1 and halves of letters here. */
static void
links_hold_all_letters(void)
{
	static const char *const pairs[][2] = {
		{"https://x.example/d\303\251j\303\240_vu!", "<p><a href=\"https://x.example/déjà_vu\">https://x.example/déjà_vu</a>!</p>\n"},
		{"https://x.example/\303\205ngstr\303\266m https://x.example/\305\240", "<p><a href=\"https://x.example/Ångström\">https://x.example/Ångström</a> "
			"<a href=\"https://x.example/Š\">https://x.example/Š</a></p>\n"},
		{"https://x.example/\302\240: see", "<p><a href=\"https://x.example/\">https://x.example/</a>\302\240: see</p>\n"},
		{"https://x.example/\302\251", "<p><a href=\"https://x.example/©\">https://x.example/©</a></p>\n"},
		{"<https://x.example/a> (\"http://y.example/?b&c\")", "<p>&lt;<a href=\"https://x.example/a\">https://x.example/a</a>&gt; (&quot;"
			"<a href=\"http://y.example/?b&amp;c\">http://y.example/?b&amp;c</a>&quot;)</p>\n"},
		{"https://, http://... https://a/.).", "<p>https://, http://... <a href=\"https://a/\">https://a/</a>.).</p>\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *html = letter_html(pairs[i][0]);
		g_assert_cmpstr(html, ==, pairs[i][1]);
	}
}

/* However long it is, and whatever it is made of, it is one link, found in one go. */
static void
links_may_be_long(void)
{
	static const char *const letters[] = {"a", ".a", "\302\251", "\303\240", "a://"};
	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
		g_autoptr(GString) address = g_string_new("https://");
		while (address->len < LETTER_MAX - 8)
			g_string_append(address, letters[i]);
		g_string_append_c(address, 'z');
		g_autofree char *expected = g_strdup_printf("<p><a href=\"%s\">%s</a></p>\n", address->str, address->str), *html = letter_html(address->str);
		g_assert_true(!strcmp(html, expected));
	}
}

static void
quotes_in_four_languages(void)
{
	static const char *const lines[][2] = {
		{"en", "On 22 November 2026, 14:05, Zoé wrote:"}, {"fr", "Le 22 novembre 2026 à 14:05, Zoé a écrit :"},
		{"nl", "Op 22 november 2026 om 14:05 schreef Zoé:"}, {"pl", "22 listopada 2026 o 14:05, Zoé napisał(a):"}};
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct letter letter = {.text = "Yes.", .language = lines[i][0], .quoted = "one\n\n> two\n\n \n", .author = "Zoé", .when = 1795352700000,
			.time_zone = "Europe/Brussels"};
		g_autofree char *text = letter_whole_text(&letter), *html = letter_whole_html(&letter);
		g_autofree char *expected = g_strdup_printf("Yes.\n\n%s\n> one\n>\n>> two\n", lines[i][1]);
		g_assert_cmpstr(text, ==, expected);
		g_assert_nonnull(strstr(html, lines[i][1]));
		g_assert_nonnull(strstr(html, "<p>Yes.</p>"));
	}
}

static const char *const hostile[] = {
	"<svg><script>evil()</script><p>t", "<noscript><p title=\"</noscript><img src=x onerror=evil()>\">t", "<!--><img src=x onerror=evil()>-->t",
	"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=evil()&gt;\">t", "<plaintext><b>t", "<textarea><img src=x>t",
	"<xmp><script>evil()</script></xmp>t", "<![CDATA[<script>evil()]]>t", "<?php <script> ?>t", "<iframe srcdoc=\"<script>evil()</script>\"></iframe>t",
	"<template><img src=x onerror=evil()></template>t", "<title><script>evil()</title>t", "<a href=\"http://x/\n\"onclick=evil()>t</a>"};

/* Of all tags only those of a letter are written, and attributes of links alone. */
static void
writes_its_own_tags_only(void)
{
	g_autoptr(GRegex) own = g_regex_new("</?(?:p|ul|ol|li|blockquote|strong|em|a|br)>|<a href=\"(?:https?://|mailto:)[^\"<>]*\">", 0, 0, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
		g_autofree char *clean = letter_clean(hostile[i]), *rest = g_regex_replace_literal(own, clean, -1, 0, "", 0, NULL);
		g_assert_null(strpbrk(rest, "<>"));
	}
}

/* Nesting without end costs neither stack nor time. */
static void
bears_depth(void)
{
	GString *deep = g_string_new(NULL);
	for (int i = 0; i < 20000; i++)
		g_string_append(deep, i % 2 ? "<ul><li>" : "<b><i>");
	g_string_append(deep, "end");
	g_autofree char *clean = letter_clean(deep->str);
	g_assert_nonnull(strstr(clean, "end"));
	g_assert_cmpuint(strlen(clean), <, 4000);
	g_string_free(deep, TRUE);
}

/* Little that would become much is refused: a link or a quote that is opened anew in each of many paragraphs or lines. */
static void
stays_small(void)
{
	static const char *const each[] = {"<p>x", "<br>x"};
	for (size_t i = 0; i < G_N_ELEMENTS(each); i++) {
		GString *source = g_string_new("<p><a href=\"https://x.example/");
		for (int k = 0; k < 4000; k++)
			g_string_append_c(source, 'y');
		g_string_append(source, "\">x");
		for (int k = 0; k < 32; k++)
			g_string_append(source, i ? "<blockquote>" : "<b>");
		for (int k = 0; k < 30000; k++)
			g_string_append(source, each[i]);
		g_autofree char *clean = letter_clean(source->str), *text = letter_text(source->str);
		g_assert_null(clean);
		g_assert_null(text);
		g_string_free(source, TRUE);
	}
}

int
main(int count, char **words)
{
	g_test_init(&count, &words, NULL);
	g_test_add_func("/letter/clean", cleans);
	g_test_add_func("/letter/hostile", writes_its_own_tags_only);
	g_test_add_func("/letter/html", makes_html_of_text);
	g_test_add_func("/letter/quote", quotes_in_four_languages);
	g_test_add_func("/letter/links-hold-all-letters", links_hold_all_letters);
	g_test_add_func("/letter/links-may-be-long", links_may_be_long);
	g_test_add_func("/letter/deep", bears_depth);
	g_test_add_func("/letter/small", stays_small);
	return g_test_run();
}
