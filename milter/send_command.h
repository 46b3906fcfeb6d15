/* send_command: MAIL and RCPT with what the server offers (RFC 1870, 3461, 6531), for send alone. */
#pragma once

#include "milter/send.h"

/* With their line ends. Owner: caller. */
char *send_command_mail(const net *server, const struct send_mail *mail);
char *send_command_rcpt(const net *server, const struct send_mail *mail, const char *recipient);
