#include "milter/language.h"

#include <glib.h>
#include <libexttextcat/textcat.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FINGERPRINTS "/usr/share/libexttextcat/"
#define LETTERS_MIN 40
#define LETTERS_MAX 600 /* more only costs time */
#define CANDIDATES_MAX 3 /* as many as still look alike: then it is a guess */

/* The languages customers write in; the library's own list has twice as many, most of them neighbours that win on short
 * texts (Scots, Walloon, Frisian), and takes twice the time. */
static const struct {const char *fingerprint, *code;} languages[] = {
	{"en", "en"}, {"fr", "fr"}, {"nl", "nl"}, {"pl", "pl"}, {"de", "de"}, {"es", "es"}, {"it", "it"}, {"pt", "pt"},
	{"cs", "cs"}, {"sk", "sk"}, {"hu", "hu"}, {"ro", "ro"}, {"bg", "bg"}, {"ru", "ru"}, {"uk", "uk"}, {"el", "el"},
	{"tr", "tr"}, {"sv", "sv"}, {"da", "da"}, {"nb", "nb"}, {"fi", "fi"}, {"et", "et"}, {"lv", "lv"}, {"lt", "lt"},
	{"sl", "sl"}, {"hr", "hr"}, {"sr-Cyrl", "sr"}, {"sq", "sq"}, {"ca", "ca"}, {"ar", "ar"}, {"he", "he"}, {"fa", "fa"},
	{"hi", "hi"}, {"ja", "ja"}, {"ko", "ko"}, {"zh-Hans", "zh"}, {"zh-Hant", "zh"}, {"th", "th"}, {"vi", "vi"},
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

/* The letters of TEXT with single blanks between the words; links, addresses and what is quoted are no language. */
static GString *letters_take(const char *text, int *letters)
{
	GString *out = g_string_new(NULL);
	*letters = 0;
	for (const char *p = text; *p && *letters < LETTERS_MAX;) {
		gsize word = strcspn(p, " \t\n");
		bool is_word = word > 0 && *p != '>' && !memchr(p, '@', word) && !memmem(p, word, "://", 3);
		for (const char *q = p; is_word && q < p + word; q = g_utf8_next_char(q)) {
			if (!g_unichar_isalpha(g_utf8_get_char(q)) && *q != '\'')
				continue;
			g_string_append_len(out, q, g_utf8_next_char(q) - q);
			++*letters;
		}
		if (is_word && out->len > 0 && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
		p += *p == '>' ? strcspn(p, "\n") : word;
		p += *p != '\0';
	}
	return out;
}

const char *language_guess(const char *text)
{
	int letters;
	if (!classifier)
		return "";
	g_autoptr(GString) sample = letters_take(text, &letters);
	if (letters < LETTERS_MIN)
		return "";
	int found = textcat_ClassifyFull(classifier, sample->str, sample->len, candidates);
	if (found < 1 || found > CANDIDATES_MAX)
		return "";
	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
		if (strcmp(languages[i].fingerprint, candidates[0].name) == 0)
			return languages[i].code;
	return "";
}
