-- Lists of a million threads: every sort and every filter that stands alone finds its page in an index, and nothing is counted by scanning.

-- Within what is the same, the last message settles the order. contact_id at the end of an index: who may see it, without reading the thread.
DROP INDEX thread_by_last;
CREATE INDEX thread_by_last ON thread (folder, last_message, id, contact_id, is_private);
DROP INDEX thread_by_status;
CREATE INDEX thread_by_status ON thread (folder, status, last_message, id, contact_id);
DROP INDEX thread_by_customer;
CREATE INDEX thread_by_customer ON thread (customer_id, folder, last_message, id, contact_id);
CREATE INDEX thread_by_type ON thread (folder, contact_id, last_message, id);
CREATE INDEX thread_by_charge ON thread (folder, employee_id, last_message, id, contact_id);
CREATE INDEX thread_by_language ON thread (folder, language, last_message, id, contact_id);
CREATE INDEX thread_by_address ON thread (folder, email, last_message, id, contact_id);
CREATE INDEX thread_by_excerpt ON thread (folder, excerpt COLLATE NOCASE, last_message, id, contact_id);
-- Few threads each.
CREATE INDEX thread_private ON thread (folder, last_message, id, contact_id) WHERE is_private;
CREATE INDEX thread_automatic ON thread (folder, last_message, id, contact_id) WHERE is_automatic;
CREATE INDEX thread_pending ON thread (folder, last_message, id, contact_id) WHERE status IN ('pending1', 'pending2');

-- Whose message is it? Without reading it: the thread's number stands behind its texts.
CREATE INDEX message_in_thread ON message (id, thread_id);

-- Words of addresses and of customers' names, as the filters compare them.
CREATE VIRTUAL TABLE thread_text USING fts5 (email, content = 'thread', content_rowid = 'id', tokenize = 'words', detail = none, columnsize = 0);
INSERT INTO thread_text (thread_text) VALUES ('rebuild');
CREATE TRIGGER thread_text_add AFTER INSERT ON thread BEGIN
	INSERT INTO thread_text (rowid, email) VALUES (new.id, new.email);
END;
CREATE TRIGGER thread_text_drop AFTER DELETE ON thread BEGIN
	INSERT INTO thread_text (thread_text, rowid, email) VALUES ('delete', old.id, old.email);
END;
CREATE TRIGGER thread_text_change AFTER UPDATE OF email ON thread BEGIN
	INSERT INTO thread_text (thread_text, rowid, email) VALUES ('delete', old.id, old.email);
	INSERT INTO thread_text (rowid, email) VALUES (new.id, new.email);
END;

CREATE VIRTUAL TABLE customer_text USING fts5 (firstname, lastname, content = 'customer', content_rowid = 'id', tokenize = 'words', detail = none, columnsize = 0);
INSERT INTO customer_text (customer_text) VALUES ('rebuild');
CREATE TRIGGER customer_text_add AFTER INSERT ON customer BEGIN
	INSERT INTO customer_text (rowid, firstname, lastname) VALUES (new.id, new.firstname, new.lastname);
END;
CREATE TRIGGER customer_text_drop AFTER DELETE ON customer BEGIN
	INSERT INTO customer_text (customer_text, rowid, firstname, lastname) VALUES ('delete', old.id, old.firstname, old.lastname);
END;
CREATE TRIGGER customer_text_change AFTER UPDATE OF firstname, lastname ON customer BEGIN
	INSERT INTO customer_text (customer_text, rowid, firstname, lastname) VALUES ('delete', old.id, old.firstname, old.lastname);
	INSERT INTO customer_text (rowid, firstname, lastname) VALUES (new.id, new.firstname, new.lastname);
END;

-- Which words there are, in order.
CREATE VIRTUAL TABLE message_text_word USING fts5vocab (message_text, instance);
CREATE VIRTUAL TABLE thread_text_word USING fts5vocab (thread_text, instance);
CREATE VIRTUAL TABLE customer_text_word USING fts5vocab (customer_text, instance);

-- Open threads in each employee's charge: counter "charge." and the employee's number.
INSERT INTO counter SELECT shop_id, coalesce(contact_id, 0), 'charge.' || employee_id, count(*) FROM thread
WHERE folder = 'normal' AND status = 'open' AND employee_id IS NOT NULL GROUP BY 1, 2, 3;
CREATE TRIGGER thread_charge_add AFTER INSERT ON thread
WHEN new.folder = 'normal' AND new.status = 'open' AND new.employee_id IS NOT NULL BEGIN
	INSERT INTO counter VALUES (new.shop_id, coalesce(new.contact_id, 0), 'charge.' || new.employee_id, 1)
	ON CONFLICT DO UPDATE SET value = value + 1;
END;
CREATE TRIGGER thread_charge_drop AFTER DELETE ON thread
WHEN old.folder = 'normal' AND old.status = 'open' AND old.employee_id IS NOT NULL BEGIN
	UPDATE counter SET value = value - 1
	WHERE shop_id = old.shop_id AND contact_id = coalesce(old.contact_id, 0) AND name = 'charge.' || old.employee_id;
END;
CREATE TRIGGER thread_charge_change AFTER UPDATE OF shop_id, contact_id, status, folder, employee_id ON thread
WHEN (old.shop_id, old.contact_id, old.status, old.folder, old.employee_id) IS NOT (new.shop_id, new.contact_id, new.status, new.folder, new.employee_id) BEGIN
	UPDATE counter SET value = value - 1
	WHERE old.folder = 'normal' AND old.status = 'open' AND old.employee_id IS NOT NULL
	AND shop_id = old.shop_id AND contact_id = coalesce(old.contact_id, 0) AND name = 'charge.' || old.employee_id;
	INSERT INTO counter SELECT new.shop_id, coalesce(new.contact_id, 0), 'charge.' || new.employee_id, 1
	WHERE new.folder = 'normal' AND new.status = 'open' AND new.employee_id IS NOT NULL
	ON CONFLICT DO UPDATE SET value = value + 1;
END;
