/* download: raw mail and attachments as streams, in bounded memory, never rendered in our origin. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/mail.h"
#include "store/upload.h"
#include "web/call.h"

/* MAIL, byte for byte. FALSE: ERROR. */
bool download_mail(struct call *call, const mail_info *mail, GError **error);
/* Attachment call->ids[1] of message call->ids[0], out of mail MAIL. 1: the reply is set; 0: there is none; -1: ERROR. With ?inline=1
 * a picture of a safe type (by its first octets, not by what the mail says) may be shown in a page. */
int download_part(struct call *call, gint64 mail, GError **error);
/* A file that is not sent yet, in the same way. FALSE: ERROR. */
bool download_upload(struct call *call, const struct upload *file, GError **error);
/* "image/png" and the like by the first octets; NULL: not a safe picture. */
const char *download_picture_type(const void *octets, size_t size);
