/* guise: what a name or a domain passes itself off as: letters that look like others, text that runs backwards, addresses within names. Pure
 * rules, linear in the text. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* In SQL: not 0 where the warnings of a message in COLUMN say that the name is not to be used. */
#define GUISE_IS_GRAVE(column) "instr(" column ", '\"grave\":true')"

/* What a reader takes TEXT for: lower case, without accents, blanks and marks, letters of other alphabets and digits that look like a Latin
 * letter as that letter. Two texts with the same are taken for each other. Owner: caller. */
char *guise_skeleton(const char *text);
/* TRUE when a word of TEXT mixes Latin letters with those of an alphabet that looks like it (UTS 39 section 5.1, as far as it fools readers). */
bool guise_is_mixed(const char *text);
/* TRUE when DOMAIN, A-labels or not, mixes such letters within a label, or has a label only of such that look Latin under a Latin one. */
bool guise_is_domain_mixed(const char *domain);
/* TRUE when TEXT turns the order of letters around (Unicode's overrides): nobody's name does. */
bool guise_is_reversed(const char *text);
/* NAME without overrides and invisible characters. Owner: caller. */
char *guise_plain(const char *name);
/* The first address that NAME shows, "Shop <support@shop.example>"; NULL: it shows none. Owner: caller. */
char *guise_address_in(const char *name);
/* TRUE when the domains of both addresses are the same, or one lies below the other. */
bool guise_is_same_house(const char *address, const char *other);
