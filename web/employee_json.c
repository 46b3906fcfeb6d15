#include "web/employee_json.h"

#include <string.h>

#include "store/secret.h"

static void
write_contacts(out *json, const char *ids)
{
	g_auto(GStrv) list = g_strsplit(ids, ",", -1);
	out_array(json, "contacts");
	for (char **id = list; *id; id++)
		out_int(json, NULL, g_ascii_strtoll(*id, NULL, 10));
	out_end(json);
}

void
employee_json(out *json, const char *name, const employee *person)
{
	out_object(json, name);
	out_int(json, "id", person->id);
	out_text(json, "firstname", person->firstname);
	out_text(json, "lastname", person->lastname);
	out_text(json, "email", person->email);
	out_text(json, "role", person->role);
	out_text(json, "language", person->language);
	out_text(json, "mail_login", person->mail_login);
	out_bool(json, "active", person->is_active);
	out_bool(json, "all_contacts", person->has_all);
	write_contacts(json, person->contacts);
	out_bool(json, "has_password", *person->password);
	out_bool(json, "totp", person->has_totp);
	out_time(json, "created", person->created);
	out_time(json, "last_used", person->last_used);
	out_int(json, "version", person->version);
	out_end(json);
}

static bool
has_control(const char *text)
{
	for (const char *c = text; *c; c = g_utf8_next_char(c))
		if (g_unichar_iscntrl(g_utf8_get_char(c)))
			return true;
	return false;
}

static bool
is_blank(const char *text)
{
	for (const char *c = text; *c; c = g_utf8_next_char(c))
		if (!g_unichar_isspace(g_utf8_get_char(c)))
			return false;
	return true;
}

bool
employee_json_is_name(struct call *call, const char *field, const char *name)
{
	if (!name)
		return true;
	if (is_blank(name))
		reply_refuse(call->reply, field, "required", 0, "The name cannot be empty.");
	else if (g_utf8_strlen(name, -1) > EMPLOYEE_NAME_MAX)
		reply_refuse(call->reply, field, "too_long", EMPLOYEE_NAME_MAX, "The name can have %d characters at most.", EMPLOYEE_NAME_MAX);
	else if (has_control(name))
		reply_refuse(call->reply, field, "control", 0, "The name cannot have control characters.");
	else
		return true;
	return false;
}

bool
employee_json_is_login(struct call *call, const char *login)
{
	bool is_good = !login || (strlen(login) <= EMPLOYEE_LOGIN_MAX && g_utf8_validate(login, -1, NULL));
	for (const char *c = login; is_good && c && *c; c++)
		is_good = (guchar)*c > ' ' && *c != 0x7f;
	if (!is_good)
		reply_wrong_field(call->reply, "mail_login", "A log-in at the mail server has no blanks, and at most 255 octets.");
	return is_good;
}

bool
employee_json_is_language(struct call *call, const char *language)
{
	static const char *const languages[] = {"en", "fr", "nl", "pl", NULL};
	if (!language || g_strv_contains(languages, language))
		return true;
	reply_wrong_field(call->reply, "language", "The language must be en, fr, nl or pl.");
	return false;
}

bool
employee_json_is_password(struct call *call, const char *field, const char *password)
{
	if (g_utf8_strlen(password, -1) < EMPLOYEE_PASSWORD_MIN)
		reply_refuse(call->reply, field, "password_short", EMPLOYEE_PASSWORD_MIN, "The password must have %d characters or more.",
			EMPLOYEE_PASSWORD_MIN);
	else if (strlen(password) > EMPLOYEE_PASSWORD_MAX)
		reply_refuse(call->reply, field, "too_long", EMPLOYEE_PASSWORD_MAX, "The password is too long.");
	else
		return true;
	return false;
}

