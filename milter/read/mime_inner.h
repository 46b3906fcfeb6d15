/* mime_inner: parts that lie within other parts: files written into a text, what Outlook packs into a winmail.dat, and what is signed in
 * an application/pkcs7-mime. */
#pragma once

#include "milter/read/mime_tree.h"

/* Puts into TREE's list, where a leaf is more than one thing, what it is made of: text, file, text; the files of a winmail.dat. */
void mime_inner_unpack(struct mime_tree *tree, const guint8 *raw);
