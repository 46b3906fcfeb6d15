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

-- What would be there twice is kept once, and what is long and seldom looked at packed. Rows of older programs keep it as before.
ALTER TABLE message ADD COLUMN reply_length INTEGER; -- reply is so many characters of text, from its beginning; NULL = it is in its own column
ALTER TABLE message ADD COLUMN page BLOB;            -- squeeze(html), the column html is NULL then; NULL = it is there, or there is none
