#include "milter/milter.h"

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "milter/closing.h"
#include "milter/intake.h"
#include "milter/kicker.h"
#include "store/log.h"

#define DATA_MAX 1048575    /* octets of one packet: a long header field is larger than libmilter's 64 KB */
#define SILENCE_MAX 600     /* seconds a mail server may be silent */
#define ANSWER 20           /* ms in which libmilter sends what a callback has answered */

/* libmilter hands its callbacks nothing of ours but what a connection keeps. */
static struct {
	const struct intake_house *house;
	kicker *kicker;
	int end;
	bool has_silence; /* answers that carry nothing may be left out */
	struct closing closing;
} role;

/* One connection of the mail server. */
struct session {
	char *client, *helo;
	intake *mail; /* NULL between mails */
	unsigned long silent; /* SMFIP_NR_… agreed on */
	bool has_blank; /* header values begin with what follows the colon */
	bool is_due;    /* has a mail under way, or has had none yet */
	bool is_known;  /* to the kicker */
};

static struct session *
session_of(SMFICTX *context)
{
	struct session *session = smfi_getpriv(context);
	if (!session) {
		session = g_new0(struct session, 1);
		smfi_setpriv(context, session);
	}
	return session;
}

static sfsistat
leave(const struct session *session, unsigned long silence, sfsistat verdict)
{
	closing_leave(&role.closing);
	return (session->silent & silence) ? SMFIS_NOREPLY : verdict;
}

static sfsistat
turn_away(const struct session *session, unsigned long silence)
{
	return (session->silent & silence) ? SMFIS_NOREPLY : SMFIS_TEMPFAIL;
}

static void
set_due(struct session *session, bool is_due)
{
	if (session->is_due != is_due)
		closing_add_due(&role.closing, is_due ? 1 : -1);
	session->is_due = is_due;
}

static void
let_kicker_know(struct session *session, bool is_there)
{
	if (session->is_known == is_there || !closing_enter(&role.closing))
		return;
	session->is_known = is_there;
	if (is_there)
		kicker_enter(role.kicker);
	else
		kicker_leave(role.kicker);
	closing_leave(&role.closing);
}

static void
forget_mail(struct session *session)
{
	g_clear_pointer(&session->mail, intake_free);
	set_due(session, false);
}

static char *
macro(SMFICTX *context, const char *name)
{
	const char *value = smfi_getsymval(context, (char *)name);
	return g_strdup(value ? value : "");
}

static void
ask_for_macros(SMFICTX *context)
{
	static const struct {int stage; const char *names;} asked[] = {
		{SMFIM_CONNECT, "{client_addr}"}, {SMFIM_HELO, "{tls_version} {cipher}"},
		{SMFIM_ENVFROM, "i {auth_authen} {tls_version} {cipher} {client_addr}"}, {SMFIM_ENVRCPT, "i {rcpt_addr}"},
		{SMFIM_DATA, "i"}, {SMFIM_EOM, "i"}};
	for (size_t i = 0; i < G_N_ELEMENTS(asked); i++)
		smfi_setsymlist(context, asked[i].stage, (char *)asked[i].names);
}

/* NOLINTNEXTLINE(readability-function-size): the number of parameters is libmilter's */
static sfsistat
on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long unused_2, unsigned long unused_3,
	unsigned long *our_actions, unsigned long *our_steps, unsigned long *our_2, unsigned long *our_3)
{
	(void)unused_2;
	(void)unused_3;
	const unsigned long silent = SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;
	struct session *session = session_of(context);
	set_due(session, true);
	let_kicker_know(session, true);
	session->silent = role.has_silence ? steps & silent : 0;
	if (routes_has_employees(role.house->routes))
		session->silent &= ~(unsigned long)SMFIP_NR_EOH; /* so that the body of what is not ours need not cross */
	session->has_blank = steps & SMFIP_HDR_LEADSPC;
	*our_actions = actions & (SMFIF_DELRCPT | SMFIF_SETSYMLIST);
	*our_steps = (steps & (SMFIP_NOUNKNOWN | SMFIP_HDR_LEADSPC)) | session->silent;
	*our_2 = *our_3 = 0;
	if (actions & SMFIF_SETSYMLIST)
		ask_for_macros(context);
	return SMFIS_CONTINUE;
}

