#include "milter/send.h"

#include <string.h>

#include "milter/send_command.h"

#define COMMAND_MS (5 * 60 * 1000) /* RFC 5321 section 4.5.3.2 */
#define OCTETS_MS (3 * 60 * 1000)
#define FINAL_MS (10 * 60 * 1000)
#define AFTER_STOP_MS 8000         /* what was handed over is worth waiting for */
#define FAREWELL_MS 1000
#define ANSWER_LINES 50
#define ANSWER_MAX 500             /* octets kept of an answer */
#define KEPT_MAX 500               /* mails over one connection */

struct send_line {
	const struct net_server *server;
	net *connection;
	bool is_begun; /* a MAIL that nothing has ended yet */
	guint sent;
};

/* What the server said: a number, and its line without line ends. */
struct answer {
	int code;
	char *text;
};

static void
clear_answer(struct answer *answer)
{
	g_clear_pointer(&answer->text, g_free);
	answer->code = 0;
}

send_line *
send_open(const struct net_server *server)
{
	send_line *self = g_new(send_line, 1);
	*self = (send_line){.server = server};
	return self;
}

static void
hang_up(send_line *self)
{
	g_clear_pointer(&self->connection, net_close);
}

void
send_close(send_line *self)
{
	if (!self)
		return;
	if (self->connection) {
		net_set_patience(self->connection, FAREWELL_MS, FAREWELL_MS);
		if (net_send(self->connection, "QUIT\r\n", 6, NULL))
			g_free(net_line(self->connection, NULL));
	}
	hang_up(self);
	g_free(self);
}

static bool
is_offered(const send_line *self, const char *keyword)
{
	return net_offer(self->connection, keyword);
}

/* UTF-8 without controls, in bounded length. Owner: caller. */
static char *
tidy(const char *text)
{
	char *valid = g_utf8_make_valid(text, MIN((gssize)strlen(text), ANSWER_MAX));
	for (char *c = valid; *c; c++)
		if ((guchar)*c < 32 || *c == 127)
			*c = ' ';
	return valid;
}

static bool
read_answer(send_line *self, struct answer *answer, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	clear_answer(answer);
	for (int lines = 0; lines < ANSWER_LINES; lines++) {
		g_autofree char *line = net_line(self->connection, error);
		if (!line)
			return false;
		bool is_answer = g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) && strchr(" -", line[3]);
		if (!is_answer)
			break;
		bool is_last = line[3] != '-';
		g_string_append_printf(text, "%s%s", text->len ? " " : "", text->len ? (line[3] ? line + 4 : "") : line);
		if (is_last) {
			answer->code = (int)g_ascii_strtoull(line, NULL, 10);
			answer->text = tidy(text->str);
			return true;
		}
	}
	g_set_error(error, NET_ERROR, NET_LOST, "the mail server: its answer is none of SMTP");
	return false;
}

/* Commands in order, one answer each; by itself, or all in one go where the server takes that. */
struct exchange {
	GPtrArray *commands; /* char * */
	GArray *answers;     /* struct answer */
};

static void
clear_exchange(struct exchange *exchange)
{
	for (guint i = 0; i < exchange->answers->len; i++)
		clear_answer(&g_array_index(exchange->answers, struct answer, i));
	g_array_unref(exchange->answers);
	g_ptr_array_unref(exchange->commands);
}

static bool
send_commands(send_line *self, const struct exchange *exchange, guint from, guint count, GError **error)
{
	g_autoptr(GString) octets = g_string_new(NULL);
	for (guint i = from; i < from + count; i++)
		g_string_append(octets, exchange->commands->pdata[i]);
	return net_send(self->connection, octets->str, octets->len, error);
}

static bool
talk(send_line *self, struct exchange *exchange, GError **error)
{
	guint count = exchange->commands->len, at_once = is_offered(self, "PIPELINING") ? count : 1;
	net_set_patience(self->connection, COMMAND_MS, 0);
	for (guint i = 0; i < count; i++) {
		struct answer answer = {0};
		if (i % at_once == 0 && !send_commands(self, exchange, i, at_once, error))
			return false;
		if (!read_answer(self, &answer, error))
			return false;
		g_array_append_val(exchange->answers, answer);
		if (answer.code == 421) {
			g_set_error(error, NET_ERROR, NET_LOST, "%s", answer.text);
			return false;
		}
		if (at_once == 1 && i == 0 && answer.code / 100 != 2)
			return true; /* MAIL refused: the rest need not be asked */
	}
	return true;
}

