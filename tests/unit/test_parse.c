/* The parse child by its real door, and what its confinement takes away. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "milter/parse.h"
#include "milter/parse_confine.h"

static char *program; /* the real binary, beside the directory of the tests */

static GBytes *
mail(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

static parser *
open_with(guint seconds, guint64 memory)
{
	g_autoptr(GError) error = NULL;
	parser *made = parser_open(&(struct parse_limits){.program = program, .seconds = seconds, .memory = memory}, &error);
	g_assert_no_error(error);
	return made;
}

static void
assert_reads(parser *reader, const char *subject)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strdup_printf("From: Ann <ann@example.org>\r\nSubject: %s\r\n\r\nHello\r\n", subject);
	g_autoptr(GBytes) raw = mail(text);
	g_autoptr(mime_message) message = parser_read(reader, raw, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(message->subject, ==, subject);
}

static void
test_reads(void)
{
	g_autoptr(parser) reader = open_with(20, 512 * 1024 * 1024);
	int pid = parser_pid(reader);
	assert_reads(reader, "one");
	assert_reads(reader, "two");
	g_assert_cmpint(parser_pid(reader), ==, pid);
}

static void
test_options(void)
{
	static const char *const ids[] = {"other.example", "mx.example", NULL};
	g_autoptr(parser) reader = open_with(20, 0);
	g_autoptr(GBytes) raw = mail("Authentication-Results: mx.example; spf=pass; dkim=fail\nReceived: x\nFrom: a@b.example\n\nx\n");
	g_autoptr(mime_message) message = parser_read(reader, raw, &(struct mime_options){.authserv_ids = ids}, NULL);
	g_assert_nonnull(message);
	g_assert_cmpstr(message->auth.spf, ==, "pass");
	g_assert_cmpstr(message->auth.dkim, ==, "fail");
	g_assert_cmpstr(message->auth.dmarc, ==, "");
}

static void
test_chosen_charset(void)
{
	static const char *const ids[] = {"mx.example", NULL};
	g_autoptr(parser) reader = open_with(20, 0);
	g_autoptr(GBytes) raw = mail("Authentication-Results: mx.example; spf=pass\nReceived: x\nSubject: \xe7\xe4\xe5\n"
		"Content-Type: text/plain; charset=iso-8859-1\n\n\xe7\xe4\xe5\n");
	g_autoptr(mime_message) chosen = parser_read(reader, raw, &(struct mime_options){.authserv_ids = ids, .charset = "windows-1251"}, NULL);
	g_autoptr(mime_message) declared = parser_read(reader, raw, NULL, NULL);
	g_assert_cmpstr(chosen->text, ==, "зде\n");
	g_assert_cmpstr(chosen->subject, ==, "зде");
	g_assert_cmpstr(chosen->auth.spf, ==, "pass");
	g_assert_cmpstr(declared->text, ==, "çäå\n");
}

static void
test_charsets(void)
{
	/* After the confinement no converter can be loaded any more. */
	static const char *const mails[][2] = {
		{"Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\n\n", "日本"}, {"Subject: =?gb2312?B?1tDOxA==?=\n\n", "中文"},
		{"Subject: =?koi8-r?B?8NLJ18XU?=\n\n", "Привет"}, {"Subject: =?euc-kr?B?x9GxuQ==?=\n\n", "한국"},
		{"Subject: =?big5?B?pKSk5Q==?=\n\n", "中文"}, {"Subject: =?utf-7?Q?+AOk-?=\n\n", "é"},
	};
	g_autoptr(parser) reader = open_with(20, 512 * 1024 * 1024);
	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(GBytes) raw = mail(mails[i][0]);
		g_autoptr(mime_message) message = parser_read(reader, raw, NULL, NULL);
		g_assert_nonnull(message);
		g_assert_cmpstr(message->subject, ==, mails[i][1]);
	}
}

static void
test_language(void)
{
	g_autoptr(parser) reader = open_with(20, 512 * 1024 * 1024);
	g_autoptr(GBytes) raw = mail("From: a@b.example\n\nBonjour, je n'ai toujours pas reçu ma commande. Pouvez-vous me dire quand elle sera livrée ?\n");
	g_autoptr(mime_message) message = parser_read(reader, raw, NULL, NULL);
	g_assert_nonnull(message);
	g_assert_cmpstr(message->language, ==, "fr");
}

