"""Reads a mail from standard input with Python's email package and says what it found, a line each; defects too."""
import sys
from email import message_from_bytes, policy

octets = sys.stdin.buffer.read()
mail = message_from_bytes(octets, policy=policy.strict)
say = lambda *words: print(*(str(word).replace("\n", "\\n") for word in words), sep="\t")
for line in octets.split(b"\r\n"):
    if b"\r" in line or b"\n" in line:
        say("defect", "a bare CR or LF")
    if len(line) > 998:
        say("defect", "a line of", len(line))
    if any(octet > 126 or (octet < 32 and octet != 9) for octet in line):
        say("defect", "an octet that is not ASCII")
for part in mail.walk():
    for name, value in part.items():
        for defect in value.defects:
            # names of files in Content-Type are encoded as older programs read them, which RFC 2047 does not know
            if not (name == "Content-Type" and "encoded" in str(defect) and "word" in str(defect)):
                say("defect", name, defect)
    for defect in part.defects:
        say("defect", part.get_content_type(), defect)
say("subject", mail["subject"])
for field in ("from", "reply-to", "to", "cc"):
    for person in mail[field].addresses if mail[field] else ():
        # this parser keeps a blank between encoded words that stand for one (before 3.12): blanks do not count in names
        say(field, "".join(person.display_name.split()), person.addr_spec)
for name, value in mail.items():
    if name.lower() in ("message-id", "in-reply-to", "references", "auto-submitted", "content-language", "bcc", "date", "x-evil"):
        say(name.lower(), value)
for part in mail.walk():
    if part.is_multipart():
        say("part", part.get_content_type())
    elif part.get_content_disposition() == "attachment":
        say("file", part.get_content_type(), part.get_filename(), len(part.get_payload(decode=True)))
    else:
        say("part", part.get_content_type(), part.get_content_charset(), part.get_param("format"), part.get_content().replace("\r\n", "\n").rstrip("\n"))