/* One @, something before it, a domain behind, nothing that cannot be written plainly. */
static bool
is_email(const char *email)
{
	const char *at = strchr(email, '@');
	if (!at || at == email || strlen(email) > EMPLOYEE_EMAIL_MAX || strchr(at + 1, '@') || has_control(email))
		return false;
	const char *domain = at + 1;
	bool is_dotted = *domain != '.' && *domain && domain[strlen(domain) - 1] != '.' && !strstr(domain, "..");
	return is_dotted && !strpbrk(email, " \t<>()[],;:\\\"");
}

static bool
read_email(struct call *call, const char *email)
{
	if (is_email(email))
		return true;
	reply_refuse(call->reply, "email", "email", 0, "The email address is invalid.");
	return false;
}

static bool
read_role(struct call *call, const char *role)
{
	if (employee_is_role(role))
		return true;
	reply_wrong_field(call->reply, "role", "The role must be admin, agent or viewer.");
	return false;
}

static void
keep_contacts(GArray *contacts, const char *ids)
{
	g_auto(GStrv) list = g_strsplit(ids, ",", -1);
	for (char **id = list; *id; id++) {
		gint64 number = g_ascii_strtoll(*id, NULL, 10);
		g_array_append_val(contacts, number);
	}
}

static bool
read_contacts(struct call *call, const json_in *in, const employee *person, struct staff_edit *edit)
{
	GArray *given = json_get_ints(in, "contacts");
	edit->contacts = given ? given : g_array_new(FALSE, FALSE, sizeof(gint64));
	if (!given && person)
		keep_contacts((GArray *)edit->contacts, person->contacts);
	if (given || !json_has(in, "contacts"))
		return true;
	reply_wrong_field(call->reply, "contacts", "The contacts must be a list of their numbers.");
	return false;
}

static bool
read_bool(struct call *call, const json_in *in, const char *name, bool *value)
{
	if (!json_has(in, name) || json_get_bool(in, name, value))
		return true;
	reply_wrong_field(call->reply, name, "%s must be true or false.", name);
	return false;
}

static const char *
text_or(const json_in *in, const char *name, const char *otherwise)
{
	const char *text = json_get_text(in, name);
	return text ? text : json_has(in, name) ? "" : otherwise;
}

static bool
read_password(struct call *call, const json_in *in, struct staff_edit *edit)
{
	const char *password = json_get_text(in, "password");
	if (!password || !*password)
		return true;
	if (!employee_json_is_password(call, "password", password))
		return false;
	edit->password_hash = secret_hash_password(password);
	if (!edit->password_hash)
		reply_problem(call->reply, 503, "Memory is short. Please try again in a moment.");
	return edit->password_hash != NULL;
}

/* Every field is looked at, so that all that is wrong is told at once. */
bool
employee_json_read(struct call *call, const json_in *in, const employee *person, struct staff_edit *edit)
{
	*edit = (struct staff_edit){
		.firstname = text_or(in, "firstname", person ? person->firstname : ""),
		.lastname = text_or(in, "lastname", person ? person->lastname : ""),
		.email = text_or(in, "email", person ? person->email : ""),
		.role = text_or(in, "role", person ? person->role : ""),
		.language = text_or(in, "language", person ? person->language : "en"),
		.mail_login = text_or(in, "mail_login", person ? person->mail_login : ""),
		.is_active = !person || person->is_active, .has_all = !person || person->has_all};
	bool ok = employee_json_is_name(call, "firstname", edit->firstname);
	ok &= employee_json_is_name(call, "lastname", edit->lastname);
	ok &= read_email(call, edit->email);
	ok &= read_role(call, edit->role);
	ok &= employee_json_is_language(call, edit->language);
	ok &= employee_json_is_login(call, edit->mail_login);
	ok &= read_bool(call, in, "active", &edit->is_active);
	ok &= read_bool(call, in, "all_contacts", &edit->has_all);
	ok &= read_contacts(call, in, person, edit);
	return ok && read_password(call, in, edit);
}

void
employee_json_clear(struct staff_edit *edit)
{
	g_free((char *)edit->password_hash);
	if (edit->contacts)
		g_array_unref((GArray *)edit->contacts);
}