/* Those that the server has not spoken of yet. */
static void
answer_all(const struct send_mail *mail, const struct answer *answer)
{
	for (size_t i = 0; i < mail->recipient_count; i++) {
		struct send_recipient *recipient = &mail->recipients[i];
		if (recipient->code && recipient->code / 100 != 2)
			continue;
		g_free(recipient->answer);
		recipient->code = answer->code;
		recipient->answer = g_strdup(answer->text);
	}
}

void
send_clear(const struct send_mail *mail)
{
	for (size_t i = 0; i < mail->recipient_count; i++) {
		g_clear_pointer(&mail->recipients[i].answer, g_free);
		mail->recipients[i].code = 0;
	}
}

static void
refuse(struct send_recipient *recipient, int code, const char *text)
{
	recipient->code = code;
	recipient->answer = g_strdup(text);
}

/* What need not be asked. FALSE: nobody is left. */
static bool
judge_addresses(const send_line *self, const struct send_mail *mail)
{
	const char *limit = net_offer(self->connection, "SIZE");
	guint64 octets = limit ? g_ascii_strtoull(limit, NULL, 10) : 0;
	bool is_too_large = octets && (guint64)mail->size > octets, is_any = false;
	bool lacks_utf8 = send_is_international(mail->sender) && !is_offered(self, "SMTPUTF8");
	for (size_t i = 0; i < mail->recipient_count; i++) {
		struct send_recipient *recipient = &mail->recipients[i];
		if (is_too_large)
			refuse(recipient, 552, "552 5.3.4 the mail is larger than our mail server takes");
		else if (!send_is_address(recipient->address))
			refuse(recipient, 553, "553 5.1.3 this is no address that mail can go to");
		else if (lacks_utf8 || (send_is_international(recipient->address) && !is_offered(self, "SMTPUTF8")))
			refuse(recipient, 553, "553 5.6.7 our mail server does not take addresses with letters beyond ASCII");
		is_any = is_any || !recipient->code;
	}
	return is_any;
}

static void
list_commands(const send_line *self, const struct send_mail *mail, GPtrArray *commands)
{
	g_ptr_array_add(commands, send_command_mail(self->connection, mail));
	for (size_t i = 0; i < mail->recipient_count; i++)
		if (!mail->recipients[i].code)
			g_ptr_array_add(commands, send_command_rcpt(self->connection, mail, mail->recipients[i].address));
	g_ptr_array_add(commands, g_strdup("DATA\r\n"));
}

/* Notes what was said of each recipient. TRUE: the octets may follow. */
static bool
take_answers(const struct send_mail *mail, const GArray *answers)
{
	const struct answer *first = &g_array_index(answers, struct answer, 0);
	if (first->code / 100 != 2) {
		answer_all(mail, first);
		return false;
	}
	bool is_any = false;
	for (size_t i = 0, next = 1; i < mail->recipient_count; i++) {
		struct send_recipient *recipient = &mail->recipients[i];
		if (recipient->code)
			continue;
		const struct answer *answer = &g_array_index(answers, struct answer, next++);
		refuse(recipient, answer->code, answer->text);
		is_any = is_any || answer->code / 100 == 2;
	}
	const struct answer *last = &g_array_index(answers, struct answer, answers->len - 1);
	if (is_any && last->code != 354)
		answer_all(mail, last);
	return is_any && last->code == 354;
}

/* A dot at the start of a line is doubled; *IS_START: the octets before ended a line. */
static void
append_stuffed(GString *out, GBytes *octets, bool *is_start)
{
	size_t size;
	const char *next = g_bytes_get_data(octets, &size), *end = next + size;
	while (next < end) {
		if (*is_start && *next == '.')
			g_string_append_c(out, '.');
		const char *line = memchr(next, '\n', (size_t)(end - next)), *stop = line ? line + 1 : end;
		g_string_append_len(out, next, stop - next);
		*is_start = line;
		next = stop;
	}
}

