#include "web/http.h"

#include <string.h>

#include "store/out.h"

const char http_policy_app[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
	"font-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const char http_policy_none[] = "sandbox; default-src 'none'; frame-ancestors 'none'";

struct reply *
reply_new(void)
{
	struct reply *reply = g_new0(struct reply, 1);
	reply->status = 500;
	reply->policy = http_policy_app;
	reply->headers = g_ptr_array_new_with_free_func(g_free);
	return reply;
}

static void
drop_body(struct reply *reply)
{
	g_clear_pointer(&reply->body, g_bytes_unref);
	if (reply->stream.free)
		reply->stream.free(reply->stream.data);
	reply->stream = (struct stream){0};
}

void
reply_free(struct reply *reply)
{
	if (!reply)
		return;
	drop_body(reply);
	g_clear_pointer(&reply->wrong, g_ptr_array_unref);
	g_ptr_array_unref(reply->headers);
	g_free(reply);
}

/* Where it stands; the headers' number: it does not. */
static guint
find_header(const struct reply *reply, const char *name)
{
	guint i = 0;
	while (i < reply->headers->len && (!g_str_has_prefix(reply->headers->pdata[i], name) || ((char *)reply->headers->pdata[i])[strlen(name)] != ':'))
		i++;
	return i;
}

static bool
has_header(const struct reply *reply, const char *name)
{
	return find_header(reply, name) < reply->headers->len;
}

void
reply_header(struct reply *reply, const char *name, const char *value)
{
	char *line = g_strdup_printf("%s: %s", name, value);
	if (has_header(reply, name))
		g_ptr_array_remove_index(reply->headers, find_header(reply, name));
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = ' ';
	g_ptr_array_add(reply->headers, line);
}

void
reply_body(struct reply *reply, int status, const char *type, GBytes *body)
{
	drop_body(reply);
	reply->status = status;
	reply->body = body;
	reply_header(reply, "Content-Type", type);
}

/* A field of the request that is refused. */
struct wrong {
	char *field, *code, *detail;
	gint64 limit;
};

static void
free_wrong(void *data)
{
	struct wrong *wrong = data;
	g_free(wrong->field);
	g_free(wrong->code);
	g_free(wrong->detail);
	g_free(wrong);
}

static void
write_wrong(out *json, const struct wrong *wrong)
{
	out_object(json, NULL);
	out_text(json, "field", wrong->field);
	if (*wrong->code)
		out_text(json, "code", wrong->code);
	if (wrong->limit)
		out_int(json, "limit", wrong->limit);
	out_text(json, "detail", wrong->detail);
	out_end(json);
}

static void
set_problem(struct reply *reply, int status, const char *detail)
{
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "type", "about:blank");
	out_text(json, "title", http_reason(status));
	out_int(json, "status", status);
	out_text(json, "detail", detail);
	if (reply->wrong) {
		out_array(json, "errors");
		for (guint i = 0; i < reply->wrong->len; i++)
			write_wrong(json, reply->wrong->pdata[i]);
		out_end(json);
	}
	out_end(json);
	reply_header(reply, "Cache-Control", "no-store");
	reply_body(reply, status, "application/problem+json", out_done(json));
}

void
reply_problem(struct reply *reply, int status, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *detail = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_clear_pointer(&reply->wrong, g_ptr_array_unref);
	set_problem(reply, status, detail);
}

static void
add_wrong(struct reply *reply, const struct wrong *wrong)
{
	if (!reply->wrong)
		reply->wrong = g_ptr_array_new_with_free_func(free_wrong);
	g_ptr_array_add(reply->wrong, g_memdup2(wrong, sizeof *wrong));
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = 0; i < reply->wrong->len; i++)
		g_string_append_printf(all, "%s%s", i ? " " : "", ((const struct wrong *)reply->wrong->pdata[i])->detail);
	set_problem(reply, 422, all->str);
}

void
reply_wrong_field(struct reply *reply, const char *field, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add_wrong(reply, &(struct wrong){g_strdup(field), g_strdup(""), g_strdup_vprintf(format, arguments), 0});
	va_end(arguments);
}

