#include <string.h>
#include <sys/socket.h>

#include "store/employee.h"
#include "store/thread.h"
#include "web/auth.h"
#include "web/bell_said.h"
#include "web/server_inside.h"

#define FRAME_MAX (64 * 1024)
#define BELLS_MAX 100              /* of one employee: pages, windows, machines */
#define UNREAD_MAX (32 * 1024)     /* octets that the kernel holds for a page that does not read */
#define SAYING_US 100000           /* what a page says may come so often */
#define AHEAD_US (10 * G_USEC_PER_SEC) /* and so much of it at once, as pages are opened and left */

struct bell {
	struct lws *wsi;
	guint64 id;          /* in the hub; 0: not there */
	gint64 employee;
	gint64 wanted;       /* the thread that the page looks at, 0: none */
	bool is_looking, is_wanted; /* a worker checks one; another came meanwhile */
	bool is_writing, is_listing; /* said with the thread that is being looked up */
	gint64 said_until;   /* us; what it has said is worth the time until then */
	GByteArray *said;    /* a message of which not all has come; NULL: none */
};

size_t
server_bell_size(void)
{
	return sizeof(struct bell);
}

void
server_bell_ask(void *bell)
{
	lws_callback_on_writable(((const struct bell *)bell)->wsi);
}

/* 0: welcome; else the status to refuse with. */
static int
refusal_of(struct server *server, const struct request *request)
{
	struct access access;
	if (!auth_is_own_host(&server->web, request))
		return 421;
	if (strcmp(request->path, "/api/v1/bell"))
		return 404;
	if (!auth_is_machine(request) && !auth_is_own_origin(&server->web, request))
		return 403;
	auth_find(&server->web, server->desk, request, g_get_real_time() / 1000, &access, NULL);
	g_clear_pointer(&access.token_hash, g_bytes_unref);
	if (!access.employee)
		return 401;
	return hub_count_of(server->web.hub, access.employee) < BELLS_MAX ? 0 : 429;
}

/* Only WebSocket, and never by default. Whatever else asks to be upgraded is hung up on at once: 4.1.6 goes on with a freed header
 * table after an unknown upgrade on a kept connection, and would speak cleartext HTTP/2 on request. IN may be gone already. */
int
server_confirm_upgrade(struct lws *wsi)
{
	char upgrade[16];
	if (!server_visitor_speaks(wsi, 0))
		return -1;
	int size = lws_hdr_copy(wsi, upgrade, sizeof upgrade, WSI_TOKEN_UPGRADE);
	return size > 0 && !g_ascii_strcasecmp(upgrade, "websocket") ? 0 : -1;
}

/* The last moment for an answer in HTTP. */
static int
admit(struct lws *wsi)
{
	struct request *request = server_read_request(wsi);
	int refusal = refusal_of(server_of(wsi), request);
	request_free(request);
	return refusal ? server_refuse_upgrade(wsi, refusal) : 0;
}

static gint64
since_of(const struct request *request)
{
	gint64 since;
	const char *text = request_argument(request, "since");
	return text && g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &since, NULL) ? since : -1;
}

/* FALSE: the session ended between the two looks, or the store failed. */
static bool
join(struct bell *bell, struct server *server, const struct request *request)
{
	struct hub_listener listener = {.since = since_of(request), .data = bell};
	struct access access;
	auth_find(&server->web, server->desk, request, g_get_real_time() / 1000, &access, NULL);
	g_autoptr(employee) person = access.employee ? employee_get(server->desk, access.employee, NULL) : NULL;
	bell->employee = access.employee;
	listener.token_hash = access.token_hash;
	listener.who = person ? auth_viewer(server->desk, &access, NULL) : NULL;
	if (!listener.who) {
		g_clear_pointer(&listener.token_hash, g_bytes_unref);
		return false;
	}
	listener.firstname = g_strdup(person->firstname);
	listener.lastname = g_strdup(person->lastname);
	bell->id = hub_add(server->web.hub, listener);
	g_hash_table_insert(server->bells, &bell->id, bell);
	return true;
}

static int
on_open(struct lws *wsi, struct bell *bell)
{
	struct request *request = server_read_request(wsi);
	bell->wsi = wsi;
	setsockopt(lws_get_socket_fd(wsi), SOL_SOCKET, SO_SNDBUF, &(int){UNREAD_MAX}, sizeof(int));
	bool is_in = join(bell, server_of(wsi), request);
	request_free(request);
	return is_in ? 0 : -1;
}

static void
on_close(struct lws *wsi, struct bell *bell)
{
	struct server *server = server_of(wsi);
	if (bell)
		g_clear_pointer(&bell->said, g_byte_array_unref);
	if (!bell || !bell->id)
		return;
	g_hash_table_remove(server->bells, &bell->id);
	hub_remove(server->web.hub, bell->id);
	bell->id = 0;
}

