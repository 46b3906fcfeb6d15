#include "tests/bench/support/prose.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define WORDS 20000 /* of each language */
#define LINE 72     /* letters */

/* The words that make up half of what is said. */
static const char *const common[] = {
	"the I to and a of my is you in it that for have on not be this with was order but are as please can if we your me at would do from thank delivery when will"
	" received an any so has could or parcel hello yet what been days there back they by still number about know all did one which refund how no out address",
	"de la le je et les que à vous pas ma est un une pour des en ce ne il mais mon sur commande avec merci suis qui dans reçu ai été bonjour colis votre si au du"
	" livraison plus nous comme me se fait être par cette toujours quand adresse avez pouvez cordialement jours tout aussi depuis encore",
	"de ik het een en van is dat niet op in te mijn voor met er ik heb u die bestelling maar om zijn aan nog als naar kan wel dit graag hallo wat geen al door"
	" pakket bedankt hebben was worden over ook uit dan zou bij adres wanneer ontvangen dagen jullie",
	"nie w i się na z do że to jest zamówienie mam o jak dzień dobry proszę ale za czy po paczka od już mi dziękuję pozdrawiam tylko co dla jeszcze przez tak jego"
	" mnie może być kiedy adres zwrot gdy moje były było był dni który",
	"ich die und der das nicht in zu ist ein mit den es sie auf für bestellung bitte habe noch meine eine dass von paket danke aber wir als hallo im wie um sich"
	" auch an dem so wenn kann bei nach war adresse wurde tagen ihre vielen schon nur lieferung",
};
static const char *const codes[PROSE_LANGUAGES] = {"en", "fr", "nl", "pl", "de"};
static const char *const syllables[PROSE_LANGUAGES] = {
	"al an ar be ber ca con de der di en er es fer gra hin in ker la ler lo man mer ness or per ple ra ring ro sha ster tion to un ver wil y",
	"ai an au be ble ca ché com de dé eau en er eux fa gne ième in la lé li ment mé ner oi on pa pré que ra ré sion ta tion ture ve",
	"aa an be ber cht de der dij een en er ge haa heid ij in ing jes kel la lijk man mer oe ont oor pe ra rij scha ste ter uit ver voor",
	"ać an bie brze cie ch cza da dzi ek em go ić ja ka ki ła łem mi na nie no ość ow po prze ra rze ska sta szy ta uj wa wy za ż",
	"ab an auf be ber chen de der ein en er ge gen haus heit ig in keit kel la lich mer nen ober ra rung schen sel stel tel ung ver wei zer ä ü",
};

struct prose {
	guint64 state;
	char *words[PROSE_LANGUAGES][WORDS];
};

/* splitmix64 */
guint64
prose_roll(prose *self)
{
	guint64 z = self->state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

guint
prose_below(prose *self, guint limit)
{
	return (guint)(prose_roll(self) % limit);
}

static double
share(prose *self)
{
	return (double)(prose_roll(self) >> 11) / 9007199254740992.0;
}

size_t
prose_size(prose *self, double least, double most)
{
	return (size_t)(least * pow(most / least, share(self)));
}

static char *
make_word(prose *self, char **parts)
{
	GString *word = g_string_new(NULL);
	guint count = g_strv_length(parts);
	for (guint n = 2 + prose_below(self, 3); n; n--)
		g_string_append(word, parts[prose_below(self, count)]);
	return g_string_free(word, FALSE);
}

static void
make_words(prose *self)
{
	for (guint language = 0; language < PROSE_LANGUAGES; language++) {
		g_auto(GStrv) known = g_strsplit(common[language], " ", -1), parts = g_strsplit(syllables[language], " ", -1);
		guint known_count = g_strv_length(known);
		for (guint i = 0; i < WORDS; i++)
			self->words[language][i] = i < known_count ? g_strdup(known[i]) : make_word(self, parts);
	}
}

/* The n-th most frequent one comes 1/n as often as the first. */
const char *
prose_word(prose *self, guint language)
{
	return self->words[language][(guint)pow(WORDS, share(self)) - 1];
}

void
prose_add_capital(GString *text, const char *letters)
{
	const char *rest = g_utf8_next_char(letters);
	g_string_append_unichar(text, g_unichar_toupper(g_utf8_get_char(letters)));
	g_string_append(text, rest);
}

static void
add_sentence(prose *self, GString *text, guint language)
{
	guint count = 4 + prose_below(self, 14);
	prose_add_capital(text, prose_word(self, language));
	for (guint i = 1; i < count; i++)
		g_string_append_printf(text, "%s%s", prose_below(self, 9) ? " " : ", ", prose_word(self, language));
	g_string_append(text, prose_below(self, 6) ? "." : "?");
}

/* Of SIZE octets or a little more, in one line. */
static char *
make_paragraph(prose *self, guint language, size_t size)
{
	GString *text = g_string_new(NULL);
	do {
		if (text->len)
			g_string_append_c(text, ' ');
		add_sentence(self, text, language);
	} while (text->len < size);
	if (!prose_below(self, 4))
		g_string_append_printf(text, " %u-%05u: https://shop.example/%s/%u", 2025u, prose_below(self, 99999), codes[language], prose_below(self, 999999));
	return g_string_free(text, FALSE);
}

GPtrArray *
prose_paragraphs(prose *self, guint language, size_t size)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	for (size_t have = 0; have < size; have += strlen(all->pdata[all->len - 1]))
		g_ptr_array_add(all, make_paragraph(self, language, MIN(size - have, 80 + prose_below(self, 500))));
	return all;
}

void
prose_add_wrapped(GString *text, const char *paragraph)
{
	size_t column = 0;
	for (const char *p = paragraph; *p;) {
		size_t length = strcspn(p, " ");
		bool is_full = column && column + 1 + length > LINE;
		if (column)
			g_string_append_c(text, is_full ? '\n' : ' ');
		g_string_append_len(text, p, (gssize)length);
		column = is_full ? length : column + !!column + length;
		p += length + (p[length] == ' ');
	}
	g_string_append_c(text, '\n');
}

prose *
prose_new(guint64 seed)
{
	prose *self = g_new0(prose, 1);
	make_words(self);
	self->state = seed;
	return self;
}

void
prose_free(prose *self)
{
	for (guint i = 0; self && i < PROSE_LANGUAGES * WORDS; i++)
		g_free(self->words[i / WORDS][i % WORDS]);
	g_free(self);
}
