-- The steps an MTA takes when clients misbehave. -D socket=unix:/path. What must be filed: "whole 1", "whole 2",
-- "after the aborts", "last"; never a mail whose subject begins with "never".

local function must(problem)
	if problem ~= nil then error(problem, 2) end
end

local function expect(conn, reply, step)
	if mt.getreply(conn) ~= reply then error("unexpected reply at " .. step .. ": " .. mt.getreply(conn), 2) end
end

local function open()
	local conn = mt.connect(socket, 20, 0.1)
	if conn == nil then error("cannot connect to " .. socket) end
	must(mt.conninfo(conn, "client.example", "192.0.2.1"))
	must(mt.helo(conn, "client.example"))
	return conn
end

local function envelope(conn, queue_id, recipient)
	must(mt.macro(conn, SMFIC_MAIL, "i", queue_id))
	must(mt.mailfrom(conn, "<jane@customer.example>"))
	must(mt.rcptto(conn, recipient))
end

local function headers(conn, subject)
	must(mt.header(conn, "From", " Jane <jane@customer.example>"))
	must(mt.header(conn, "Subject", " " .. subject))
	must(mt.header(conn, "Message-ID", " <" .. subject:gsub(" ", ".") .. "@customer.example>"))
end

local function mail(conn, queue_id, subject)
	envelope(conn, queue_id, "<support@shop.example>")
	must(mt.data(conn))
	headers(conn, subject)
	must(mt.eoh(conn))
	must(mt.bodystring(conn, "Hello from " .. subject .. ".\r\n"))
	must(mt.eom(conn))
	expect(conn, SMFIR_CONTINUE, "the end of " .. subject)
end

-- Several mails on one connection.
local conn = open()
mail(conn, "WHOLE1", "whole 1")
mail(conn, "WHOLE2", "whole 2")
must(mt.disconnect(conn))

-- RSET at every step, twice in a row too, and then a mail.
conn = open()
must(mt.abort(conn))
must(mt.mailfrom(conn, "<jane@customer.example>"))
must(mt.abort(conn))
envelope(conn, "ABORT1", "<support@shop.example>")
must(mt.abort(conn))
must(mt.abort(conn))
envelope(conn, "ABORT2", "<support@shop.example>")
must(mt.data(conn))
headers(conn, "never headers")
must(mt.abort(conn))
envelope(conn, "ABORT3", "<support@shop.example>")
must(mt.data(conn))
headers(conn, "never body")
must(mt.eoh(conn))
must(mt.bodystring(conn, "Never.\r\n"))
must(mt.abort(conn))
mail(conn, "ABORT4", "after the aborts")
must(mt.disconnect(conn))

-- Close first: before anything, after the connection's steps, in the middle of a mail; rudely.
mt.disconnect(mt.connect(socket, 20, 0.1), false)
mt.disconnect(open(), false)
conn = open()
envelope(conn, "CLOSE1", "<support@shop.example>")
must(mt.data(conn))
headers(conn, "never closed")
mt.disconnect(conn, false)

-- A mail of nobody here is let go at DATA.
conn = open()
envelope(conn, "OTHER1", "<anna@shop.example>")
must(mt.data(conn))
expect(conn, SMFIR_ACCEPT, "DATA of another's mail")
must(mt.disconnect(conn))

-- Recipients of a "take" contact are removed, exactly as they came; others stay.
conn = open()
must(mt.mailfrom(conn, "<jane@customer.example>", "BODY=8BITMIME"))
must(mt.rcptto(conn, "<Orders+x@Shop.Example>", "NOTIFY=NEVER"))
must(mt.rcptto(conn, "<support@shop.example>"))
must(mt.data(conn))
headers(conn, "last")
must(mt.eoh(conn))
must(mt.bodystring(conn, "Last.\r\n"))
must(mt.eom(conn))
if not mt.eom_check(conn, MT_RCPTDELETE, "<Orders+x@Shop.Example>") then error("the taken recipient stays") end
if mt.eom_check(conn, MT_RCPTDELETE, "<support@shop.example>") then error("the kept recipient goes") end
if mt.eom_check(conn, MT_HDRADD) or mt.eom_check(conn, MT_BODYCHANGE) then error("the mail was changed") end
must(mt.disconnect(conn))
