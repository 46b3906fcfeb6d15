/* A configuration file: settings within what is allowed, or an error; never both, never neither. */
#include "store/conf.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = fuzz_text(data, size);
	g_autoptr(GError) error = NULL;
	struct conf *conf = conf_read(text, size, "belfry.conf", &error);
	g_assert_true(!conf == !!error);
	if (conf) {
		g_assert_true(*conf->belfry.store && *conf->milter.socket && *conf->web.listen && conf->sort.form_senders);
		g_assert_cmpint(conf->milter.size_limit, >=, 0);
		g_assert_cmpint(conf->milter.socket_mode & ~0777, ==, 0);
		g_assert_true(conf->web.workers >= 1 && conf->web.workers <= 3600);
		g_assert_true(conf->log.level >= 0 && conf->log.level <= 3);
	}
	conf_free(conf);
	return 0;
}
