# Turns named statements into C string constants.
#
#   -- name: journal_insert_entry       becomes   #define SQL_JOURNAL_INSERT_ENTRY "INSERT ..."
#   INSERT INTO entry ...;
#
# A section runs to the next name or the end of its file. Comments and indentation stay behind:
# ISO C promises only 4,095 characters in one literal, so longer sections are refused.
function flush_section()
{
    if (name == "")
        return
    if (length(text) > 4000) {
        print FILENAME ": " name " is too long for one C literal" > "/dev/stderr"
        failed = 1
    }
    if (text == "") {
        print FILENAME ": " name " is empty" > "/dev/stderr"
        failed = 1
    }
    print "#define SQL_" toupper(name) " \\\n    \"" text "\""
    if (name ~ /^store_/ && name !~ /^store_tables_/)
        statements[++statement_count] = name
    name = ""
    text = ""
}

# The store's statements on PostgreSQL are the common ones where they have no text of their own.
function fall_back(wanted, other)
{
    if (!(wanted in seen))
        print "#define SQL_" toupper(wanted) " SQL_" toupper(other)
}

BEGIN {
    print "/* Made from db/schema by db/embed.awk: change the .sql files. */"
    print "#ifndef TILL_SQL_H\n#define TILL_SQL_H"
}

FNR == 1 { flush_section() }

/^-- name: [a-z0-9_]+$/ {
    flush_section()
    name = $3
    if (name in seen) {
        print FILENAME ": " name " is there twice" > "/dev/stderr"
        failed = 1
    }
    seen[name] = 1
    next
}

{
    sub(/--.*$/, "")
    gsub(/^[ \t]+|[ \t\r]+$/, "")
    if ($0 == "")
        next
    if (name == "") {
        print FILENAME ":" FNR ": a statement without a name" > "/dev/stderr"
        failed = 1
        next
    }
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    text = text (text == "" ? "" : " ") $0
}

END {
    flush_section()
    for (i = 1; i <= statement_count; i++) {
        fall_back("pg_" statements[i], statements[i])
        fall_back("pg_locked_" statements[i], "pg_" statements[i])
    }
    print "#endif"
    exit failed
}
