#include "web/api_reread.h"

#include <string.h>

#include "store/reread_list.h"
#include "store/wake.h"
#include "web/json.h"
#include "web/message_json.h"

/* What people may choose, by what is written in it; the reader (milter/charset) knows more names than these. */
static const struct choice {
	const char *name, *group;
} choices[] = {
	{"utf-8", "unicode"}, {"utf-16le", "unicode"}, {"utf-16be", "unicode"}, {"utf-7", "unicode"},
	{"windows-1252", "western"}, {"iso-8859-15", "western"}, {"macintosh", "western"}, {"cp850", "western"}, {"cp437", "western"},
	{"windows-1250", "central"}, {"iso-8859-2", "central"}, {"iso-8859-16", "central"}, {"cp852", "central"}, {"macce", "central"},
	{"windows-1257", "baltic"}, {"iso-8859-13", "baltic"}, {"iso-8859-4", "baltic"},
	{"windows-1251", "cyrillic"}, {"koi8-r", "cyrillic"}, {"koi8-u", "cyrillic"}, {"iso-8859-5", "cyrillic"}, {"cp866", "cyrillic"},
	{"maccyrillic", "cyrillic"},
	{"windows-1253", "greek"}, {"iso-8859-7", "greek"},
	{"windows-1254", "turkish"},
	{"windows-1255", "hebrew"}, {"windows-1256", "arabic"},
	{"windows-874", "thai"}, {"windows-1258", "vietnamese"}, {"viscii", "vietnamese"},
	{"shift_jis", "japanese"}, {"iso-2022-jp", "japanese"}, {"euc-jp", "japanese"},
	{"gb18030", "chinese_simplified"}, {"big5", "chinese_traditional"}, {"euc-tw", "chinese_traditional"},
	{"euc-kr", "korean"}, {"iso-2022-kr", "korean"}, {"johab", "korean"},
};

void
api_reread_charsets(struct call *call)
{
	out *json = out_new();
	out_object(json, NULL);
	out_array(json, "charsets");
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
		out_object(json, NULL);
		out_text(json, "name", choices[i].name);
		out_text(json, "group", choices[i].group);
		out_end(json);
	}
	out_end(json);
	out_end(json);
	call_json(call, 200, json);
}

struct job {
	const struct call *call;
	const char *charset; /* NULL: as before */
	int found;
};

static bool
ask(db *desk, void *data, GError **error)
{
	struct job *job = data;
	const struct call *call = job->call;
	job->found = reread_list_ask(desk, call->who, call->ids[0], job->charset, call->now, error);
	return job->found >= 0;
}

static bool
is_choice(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
		if (!strcmp(choices[i].name, name))
			return true;
	return false;
}

/* The charset that is asked for: "" where it is null, NULL where nothing is said. FALSE with the reply set. */
static bool
read_charset(struct call *call, const json_in *in, const char **charset)
{
	*charset = json_has_null(in, "charset") ? "" : json_get_text(in, "charset");
	if (!json_has(in, "charset") || (*charset && (!**charset || is_choice(*charset))))
		return true;
	reply_refuse(call->reply, "charset", "choice", 0, "charset must be one of those that GET /charsets names, or null.");
	return false;
}

void
api_reread_ask(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	struct job job = {.call = call};
	if (!in || !read_charset(call, in, &job.charset) || !call_write(call, ask, &job))
		return;
	if (job.found == 2) {
		reply_problem(call->reply, 409, "This message did not come as a mail: there is nothing to read again.");
		return;
	}
	if (!job.found) {
		call_not_found(call);
		return;
	}
	wake_send(call->web->conf->belfry.store, "sort");
	message_json_answer(call, 202, call->ids[0]);
}
