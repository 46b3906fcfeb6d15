/* api_message: what one message is made of. */
#pragma once

#include "web/call.h"

void api_message_text(struct call *call);       /* GET /messages/ID/text */
void api_message_html(struct call *call);       /* GET /messages/ID/html */
void api_message_source(struct call *call);     /* GET /messages/ID/source */
void api_message_attachment(struct call *call); /* GET /messages/ID/attachments/N ? inline=1 */
void api_message_attachments(struct call *call);
void api_message_inner_mail(struct call *call);  /* GET /messages/ID/attachments/N/mail */ /* GET /messages/ID/attachments.zip */
