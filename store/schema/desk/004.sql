-- What reading mail better needs.

-- Parts of a part: a file within winmail.dat, within a text.

-- Reading a mail again.

-- Spam and who writes.

-- Reports.
