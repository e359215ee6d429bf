#!/bin/sh
# The dictionaries that are named, oldest first, as a C table: bytes, and a span each.
set -eu
n=0
for file; do
    n=$((n + 1))
    echo "static const uint8_t dictionary_$n[] = {"
    od -An -v -tu1 "$file" | sed 's/ *\([0-9][0-9]*\)/\1,/g'
    echo "};"
done
echo "static const struct span dictionary_table[] = {"
for i in $(seq 1 "$n"); do
    echo "    {dictionary_$i, sizeof(dictionary_$i)},"
done
echo "};"
