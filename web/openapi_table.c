#include "web/openapi.h"

#define API "/api/v1"
#define PAGE "sort:text limit:int page:int"
#define LISTED(name, noun) "{total:int, page:int, limit:int, " name ":[" noun "]}"
#define THREAD_FILTERS "id:int customer:text email:text contact:int language:text status:text employee:text message:text private:text from:text" \
	" to:text shop:int folder:text q:text sort:text"
#define VERSION "If-Match"

const struct operation openapi_operations[] = {
	{HTTP_GET, API "/openapi.json", "This description", NULL, NULL, 200, "{openapi:text, info:{}, servers:[{url:text}], paths:{}, components:{}}"},

	{HTTP_GET, API "/session", "Who is logged in", NULL, NULL, 200, "Session"},
	{HTTP_GET, API "/session/look", "Who is logged in; 204 for nobody", NULL, NULL, 200, "Session"},
	{HTTP_POST, API "/session", "Log in", NULL, "{email:text, password:text, totp?:text}", 200, "Session"},
	{HTTP_DELETE, API "/session", "Log out", NULL, NULL, 204, NULL},
	{HTTP_POST, API "/reset", "Set a password by a link", NULL, "{token:text, password:text}", 204, NULL},
	{HTTP_POST, API "/reset/look", "Whose link it is", NULL, "{token:text}", 200, "{email:text, firstname:text, lastname:text}"},

	{HTTP_GET, API "/profile", "My profile", NULL, NULL, 200, "Profile"},
	{HTTP_PATCH, API "/profile", "Change my profile", VERSION,
		"{firstname?:text, lastname?:text, language?:text, theme?:text, signature?:text, mail_login?:text, notify?:Notify}", 200, "Session"},
	{HTTP_POST, API "/profile/password", "Change my password; my other sessions end", NULL, "{old:text, password:text}", 204, NULL},
	{HTTP_GET, API "/profile/sessions", "My sessions", NULL, NULL, 200, "{sessions:[OpenSession]}"},
	{HTTP_DELETE, API "/profile/sessions", "End my other sessions", NULL, NULL, 204, NULL},
	{HTTP_DELETE, API "/profile/sessions/#", "End one of my sessions", NULL, NULL, 204, NULL},
	{HTTP_POST, API "/profile/totp", "Begin two-step log-in", NULL, "{password:text}", 200, "{secret:text, uri:text, ticket:text}"},
	{HTTP_PUT, API "/profile/totp", "Confirm two-step log-in", NULL, "{ticket:text, code:text}", 200, "{recovery:[text]}"},
	{HTTP_POST, API "/profile/totp/off", "End two-step log-in", NULL, "{password:text}", 204, NULL},
	{HTTP_POST, API "/profile/recovery", "New recovery codes", NULL, "{password:text}", 200, "{recovery:[text]}"},
	{HTTP_GET, API "/profile/trusted-senders", "Senders whose remote images I see", NULL, NULL, 200, "{addresses:[text]}"},
	{HTTP_POST, API "/profile/trusted-senders", "Trust a sender's images", NULL, "{address:text}", 200, "{addresses:[text]}"},
	{HTTP_DELETE, API "/profile/trusted-senders", "Trust a sender's images no more", "address:text", NULL, 204, NULL},
	{HTTP_GET, API "/tokens", "Access tokens; an admin also sees everybody's", "everyone:int", NULL, 200, "{tokens:[Token]}"},
	{HTTP_POST, API "/tokens", "Make an access token, shown this once", NULL, "{name:text, role:text}", 201, "Token"},
	{HTTP_DELETE, API "/tokens/#", "Revoke an access token", NULL, NULL, 204, NULL},

	{HTTP_GET, API "/employees", "The staff", "name:text email:text role:text active:text " PAGE, NULL, 200, LISTED("employees", "Employee")},
	{HTTP_POST, API "/employees", "Add an employee", NULL, "EmployeeEdit", 201, "Employee"},
	{HTTP_DELETE, API "/employees", "Delete those employees who can be", "ids:text", NULL, 200,
		"{deleted:[int], refused:[{id:int, code:text, detail:text}]}"},
	{HTTP_GET, API "/employees/#", "An employee", NULL, NULL, 200, "Employee"},
	{HTTP_PATCH, API "/employees/#", "Change an employee", VERSION, "EmployeeEdit", 200, "Employee"},
	{HTTP_PUT, API "/employees/#", "Change an employee", VERSION, "EmployeeEdit", 200, "Employee"},
	{HTTP_DELETE, API "/employees/#", "Delete an employee", NULL, NULL, 204, NULL},
	{HTTP_GET, API "/employees/#/sessions", "An employee's sessions", NULL, NULL, 200, "{sessions:[OpenSession]}"},
	{HTTP_DELETE, API "/employees/#/sessions", "End all sessions of an employee", NULL, NULL, 204, NULL},
	{HTTP_DELETE, API "/employees/#/sessions/#", "End a session of an employee", NULL, NULL, 204, NULL},
	{HTTP_POST, API "/employees/#/reset", "A link to set a new password, mailed to them too", NULL, NULL, 201, "{url:text, expires:time, mailed:bool}"},
	{HTTP_DELETE, API "/employees/#/totp", "Switch an employee's two-step log-in off", NULL, NULL, 204, NULL},

	{HTTP_GET, API "/threads", "The list of threads", THREAD_FILTERS " limit:int page:int", NULL, 200,
		"{total:int, total_more:bool, page:int, limit:int, threads:[ThreadRow]}"},
	{HTTP_GET, API "/threads.csv", "The list of threads, whole, as CSV", THREAD_FILTERS " bom:int", NULL, 200, "text/csv"},
	{HTTP_GET, API "/threads/sql", "The list of threads as a query for the SQL Manager", THREAD_FILTERS, NULL, 200, "{name:text, sql:text}"},
	{HTTP_PATCH, API "/threads", "Change the status of threads, or who is in charge of them", NULL, "{ids:[int], status?:text, employee?:int|null}", 200, "{changed:[int]}"},
	{HTTP_DELETE, API "/threads", "Move threads to the bin", "ids:text", NULL, 200, "{deleted:[int]}"},
	{HTTP_GET, API "/threads/#", "A thread with its newest messages, or those before one", "before:int limit:int", NULL, 200, "Thread"},
	{HTTP_PATCH, API "/threads/#", "Change a thread", NULL,
		"{status?:text, contact?:int|null, order?:int|null, employee?:int|null, spam?:bool}", 200, "ThreadRow"},
	{HTTP_DELETE, API "/threads/#", "Move a thread to the bin", NULL, NULL, 204, NULL},
	{HTTP_GET, API "/threads/#/employees", "Who may be put in charge of a thread", NULL, NULL, 200, "{employees:[Person]}"},
	{HTTP_POST, API "/threads/#/restore", "Restore a thread from the bin", NULL, NULL, 200, "ThreadRow"},
	{HTTP_POST, API "/threads/#/read", "Mark a thread as read up to a message", NULL, "{upto:int}", 200, "{notifications:Notifications}"},
	{HTTP_GET, API "/threads/#/reply", "What an answer begins with: draft, default message, people, limits", NULL, NULL, 200, "ReplyForm"},
	{HTTP_POST, API "/threads/#/preview", "An answer as it would leave", NULL, "Letter", 200, "{subject:text, text:text, html:text}"},
	{HTTP_POST, API "/threads/#/fill", "A predefined message with its fields filled", NULL, "{order_message:int}", 200,
		"{text:text, unknown:[text], empty:[text]}"},
	{HTTP_PUT, API "/threads/#/draft", "Keep what I write", NULL, "Letter", 200, "{updated:time}"},
	{HTTP_DELETE, API "/threads/#/draft", "Throw away what I wrote, and its files", NULL, NULL, 204, NULL},
	{HTTP_POST, API "/threads/#/messages", "Answer, or note (private); also as multipart/form-data, its files as attachments;"
		" the same Idempotency-Key brings the same message, with 200", NULL, "Letter", 201,
		"Message"},
	{HTTP_POST, API "/threads/#/uploads", "Add a file to what I write: its octets, its Content-Type", "name:text", "application/octet-stream", 201,
		"Upload"},
	{HTTP_GET, API "/threads/#/uploads/#", "A file of what I write; inline=1: an image to be shown", "inline:int", NULL, 200, "application/octet-stream"},
	{HTTP_DELETE, API "/threads/#/uploads/#", "Take a file away again", NULL, NULL, 204, NULL},
	{HTTP_POST, API "/threads/#/forward", "Hand a discussion on, to an employee or to an address; answers the note", NULL,
		"{employee?:int|null, email?:text, comment?:text}", 201, "Message"},
	{HTTP_POST, API "/messages/#/undo", "Take an answer of mine back while it is kept", NULL, NULL, 200, "{thread:ThreadRow|null, draft:Draft|null}"},
	{HTTP_POST, API "/messages/#/resend", "Send what failed or is put off once more, maybe to another address", NULL, "{address?:text|null}", 200, "Message"},
	{HTTP_POST, API "/messages/#/settle", "End a doubt: it has arrived (sent), or it goes out again", NULL, "{sent:bool}", 200, "Message"},
	{HTTP_GET, API "/messages/#/text", "All of a message's text", NULL, NULL, 200, "text/plain"},
	{HTTP_GET, API "/messages/#/html", "A message's HTML as it came, in a sandbox", NULL, NULL, 200, "text/html"},
	{HTTP_GET, API "/messages/#/source", "The raw mail, byte for byte", NULL, NULL, 200, "message/rfc822"},
	{HTTP_GET, API "/messages/#/attachments.zip", "All attachments of a message", NULL, NULL, 200, "application/zip"},
	{HTTP_GET, API "/messages/#/attachments/#", "An attachment; inline=1: an image to be shown", "inline:int", NULL, 200, "application/octet-stream"},
	{HTTP_GET, API "/notifications", "The bell", NULL, NULL, 200, "Notifications"},
	{HTTP_POST, API "/notifications/seen", "Empty the bell up to an event", NULL, "{upto:int}", 200, "Notifications"},
	{HTTP_GET, API "/kpis", "Key figures", "refresh:text", NULL, 200,
		"{pending_threads:int, average_response_hours:number, messages_per_thread:number}"},
	{HTTP_GET, API "/statistics", "Statistics since the beginning", NULL, NULL, 200,
		"{total_threads:int, pending_threads:int, customer_messages:int, employee_messages:int, unread_threads:int, closed_threads:int}"},
	{HTTP_GET, API "/folders", "Threads in each folder", NULL, NULL, 200,
		"{open:int, mine:int, unassigned:int, pending:int, closed:int, automatic:int, spam:int, bin:int}"},
	{HTTP_GET, API "/charts", "Messages and response times by day", NULL, NULL, 200,
		"{time_zone:text, days:[{day:text, in:int, out:int, answered:int, response_hours:number|null}]}"},
	{HTTP_GET, API "/filters", "My saved filters", NULL, NULL, 200, "{filters:[SavedFilter]}"},
	{HTTP_POST, API "/filters", "Save a filter", NULL, "{name:text, query:text}", 201, "SavedFilter"},
	{HTTP_PATCH, API "/filters/#", "Change a saved filter", VERSION, "{name?:text, query?:text}", 200, "SavedFilter"},
	{HTTP_DELETE, API "/filters/#", "Delete a saved filter", NULL, NULL, 204, NULL},

	{HTTP_GET, API "/contacts", "The contacts", "id:int name:text address:text description:text " PAGE, NULL, 200, LISTED("contacts", "ContactRow")},
	{HTTP_POST, API "/contacts", "Add a contact", NULL, "ContactEdit", 201, "Contact"},
	{HTTP_PUT, API "/contacts/order", "Put the contacts in an order", NULL, "{ids:[int]}", 200, "{ids:[int]}"},
	{HTTP_GET, API "/contacts/summary", "The contact blocks", NULL, NULL, 200, "[ContactBlock]"},
	{HTTP_GET, API "/contacts/#", "A contact", NULL, NULL, 200, "Contact"},
	{HTTP_PATCH, API "/contacts/#", "Change a contact", VERSION, "ContactEdit", 200, "Contact"},
	{HTTP_DELETE, API "/contacts/#", "Delete a contact; its threads go to the one named, or to nobody", "threads:int", NULL, 204, NULL},
	{HTTP_GET, API "/settings/contact", "Contact options", NULL, NULL, 200, "ContactOptions"},
	{HTTP_PATCH, API "/settings/contact", "Change the contact options", VERSION, "{file_upload?:bool, default_message?:Texts}", 200, "ContactOptions"},
	{HTTP_GET, API "/settings/retention", "Bin and retention", NULL, NULL, 200, "Retention"},
	{HTTP_PATCH, API "/settings/retention", "Change bin and retention", VERSION,
		"{bin_days?:int, spam_days?:int}", 200, "Retention"},
	{HTTP_GET, API "/settings/answering", "How answers leave and come back", NULL, NULL, 200, "Answering"},
	{HTTP_PATCH, API "/settings/answering", "Change how answers leave and come back", VERSION,
		"{reopen_days?:int, plus_address?:bool, subject_marker?:bool, quote?:bool, new_sender_new_thread?:bool, employee_clients?:bool}", 200, "Answering"},
	{HTTP_GET, API "/order-messages", "Predefined messages", "id:int name:text message:text " PAGE, NULL, 200,
		LISTED("order_messages", "{id:int, name:text, message:text, version:int}")},
	{HTTP_POST, API "/order-messages", "Add a predefined message", NULL, "{name:Texts, message:Texts}", 201, "OrderMessage"},
	{HTTP_DELETE, API "/order-messages", "Delete predefined messages", "ids:text", NULL, 200, "{deleted:[int]}"},
	{HTTP_GET, API "/order-messages/#", "A predefined message", NULL, NULL, 200, "OrderMessage"},
	{HTTP_PATCH, API "/order-messages/#", "Change a predefined message", VERSION, "{name?:Texts, message?:Texts}", 200, "OrderMessage"},
	{HTTP_DELETE, API "/order-messages/#", "Delete a predefined message", NULL, NULL, 204, NULL},

	{HTTP_GET, API "/customers", "Registered customers", "name:text email:text address:text shop:int " PAGE, NULL, 200, LISTED("customers", "CustomerRow")},
	{HTTP_POST, API "/customers", "Register a customer", NULL, "CustomerEdit", 201, "Customer"},
	{HTTP_DELETE, API "/customers", "Delete customers", "ids:text", NULL, 200, "{deleted:[int]}"},
	{HTTP_GET, API "/customers/#", "A customer with a page of orders and one of threads", "limit:int orders:int threads:int", NULL, 200, "Customer"},
	{HTTP_PATCH, API "/customers/#", "Change a customer", VERSION, "CustomerEdit", 200, "Customer"},
	{HTTP_DELETE, API "/customers/#", "Delete a customer", NULL, NULL, 204, NULL},
	{HTTP_GET, API "/orders", "Orders", "exact:text reference:text email:text name:text state:text from:text to:text"
		" customer:int shop:int " PAGE, NULL, 200, LISTED("orders", "OrderRow")},
	{HTTP_POST, API "/orders", "Add an order", NULL, "OrderEdit", 201, "Order"},
	{HTTP_DELETE, API "/orders", "Delete orders", "ids:text", NULL, 200, "{deleted:[int]}"},
	{HTTP_GET, API "/orders/#", "An order with states, lines and a page of threads", "limit:int threads:int", NULL, 200, "Order"},
	{HTTP_PATCH, API "/orders/#", "Change an order", VERSION, "OrderEdit", 200, "Order"},
	{HTTP_DELETE, API "/orders/#", "Delete an order", NULL, NULL, 204, NULL},

	{HTTP_GET, API "/queries", "Saved queries", "id:int name:text sql:text " PAGE, NULL, 200, LISTED("queries", "Query")},
	{HTTP_POST, API "/queries", "Save a query", NULL, "{name:text, sql:text}", 201, "Query"},
	{HTTP_DELETE, API "/queries", "Delete queries", "ids:text", NULL, 200, "{deleted:[int]}"},
	{HTTP_GET, API "/queries/views", "What queries may read and use", NULL, NULL, 200,
		"{views:[{name:text, columns:[text]}], functions:[text]}"},
	{HTTP_POST, API "/queries/run", "Run a query; format=csv: as CSV", "format:text bom:int", "{sql:text}", 200, "QueryResult"},
	{HTTP_GET, API "/queries/#", "A saved query", NULL, NULL, 200, "Query"},
	{HTTP_PATCH, API "/queries/#", "Change a saved query", VERSION, "{name?:text, sql?:text}", 200, "Query"},
	{HTTP_PUT, API "/queries/#", "Change a saved query", VERSION, "{name?:text, sql?:text}", 200, "Query"},
	{HTTP_DELETE, API "/queries/#", "Delete a saved query", NULL, NULL, 204, NULL},
	{HTTP_GET, API "/queries/#/run", "Run a saved query; format=csv: as CSV", "format:text bom:int", NULL, 200, "QueryResult"},
	{HTTP_POST, API "/queries/#/run", "Run a saved query; format=csv: as CSV", "format:text bom:int", NULL, 200, "QueryResult"},

	{HTTP_GET, "/health", "For monitors: is all well?", NULL, NULL, 200, "Health"},
	{HTTP_GET, "/metrics", "For monitors: figures, as Prometheus reads them", NULL, NULL, 200, "text/plain"},
	{0},
};