/* All but the dot that ends it. */
static bool
send_octets(send_line *self, const struct send_mail *mail, GError **error)
{
	bool is_start = true;
	guint64 at = 0;
	net_set_patience(self->connection, OCTETS_MS, 0);
	for (;;) {
		g_autoptr(GBytes) block = mail->read(mail->data, at, error);
		if (!block)
			return false;
		g_autoptr(GString) out = g_string_sized_new(g_bytes_get_size(block) + 64);
		append_stuffed(out, block, &is_start);
		bool is_end = !g_bytes_get_size(block);
		at += g_bytes_get_size(block);
		if (is_end && !is_start)
			g_string_append(out, "\r\n");
		if (out->len && !net_send(self->connection, out->str, out->len, error))
			return false;
		if (is_end)
			return true;
	}
}

/* Not known to be gone: else the dot need not be tried, and the mail is not in doubt. */
static bool
is_there(const send_line *self, GError **error)
{
	if (net_is_there(self->connection))
		return true;
	g_set_error(error, NET_ERROR, NET_LOST, "the mail server: it hung up before the mail's end");
	return false;
}

static enum send_result
hand_over(send_line *self, const struct send_mail *mail, GError **error)
{
	struct answer answer = {0};
	if (!send_octets(self, mail, error) || !mail->before_last(mail->data, error) || !is_there(self, error))
		return SEND_NOT;
	net_set_patience(self->connection, FINAL_MS, AFTER_STOP_MS);
	net_send(self->connection, ".\r\n", 3, NULL); /* it may have refused the mail in the middle and be gone: its answer tells */
	if (!read_answer(self, &answer, error))
		return SEND_DOUBTFUL;
	answer_all(mail, &answer);
	self->is_begun = false;
	if (answer.code == 421)
		hang_up(self);
	clear_answer(&answer);
	return SEND_ANSWERED;
}

static enum send_result
send_once(send_line *self, const struct send_mail *mail, GError **error)
{
	struct exchange exchange = {g_ptr_array_new_with_free_func(g_free), g_array_new(FALSE, FALSE, sizeof(struct answer))};
	list_commands(self, mail, exchange.commands);
	enum send_result result = SEND_NOT;
	self->is_begun = true;
	if (talk(self, &exchange, error)) {
		const struct answer *last = &g_array_index(exchange.answers, struct answer, exchange.answers->len - 1);
		bool is_data = last->code == 354;
		result = take_answers(mail, exchange.answers) ? hand_over(self, mail, error) : SEND_ANSWERED;
		if (is_data && self->is_begun)
			hang_up(self); /* it waits for octets that do not come */
	}
	clear_exchange(&exchange);
	if (result != SEND_ANSWERED)
		hang_up(self);
	return result;
}

/* An answered transaction that brought nothing is ended before the next one. */
static bool
reset(send_line *self)
{
	struct answer answer = {0};
	net_set_patience(self->connection, COMMAND_MS, 0);
	bool ok = net_send(self->connection, "RSET\r\n", 6, NULL) && read_answer(self, &answer, NULL) && answer.code / 100 == 2;
	clear_answer(&answer);
	self->is_begun = !ok;
	return ok;
}

static bool
is_kept(send_line *self)
{
	if (self->connection && (self->sent >= KEPT_MAX || !net_is_quiet(self->connection) || (self->is_begun && !reset(self))))
		hang_up(self);
	return self->connection;
}

static bool
connect_anew(send_line *self, GError **error)
{
	self->connection = net_open(self->server, error);
	self->sent = 0;
	self->is_begun = false;
	return self->connection;
}

/* A connection that was kept may end just now: once more, over a new one. */
enum send_result
send_mail(send_line *self, const struct send_mail *mail, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (*mail->sender && !send_is_address(mail->sender)) {
		g_set_error(error, NET_ERROR, NET_REFUSED, "the sender is no address that mail can come from");
		return SEND_NOT;
	}
	bool was_kept = is_kept(self);
	if (!was_kept && !connect_anew(self, error))
		return SEND_UNREACHED;
	self->sent++;
	if (!judge_addresses(self, mail))
		return SEND_ANSWERED;
	enum send_result result = send_once(self, mail, &why);
	if (result == SEND_NOT && was_kept && g_error_matches(why, NET_ERROR, NET_LOST)) {
		send_clear(mail);
		g_clear_error(&why);
		if (!connect_anew(self, error))
			return SEND_UNREACHED;
		result = judge_addresses(self, mail) ? send_once(self, mail, &why) : SEND_ANSWERED;
	}
	if (why)
		g_propagate_error(error, g_steal_pointer(&why));
	return result;
}
