/* mime_report: is the mail a report about another one: of its delivery, of its being read, of a complaint? */
#pragma once

#include "milter/read/mime.h"
#include "milter/read/mime_tree.h"

/* Fills bounce of MESSAGE and settles automatic and auto_reply, which header and text were read for. */
void mime_report_judge(mime_message *message, const struct mime_tree *tree, const guint8 *raw, bool is_null_sender);
