/* token, secret: what we sign is known again, whatever became of its letters' case; nothing else is. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "store/token.h"
#include "tests/unit/ground.h"

static char *directory, *path;
static keyring *keys;

/* Letters' case turned round. */
static char *
turn_case(const char *text)
{
	char *turned = g_strdup(text);
	for (char *c = turned; *c; c++)
		*c = g_ascii_islower(*c) ? g_ascii_toupper(*c) : g_ascii_tolower(*c);
	return turned;
}

static void
test_message_id(void)
{
	g_autofree char *id = token_message_id(keys, 7, 42, "shop.example"), *turned = turn_case(id);
	g_assert_true(g_str_has_prefix(id, "belfry.7.42.") && g_str_has_suffix(id, "@shop.example"));
	g_assert_cmpint(token_read_message_id(keys, id), ==, 7);
	g_assert_cmpint(token_read_message_id(keys, turned), ==, 7);
	id[strlen("belfry.")] = '8';
	g_assert_cmpint(token_read_message_id(keys, id), ==, 0);
}

static void
test_extension(void)
{
	g_autofree char *address = token_plus_address(keys, 7, "support@shop.example", '+');
	g_assert_true(g_str_has_prefix(address, "support+t7-") && g_str_has_suffix(address, "@shop.example"));
	g_autofree char *extension = g_strndup(strchr(address, '+') + 1, strcspn(strchr(address, '+') + 1, "@")), *turned = turn_case(extension);
	g_assert_cmpint(token_read_extension(keys, extension), ==, 7);
	g_assert_cmpint(token_read_extension(keys, turned), ==, 7);
	char *last = extension + strlen(extension) - 1;
	*last = *last == 'a' ? 'b' : 'a';
	g_assert_cmpint(token_read_extension(keys, extension), ==, 0);
}

static void
test_long_local_part(void)
{
	const char *fits = "sixty-four-octets-are-the-limit-of-a-local@shop.example";
	g_autofree char *local = g_strnfill(60, 'x'), *address = g_strconcat(local, "@shop.example", NULL);
	g_autofree char *signed_fits = token_plus_address(keys, 7, fits, '+'), *none = token_plus_address(keys, 7, address, '+');
	g_assert_nonnull(signed_fits);
	g_assert_cmpint(strchr(signed_fits, '@') - signed_fits, <=, 64);
	g_assert_null(none);
}

static void
test_subject(void)
{
	g_autofree char *marker = token_marker(keys, 123), *other = token_marker(keys, 124), *turned = turn_case(marker);
	g_autofree char *subject = g_strdup_printf("Re: [shop] %s, thanks", marker), *shouted = g_strdup_printf("RE:%s", turned);
	g_assert_cmpint(token_read_subject(keys, subject), ==, 123);
	g_assert_cmpint(token_read_subject(keys, shouted), ==, 123);
	g_autofree char *mixed = g_strdup_printf("#ct123 %s", strstr(other, "#tc"));
	g_assert_cmpint(token_read_subject(keys, mixed), ==, 0);
	g_autofree char *longer = g_strdup_printf("%sa", marker);
	g_assert_cmpint(token_read_subject(keys, longer), ==, 0);
}

static void
test_nonsense(void)
{
	static const char *const texts[] = {"", "t", "t-", "t7", "t7-", "t7-1aaaaaaaaaaaaaaaa", "t99999999999999999999-1aaaaaaaaaaaaaaaa", "t-7-1aaaaaaaaaaaaaaaa",
		"belfry.", "belfry.7", "belfry.7.", "belfry.7.8.", "belfry.7.8.1aaaaaaaaaaaaaaaa@x", "BELFRY..", "#ct", "#tc", "#ct7", "#ct7 #tc", "#tc #ct",
		"#ct7 #tc1aaaaaaaaaaaaaaaa"};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_assert_cmpint(token_read_extension(keys, texts[i]), ==, 0);
		g_assert_cmpint(token_read_message_id(keys, texts[i]), ==, 0);
		g_assert_cmpint(token_read_subject(keys, texts[i]), ==, 0);
	}
}