/* Without the macro, which Postfix gives: the address as the connection has it. */
static char *
client_address(SMFICTX *context, const void *address)
{
	char text[INET6_ADDRSTRLEN] = "";
	const char *given = smfi_getsymval(context, (char *)"{client_addr}");
	const struct sockaddr *any = address;
	if (given)
		return g_strdup(given);
	if (any && any->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof text);
	else if (any && any->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, sizeof text);
	return g_strdup(text);
}

static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	(void)host;
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, SMFIP_NR_CONN);
	g_free(session->client);
	session->client = client_address(context, address);
	return leave(session, SMFIP_NR_CONN, SMFIS_CONTINUE);
}

static sfsistat
on_helo(SMFICTX *context, char *name)
{
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, SMFIP_NR_HELO);
	g_free(session->helo);
	session->helo = g_strdup(name ? name : "");
	return leave(session, SMFIP_NR_HELO, SMFIS_CONTINUE);
}

static sfsistat
on_sender(SMFICTX *context, char **words)
{
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, SMFIP_NR_MAIL);
	forget_mail(session);
	set_due(session, true);
	session->mail = intake_new(role.house, words[0] ? words[0] : "", false);
	g_autofree char *login = macro(context, "{auth_authen}");
	intake_set_login(session->mail, login);
	return leave(session, SMFIP_NR_MAIL, SMFIS_CONTINUE);
}

static sfsistat
on_recipient(SMFICTX *context, char **words)
{
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, SMFIP_NR_RCPT);
	if (session->mail && words[0])
		intake_add_recipient(session->mail, words[0]);
	return leave(session, SMFIP_NR_RCPT, SMFIS_CONTINUE);
}

/* What concerns nobody here goes on as it is: after ACCEPT no more of it is sent to us. */
static sfsistat
go_on_if_ours(struct session *session)
{
	if (session->mail && intake_is_wanted(session->mail))
		return SMFIS_CONTINUE;
	forget_mail(session);
	return SMFIS_ACCEPT;
}

static sfsistat
reply(SMFICTX *context, const char *code, const char *status, const char *text, sfsistat verdict)
{
	smfi_setreply(context, (char *)code, (char *)status, (char *)text);
	return verdict;
}

static sfsistat
refuse(SMFICTX *context, struct session *session)
{
	g_autofree char *queue_id = macro(context, "i");
	intake_log_refusal(session->mail, queue_id);
	forget_mail(session);
	return reply(context, "550", "5.7.1", "Mail from this sender is not accepted here", SMFIS_REJECT);
}

static sfsistat
on_data(SMFICTX *context)
{
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, 0);
	sfsistat verdict = go_on_if_ours(session);
	if (verdict == SMFIS_CONTINUE && intake_is_unwelcome(session->mail))
		verdict = refuse(context, session);
	return leave(session, 0, verdict);
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, SMFIP_NR_HDR);
	sfsistat verdict = go_on_if_ours(session);
	if (verdict == SMFIS_CONTINUE)
		intake_add_header(session->mail, name, value, session->has_blank);
	return leave(session, SMFIP_NR_HDR, verdict);
}

static sfsistat
on_header_end(SMFICTX *context)
{
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, SMFIP_NR_EOH);
	sfsistat verdict = go_on_if_ours(session);
	if (verdict == SMFIS_CONTINUE) {
		intake_end_header(session->mail);
		verdict = go_on_if_ours(session);
	}
	return leave(session, SMFIP_NR_EOH, verdict);
}

static sfsistat
on_body(SMFICTX *context, unsigned char *octets, size_t size)
{
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, SMFIP_NR_BODY);
	sfsistat verdict = go_on_if_ours(session);
	if (verdict == SMFIS_CONTINUE)
		intake_add_body(session->mail, octets, size);
	return leave(session, SMFIP_NR_BODY, verdict);
}

static void
take_out(SMFICTX *context, const struct session *session)
{
	for (const char *const *address = intake_taken(session->mail); *address; address++)
		if (smfi_delrcpt(context, (char *)*address) != MI_SUCCESS)
			log_line(LOG_WARNING, "the mail server does not let recipients be taken out; the mail goes to its mailbox too");
}

