#include "milter/read/language.h"

#include <glib.h>
#include <libexttextcat/textcat.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "milter/read/language_words.h"

#define FINGERPRINTS "/usr/share/libexttextcat/"
#define LETTERS_MIN 40
#define LETTERS_MAX 400 /* more only costs time */
#define HITS_MIN 2 /* small words that a short text needs, and one more than any other language has */
#define HITS_MORE 2 /* as many more than the language has that the statistics name: the words are right */
#define APOSTROPHE 0x2019
#define CJK_FIRST 0x2e80 /* from here on a letter is a syllable or a word */
#define CJK_WEIGHT 3

/* The languages customers write in; the library's own list has four times as many, most of them neighbours that win on short
 * texts (Scots, Walloon, Frisian), and takes as much more time. */
static const struct {const char *fingerprint, *code;} languages[] = {
	{"en", "en"}, {"fr", "fr"}, {"nl", "nl"}, {"pl", "pl"}, {"de", "de"}, {"es", "es"}, {"it", "it"}, {"pt", "pt"},
	{"cs", "cs"}, {"sk", "sk"}, {"hu", "hu"}, {"ro", "ro"}, {"bg", "bg"}, {"ru", "ru"}, {"uk", "uk"}, {"el", "el"},
	{"tr", "tr"}, {"sv", "sv"}, {"da", "da"}, {"nb", "nb"}, {"fi", "fi"}, {"et", "et"}, {"lv", "lv"}, {"lt", "lt"},
	{"sl", "sl"}, {"hr", "hr"}, {"sr-Cyrl", "sr"}, {"sq", "sq"}, {"ca", "ca"}, {"ar", "ar"}, {"he", "he"}, {"fa", "fa"},
	{"hi", "hi"}, {"th", "th"}, {"vi", "vi"},
	{"id", "id"},
};

static void *classifier; /* the library has no other way than one handle, loaded once */
static candidate_t *candidates;

void
language_init(void)
{
	if (classifier)
		return;
	language_words_init();
	g_autoptr(GString) list = g_string_new(NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
		g_string_append_printf(list, "%s.lm %s\n", languages[i].fingerprint, languages[i].fingerprint);
	int memory = memfd_create("languages", MFD_CLOEXEC);
	if (memory >= 0 && write(memory, list->str, list->len) == (ssize_t)list->len) {
		g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", memory);
		classifier = special_textcat_Init(path, FINGERPRINTS);
	}
	if (memory >= 0)
		close(memory);
	if (classifier)
		candidates = textcat_GetClassifyFullOutput(classifier);
}

/* What is known of a text before any statistics. */
struct sample {
	GString *letters; /* of its words, single blanks between them */
	int count, kana, hangul, han; /* of letters; of the last three kinds each counts as many */
};

static void
letter_take(struct sample *sample, const char *p)
{
	if (g_ascii_isalpha(*p)) {
		sample->count++;
		g_string_append_c(sample->letters, *p);
		return;
	}
	gunichar letter = g_utf8_get_char(p);
	if (letter == APOSTROPHE)
		p = "'", letter = '\'';
	if (!g_unichar_isalpha(letter) && letter != '\'')
		return;
	GUnicodeScript script = g_unichar_get_script(letter);
	int weight = letter >= CJK_FIRST ? CJK_WEIGHT : 1;
	sample->count += weight;
	sample->kana += script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA ? weight : 0;
	sample->hangul += script == G_UNICODE_SCRIPT_HANGUL ? weight : 0;
	sample->han += script == G_UNICODE_SCRIPT_HAN ? weight : 0;
	g_string_append_len(sample->letters, p, g_utf8_next_char(p) - p);
}

/* Links, addresses and what is quoted are no language. */
static struct sample
sample_take(const char *text)
{
	struct sample sample = {.letters = g_string_new(NULL)};
	for (const char *p = text; *p && sample.count < LETTERS_MAX;) {
		gsize word = strcspn(p, " \t\n");
		bool is_word = word > 0 && *p != '>' && !memchr(p, '@', word) && !memmem(p, word, "://", 3);
		for (const char *q = p; is_word && q < p + word && sample.count < LETTERS_MAX; q = g_utf8_next_char(q))
			letter_take(&sample, q);
		if (is_word && sample.letters->len > 0 && sample.letters->str[sample.letters->len - 1] != ' ')
			g_string_append_c(sample.letters, ' ');
		p += *p == '>' ? strcspn(p, "\n") : word;
		p += *p != '\0';
	}
	return sample;
}

static const char *
code_of(const char *fingerprint)
{
	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
		if (strcmp(languages[i].fingerprint, fingerprint) == 0)
			return languages[i].code;
	return "";
}

static guint
hits_of(const struct language_hits *hits, guint count, const char *code)
{
	for (guint i = 0; i < count; i++)
		if (strcmp(hits[i].code, code) == 0)
			return hits[i].hits;
	return 0;
}

/* Of the languages whose letters look like the sample's the one with the most small words; "" when none looks so. */
static const char *
by_statistics(const struct sample *sample, const struct language_hits *hits, guint count)
{
	int found = classifier ? textcat_ClassifyFull(classifier, sample->letters->str, sample->letters->len, candidates) : 0;
	const char *best = "";
	guint most = 0;
	for (int i = 0; i < found; i++) {
		const char *code = code_of(candidates[i].name);
		guint its = hits_of(hits, count, code);
		if (i == 0 || its > most)
			best = code, most = its;
	}
	return best;
}

/* Neighbours (Danish and Norwegian, Czech and Slovak) have the same letters, not the same small words. */
static const char *
by_words_and_statistics(const struct sample *sample)
{
	struct language_hits hits[LANGUAGE_HITS_MAX];
	guint count = language_words_count(sample->letters->str, hits);
	guint first = count > 0 ? hits[0].hits : 0, second = count > 1 ? hits[1].hits : 0;
	bool is_clear = first >= HITS_MIN && first > second;
	if (is_clear && first >= second + HITS_MORE) /* whatever the statistics say, see below: they cost more than all else that is read in a mail */
		return hits[0].code;
	if (sample->count < LETTERS_MIN)
		return is_clear ? hits[0].code : "";
	const char *code = by_statistics(sample, hits, count);
	guint its = hits_of(hits, count, code);
	if (is_clear && (!*code || its == 0 || first >= its + HITS_MORE))
		return hits[0].code;
	return code;
}

const char *
language_guess(const char *text)
{
	struct sample sample = sample_take(text);
	const char *code = "";
	int east_asian = sample.kana + sample.hangul + sample.han;
	if (east_asian > 0 && sample.count < LETTERS_MIN)
		code = "";
	else if (east_asian > sample.count / 2) /* written without blanks: the script tells, the statistics do not */
		code = sample.hangul > east_asian / 2 ? "ko" : sample.kana > east_asian / 8 ? "ja" : "zh";
	else
		code = by_words_and_statistics(&sample);
	g_string_free(sample.letters, TRUE);
	return code;
}
