-- A transaction that adds many messages has them, and their threads, indexed together, at its end (store/message_index).
DROP TRIGGER message_text_add;
CREATE TRIGGER message_text_add AFTER INSERT ON message WHEN NOT EXISTS (SELECT 1 FROM fact WHERE name = 'index_after.message') BEGIN
	INSERT INTO message_text (rowid, subject, text, from_name, from_address)
	VALUES (new.id, new.subject, new.text, new.from_name, new.from_address);
END;
DROP TRIGGER thread_text_add;
CREATE TRIGGER thread_text_add AFTER INSERT ON thread WHEN NOT EXISTS (SELECT 1 FROM fact WHERE name = 'index_after.thread') BEGIN
	INSERT INTO thread_text (rowid, email) VALUES (new.id, new.email);
END;