static bool
write_frame(struct lws *wsi, GBytes *frame)
{
	static unsigned char buffer[LWS_PRE + FRAME_MAX]; /* only the loop's thread writes */
	size_t size;
	const void *octets = g_bytes_get_data(frame, &size);
	if (size > FRAME_MAX)
		return false;
	memcpy(buffer + LWS_PRE, octets, size);
	return lws_write(wsi, buffer + LWS_PRE, size, LWS_WRITE_TEXT) >= (int)size;
}

static int
on_writable(struct lws *wsi, struct bell *bell)
{
	g_autoptr(GBytes) frame = NULL;
	switch (hub_next(server_of(wsi)->web.hub, bell->id, &frame)) {
	case HUB_NOTHING:
		return 0;
	case HUB_OVER:
		lws_close_reason(wsi, LWS_CLOSE_STATUS_GOINGAWAY, NULL, 0);
		return -1;
	case HUB_FRAME:
		if (!write_frame(wsi, frame))
			return -1;
		lws_callback_on_writable(wsi);
		return 0;
	}
	return -1;
}

/* A page says which thread it shows: a worker looks whether this employee may see it. */
struct look {
	struct server *server;
	guint64 bell;
	gint64 employee, thread, contact;
	bool is_theirs, is_writing, is_listing;
};

static void begin_look(struct server *server, struct bell *bell);

static void
on_looked(struct server *server, void *data)
{
	g_autofree struct look *look = data;
	struct bell *bell = g_hash_table_lookup(server->bells, &look->bell);
	if (!bell)
		return;
	bell->is_looking = false;
	hub_view(server->web.hub, look->bell, look->is_theirs ? look->thread : 0, look->contact);
	if (look->is_writing)
		hub_write(server->web.hub, look->bell, look->thread);
	if (look->is_listing)
		hub_list(server->web.hub, look->bell);
	if (bell->is_wanted)
		begin_look(server, bell);
}

static bool
note_theirs(const struct thread_row *row, void *data)
{
	struct look *look = data;
	look->is_theirs = true;
	look->contact = row->contact_id;
	return true;
}

static void
look_at_thread(db *desk, G_GNUC_UNUSED db *raw, void *data)
{
	struct look *look = data;
	g_autoptr(GError) error = NULL;
	db_set_deadline(desk, SERVER_DEADLINE_MS);
	g_autoptr(viewer) who = look->thread ? viewer_load(desk, look->employee, &error) : NULL;
	if (who)
		thread_get(desk, who, look->thread, note_theirs, look, &error);
	if (error)
		fault_note(&look->server->web.fault, "bell", error);
	server_hand_back(look->server, on_looked, look);
}

static void
begin_look(struct server *server, struct bell *bell)
{
	bell->is_wanted = bell->is_looking;
	if (bell->is_looking)
		return;
	struct look *look = g_new(struct look, 1);
	*look = (struct look){.server = server, .bell = bell->id, .employee = bell->employee, .thread = bell->wanted,
		.is_writing = bell->is_writing, .is_listing = bell->is_listing};
	bell->is_looking = true;
	workers_push(server->workers, look_at_thread, look);
}

static bool
take_message(struct server *server, struct bell *bell, GBytes *text)
{
	struct bell_said said;
	if (!bell_said_read(text, &said))
		return false;
	if (said.is_writing && said.thread == bell->wanted && !bell->is_looking) {
		hub_write(server->web.hub, bell->id, said.thread);
		return true;
	}
	bell->is_writing = said.is_writing;
	bell->is_listing = said.is_listing;
	bell->wanted = said.thread;
	begin_look(server, bell);
	return true;
}

/* Far more than a page has to say is an attack, and would keep the loop from others. */
static bool
may_say(struct bell *bell)
{
	gint64 now = g_get_monotonic_time();
	bell->said_until = MAX(bell->said_until, now - AHEAD_US) + SAYING_US;
	return bell->said_until <= now;
}

static int
on_octets(struct lws *wsi, struct bell *bell, const void *octets, size_t size)
{
	if (!may_say(bell) || lws_frame_is_binary(wsi) || !bell_said_add(&bell->said, octets, size))
		return -1;
	if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi))
		return 0;
	g_autoptr(GBytes) text = g_byte_array_free_to_bytes(g_steal_pointer(&bell->said));
	return take_message(server_of(wsi), bell, text) ? 0 : -1;
}

int
server_on_bell(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct bell *bell = user;
	switch (reason) {
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return admit(wsi);
	case LWS_CALLBACK_ESTABLISHED:
		return on_open(wsi, bell);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return on_writable(wsi, bell);
	case LWS_CALLBACK_RECEIVE:
		return on_octets(wsi, bell, in, size);
	case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
	case LWS_CALLBACK_CLOSED:
		on_close(wsi, bell);
		return 0;
	default:
		return 0;
	}
}
