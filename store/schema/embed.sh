#!/bin/sh
# Prints C source holding the numbered schema steps of each store file, in order.
cd "$(dirname "$0")" || exit 1
echo '#include "store/migrate.h"'
for file in raw desk; do
	echo "const char *const schema_${file}[] = {"
	for step in "$file"/[0-9]*.sql; do
		sed -e 's/--.*$//' -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/\t"/' -e 's/$/\\n"/' "$step"
		echo "	,"
	done
	echo "	NULL};"
done