static enum intake_verdict
finish(SMFICTX *context, struct session *session)
{
	g_autofree char *queue_id = macro(context, "i"), *auth = macro(context, "{auth_authen}");
	g_autofree char *version = macro(context, "{tls_version}"), *cipher = macro(context, "{cipher}");
	g_autofree char *tls = g_strstrip(g_strdup_printf("%s %s", version, cipher));
	const struct envelope way = {.door = "milter", .client = session->client ? session->client : "",
		.helo = session->helo ? session->helo : "", .tls = tls, .auth = auth, .queue_id = queue_id};
	kicker_begin(role.kicker);
	enum intake_verdict verdict = intake_finish(session->mail, &way, "", NULL);
	kicker_end(role.kicker);
	return verdict;
}

static sfsistat
on_end(SMFICTX *context)
{
	struct session *session = session_of(context);
	if (!closing_enter(&role.closing))
		return turn_away(session, 0);
	sfsistat verdict = go_on_if_ours(session);
	if (verdict == SMFIS_CONTINUE && intake_has_recipients(session->mail)) /* what is still held had no end of its header */
		switch (finish(context, session)) {
		case INTAKE_KEPT:
			take_out(context, session);
			break;
		case INTAKE_TOO_LARGE:
			verdict = reply(context, "552", "5.3.4", "Message is too large for this address", SMFIS_REJECT);
			break;
		case INTAKE_NOT_NOW:
			verdict = reply(context, "451", "4.3.0", "Message could not be stored, please try again later", SMFIS_TEMPFAIL);
			break;
		}
	forget_mail(session);
	return leave(session, 0, verdict);
}

static sfsistat
on_abort(SMFICTX *context)
{
	forget_mail(session_of(context));
	return SMFIS_CONTINUE;
}

/* May come first, and with libmilter's lock held: it must not wait. */
static sfsistat
on_close(SMFICTX *context)
{
	struct session *session = smfi_getpriv(context);
	if (!session)
		return SMFIS_CONTINUE;
	forget_mail(session);
	let_kicker_know(session, false);
	g_free(session->client);
	g_free(session->helo);
	g_free(session);
	smfi_setpriv(context, NULL);
	return SMFIS_CONTINUE;
}

static void *
listen_to_mail(void *unused)
{
	smfi_main();
	eventfd_write(role.end, 1);
	return unused;
}

static bool
open_libmilter(int listener)
{
	g_autofree char *place = g_strdup_printf("fd:%d", listener);
	const struct smfiDesc description = {.xxfi_name = (char *)"belfry", .xxfi_version = SMFI_VERSION, .xxfi_flags = SMFIF_DELRCPT,
		.xxfi_connect = on_connect, .xxfi_helo = on_helo, .xxfi_envfrom = on_sender, .xxfi_envrcpt = on_recipient,
		.xxfi_header = on_header, .xxfi_eoh = on_header_end, .xxfi_body = on_body, .xxfi_eom = on_end, .xxfi_abort = on_abort,
		.xxfi_close = on_close, .xxfi_data = on_data, .xxfi_negotiate = on_negotiate};
	smfi_setmaxdatasize(DATA_MAX);
	smfi_settimeout(SILENCE_MAX);
	return smfi_setconn(place) == MI_SUCCESS && smfi_register(description) == MI_SUCCESS && smfi_opensocket(FALSE) == MI_SUCCESS;
}

static bool
is_unix(int listener)
{
	struct sockaddr_storage place = {0};
	socklen_t size = sizeof place;
	return !getsockname(listener, (struct sockaddr *)&place, &size) && place.ss_family == AF_UNIX;
}

bool
milter_start(const struct intake_house *house, int listener, int end)
{
	role.house = house;
	role.end = end;
	role.has_silence = is_unix(listener);
	if (!open_libmilter(listener))
		return false;
	role.kicker = kicker_open(listener);
	g_thread_unref(g_thread_new("milter", listen_to_mail, NULL));
	return true;
}

/* Not by smfi_stop: it leaves its listener asleep for a second or more. Its threads go with the process. */
bool
milter_stop(void)
{
	bool is_quiet = closing_end(&role.closing);
	g_usleep(ANSWER * 1000);
	if (is_quiet)
		kicker_close(role.kicker); /* else whoever hangs may come to tell it yet */
	return is_quiet;
}
