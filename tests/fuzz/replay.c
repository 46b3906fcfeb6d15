/* replay: runs a fuzz target without libFuzzer, so that make check needs no clang:
 *
 *   TARGET MOST LAST FILE|FOLDER…
 *
 * Each file is an input, cut at MOST octets, and so are some changed copies of it, always the same ones. LAST is a file that holds the
 * input that is being run, and so, when one breaks the target, that one. Says how many inputs it ran. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define MUTANTS 12 /* of each seed */
#define CHANGES 4  /* of a mutant, at most */

struct replay {
	guint most;
	int last;
	GRand *random;
	int count;
};

__attribute__((weak)) int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	return 0;
}

static void
run(struct replay *self, const GByteArray *input)
{
	if (ftruncate(self->last, 0) || pwrite(self->last, input->data, input->len, 0) != (ssize_t)input->len)
		g_error("the input cannot be noted");
	g_autofree guint8 *exact = g_memdup2(input->data, input->len);
	LLVMFuzzerTestOneInput(exact ? exact : (const guint8 *)"", input->len);
	self->count++;
}

static void
change_octet(struct replay *self, GByteArray *input, guint at)
{
	static const guint8 special[] = {0, '\n', '\r', ' ', '"', '<', '%', '/', ':', ';', 0x7f, 0x80, 0xff};
	input->data[at] = g_rand_boolean(self->random) ? special[g_rand_int_range(self->random, 0, G_N_ELEMENTS(special))]
		: (guint8)g_rand_int_range(self->random, 0, 256);
}

static void
repeat_piece(struct replay *self, GByteArray *input, guint at)
{
	guint length = (guint)g_rand_int_range(self->random, 1, (gint32)MIN(input->len - at, 64) + 1);
	g_autofree guint8 *piece = g_memdup2(input->data + at, length);
	for (int i = g_rand_int_range(self->random, 1, 20); i && input->len + length <= self->most; i--)
		g_byte_array_append(input, piece, length);
}

static void
drop_piece(struct replay *self, GByteArray *input, guint at)
{
	g_byte_array_remove_range(input, at, (guint)g_rand_int_range(self->random, 1, (gint32)MIN(input->len - at, 64) + 1));
}

static void
cut_off(G_GNUC_UNUSED struct replay *self, GByteArray *input, guint at)
{
	g_byte_array_set_size(input, at);
}

static void
mutate(struct replay *self, GByteArray *input)
{
	static void (*const changes[])(struct replay *, GByteArray *, guint) = {change_octet, change_octet, repeat_piece, drop_piece, cut_off};
	for (int i = g_rand_int_range(self->random, 1, CHANGES + 1); i && input->len; i--)
		changes[g_rand_int_range(self->random, 0, G_N_ELEMENTS(changes))](self, input,
			(guint)g_rand_int_range(self->random, 0, (gint32)input->len));
}

static void
run_file(struct replay *self, const char *path)
{
	g_autofree char *octets = NULL;
	gsize length;
	if (!g_file_get_contents(path, &octets, &length, NULL))
		g_error("%s cannot be read", path);
	guint size = (guint)MIN(length, self->most);
	for (int i = 0; i <= MUTANTS; i++) {
		g_autoptr(GByteArray) input = g_byte_array_new();
		g_byte_array_append(input, (const guint8 *)octets, size);
		if (i)
			mutate(self, input);
		run(self, input);
	}
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
run_path(struct replay *self, const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	if (!folder) {
		run_file(self, path);
		return;
	}
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	for (const char *name; (name = g_dir_read_name(folder));)
		g_ptr_array_add(files, g_build_filename(path, name, NULL));
	g_ptr_array_sort(files, compare_names);
	for (guint i = 0; i < files->len; i++)
		run_file(self, files->pdata[i]);
}

int
main(int count, char **arguments)
{
	if (count < 4)
		return 64;
	struct replay self = {.most = (guint)strtoul(arguments[1], NULL, 10), .random = g_rand_new_with_seed(1)};
	self.last = open(arguments[2], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	LLVMFuzzerInitialize(&count, &arguments);
	for (int i = 3; i < count; i++)
		run_path(&self, arguments[i]);
	printf("%d inputs\n", self.count);
	g_rand_free(self.random);
	close(self.last);
	return 0;
}
