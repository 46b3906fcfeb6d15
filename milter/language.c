#include "milter/language.h"

#include <glib.h>
#include <libexttextcat/textcat.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FINGERPRINTS "/usr/share/libexttextcat/"
#define LETTERS_MIN 40
#define LETTERS_MAX 400 /* more only costs time */
#define CANDIDATES_MAX 2 /* as many look alike at the most, the better one counts; more of them: nobody knows */
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

void language_init(void)
{
	if (classifier)
		return;
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

static void letter_take(struct sample *sample, const char *p)
{
	gunichar letter = g_utf8_get_char(p);
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
static struct sample sample_take(const char *text)
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

static const char *by_statistics(const struct sample *sample)
{
	int found = textcat_ClassifyFull(classifier, sample->letters->str, sample->letters->len, candidates);
	if (found < 1 || found > CANDIDATES_MAX)
		return "";
	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
		if (strcmp(languages[i].fingerprint, candidates[0].name) == 0)
			return languages[i].code;
	return "";
}

const char *language_guess(const char *text)
{
	struct sample sample = sample_take(text);
	const char *code = "";
	int east_asian = sample.kana + sample.hangul + sample.han;
	if (sample.count < LETTERS_MIN)
		code = "";
	else if (east_asian > sample.count / 2) /* written without blanks: the script tells, the statistics do not */
		code = sample.hangul > east_asian / 2 ? "ko" : sample.kana > east_asian / 8 ? "ja" : "zh";
	else if (classifier)
		code = by_statistics(&sample);
	g_string_free(sample.letters, TRUE);
	return code;
}