static void
test_killed(void)
{
	g_autoptr(parser) reader = open_with(20, 0);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) raw = mail("Subject: x\n\n");
	kill(parser_pid(reader), SIGKILL);
	g_assert_null(parser_read(reader, raw, NULL, &error));
	g_assert_error(error, PARSE_ERROR, PARSE_KILLED);
	g_assert_cmpint(parser_pid(reader), ==, 0);
	assert_reads(reader, "after a death");
}

static void
test_timeout(void)
{
	g_autoptr(parser) reader = open_with(1, 0);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) raw = mail("Subject: x\n\n");
	kill(parser_pid(reader), SIGSTOP);
	gint64 start = g_get_monotonic_time();
	g_assert_null(parser_read(reader, raw, NULL, &error));
	g_assert_error(error, PARSE_ERROR, PARSE_TIMEOUT);
	g_assert_cmpint(g_get_monotonic_time() - start, <, 15 * G_USEC_PER_SEC);
	assert_reads(reader, "after a time-out");
}

/* What the kernel sends to a parser that has used up its seconds. */
static void
test_processor(void)
{
	g_autoptr(parser) reader = open_with(1, 0);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) raw = mail("Subject: x\n\n");
	kill(parser_pid(reader), SIGSTOP);
	kill(parser_pid(reader), SIGXCPU);
	kill(parser_pid(reader), SIGCONT);
	g_assert_null(parser_read(reader, raw, NULL, &error));
	g_assert_error(error, PARSE_ERROR, PARSE_TIMEOUT);
	assert_reads(reader, "after the processor's time");
}

static void *
go_on_later(void *pid)
{
	g_usleep(2 * G_USEC_PER_SEC);
	kill(GPOINTER_TO_INT(pid), SIGCONT);
	return NULL;
}

/* Seconds in which others have the processor are not the mail's fault. */
static void
test_patience(void)
{
	g_autoptr(parser) reader = open_with(1, 0);
	int pid = parser_pid(reader);
	kill(pid, SIGSTOP);
	GThread *thread = g_thread_new("later", go_on_later, GINT_TO_POINTER(pid));
	assert_reads(reader, "late");
	g_assert_cmpint(parser_pid(reader), ==, pid);
	g_thread_join(thread);
}

