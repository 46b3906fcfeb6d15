/* mime: the bytes of one mail → what can be read in it. No I/O, no store; GMime lives here alone.
 *
 * Input is whatever a stranger sent: every count is bounded (limits below), nothing recurses on it, and
 * a mail beyond a bound is read as far as the bound and marked partial. All strings that come out are
 * valid UTF-8 without NUL and C0 controls (tab and newline apart in bodies). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define MIME_HEADERS_MAX 1000      /* header fields that are read */
#define MIME_HEADER_BYTES (256 * 1024)
#define MIME_PARTS_MAX 500
#define MIME_TEXT_MAX (4 * 1024 * 1024) /* bytes of text or HTML kept decoded; the rest stays in the raw mail */

enum mime_state {MIME_OK, MIME_PARTIAL, MIME_UNREADABLE};

enum mime_encoding {MIME_IDENTITY, MIME_BASE64, MIME_QUOTED_PRINTABLE, MIME_UUENCODE, MIME_YENC};

struct mime_place { /* a stretch of octets, and how they are encoded */
	guint64 offset, length;
	enum mime_encoding encoding;
};

struct mime_address {
	char *name;    /* decoded; "" when absent */
	char *address; /* as written, domain as A-label, "" never */
};

struct mime_fact { /* UTF-8 */
	char *name, *value;
};

/* A leaf that is not the body: attachment, inline image, message/rfc822 (whole). offset and length are
 * octets of the encoded content within the raw mail, so that it can be streamed from there. */
struct mime_part {
	char *name;       /* file name without any path, "" when the mail gives none */
	char *type;       /* "image/png", lower case */
	char *charset;    /* "" when none */
	char *content_id; /* without <>; "" when none */
	bool is_inline;
	guint64 offset, length;
	enum mime_encoding encoding;
	bool has_inner;           /* the part is only a stretch of what these octets decode to, */
	struct mime_place inner;  /* this one: a file in a winmail.dat, a file written into an encoded text */
	guint64 size; /* octets after decoding */
	char *role;       /* what it is besides a file: "mail", "event", "signature", "control" (read by programs only); "" */
	GPtrArray *facts; /* struct mime_fact *, of a mail or an event: see mime_reading, calendar */
	guint leaf;       /* its place in the tree, while the mail is read */
};

/* What a bounce says of one recipient; "" = not said. */
struct mime_report {
	char *address, *original; /* Final-Recipient, Original-Recipient */
	char *action, *status;
	char *diagnostic;         /* what the server said, in one line */
};

struct mime_bounce { /* RFC 3464 and its like; RFC 8098; RFC 5965 */
	char *action; /* failed, delayed, delivered, relayed, expanded, read, complaint */
	char *status; /* "5.1.1" or "" */
	char *reason; /* of a failure "mailbox_full" and the like, of a complaint its type, "abuse"; "" = not known */
	bool hard;    /* the address will never work */
	GPtrArray *recipients; /* char * */
	GPtrArray *reports;    /* struct mime_report *: at least one */
	char *original_id;     /* Message-ID of the mail it is about, without <>; "" */
	char *envelope_id;     /* Original-Envelope-Id, xtext undone; "" */
};

struct mime_header { /* for rules over header = value; at most MIME_HEADERS_MAX of them */
	char *name;  /* lower case */
	char *value; /* unfolded, as written, cut at 998 octets, UTF-8 */
	bool is_above_received; /* stands above the first Received: put there by our own side */
};

struct mime_auth { /* Authentication-Results of a trusted authserv-id: "" or none pass fail … */
	char *spf, *dkim, *dmarc;
	char *spf_domain, *dkim_domain; /* whose it is that passed, or did not; "" = not said */
};

typedef struct mime_message {
	enum mime_state state;
	char *note; /* why it is partial or unreadable; "" else */
	char *subject;
	GPtrArray *from, *reply_to, *to, *cc; /* struct mime_address * */
	gint64 date;                          /* ms since the epoch; 0 when absent or unreadable */
	char *date_raw;                       /* the header as it stands, for telling repeats; "" */
	char *from_raw;                       /* likewise */
	char *subject_raw;                    /* likewise */
	char *message_id;                     /* without <>; "" when absent */
	GPtrArray *in_reply_to, *references;  /* char *, without <>, in order */
	char *text;     /* body as plain text, LF line ends; from HTML when there is no text part */
	char *reply;    /* text without quoted history and signature */
	char *html;     /* body as HTML, UTF-8; NULL when there is none */
	char *language; /* ISO 639-1 guess, "" when unsure */
	bool automatic; /* any automatic mail, bounces included */
	bool is_list; /* spread by a list, whoever wrote it: never to be answered by a program */
	bool auto_reply; /* out of office and the like: Auto-Submitted: auto-replied */
	struct mime_bounce *bounce; /* NULL when it is none */
	char *protection; /* "smime-signed", "smime-encrypted", "pgp-signed", "pgp-encrypted": nothing of it is verified; "" */
	struct mime_auth auth;
	GPtrArray *headers;         /* struct mime_header *, in order */
	GPtrArray *parts;           /* struct mime_part *, in order */
	GBytes *body_digest;        /* SHA-256 of the body (after the header), line ends as LF */
} mime_message;

struct mime_options {
	const char *const *authserv_ids; /* trusted, NULL-terminated; NULL = none */
	bool is_null_sender; /* the envelope says MAIL FROM:<>, which only programs use */
	bool is_within; /* it is a mail within a mail: what is within that is not looked at */
	const char *charset; /* what staff chose for this mail's texts and raw headers, before all that it says of itself; NULL = none */
};

/* Once per process, before the first mime_read and before any confinement: loads charsets and languages, so
 * that reading needs no file afterwards. */
void mime_init(void);

/* Reads RAW. Never fails: what cannot be read is MIME_UNREADABLE with what headers there are. Owner: caller. */
mime_message *mime_read(GBytes *raw, const struct mime_options *options);
void mime_message_free(mime_message *message);

/* The wire form between the parse child and sort: safe to read from a child that a mail has taken over. mime_unpack gives NULL with ERROR on anything that is not a message. */
GBytes *mime_pack(const mime_message *message);
mime_message *mime_unpack(GBytes *wire, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(mime_message, mime_message_free)
