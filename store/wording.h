/* wording: sentences of the mails and notes that the desk writes itself, in its four languages. */
#pragma once

enum wording {
	WORDING_FORWARDED_TO,  /* "Message forwarded to": a name or address follows */
	WORDING_COMMENT,       /* "Comment:" */
	WORDING_FORWARD_SUBJECT,
	WORDING_HELLO,         /* %s: who is written to */
	WORDING_FORWARD,       /* %s: who forwards */
	WORDING_ADDED,         /* %s: who adds the comment that follows */
	WORDING_HISTORY,
	WORDING_OPEN,          /* "Open it in the desk:": an address follows */
	WORDING_RESET_SUBJECT,
	WORDING_RESET,         /* a link to set a new password follows */
	WORDING_COUNT,
};

/* In LANGUAGE, else in English. It lives as long as the program. */
const char *wording_get(enum wording which, const char *language);