/* One purpose's signature is not another's; another store's keys sign nothing here. */
static void
test_purposes(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *other_path = g_build_filename(directory, "other", NULL), *signature = secret_sign(keys, "marker", "7");
	g_assert_true(secret_is_signed(keys, "marker", "7", signature));
	g_assert_false(secret_is_signed(keys, "plus-address", "7", signature));
	g_assert_true(keyring_create(other_path, &error));
	g_autoptr(keyring) others = keyring_open(other_path, &error);
	g_assert_false(secret_is_signed(others, "marker", "7", signature));
	g_assert_cmpuint(strlen(signature), ==, 17);
}

/* After a new key is added the old one's signatures still count, and what it sealed opens. */
static void
test_rotation(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *old = secret_sign(keys, "marker", "7"), *sealed = secret_seal(keys, "pa ss"), *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, NULL, &error));
	g_autofree char *more = g_strdup_printf("%s2 %064d\n", text, 7), *rotated_path = g_build_filename(directory, "rotated", NULL);
	g_assert_true(g_file_set_contents(rotated_path, more, -1, &error));
	g_autoptr(keyring) rotated = keyring_open(rotated_path, &error);
	g_assert_no_error(error);
	g_autofree char *new = secret_sign(rotated, "marker", "7"), *opened = secret_open(rotated, sealed);
	g_assert_cmpint(*new, ==, '2');
	g_assert_true(secret_is_signed(rotated, "marker", "7", old) && secret_is_signed(rotated, "marker", "7", new));
	g_assert_false(secret_is_signed(keys, "marker", "7", new));
	g_assert_cmpstr(opened, ==, "pa ss");
	sealed[strlen(sealed) - 3] ^= 1;
	g_assert_null(secret_open(rotated, sealed));
	g_assert_null(secret_open(rotated, ""));
	g_assert_null(secret_open(rotated, "1"));
}

static void
test_key_files(void)
{
	static const char *const bad[] = {"", "\n", "1 00\n", "1\n", "x", "1 zz", "? 0000000000000000000000000000000000000000000000000000000000000000"};
	struct stat file;
	g_assert_cmpint(stat(path, &file), ==, 0);
	g_assert_cmpint(file.st_mode & 0777, ==, 0600);
	g_assert_false(keyring_create(path, NULL)); /* never over another */
	g_autofree char *bad_path = g_build_filename(directory, "bad", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_true(g_file_set_contents(bad_path, bad[i], -1, NULL));
		g_assert_null(keyring_open(bad_path, &error));
		g_assert_nonnull(strstr(error->message, bad_path));
	}
}

static void
test_passwords(void)
{
	g_autofree char *hash = secret_hash_password("correct horse"), *again = secret_hash_password("correct horse");
	g_assert_true(g_str_has_prefix(hash, "$argon2id$"));
	g_assert_cmpstr(hash, !=, again);
	g_assert_true(secret_is_password(hash, "correct horse"));
	g_assert_false(secret_is_password(hash, "correct horsf"));
	g_assert_false(secret_is_password("", ""));
	g_assert_false(secret_is_password("nonsense", "nonsense"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	directory = ground_directory();
	path = g_build_filename(directory, "keys", NULL);
	g_assert_true(keyring_create(path, NULL));
	keys = keyring_open(path, NULL);
	g_test_add_func("/token/message-id", test_message_id);
	g_test_add_func("/token/extension", test_extension);
	g_test_add_func("/token/long-local-part", test_long_local_part);
	g_test_add_func("/token/subject", test_subject);
	g_test_add_func("/token/nonsense", test_nonsense);
	g_test_add_func("/secret/purposes", test_purposes);
	g_test_add_func("/secret/rotation", test_rotation);
	g_test_add_func("/secret/key-files", test_key_files);
	g_test_add_func("/secret/passwords", test_passwords);
	int status = g_test_run();
	keyring_close(keys);
	g_free(path);
	ground_free(directory);
	return status;
}
