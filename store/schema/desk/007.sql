-- The averages of the last 30 days are made from indices alone.
DROP INDEX message_by_kind;
CREATE INDEX message_by_kind ON message (kind, received, thread_id, is_automatic);
DROP INDEX message_by_thread;
CREATE INDEX message_by_thread ON message (thread_id, id, kind, received, is_private);
CREATE INDEX thread_by_created ON thread (created, folder, is_automatic, contact_id);