void
reply_refuse(struct reply *reply, const char *field, const char *code, gint64 limit, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add_wrong(reply, &(struct wrong){g_strdup(field), g_strdup(code), g_strdup_vprintf(format, arguments), limit});
	va_end(arguments);
}

static bool
has_no_body(int status)
{
	return status == 204 || status == 304;
}

static gint64
body_length(const struct reply *reply)
{
	if (reply->stream.read)
		return reply->stream.length;
	return reply->body ? (gint64)g_bytes_get_size(reply->body) : 0;
}

gint64
reply_length(const struct reply *reply, enum http_method method)
{
	return method == HTTP_HEAD || has_no_body(reply->status) ? 0 : body_length(reply);
}

GString *
reply_head(const struct reply *reply, bool is_last)
{
	GString *head = g_string_sized_new(1024);
	g_string_append_printf(head, "HTTP/1.1 %d %s\r\n", reply->status, http_reason(reply->status));
	for (guint i = 0; i < reply->headers->len; i++)
		g_string_append_printf(head, "%s\r\n", (const char *)reply->headers->pdata[i]);
	if (!has_header(reply, "Cache-Control"))
		g_string_append(head, "Cache-Control: no-store\r\n"); /* an answer to nobody but who asked, unless it says otherwise */
	g_string_append_printf(head, "Content-Security-Policy: %s\r\n", reply->policy);
	if (reply->is_secure)
		g_string_append(head, "Strict-Transport-Security: max-age=31536000\r\n");
	if (!strstr(reply->policy, "frame-ancestors 'self'"))
		g_string_append(head, "X-Frame-Options: DENY\r\n");
	g_string_append(head,
		"X-Content-Type-Options: nosniff\r\n"
		"Referrer-Policy: no-referrer\r\n"
		"Cross-Origin-Opener-Policy: same-origin\r\n"
		"Cross-Origin-Resource-Policy: same-origin\r\n");
	if (!has_no_body(reply->status))
		g_string_append_printf(head, "Content-Length: %" G_GINT64_FORMAT "\r\n", body_length(reply));
	g_string_append(head, is_last ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n");
	return head;
}

const char *
http_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"}, {201, "Created"}, {204, "No Content"}, {301, "Moved Permanently"}, {304, "Not Modified"},
		{400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
		{408, "Request Timeout"},
		{409, "Conflict"}, {411, "Length Required"}, {412, "Precondition Failed"}, {413, "Content Too Large"}, {414, "URI Too Long"}, {415, "Unsupported Media Type"},
		{417, "Expectation Failed"}, {421, "Misdirected Request"}, {422, "Unprocessable Content"}, {428, "Precondition Required"}, {429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"}, {501, "Not Implemented"}, {503, "Service Unavailable"}, {505, "HTTP Version Not Supported"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

/* What old programs read: ASCII only, without what would end or change it. */
static void
add_plain_name(GString *text, const char *name)
{
	for (const char *c = name; *c; c = g_utf8_next_char(c))
		g_string_append_c(text, (unsigned char)*c < ' ' || (unsigned char)*c > '~' || strchr("\"\\/%", *c) ? '_' : *c);
}

static void
add_encoded_name(GString *text, const char *name)
{
	for (const char *c = name; *c; c++)
		if (g_ascii_isalnum(*c) || strchr("!#$&+-.^_`|~", *c))
			g_string_append_c(text, *c);
		else
			g_string_append_printf(text, "%%%02X", (unsigned char)*c);
}

char *
http_disposition(const char *type, const char *name)
{
	g_autofree char *valid = g_utf8_make_valid(*name ? name : "attachment", -1);
	GString *text = g_string_new(type);
	g_string_append(text, "; filename=\"");
	add_plain_name(text, valid);
	g_string_append(text, "\"; filename*=UTF-8''");
	add_encoded_name(text, valid);
	return g_string_free(text, FALSE);
}