const char *const openapi_schemas[][2] = {
	{"Problem", "{type:text, title:text, status:int, detail:text, errors?:[{field:text, code?:text, limit?:int, detail:text}]}"},
	{"Named", "{id:int, name:text}"},
	{"Person", "{id:int, firstname:text, lastname:text}"},
	{"Address", "{name:text, address:text}"},
	{"Texts", "{en?:text, fr?:text, nl?:text, pl?:text}"},
	{"Session", "{id:int, firstname:text, lastname:text, email:text, role:text, language:text, theme:text, signature:text, notify:Notify,"
		" version:int, context:{kind:text}, shops:[Named],"
		" languages:[text], contacts:[Named], bell:{event:int, epoch:text}}"},
	{"Notify", "{bell?:[text], sound?:[text], desktop?:[text], quiet?:{from:text, to:text}|null}"},
	{"Profile", "{id:int, firstname:text, lastname:text, email:text, role:text, language:text, theme:text, signature:text, mail_login:text, totp:bool,"
		" recovery_left:int, notify:Notify, version:int}"},
	{"OpenSession", "{id:int, created:time, used:time, address:text, agent:text, current:bool}"},
	{"Token", "{id:int, name:text, role:text, employee:Person, created:time, used:time|null, token?:text}"},
	{"Employee", "{id:int, firstname:text, lastname:text, email:text, role:text, language:text, active:bool, all_contacts:bool, contacts:[int],"
		" has_password:bool, totp:bool, created:time|null, last_used:time|null, version:int}"},
	{"EmployeeEdit", "{firstname?:text, lastname?:text, email?:text, role?:text, language?:text, active?:bool, all_contacts?:bool, contacts?:[int],"
		" password?:text}"},
	{"ThreadRow", "{id:int, customer:Person|null, email:text, contact:Named|null, language:text, status:text, employee:Person|null, message:text,"
		" private:bool, unread:bool, last_message:time|null, shop:Named, subject:text, folder:text, automatic:bool, draft:bool, viewers?:[Viewer]}"},
	{"Viewer", "{id:int, firstname:text, lastname:text, writing:bool}"},
	{"Thread", "{id:int, customer:Person|null, email:text, contact:Named|null, language:text, status:text, employee:Person|null, message:text,"
		" private:bool, unread:bool, last_message:time|null, shop:Named, subject:text, folder:text, automatic:bool, draft:bool, opened:bool, name:text, order:OrderRow|null, customer_card:Card, related:[int], messages:[Message],"
		" messages_total:int, first_unread:int|null, next_unanswered:{thread:int, message:int}|null, timeline:[Happening], viewers:[Viewer]}"},
	{"Message", "{id:int, kind:text, author:{id?:int, firstname?:text, lastname?:text, name?:text, email?:text}, from:Address|null, to:[Address], cc:[Address], reply_to:[Address], subject:text, language:text, date:time|null,"
		" received:time, text:text, text_more:bool, reply:text, has_html:bool, attachments:[{id:int, name:text, type:text, size:int, cid?:text, inline?:bool}],"
		" message_id:text, in_reply_to?:text, note?:text, trusted_sender?:bool, auto:bool, bounce:Bounce|null, report:text|null, spam:bool, auth:Authentication|null, new_sender:bool, private:bool, envelope:{from:text, to:[text]}|null, delivery:Delivery|null, state:text,"
		" unread:bool}"},
	{"Delivery", "{state:text, detail:text, tries:int, next_try:time|null, sent:time|null, queue_id:text, undo_until:time|null,"
		" recipients:[{name:text, address:text, field:text, state:text, answer:text}]}"},
	{"Letter", "{text?:text, html?:text, private?:bool, status?:text, employee?:int|null, to?:[text], cc?:[text], uploads?:[int], seen?:int, undo?:int}"},
	{"Draft", "{text:text, html:text|null, private:bool, to:[text]|null, cc:[text]|null, status:text|null, employee?:int|null, seen:int, updated?:time}"},
	{"Upload", "{id:int, name:text, type:text, size:int}"},
	{"ReplyForm", "{draft:Draft|null, uploads:[Upload], text:text, html:text, language:text, to:[Address], cc:[Address], people:[Address],"
		" from:Address|null, seen:int, employees:[Person], limits:{file:int, total:int, files:int, letter:int}, undo_seconds:int}"},
	{"Card", "{threads:[{id:int, subject:text, status:text, last_message:time|null}], orders:OrderSums, order_list:[OrderRow], registered:time|null}"},
	{"Bounce", "{action:text|null, status:text|null, hard:bool, recipients:[text]}"},
	{"Authentication", "{spf?:text|null, dkim?:text|null, dmarc?:text|null}"},
	{"Health", "{status:text, detail:text|null, role:text, version:text, uptime:int, threads:int, events:int, mail_captured:time|null,"
		" mail_sorted:time|null, sort_lag:int|null, bells:int, disk_free:int,"
		" outbox:{queued:int, delayed:int, failed:int, doubtful:int, oldest_due:time|null}}"},
	{"Happening", "{event:int|null, kind:text, when:time, employee:Person|null, target?:Person|null, message?:int|null, thread?:int, data?:{}|null}"},
	{"Notifications", "{count:int, event:int, entries:[{event:int, kind:text, thread:int, message:int|null, status:text, customer:Person|null,"
		" email:text, name:text, subject:text, contact:Named|null, when:time, by:Person|null, why:text}]}"},
	{"ContactRow", "{id:int, name:text, description:text, shop:Named, address:text, addresses:[text], saving:bool, taking:bool, position:int, version:int}"},
	{"ContactBlock", "{id:int, name:text, description:text, shop:Named, open:int, thread:int|null, message:int|null}"},
	{"ContactOptions", "{version:int, file_upload:bool, default_message:Texts}"},
	{"Retention", "{version:int, bin_days:int, spam_days:int}"},
	{"Answering", "{version:int, reopen_days:int, plus_address:bool, subject_marker:bool, quote:bool, new_sender_new_thread:bool,"
		" employee_clients:bool}"},
	{"Contact", "{id:int, version:int, name:Texts, description:Texts, addresses:[text], saving:bool, taking:bool, shops:[int], position:int, threads:int}"},
	{"ContactEdit", "{name?:Texts, description?:Texts, addresses?:[text], saving?:bool, taking?:bool, shops?:[int]}"},
	{"OrderMessage", "{id:int, version:int, name:Texts, message:Texts}"},
	{"SavedFilter", "{id:int, name:text, query:text, count:int|null, count_more:bool, version:int}"},
	{"CustomerRow", "{id:int, firstname:text, lastname:text, email:text, shop:Named, registered:time, version:int}"},
	{"Customer", "{id:int, firstname:text, lastname:text, email:text, shop:Named, registered:time, version:int, orders:OrderSums,"
		" order_total:int, order_list:[OrderRow], thread_total:int, threads:[OwnedThread]}"},
	{"OwnedThread", "{id:int, subject:text, status:text, contact:Named|null, last_message:time|null}"},
	{"CustomerEdit", "{firstname?:text, lastname?:text, email?:text, shop?:int, registered?:time}"},
	{"OrderSums", "{count:int, totals:[{currency:text, amount:text, count:int}]}"},
	{"OrderState", "{name:text, valid:bool, created:time|null}"},
	{"OrderRow", "{id:int, reference:text, customer:Person|null, email:text, shop:Named, total:text, currency:text, created:time|null, state:OrderState|null,"
		" version:int}"},
	{"Order", "{id:int, reference:text, customer:Person|null, email:text, shop:Named, total:text, currency:text, created:time|null, state:OrderState|null,"
		" version:int, states:[OrderState], lines:[{name:text, quantity:int, price:text}], thread_total:int, threads:[OwnedThread]}"},
	{"OrderEdit", "{reference?:text, customer?:int|null, shop?:int, total?:text, currency?:text, created?:time,"
		" states?:[{name:text, valid?:bool, created?:time}], lines?:[{name:text, quantity?:int, price?:text}]}"},
	{"Query", "{id:int, name:text, sql:text, created:time, version:int}"},
	{"QueryResult", "{columns:[text], rows:[[cell]], cut:bool, ms:int}"},
	{NULL, NULL},
};
