-- What employees send who have logged in at the mail server. -D socket=unix:/path. <whole.1@customer.example> of jane@customer.example is a message of
-- ours. What must be filed: "answer", as Anna's; nothing whose subject begins with "never".

local function must(problem)
	if problem ~= nil then error(problem, 2) end
end

local function expect(conn, reply, step)
	if mt.getreply(conn) ~= reply then error("unexpected reply at " .. step .. ": " .. mt.getreply(conn), 2) end
end

local function open()
	local conn = mt.connect(socket, 20, 0.1)
	if conn == nil then error("cannot connect to " .. socket) end
	must(mt.conninfo(conn, "laptop.example", "192.0.2.1"))
	must(mt.helo(conn, "laptop.example"))
	return conn
end

local function envelope(conn, login, recipient)
	if login then must(mt.macro(conn, SMFIC_MAIL, "i", "EMPL1", "{auth_authen}", login))
	else must(mt.macro(conn, SMFIC_MAIL, "i", "EMPL2")) end
	must(mt.mailfrom(conn, "<anna@shop.example>"))
	must(mt.rcptto(conn, recipient))
	must(mt.data(conn))
end

local function headers(conn, subject, parent)
	must(mt.header(conn, "From", " Anna <anna@shop.example>"))
	must(mt.header(conn, "To", " jane@customer.example"))
	must(mt.header(conn, "Subject", " " .. subject))
	if parent then must(mt.header(conn, "In-Reply-To", " " .. parent)) end
	must(mt.eoh(conn))
end

-- One connection: an answer, then what is none, then an answer of who has not logged in.
local conn = open()
envelope(conn, "anna@shop.example", "<jane@customer.example>")
expect(conn, SMFIR_CONTINUE, "DATA of an employee's mail")
headers(conn, "answer", "<whole.1@customer.example>")
expect(conn, SMFIR_CONTINUE, "the header's end of an answer")
must(mt.bodystring(conn, "An answer.\r\n"))
must(mt.eom(conn))
expect(conn, SMFIR_CONTINUE, "the end of an answer")
if mt.eom_check(conn, MT_RCPTDELETE, "<jane@customer.example>") then error("the recipient goes") end

envelope(conn, "anna@shop.example", "<jane@customer.example>")
headers(conn, "never an answer")
expect(conn, SMFIR_ACCEPT, "the header's end of what is no answer")

envelope(conn, "anna@shop.example", "<lee@customer.example>")
headers(conn, "never to a stranger", "<whole.1@customer.example>")
expect(conn, SMFIR_ACCEPT, "the header's end of an answer to a stranger")

envelope(conn, nil, "<jane@customer.example>")
expect(conn, SMFIR_ACCEPT, "DATA of who has not logged in")
must(mt.disconnect(conn))

-- RSET and a lost connection while a header is held.
conn = open()
envelope(conn, "anna@shop.example", "<jane@customer.example>")
must(mt.header(conn, "Subject", " never reset"))
must(mt.abort(conn))
envelope(conn, "anna@shop.example", "<jane@customer.example>")
headers(conn, "never finished", "<whole.1@customer.example>")
must(mt.bodystring(conn, "Never.\r\n"))
must(mt.abort(conn))
envelope(conn, "anna@shop.example", "<jane@customer.example>")
must(mt.header(conn, "Subject", " never closed"))
mt.disconnect(conn, false)

-- A header without end is forgotten.
conn = open()
envelope(conn, "anna@shop.example", "<jane@customer.example>")
for _ = 1, 300 do must(mt.header(conn, "X-Fill", " " .. string.rep("x", 1000))) end
headers(conn, "never that long", "<whole.1@customer.example>")
expect(conn, SMFIR_ACCEPT, "the end of a header that is too long")
must(mt.disconnect(conn))
