#include "milter/read/mime_name.h"

#include <string.h>

#include "milter/read/charset.h"

#define NAME_MAX_BYTES 255
#define UNKNOWN_TYPE "application/octet-stream"

/* What customers attach. The first line of a type names its files, the first of an ending its type. */
static const struct {const char *type, *ending;} types[] = {
	{"application/pdf", "pdf"}, {"application/zip", "zip"}, {"application/zip", "zipx"}, {"application/gzip", "gz"},
	{"application/x-7z-compressed", "7z"}, {"application/vnd.rar", "rar"}, {"application/json", "json"}, {"application/xml", "xml"},
	{"application/msword", "doc"}, {"application/vnd.ms-excel", "xls"}, {"application/vnd.ms-powerpoint", "ppt"},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
	{"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
	{"application/vnd.oasis.opendocument.text", "odt"}, {"application/vnd.oasis.opendocument.spreadsheet", "ods"},
	{"application/rtf", "rtf"}, {"application/pkcs7-signature", "p7s"}, {"application/x-pkcs7-signature", "p7s"},
	{"application/pkcs7-mime", "p7m"}, {"application/x-pkcs7-mime", "p7m"}, {"application/pgp-signature", "asc"},
	{"application/pgp-keys", "asc"}, {"application/pgp-encrypted", "asc"}, {"application/ms-tnef", "dat"}, {"application/ics", "ics"},
	{"image/jpeg", "jpg"}, {"image/jpeg", "jpeg"}, {"image/png", "png"}, {"image/gif", "gif"}, {"image/webp", "webp"}, {"image/bmp", "bmp"},
	{"image/tiff", "tiff"}, {"image/tiff", "tif"}, {"image/heic", "heic"}, {"image/heif", "heif"}, {"image/avif", "avif"},
	{"image/svg+xml", "svg"}, {"image/pjpeg", "jpg"}, {"image/jpg", "jpg"}, {"image/x-png", "png"},
	{"audio/mpeg", "mp3"}, {"audio/mp4", "m4a"}, {"audio/ogg", "ogg"}, {"audio/wav", "wav"}, {"audio/x-wav", "wav"}, {"audio/amr", "amr"},
	{"video/mp4", "mp4"}, {"video/quicktime", "mov"}, {"video/webm", "webm"}, {"video/x-msvideo", "avi"}, {"video/3gpp", "3gp"},
	{"text/plain", "txt"}, {"text/html", "html"}, {"text/html", "htm"}, {"text/csv", "csv"}, {"text/calendar", "ics"}, {"text/vcard", "vcf"},
	{"text/x-vcard", "vcf"}, {"text/directory", "vcf"}, {"text/xml", "xml"}, {"text/rtf", "rtf"}, {"text/css", "css"}, {"text/richtext", "rtx"},
	{"text/enriched", "txt"}, {"text/rfc822-headers", "txt"}, {"message/rfc822", "eml"}, {"message/global", "eml"},
	{"message/delivery-status", "txt"}, {"message/disposition-notification", "txt"}, {"message/feedback-report", "txt"},
	{"message/partial", "eml"}, {"message/external-body", "txt"},
};

/* Names for what is no file to its sender. */
static const struct {const char *prefix, *word;} words[] = {
	{"image/", "image"}, {"message/", "message"}, {"text/calendar", "invitation"}, {"audio/", "audio"}, {"video/", "video"},
	{"application/pgp-signature", "signature"}, {"application/pkcs7-signature", "smime"}, {"application/x-pkcs7-signature", "smime"},
	{"application/pkcs7-mime", "smime"}, {"application/x-pkcs7-mime", "smime"},
};

static const char *
base_of(const char *name)
{
	const char *base = name;
	for (const char *p = name; *p; p++)
		if (*p == '/' || *p == '\\')
			base = p + 1;
	return strcmp(base, ".") == 0 || strcmp(base, "..") == 0 ? "" : base;
}

char *
mime_name_clean(const char *name)
{
	static const char *const turners[] = {"\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
		"\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9"};
	g_autofree char *utf8 = charset_decode(NULL, (const guint8 *)name, strlen(name));
	charset_clean_line(utf8);
	g_autoptr(GString) clean = g_string_new(base_of(utf8));
	for (gsize i = 0; i < G_N_ELEMENTS(turners); i++)
		g_string_replace(clean, turners[i], "", 0);
	if (clean->len > NAME_MAX_BYTES) {
		const char *cut = g_utf8_find_prev_char(clean->str, clean->str + NAME_MAX_BYTES + 1);
		g_string_truncate(clean, cut - clean->str);
	}
	return g_string_free(g_steal_pointer(&clean), FALSE);
}

char *
mime_name_by_type(const char *type)
{
	const char *word = NULL, *ending = NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(words) && !word; i++)
		if (g_str_has_prefix(type, words[i].prefix))
			word = words[i].word;
	word = word ? word : "attachment";
	for (gsize i = 0; i < G_N_ELEMENTS(types) && !ending; i++)
		if (strcmp(type, types[i].type) == 0)
			ending = types[i].ending;
	return ending ? g_strdup_printf("%s.%s", word, ending) : g_strdup(word);
}

const char *
mime_name_type(const char *name)
{
	const char *dot = strrchr(name, '.');
	for (gsize i = 0; dot && i < G_N_ELEMENTS(types); i++)
		if (g_ascii_strcasecmp(dot + 1, types[i].ending) == 0)
			return types[i].type;
	return UNKNOWN_TYPE;
}

bool
mime_name_has_ending(const char *name)
{
	const char *dot = strrchr(name, '.');
	return dot && dot > name && strcmp(mime_name_type(name), UNKNOWN_TYPE) != 0;
}
