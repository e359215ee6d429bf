#!/bin/sh
# The texts that xgettext can't see: those that an X-macro makes, each X(NAME, number, "text") of a
# list whose third argument a person reads, and what their functions answer outside the list.
# Prints entries for a template to standard output. Fails where a list or text is no longer there,
# so that none is lost in silence. Run from the repository's root.
set -eu

lists="src/core/status.h:TILL_STATUS_LIST src/core/entry.h:TENDER_LIST
       src/core/entry.h:REVERSAL_REASON_LIST src/core/entry.h:SKIP_REASON_LIST
       src/core/limit.h:LIMIT_LIST src/core/entry_shift.h:CASH_REASON_LIST
       src/core/entry_shift.h:VARIANCE_REASON_LIST src/core/entry_stock.h:STOCK_TYPE_LIST
       src/core/entry_stock.h:SPOIL_REASON_LIST db/report.h:REPORT_EXCEPTION_LIST"

# file:text
plain="src/core/status.c:Unknown status
src/core/entry_values.c:Other
src/core/limit.c:Other limit"

printf '%s\n' "$plain" | while IFS=: read -r file text; do
    if ! grep -q "return \"$text\";" "$file"; then
        echo "po/status_texts.sh: $file does not answer \"$text\" any more" >&2
        exit 1
    fi
    printf 'msgid "%s"\nmsgstr ""\n\n' "$text"
done

for argument in $lists; do
    file=${argument%:*}
    list=${argument##*:}
    awk -v list="$list" -v file="$file" '
        $0 ~ "^#define " list "\\(X\\)" { inside = 1; next }
        inside {
            row = row $0
            sub(/[ \t]*\\$/, "", row)
            if ($0 !~ /\\$/) {
                inside = 0
            }
            # A row may be folded over lines: it is whole once its last ) stands.
            while (match(row, /X\([A-Za-z0-9_]+,[ \t]*-?[0-9A-Fa-fx]+,[ \t]*"([^"\\]|\\.)*"\)/)) {
                text = substr(row, RSTART, RLENGTH)
                row = substr(row, RSTART + RLENGTH)
                sub(/^[^"]*/, "", text)
                sub(/\)$/, "", text)
                printf "#. %s\nmsgid %s\nmsgstr \"\"\n\n", list, text
                count++
            }
            if (row ~ /X\([A-Za-z0-9_]+,/ && !inside) {
                printf "po/status_texts.sh: %s: a row of %s can not be read: %s\n", \
                    file, list, row > "/dev/stderr"
                exit 1
            }
        }
        END {
            if (count == 0) {
                printf "po/status_texts.sh: %s has no list %s with texts\n", \
                    file, list > "/dev/stderr"
                exit 1
            }
        }' "$file"
done
