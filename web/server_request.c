#include <string.h>

#include "web/server_http.h"

static const struct {
	enum lws_token_indexes token;
	const char *name;
} headers[] = {
	{WSI_TOKEN_HTTP_COOKIE, "cookie"}, {WSI_TOKEN_HTTP_AUTHORIZATION, "authorization"}, {WSI_TOKEN_ORIGIN, "origin"}, {WSI_TOKEN_HOST, "host"}, {WSI_TOKEN_HTTP_CONTENT_TYPE, "content-type"},
	{WSI_TOKEN_HTTP_CONTENT_LENGTH, "content-length"}, {WSI_TOKEN_HTTP_TRANSFER_ENCODING, "transfer-encoding"},
	{WSI_TOKEN_HTTP_ACCEPT_ENCODING, "accept-encoding"}, {WSI_TOKEN_HTTP_IF_NONE_MATCH, "if-none-match"}, {WSI_TOKEN_HTTP_IF_MATCH, "if-match"},
	{WSI_TOKEN_HTTP_USER_AGENT, "user-agent"}, {WSI_TOKEN_HTTP_EXPECT, "expect"}, {WSI_TOKEN_X_FORWARDED_FOR, "x-forwarded-for"},
};

static const char key_header[] = "idempotency-key:";

static enum http_method
method_of(int lws_method)
{
	static const enum http_method methods[] = {
		[LWSHUMETH_GET] = HTTP_GET, [LWSHUMETH_POST] = HTTP_POST, [LWSHUMETH_OPTIONS] = HTTP_OTHER, [LWSHUMETH_PUT] = HTTP_PUT,
		[LWSHUMETH_PATCH] = HTTP_PATCH, [LWSHUMETH_DELETE] = HTTP_DELETE, [LWSHUMETH_CONNECT] = HTTP_OTHER, [LWSHUMETH_HEAD] = HTTP_HEAD,
	};
	return lws_method >= 0 && lws_method < (int)G_N_ELEMENTS(methods) ? methods[lws_method] : HTTP_OTHER;
}

static void
add_arguments(struct request *request, struct lws *wsi)
{
	char argument[SERVER_HEADERS_MAX];
	for (int i = 0; lws_hdr_copy_fragment(wsi, argument, sizeof argument, WSI_TOKEN_HTTP_URI_ARGS, i) >= 0; i++)
		request_add_argument(request, argument);
}

static void
add_headers(struct request *request, struct lws *wsi)
{
	char value[SERVER_HEADERS_MAX];
	for (size_t i = 0; i < G_N_ELEMENTS(headers); i++)
		if (lws_hdr_total_length(wsi, headers[i].token) > 0 && lws_hdr_copy(wsi, value, sizeof value, headers[i].token) >= 0)
			request_add_header(request, headers[i].name, value);
	if (lws_hdr_custom_copy(wsi, value, sizeof value, key_header, strlen(key_header)) >= 0)
		request_add_header(request, "idempotency-key", value);
}

struct request *
server_read_request(struct lws *wsi)
{
	char *uri = NULL, address[64] = "";
	int size = 0;
	enum http_method method = method_of(lws_http_get_uri_and_method(wsi, &uri, &size));
	g_autofree char *path = g_strndup(uri ? uri : "/", uri ? (size_t)size : 1);
	struct request *request = request_new(method, path);
	add_arguments(request, wsi);
	add_headers(request, wsi);
	lws_get_peer_simple(wsi, address, sizeof address);
	request_set_peer(request, address);
	return request;
}

struct call
exchange_call(struct exchange *exchange, db *desk, db *raw)
{
	db_set_deadline(desk, SERVER_DEADLINE_MS);
	db_set_deadline(raw, SERVER_DEADLINE_MS);
	return (struct call){.web = &exchange->server->web, .desk = desk, .raw = raw, .request = exchange->request, .reply = exchange->reply,
		.now = g_get_real_time() / 1000};
}

void
exchange_call_clear(struct call *call)
{
	viewer_free(call->who);
	g_clear_pointer(&call->token_hash, g_bytes_unref);
	g_clear_pointer(&call->file, gather_free);
}
