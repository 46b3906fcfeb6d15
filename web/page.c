#include "web/page.h"

#include <string.h>

#include "web/assets.h"

/* The frame that HTML mail is put into; pictures from elsewhere only when the reader wants them. */
static const char policy_frame[] = "default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";
static const char policy_frame_remote[] = "default-src 'none'; img-src data: 'self' https:; style-src 'unsafe-inline'; frame-ancestors 'self'";

static const struct asset *
find(const char *path)
{
	for (size_t i = 0; i < assets_count; i++)
		if (!strcmp(assets[i].path, path))
			return &assets[i];
	return NULL;
}

/* Deep links have no dot in their last word; a file that is gone has one. */
static const struct asset *
find_for(const char *path)
{
	const struct asset *asset = find(path);
	bool is_file = strchr(strrchr(path, '/'), '.') != NULL;
	return asset || is_file ? asset : find("/index.html");
}

/* "gzip;q=0" refuses; weights are otherwise ignored. */
static bool
is_coding(const char *word, const char *coding)
{
	g_auto(GStrv) parts = g_strsplit(word, ";", 2);
	if (!parts[0] || g_ascii_strcasecmp(g_strstrip(parts[0]), coding))
		return false;
	const char *weight = parts[1] ? strstr(parts[1], "q=") : NULL;
	return !weight || g_ascii_strtod(weight + 2, NULL) > 0;
}

bool
page_accepts(const char *text, const char *coding)
{
	g_auto(GStrv) words = g_strsplit(text ? text : "", ",", -1);
	for (char **word = words; *word; word++)
		if (is_coding(*word, coding))
			return true;
	return false;
}

static void
set_content(const struct request *request, struct reply *reply, const struct asset *asset)
{
	const char *accepts = request_header(request, "accept-encoding");
	GBytes *body;
	if (asset->brotli && page_accepts(accepts, "br")) {
		reply_header(reply, "Content-Encoding", "br");
		body = g_bytes_new_static(asset->brotli, asset->brotli_size);
	} else if (asset->gzip && page_accepts(accepts, "gzip")) {
		reply_header(reply, "Content-Encoding", "gzip");
		body = g_bytes_new_static(asset->gzip, asset->gzip_size);
	} else {
		body = g_bytes_new_static(asset->data, asset->size);
	}
	reply_body(reply, 200, asset->type, body);
}

static void
set_policy(const struct request *request, struct reply *reply, const struct asset *asset)
{
	const char *remote = request_argument(request, "remote");
	if (!strcmp(asset->path, "/frame.html"))
		reply->policy = remote && !strcmp(remote, "1") ? policy_frame_remote : policy_frame;
}

static bool
is_known(const struct request *request, const struct asset *asset)
{
	const char *etags = request_header(request, "if-none-match");
	return etags && (strstr(etags, asset->etag) || !strcmp(etags, "*"));
}

void
page_answer(const struct request *request, struct reply *reply)
{
	if (request->method != HTTP_GET && request->method != HTTP_HEAD) {
		reply_header(reply, "Allow", "GET, HEAD");
		reply_problem(reply, 405, "This can be done there: GET, HEAD.");
		return;
	}
	const struct asset *asset = find_for(request->path);
	if (!asset) {
		reply_problem(reply, 404, "There is nothing at %s.", request->path);
		return;
	}
	set_policy(request, reply, asset);
	reply_header(reply, "ETag", asset->etag);
	reply_header(reply, "Vary", "Accept-Encoding");
	reply_header(reply, "Cache-Control", asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	if (is_known(request, asset))
		reply->status = 304;
	else
		set_content(request, reply, asset);
}