static void
test_large(void)
{
	g_autoptr(parser) reader = open_with(20, 512 * 1024 * 1024);
	g_autoptr(GString) text = g_string_new("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
		"Content-Type: application/pdf; name=big.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	while (text->len < 50 * 1024 * 1024)
		g_string_append(text, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n");
	g_string_append(text, "--b--\r\n");
	g_autoptr(GBytes) raw = g_bytes_new(text->str, text->len);
	g_autoptr(mime_message) message = parser_read(reader, raw, NULL, NULL);
	g_assert_nonnull(message);
	g_assert_cmpint(message->parts->len, ==, 1);
	const struct mime_part *part = message->parts->pdata[0];
	g_assert_cmpstr(part->name, ==, "big.pdf");
	g_assert_cmpint(part->size, >, 36 * 1024 * 1024);
}

static void
test_memory(void)
{
#if !defined(__SANITIZE_ADDRESS__)
	g_autoptr(parser) reader = open_with(20, 64 * 1024 * 1024);
	g_autoptr(GError) error = NULL;
	guint8 *bytes = g_malloc0(100 * 1024 * 1024);
	g_autoptr(GBytes) raw = g_bytes_new_take(bytes, 100 * 1024 * 1024);
	g_assert_null(parser_read(reader, raw, NULL, &error));
	g_assert_error(error, PARSE_ERROR, PARSE_DIED);
	assert_reads(reader, "after too much");
#else
	g_test_skip("the sanitizer needs the memory");
#endif
}

/* Of the child, as the kernel says: "Max cpu time"; -1: none. */
static gint64
limit_of(const parser *reader, const char *name)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/limits", parser_pid(reader)), *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	const char *line = strstr(text, name);
	g_assert_nonnull(line);
	line += strlen(name) + strspn(line + strlen(name), " ");
	return g_ascii_isdigit(*line) ? g_ascii_strtoll(line, NULL, 10) : -1;
}

static void
test_limits(void)
{
	g_autoptr(parser) reader = open_with(20, 512 * 1024 * 1024);
	g_assert_cmpint(limit_of(reader, "Max cpu time"), ==, -1);
	assert_reads(reader, "one");
	g_assert_cmpint(limit_of(reader, "Max cpu time"), >, 20);
	g_assert_cmpint(limit_of(reader, "Max cpu time"), <, 30);
	g_assert_cmpint(limit_of(reader, "Max open files"), ==, 3);
	g_assert_cmpint(limit_of(reader, "Max processes"), ==, 0);
	g_assert_cmpint(limit_of(reader, "Max file size"), ==, 0);
	g_assert_cmpint(limit_of(reader, "Max core file size"), ==, 0);
#if !defined(__SANITIZE_ADDRESS__)
	g_assert_cmpint(limit_of(reader, "Max data size"), ==, 512 * 1024 * 1024);
	g_assert_cmpint(limit_of(reader, "Max address space"), ==, 768 * 1024 * 1024);
#endif
}

static void
test_no_program(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(parser_open(&(struct parse_limits){.program = "/nonexistent/belfry", .seconds = 5}, &error));
	g_assert_error(error, PARSE_ERROR, PARSE_DIED);
	g_assert_nonnull(strstr(error->message, "/nonexistent/belfry"));
}

static void
test_descriptors(void)
{
	int extra = open("/dev/null", O_RDONLY); /* not close-on-exec, as a careless library leaves them */
	g_autoptr(parser) reader = open_with(20, 0);
	g_autofree char *path = g_strdup_printf("/proc/%d/fd", parser_pid(reader));
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	if (!directory) { /* not dumpable: only root may look */
		g_test_skip("not root");
		close(extra);
		return;
	}
	for (const char *name; (name = g_dir_read_name(directory));)
		g_assert_cmpint(atoi(name), <=, 2);
	close(extra);
}

/* What a program in the hands of a stranger would try; each returns true when it succeeded. */
static bool try_open(void) { return open("/etc/passwd", O_RDONLY) >= 0; }
static bool try_create(void) { return open("/tmp/belfry-test", O_CREAT | O_WRONLY, 0600) >= 0; }
static bool try_socket(void) { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }
static bool try_exec(void) { return execl("/bin/true", "true", NULL) == 0; }
static bool try_fork(void) { return fork() > 0; }
static bool try_kill(void) { return kill(getppid(), 0) == 0; }
static bool try_code(void) { return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; }
static bool try_memory(void) { return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED; }

/* Runs ATTEMPT in a child, confined or not; true when it succeeded. */
static bool
succeeds(bool (*attempt)(void), bool is_confined)
{
	pid_t pid = fork();
	int status;
	if (pid == 0) {
		if (is_confined && !parse_confine(NULL))
			_exit(1);
		_exit(attempt() ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static void
test_confine(void)
{
	static const struct {const char *name; bool (*attempt)(void);} attempts[] = {
		{"open", try_open}, {"create", try_create}, {"socket", try_socket}, {"fork", try_fork}, {"kill", try_kill}, {"code", try_code},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++) {
		g_test_message("%s", attempts[i].name);
		g_assert_true(succeeds(attempts[i].attempt, false)); /* or the test would prove nothing */
		g_assert_false(succeeds(attempts[i].attempt, true));
	}
	unlink("/tmp/belfry-test");
	g_assert_false(succeeds(try_exec, true));
	g_assert_false(succeeds(try_memory, true));
}

static void
test_exec_kills(void)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		parse_confine(NULL);
		execl("/bin/true", "true", NULL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGSYS);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *directory = g_path_get_dirname(self);
	program = g_build_filename(directory, "..", "belfry", NULL);
	g_test_add_func("/parse/reads", test_reads);
	g_test_add_func("/parse/options", test_options);
	g_test_add_func("/parse/chosen-charset", test_chosen_charset);
	g_test_add_func("/parse/charsets", test_charsets);
	g_test_add_func("/parse/language", test_language);
	g_test_add_func("/parse/killed", test_killed);
	g_test_add_func("/parse/timeout", test_timeout);
	g_test_add_func("/parse/processor", test_processor);
	g_test_add_func("/parse/patience", test_patience);
	g_test_add_func("/parse/large", test_large);
	g_test_add_func("/parse/memory", test_memory);
	g_test_add_func("/parse/limits", test_limits);
	g_test_add_func("/parse/no-program", test_no_program);
	g_test_add_func("/parse/descriptors", test_descriptors);
	g_test_add_func("/parse/confine", test_confine);
	g_test_add_func("/parse/exec-kills", test_exec_kills);
	int result = g_test_run();
	g_free(program);
	return result;
}
