#include "store/trouble.h"

#include "store/db.h"

struct trouble {
	int code;
	const char *reason, *advice;
};

#define FULL "the disk is full, or the quota of Belfry's account is used up", "Make room on the store's disk."
#define DAMAGED "it is damaged", \
	"See belfry check --deep for what is hit; belfry restore brings back a backup, with --with-mail also what was captured since."
#define READ_ONLY "the disk is read-only", "See the kernel's log, then mount the store's disk for writing again."
#define DISK_ERRORS "the disk has errors", "See the kernel's log; belfry backup, while it can still be read, saves what is there."
#define NOT_OURS "Belfry's account may not use it", "See belfry check for the rights that the store needs."

static const struct trouble of_db[] = {
	{DB_FULL, FULL},
	{DB_DAMAGED, DAMAGED},
	{DB_SPOILED, DAMAGED},
	{DB_GONE, "it is not in its place", "Put it back, or bring back a backup with belfry restore."},
	{DB_LIMIT, "the disk is too slow, or another program keeps it locked", "See what works on the store's disk (iotop, fuser)."},
	{DB_LOCKED, "another program keeps it locked", "fuser names the program: end it, or let it give the file back."},
	{DB_READ_ONLY, READ_ONLY},
	{DB_DENIED, NOT_OURS},
	{DB_DISK, DISK_ERRORS},
};

static const struct trouble of_file[] = {
	{G_FILE_ERROR_NOSPC, FULL}, {G_FILE_ERROR_ROFS, READ_ONLY}, {G_FILE_ERROR_IO, DISK_ERRORS},
	{G_FILE_ERROR_ACCES, NOT_OURS}, {G_FILE_ERROR_PERM, NOT_OURS},
};

static const struct trouble unknown = {0, "it does not answer as it should", ""};

static const struct trouble *
find(const struct trouble *list, size_t count, int code)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].code == code)
			return &list[i];
	return &unknown;
}

static const struct trouble *
trouble_of(const GError *error)
{
	if (error && error->domain == DB_ERROR)
		return find(of_db, G_N_ELEMENTS(of_db), error->code);
	if (error && error->domain == G_FILE_ERROR)
		return find(of_file, G_N_ELEMENTS(of_file), error->code);
	return &unknown;
}

const char *
trouble_reason(const GError *error)
{
	return trouble_of(error)->reason;
}

const char *
trouble_advice(const GError *error)
{
	return trouble_of(error)->advice;
}

void
trouble_explain(GError *error)
{
	const char *advice = trouble_advice(error);
	if (!error || !*advice)
		return;
	char *message = g_strdup_printf("%s. %s", error->message, advice);
	g_free(error->message);
	error->message = message;
}
