/* filter KIND LISTEN [DIRECTORY]: a milter as small as can be, to measure Belfry against. LISTEN as libmilter writes it (unix:PATH, inet:PORT@127.0.0.1).
 * KIND:
 *   nothing  asks for nothing: the mail server tells it of each mail's end alone
 *   body     is told everything, reads the header and the body into memory, and answers every step
 *   quiet    the same, but answers the end of each mail alone
 *   naive    the same as body, and writes each mail into a file of its own in DIRECTORY, and syncs that before it answers its end
 * Runs until it is told to stop by TERM. */
#include <fcntl.h>
#include <glib.h>
#include <libmilter/mfapi.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SILENT (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)

/* libmilter hands its callbacks nothing of ours. */
static struct {
	bool is_silent;
	const char *directory; /* NULL: nothing is written */
	gint written;
} filter;

static sfsistat
go_on(void)
{
	return filter.is_silent ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

/* NOLINTNEXTLINE(readability-function-size): the number of parameters is libmilter's */
static sfsistat
on_negotiate(SMFICTX *context, unsigned long actions, unsigned long offered, unsigned long unused_2, unsigned long unused_3,
	unsigned long *our_actions, unsigned long *our_steps, unsigned long *our_2, unsigned long *our_3)
{
	(void)context, (void)actions, (void)unused_2, (void)unused_3;
	*our_actions = *our_2 = *our_3 = 0;
	*our_steps = offered & (SMFIP_NOUNKNOWN | (filter.is_silent ? SILENT : 0));
	return SMFIS_CONTINUE;
}

static void
forget(SMFICTX *context)
{
	GString *mail = smfi_getpriv(context);
	if (mail)
		g_string_free(mail, TRUE);
	smfi_setpriv(context, NULL);
}

static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	(void)context, (void)host, (void)address;
	return go_on();
}

static sfsistat
on_helo(SMFICTX *context, char *name)
{
	(void)context, (void)name;
	return go_on();
}

static sfsistat
on_sender(SMFICTX *context, char **words)
{
	(void)words;
	forget(context);
	smfi_setpriv(context, g_string_new(NULL));
	return go_on();
}

static sfsistat
on_recipient(SMFICTX *context, char **words)
{
	(void)context, (void)words;
	return go_on();
}

static sfsistat
on_data(SMFICTX *context)
{
	(void)context;
	return go_on();
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	g_string_append_printf(smfi_getpriv(context), "%s: %s\r\n", name, value);
	return go_on();
}

static sfsistat
on_header_end(SMFICTX *context)
{
	g_string_append(smfi_getpriv(context), "\r\n");
	return go_on();
}

static sfsistat
on_body(SMFICTX *context, unsigned char *octets, size_t size)
{
	g_string_append_len(smfi_getpriv(context), (const char *)octets, (gssize)size);
	return go_on();
}

static bool
write_file(const GString *mail)
{
	g_autofree char *path = g_strdup_printf("%s/%d", filter.directory, g_atomic_int_add(&filter.written, 1));
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok = file >= 0 && write(file, mail->str, mail->len) == (ssize_t)mail->len && !fsync(file);
	if (file >= 0)
		close(file);
	return ok;
}

static sfsistat
on_end(SMFICTX *context)
{
	bool ok = !filter.directory || write_file(smfi_getpriv(context));
	forget(context);
	return ok ? SMFIS_CONTINUE : SMFIS_TEMPFAIL;
}

static sfsistat
on_abort(SMFICTX *context)
{
	forget(context);
	return SMFIS_CONTINUE;
}

static const struct smfiDesc
	nothing = {.xxfi_name = (char *)"nothing", .xxfi_version = SMFI_VERSION},
	reading = {.xxfi_name = (char *)"reading", .xxfi_version = SMFI_VERSION, .xxfi_negotiate = on_negotiate, .xxfi_connect = on_connect,
		.xxfi_helo = on_helo, .xxfi_envfrom = on_sender, .xxfi_envrcpt = on_recipient, .xxfi_data = on_data, .xxfi_header = on_header,
		.xxfi_eoh = on_header_end, .xxfi_body = on_body, .xxfi_eom = on_end, .xxfi_abort = on_abort, .xxfi_close = on_abort};

static const struct {
	const char *name;
	const struct smfiDesc *callbacks;
	bool is_silent, is_writing;
} kinds[] = {{"nothing", &nothing, false, false}, {"body", &reading, false, false}, {"quiet", &reading, true, false}, {"naive", &reading, false, true}};

int
main(int count, char **words)
{
	for (size_t i = 0; count >= 3 && i < G_N_ELEMENTS(kinds); i++) {
		if (strcmp(kinds[i].name, words[1]) != 0 || (kinds[i].is_writing && count < 4))
			continue;
		filter.is_silent = kinds[i].is_silent;
		filter.directory = kinds[i].is_writing ? words[3] : NULL;
		umask(0); /* the mail server is another user */
		return smfi_setconn(words[2]) == MI_SUCCESS && smfi_register(*kinds[i].callbacks) == MI_SUCCESS ? smfi_main() : 1;
	}
	fprintf(stderr, "usage: filter nothing|body|quiet|naive LISTEN [DIRECTORY]\n");
	return 2;
}
