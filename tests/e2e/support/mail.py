"""Mails (files named as arguments) as Python's email package reads them by its strict policy: a JSON array."""
import json
import sys
from email import message_from_bytes, policy


def defects(octets, mail):
    found = []
    for line in octets.replace(b"\r\n", b"\n").split(b"\n"):
        if b"\r" in line or b"\0" in line:
            found.append("a bare CR or a NUL")
        if len(line) > 998:
            found.append("a line of %d octets" % len(line))
    for part in mail.walk():
        found += [str(defect) for defect in part.defects]
        for name, value in part.items():
            # names of files in Content-Type are encoded as older programs read them, which RFC 2047 does not know
            found += [f"{name}: {type(defect).__name__} {defect} in {value}" for defect in value.defects if not (name == "Content-Type" and "encoded" in str(defect))]
    return found


def people(mail, field):
    return [[person.display_name, person.addr_spec] for person in mail[field].addresses] if mail[field] else []


def read(path):
    with open(path, "rb") as file:
        octets = file.read()
    mail = message_from_bytes(octets, policy=policy.strict)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return {
        "file": path,
        "names": [name.lower() for name in mail.keys()],
        "subject": str(mail["subject"]),
        **{field: people(mail, field) for field in ("from", "to", "cc", "reply-to")},
        "message-id": str(mail["message-id"]),
        "in-reply-to": str(mail["in-reply-to"]),
        "references": str(mail["references"]),
        "text": text.get_content() if text else None,
        "html": html.get_content() if html else None,
        "files": [{"name": part.get_filename(), "type": part.get_content_type(), "size": len(part.get_payload(decode=True) or b"")}
                  for part in mail.iter_attachments()] if mail.is_multipart() else [],
        "defects": defects(octets, mail),
    }


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
