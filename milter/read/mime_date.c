#include "milter/read/mime_date.h"

#include <string.h>

#define YEAR_MIN 1900
#define YEAR_MAX 9999
#define NUMBERS_MAX 3 /* of a day: year, month, day, in any order */
#define WORD_MAX 12
#define ZONE_HOURS_MAX 14
#define VALUE_MAX 998

struct number {
	int value, digits;
	char after; /* what stands behind it */
};

/* What has been found so far. */
struct reading {
	struct number numbers[NUMBERS_MAX];
	int count;
	int month; /* by its name: 1 to 12 */
	bool is_month_after; /* after a number: what came before may be a day of the week ("mar." is Tuesday and March) */
	int hour, minute, second;
	int zone; /* minutes east of Greenwich */
	bool has_time, is_cut; /* is_cut: the time breaks off */
	bool has_zone, is_numeric_zone, is_afternoon, is_morning;
};

/* A month by how its name begins: English, then what programs write that ask their own country (folded to ASCII). */
static const struct {const char *prefix; int month;} months[] = {
	{"jan", 1}, {"feb", 2}, {"mar", 3}, {"apr", 4}, {"may", 5}, {"jun", 6}, {"jul", 7}, {"aug", 8}, {"sep", 9}, {"oct", 10},
	{"nov", 11}, {"dec", 12},
	{"mrz", 3}, {"mae", 3}, {"mai", 5}, {"okt", 10}, {"dez", 12}, {"mrt", 3}, {"maa", 3}, {"mei", 5}, {"fev", 2}, {"avr", 4}, {"juin", 6},
	{"juil", 7}, {"aou", 8}, {"ene", 1}, {"abr", 4}, {"ago", 8}, {"dic", 12}, {"gen", 1}, {"mag", 5}, {"giu", 6}, {"lug", 7}, {"set", 9},
	{"ott", 10}, {"sty", 1}, {"lut", 2}, {"kwi", 4}, {"maj", 5}, {"cze", 6}, {"lip", 7}, {"sie", 8}, {"wrz", 9}, {"paz", 10}, {"lis", 11},
	{"gru", 12},
};

/* RFC 5322 §4.3 knows the first ten; the others are what mail says nonetheless, where one meaning is by far the most usual. */
static const struct {const char *name; int minutes;} zones[] = {
	{"ut", 0}, {"gmt", 0}, {"est", -300}, {"edt", -240}, {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480},
	{"pdt", -420}, {"utc", 0}, {"z", 0}, {"akst", -540}, {"akdt", -480}, {"hst", -600}, {"ast", -240}, {"adt", -180}, {"nst", -210},
	{"ndt", -150}, {"brt", -180}, {"art", -180}, {"wet", 0}, {"west", 60}, {"bst", 60}, {"cet", 60}, {"cest", 120}, {"met", 60},
	{"mest", 120}, {"mez", 60}, {"mesz", 120}, {"eet", 120}, {"eest", 180}, {"sast", 120}, {"msk", 180}, {"msd", 240}, {"ist", 330},
	{"sgt", 480}, {"hkt", 480}, {"awst", 480}, {"jst", 540}, {"kst", 540}, {"aest", 600}, {"aedt", 660}, {"nzst", 720}, {"nzdt", 780},
};

static int
digits_read(const char **text, int max)
{
	int value = 0;
	for (; max > 0 && g_ascii_isdigit(**text); max--)
		value = value * 10 + *(*text)++ - '0';
	return value;
}

