#!/bin/sh
# Includes go downward only (ARCHITECTURE.md), and each foreign library is known to one module. Prints what breaks it.
set -u
cd "$(dirname "$0")/.." || exit 1

ground='log complaint conf durable secret words snippet out totp letter wording guise base64 part_decode'
engine='db db_error db_handle db_query db_words db_squeeze listing db_console migrate wake hold still writer squeeze gather trouble viewer terms' # viewer: on whose behalf rows are read
nouns='mail shop setting thread message contact employee session event notification customer order trust machine factor reset sql_query saved order_message outbox spam namesake'
# Everything else in store/ is a deed; so is part, which reads out of mail. Libraries: header prefix, then the one module that may know it.
libraries='sqlite3.h store/db\w*
sodium store/secret
libmilter/ milter/milter
gmime/ milter/\(read/mime\w*\|mime_compose\|mime_pipe\)
libwebsockets web/server\w*
openssl \(web/server_tls\|milter/read/mime_digest\)
jansson web/json
curl/ milter/net
libxml/ \(milter/read/html_text\|store/letter\)
libexttextcat/ milter/read/language
zstd store/squeeze
seccomp milter/\w*confine'

broken=0
breaks() { echo "layers: $*"; broken=1; }

has() { case " $2 " in *" $1 "*) true ;; *) false ;; esac }

# Level of a header or source by its path; a file may include its own level (nouns apart) and what is below.
level() {
	name=${1##*/} name=${name%.[ch]}
	case $1 in
	store/*)
		if has "$name" "$ground"; then echo 1
		elif has "$name" "$engine"; then echo 2
		elif has "$name" "$nouns"; then echo 3
		else echo 4; fi ;;
	milter/main.c) echo 9 ;;
	milter/read/*) echo read ;;
	milter/*) echo 5 ;;
	web/*) echo 6 ;;
	esac
}

check_include() { # FILE HEADER
	own=$(level "$1") its=$(level "$2")
	case $own,$its in
	3,3) [ "${1%.c}" = "${2%.h}" ] || [ "$1" = "$2" ] || breaks "$1 includes another noun: $2" ;;
	read,read | read,1 | 5,read | 9,read) ;;
	read,*) breaks "$1 reads mail and is to know nothing but that and the ground: $2" ;;
	*,read) breaks "$1 includes what reads strangers' mail: $2" ;;
	5,6) breaks "$1 (milter) includes $2 (web)" ;;
	6,5) breaks "$1 (web) includes $2 (milter)" ;;
	*) [ "$own" -ge "$its" ] || breaks "$1 includes upward: $2" ;;
	esac
}

for file in store/*.[ch] milter/*.[ch] milter/read/*.[ch] web/*.[ch]; do
	[ -e "$file" ] || continue
	# shellcheck disable=SC2013  # file names of ours, without blanks
	for header in $(sed -n 's/^#include "\(.*\)".*/\1/p' "$file"); do
		case $header in
		store/* | milter/* | web/*) check_include "$file" "$header" ;;
		*) breaks "$file includes \"$header\": write the room before it" ;;
		esac
	done
done

echo "$libraries" | while read -r prefix module; do
	grep -l "^#include <$prefix" store/*.[ch] milter/*.[ch] milter/read/*.[ch] web/*.[ch] 2>/dev/null |
		grep -v "^$module\.[ch]\$" | sed "s|\$| includes <$prefix…>; only $module may|"
	grep -l "^#include <$prefix" "$module.h" 2>/dev/null | sed "s|\$| lets <$prefix…> out|"
done | grep . && broken=1

exit $broken
