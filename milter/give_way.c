#include "milter/give_way.h"

#include "store/mail.h"

#define PLENTY 16     /* processors; where there are as many nobody has to rest, on fewer one works for that share of the time */
#define REST_MAX 1000 /* ms */
#define RUSH_MAILS 20 /* within GIVE_WAY_LOOK are a rush */

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
	g_autoptr(mail_info) before = mail_get(raw, mail_last_id(raw, NULL) - RUSH_MAILS, NULL);
	return before && g_get_real_time() / 1000 - before->captured < GIVE_WAY_LOOK;
}
