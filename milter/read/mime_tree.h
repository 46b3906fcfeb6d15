/* mime_tree: the parts of a mail, from GMime's tree to a flat list of leaves, in order. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/read/mime.h"
#include "milter/read/mime_leaf.h"
#include "milter/read/mime_scan.h"

struct mime_tree {
	GArray *leaves; /* struct mime_leaf */
	GPtrArray *contents; /* struct mime_content *: of the parts that other leaves were found in */
	char *type; /* of the whole mail; a multipart that has no parts is one leaf of text */
	char *report_type; /* of a multipart/report; "" */
	bool is_cut; /* there may be more than is in the list */
};

void mime_tree_read(struct mime_tree *tree, const struct mime_scan *scan);
void mime_tree_clear(struct mime_tree *tree);
