/* fill_text: what a filled store's mails say: words whose frequency falls as it does in languages, names, a word that nearly all have; and how threads differ. */
#pragma once

#include <glib.h>
#include <math.h>

#define FILL_COMMON "order"     /* in 95 % of the messages */
#define FILL_RARE "zanzibar"    /* in five threads of the store */
#define FILL_WORDS 20000
#define FILL_LASTNAMES 4000

/* A number that follows from the one before; the same in every run. */
static inline guint64
fill_random(guint64 *state)
{
	guint64 z = *state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline guint
fill_below(guint64 *state, guint limit)
{
	return (guint)(fill_random(state) % limit);
}

static inline void
fill_append_made(GString *text, guint rank)
{
	static const char *const syllables[] = {"ba", "ver", "lo", "min", "ta", "re", "son", "ki", "du", "pel", "nor", "ga", "sti", "mu", "fer", "la", "zo", "che",
		"ri", "tan", "we", "bor", "si", "lu", "pan", "do", "kel", "vi", "mar", "te", "hus", "ni", "cra", "po", "len", "ja", "tro", "fi", "gen", "ou"};
	guint count = G_N_ELEMENTS(syllables);
	g_string_append(text, syllables[rank % count]);
	g_string_append(text, syllables[rank / count % count]);
	g_string_append(text, syllables[(rank / count / count + rank) % count]);
}

/* The word of that rank in the frequency's order. */
static inline void
fill_append_word(GString *text, guint rank)
{
	static const char *const common[] = {"the", "and", "to", "it", "is", "my", "you", "not", "for", "of", "in", "that", "have", "with", "was", "on", "this", "but",
		"we", "has", "please", "delivery", "parcel", "when", "address", "yet", "week", "still", "wrong", "colour", "size", "money", "back", "invoice", "thanks",
		"before", "shipping", "received", "broken", "return", "exchange", "payment", "card", "bonjour", "commande", "merci", "livraison", "toujours", "pas",
		"bestelling", "graag", "niet", "pakket", "zamówienie", "dziękuję", "paczka", "proszę", "ligne", "état", "größe"};
	if (rank < G_N_ELEMENTS(common))
		g_string_append(text, common[rank]);
	else
		fill_append_made(text, rank);
}

static inline void
fill_append_sentence(guint64 *state, GString *text)
{
	for (guint words = 5 + fill_below(state, 10); words; words--) {
		double share = (double)(fill_random(state) >> 11) / 9007199254740992.0;
		fill_append_word(text, (guint)exp(share * log(FILL_WORDS)) - 1);
		g_string_append(text, words > 1 ? " " : ".\n");
	}
}

/* 100 to 900 octets. NUMBER: what it is about. */
static inline char *
fill_text(guint64 *state, guint number, gboolean has_rare)
{
	GString *text = g_string_new("Hello,\n\n");
	if (fill_below(state, 100) < 95)
		g_string_append_printf(text, "about my " FILL_COMMON " %06u: ", number % 1000000);
	for (guint sentences = 2 + fill_below(state, 9); sentences; sentences--)
		fill_append_sentence(state, text);
	if (fill_below(state, 10) == 0)
		g_string_append_printf(text, "Tracking number TRK%08X.\n", (guint)fill_random(state));
	g_string_append(text, has_rare ? "\nGreetings from " FILL_RARE "\n" : "\nKind regards\n");
	return g_string_free(text, FALSE);
}

static inline char *
fill_firstname(guint number)
{
	static const char *const names[] = {"Maria", "Jan", "Anna", "Pierre", "Zoë", "Łukasz", "Sofie", "Tom", "Ewa", "Luc", "Inès", "Piotr", "Emma", "Noah", "Lotte",
		"Marek", "Chloé", "Hugo", "Fleur", "Oliver", "Amélie", "Sem", "Kasia", "Louis", "Julia", "Daan", "Agata", "Jules", "Sara", "Bram", "Michał", "Léa", "Grace",
		"Adam", "Nina", "Victor", "Iris", "Paul", "Mia", "Jakub"};
	return g_strdup(names[number % G_N_ELEMENTS(names)]);
}

static inline char *
fill_lastname(guint number)
{
	GString *name = g_string_new(NULL);
	fill_append_made(name, number % FILL_LASTNAMES + 50);
	name->str[0] = g_ascii_toupper(name->str[0]);
	return g_string_free(name, FALSE);
}

struct fill_choice {
	guint weight; /* of 1000 in all */
	const char *text;
};
static const struct fill_choice fill_statuses[] = {{940, "closed"}, {20, "open"}, {25, "pending1"}, {15, "pending2"}};
static const struct fill_choice fill_folders[] = {{975, "normal"}, {15, "spam"}, {10, "bin"}};
static const struct fill_choice fill_languages[] = {{550, "en"}, {300, "fr"}, {148, "nl"}, {2, "pl"}};

static inline const char *
fill_choose(const struct fill_choice *choices, guint number)
{
	for (number %= 1000; number >= choices->weight; choices++)
		number -= choices->weight;
	return choices->text;
}

/* A number of its own for each thread and use of it, so that its rows agree wherever they are made. */
static inline guint
fill_draw(guint thread, guint use)
{
	guint64 state = (guint64)thread << 8 | use;
	return (guint)(fill_random(&state) & 0x7fffffff);
}
