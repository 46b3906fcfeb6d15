#include "milter/give_way.h"

#include "store/mail.h"

#define PLENTY 32     /* processors; where there are as many nobody has to rest, on fewer one works for that share of the time */
#define REST_MAX 1000 /* ms */
#define WINDOW 1000    /* ms; a shorter one would take for a rush what comes at once after a moment's standstill */
#define RUSH_MAILS 100 /* within it are a rush, */
#define RUSH_OCTETS (4 * 1024 * 1024) /* or so much of it */

int
give_way_rest(gint64 lasted, gint64 lag, guint processors)
{
	if (lag > GIVE_WAY_LAG || processors >= PLENTY)
		return 0;
	gint64 rest = lasted * (PLENTY - processors) / MAX(processors, 1);
	return (int)MIN(rest / 1000, REST_MAX);
}

bool
give_way_is_rush(db *raw)
{
	struct mail_flow now = mail_since(raw, g_get_real_time() / 1000 - WINDOW, RUSH_MAILS);
	return now.count >= RUSH_MAILS || now.octets >= RUSH_OCTETS;
}
