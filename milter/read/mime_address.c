#include "milter/read/mime_address.h"

#include <gmime/gmime.h>
#include <stdbool.h>
#include <string.h>

#include "milter/read/address_text.h"
#include "milter/read/charset.h"
#include "milter/read/mime.h"
#include "milter/read/mime_word.h"

#define COLONS_MAX 200 /* GMime recurses on "g:g:g:" until the stack ends */
#define VALUE_MAX 60000
#define ADDRESS_MAX 1000
#define NAME_BYTES 1200 /* of a person's name: 300 characters of any script; nobody's is as long */

struct mime_address *
mime_address_new(const char *name, const char *address)
{
	struct mime_address *made = g_new(struct mime_address, 1);
	*made = (struct mime_address){.name = g_strdup(name), .address = g_strdup(address)};
	return made;
}

void
mime_address_free(struct mime_address *address)
{
	g_free(address->name);
	g_free(address->address);
	g_free(address);
}

/* A mailbox name without the quotes some senders put around it twice. */
static char *
name_clean(const char *name, const GPtrArray *runs)
{
	char *clean = word_restore(name ? name : "", runs);
	gsize length = strlen(clean);
	bool is_quoted = length > 1 && strchr("\"'", clean[0]) && clean[length - 1] == clean[0];
	if (is_quoted) {
		clean[length - 1] = '\0';
		memmove(clean, clean + 1, length - 1);
	}
	charset_cut(clean, NAME_BYTES);
	return g_strstrip(clean);
}

static bool
is_address(const char *text)
{
	const char *at = strrchr(text, '@');
	const char *bare = *text == '"' && at && at > text + 1 && at[-1] == '"' ? at : text; /* a local part in quotes may hold anything */
	return at && at > text && at[1] && strlen(text) <= ADDRESS_MAX && !strpbrk(bare, " \t<>");
}

static void
list_add(GPtrArray *list, const char *name, const char *address, const GPtrArray *runs)
{
	g_autofree char *clean_address = address_text_strip(word_restore(address, runs));
	if (list->len >= MIME_ADDRESSES_MAX || !is_address(clean_address))
		return;
	g_autofree char *clean_name = name_clean(name, runs);
	g_ptr_array_add(list, mime_address_new(clean_name, clean_address));
}

/* What is written in small ASCII letters is its own A-label: most are. */
static bool
is_plain_domain(const char *domain)
{
	return !domain[strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789-.")] && !strstr(domain, "xn--");
}

static const char *
address_of(InternetAddressMailbox *mailbox)
{
	const char *text = internet_address_mailbox_get_addr(mailbox), *at = text ? strchr(text, '@') : NULL;
	return at && at > text && is_plain_domain(at + 1) ? text : internet_address_mailbox_get_idn_addr(mailbox);
}

/* A group's members; groups within groups do not exist outside of attacks. */
static void /* NOLINTNEXTLINE(misc-no-recursion): two deep at most */
mailboxes_add(GPtrArray *list, InternetAddressList *from, const GPtrArray *runs, bool is_group)
{
	for (int i = 0; i < internet_address_list_length(from); i++) {
		InternetAddress *address = internet_address_list_get_address(from, i);
		if (INTERNET_ADDRESS_IS_MAILBOX(address))
			list_add(list, internet_address_get_name(address), address_of(INTERNET_ADDRESS_MAILBOX(address)), runs);
		else if (!is_group)
			mailboxes_add(list, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), runs, true);
	}
}

static bool
is_too_deep(const char *text)
{
	int colons = 0;
	for (; *text; text++)
		colons += *text == ':';
	return colons > COLONS_MAX;
}

/* The runs of bytes that hold an @, with what stands before each as its name: for what no grammar covers. */
static void
loose_add(GPtrArray *list, const char *text, const GPtrArray *runs)
{
	static const char edges[] = " \t<>,;\"'()[]:";
	const char *end, *name = text;
	for (const char *at = text; (at = strchr(at, '@')) && list->len < MIME_ADDRESSES_MAX; at = name = end) {
		const char *start = at;
		while (start > name && !strchr(edges, start[-1]))
			start--;
		end = at + strcspn(at, edges);
		g_autofree char *address = g_strndup(start, end - start);
		g_autofree char *before = g_strndup(name, start - name);
		g_strdelimit(before, "<>,;\"", ' ');
		list_add(list, address_text_strip_name(before), address, runs);
	}
}

/* "<a@x.example> (Anna)": the older way to give one's name, though in brackets. */
static void
comment_add(struct mime_address *address, const char *text, const GPtrArray *runs)
{
	g_autofree char *comment = *address->name ? NULL : address_text_comment(text);
	if (!comment)
		return;
	g_free(address->name);
	address->name = name_clean(comment, runs);
}

static void
text_add(GPtrArray *list, const char *text, const GPtrArray *runs)
{
	if (address_text_is_void(text))
		return;
	g_autofree char *mended = address_text_mend(text);
	InternetAddressList *parsed = is_too_deep(mended) ? NULL : internet_address_list_parse(NULL, mended);
	if (parsed) {
		mailboxes_add(list, parsed, runs, false);
		g_object_unref(parsed);
	}
	if (list->len == 0)
		loose_add(list, mended, runs);
	if (list->len == 1)
		comment_add(list->pdata[0], mended, runs);
}

GPtrArray *
mime_addresses_read(const char *value, gsize length, const char *hint)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)mime_address_free);
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(g_free);
	length = MIN(length, VALUE_MAX);
	g_autofree char *text = word_protect(value, length, hint, runs);
	text_add(list, text, runs);
	if (list->len == 0 && runs->len > 0) { /* the address itself was encoded */
		g_autofree char *decoded = word_decode(value, length, hint);
		g_ptr_array_set_size(runs, 0);
		text_add(list, decoded, runs);
	}
	return list;
}