static const char *
blanks_skip(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* "hh:mm[:ss[.fraction]]", blanks allowed; a time that cannot be leaves the day alone. */
static const char *
time_read(struct reading *reading, const char *p, int hour)
{
	int minute = 0, second = 0;
	p = blanks_skip(p + 1);
	minute = digits_read(&p, 2);
	const char *more = blanks_skip(p);
	if (*more == ':' || (*more == '.' && g_ascii_isdigit(more[1]))) {
		p = blanks_skip(more + 1);
		reading->is_cut |= !g_ascii_isdigit(*p);
		second = digits_read(&p, 2);
	}
	if (*p == '.' || *p == ',')
		p += 1 + strspn(p + 1, "0123456789");
	if (reading->has_time || hour > 24 || minute > 59)
		return p;
	reading->hour = hour, reading->minute = minute, reading->second = MIN(second, 59);
	reading->has_time = true;
	return p;
}

/* "+0200", "+02:00", "+2", "-330" at the sign P; NULL when it is no zone. */
static const char *
offset_read(struct reading *reading, const char *p)
{
	int sign = *p == '-' ? -1 : 1, width = strspn(p + 1, "0123456789");
	const char *digits = p + 1;
	if (width < 1 || width > 4)
		return NULL;
	int hours = digits_read(&digits, width > 2 ? width - 2 : 2);
	bool is_colon = width <= 2 && *digits == ':' && g_ascii_isdigit(digits[1]);
	digits += is_colon;
	int minutes = digits_read(&digits, 2);
	if (hours > ZONE_HOURS_MAX || minutes > 59)
		return NULL;
	if (!reading->is_numeric_zone)
		reading->zone = sign * (hours * 60 + minutes);
	reading->has_zone = reading->is_numeric_zone = true;
	return digits;
}

static const char *
number_read(struct reading *reading, const char *p)
{
	const char *start = p;
	int value = digits_read(&p, 9), width = p - start;
	const char *colon = blanks_skip(p);
	if (*colon == ':' && width <= 2 && g_ascii_isdigit(*blanks_skip(colon + 1)))
		return time_read(reading, colon, value);
	if (reading->count < NUMBERS_MAX)
		reading->numbers[reading->count++] = (struct number){.value = value, .digits = width, .after = *p};
	return p + strspn(p, "0123456789");
}

/* Lower case ASCII of the letters at *TEXT, accents taken off, which it passes. */
static void
word_read(const char **text, char word[WORD_MAX + 1])
{
	int length = 0;
	const char *p = *text;
	while (g_ascii_isalpha(*p) || (guint8)*p >= 0x80) {
		bool is_whole = (gint32)g_utf8_get_char_validated(p, -1) >= 0; /* the last one may be cut, or none of UTF-8 */
		const char *next = is_whole ? g_utf8_next_char(p) : p + 1;
		g_autofree char *letter = is_whole ? g_utf8_normalize(p, next - p, G_NORMALIZE_NFD) : NULL;
		if (length < WORD_MAX && letter && g_ascii_isalpha(*letter))
			word[length++] = g_ascii_tolower(*letter);
		p = next;
	}
	word[length] = '\0';
	*text = p;
}

static void
zone_name(struct reading *reading, const char *word)
{
	for (gsize i = 0; i < G_N_ELEMENTS(zones) && !reading->has_zone; i++)
		if (strcmp(word, zones[i].name) == 0) {
			reading->zone = zones[i].minutes;
			reading->has_zone = true;
		}
}

static void
word_take(struct reading *reading, const char *word)
{
	for (gsize i = 0; i < G_N_ELEMENTS(months) && !reading->is_month_after; i++)
		if (g_str_has_prefix(word, months[i].prefix)) {
			reading->month = months[i].month;
			reading->is_month_after = reading->count > 0;
			return;
		}
	reading->is_afternoon |= strcmp(word, "pm") == 0;
	reading->is_morning |= strcmp(word, "am") == 0;
	zone_name(reading, word);
}

/* VALUE without its comments; "(EDT)" tells the zone where nothing else does, so the first one's word is kept in ZONE. */
static char *
comments_drop(const char *value, char zone[WORD_MAX + 1])
{
	GString *out = g_string_new(NULL);
	int depth = 0;
	zone[0] = '\0';
	for (const char *p = value; *p && p - value < VALUE_MAX; p++) {
		const char *word = p + 1;
		if (*p == '(' && depth++ == 0 && !zone[0])
			word_read(&word, zone);
		if (depth == 0)
			g_string_append_c(out, *p);
		else if (*p == ')' && --depth == 0)
			g_string_append_c(out, ' ');
	}
	return g_string_free(out, FALSE);
}

static void
text_read(struct reading *reading, const char *p)
{
	char word[WORD_MAX + 1];
	const char *after;
	for (const char *start = p; *p;) {
		bool is_within = p > start && g_ascii_isdigit(p[-1]) && strspn(p + 1, "0123456789") < 4; /* "15-12-2010" */
		bool is_sign = *p == '+' || (*p == '-' && reading->has_time && !is_within);
		if (g_ascii_isdigit(*p)) {
			p = number_read(reading, p);
		} else if (is_sign && (after = offset_read(reading, p))) {
			p = after;
		} else if (g_ascii_isalpha(*p) || (guint8)*p >= 0x80) {
			word_read(&p, word);
			word_take(reading, word);
		} else {
			p++;
		}
	}
}

/* RFC 5322 §4.3: "49" is 2049, "50" is 1950, "102" is 2002. */
static int
year_of(int value, int digits)
{
	if (digits >= 4)
		return value;
	return digits == 3 ? value + 1900 : value + (value < 50 ? 2000 : 1900);
}

/* The day out of the numbers: "6 May 2024", "May 6 2024", "2024-05-06", "6.5.2024", "5/6/2024" as Americans write it. */
static GDateTime *
day_find(const struct reading *reading)
{
	const struct number *numbers = reading->numbers;
	int needed = reading->month ? 2 : 3;
	if (reading->count < needed)
		return NULL;
	bool is_year_first = numbers[0].digits >= 4;
	bool is_month_first = is_year_first || (numbers[0].after == '/' && numbers[0].value <= 12);
	const struct number *at_year = &numbers[is_year_first ? 0 : needed - 1];
	int year = year_of(at_year->value, at_year->digits), first = numbers[is_year_first].value, second = numbers[is_year_first + 1].value;
	if (year < YEAR_MIN || year > YEAR_MAX)
		return NULL;
	if (reading->month)
		return g_date_time_new_utc(year, reading->month, first, 0, 0, 0);
	return g_date_time_new_utc(year, is_month_first ? first : second, is_month_first ? second : first, 0, 0, 0);
}

gint64
mime_date_read(const char *value, bool *is_whole)
{
	char zone[WORD_MAX + 1];
	struct reading reading = {0};
	g_autofree char *text = comments_drop(value, zone);
	text_read(&reading, text);
	zone_name(&reading, zone);
	g_autoptr(GDateTime) day = day_find(&reading);
	if (is_whole)
		*is_whole = day && reading.has_time && !reading.is_cut;
	if (!day)
		return 0;
	if (reading.is_afternoon && reading.hour < 12)
		reading.hour += 12;
	if (reading.is_morning && reading.hour == 12)
		reading.hour = 0;
	return (g_date_time_to_unix(day) + reading.hour * 3600 + (reading.minute - reading.zone) * 60 + reading.second) * 1000;
}
