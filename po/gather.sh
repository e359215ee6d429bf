#!/bin/sh
# Gathers every text that a person reads into one template.
#   po/gather.sh OUT.pot
# Run from the repository's root. Same sources, same bytes: the template bears no date.
set -eu

out=${1:?usage: po/gather.sh OUT.pot}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find src hal db printing -name '*.[ch]' | LC_ALL=C sort > "$work/files"
xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --add-comments=TRANSLATORS: \
    --no-location --package-name=fieldtill --files-from="$work/files" -o "$work/marked.pot"
header='msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
sed -i 's/charset=CHARSET/charset=UTF-8/' "$work/marked.pot"
{
    printf '%b' "$header"
    po/status_texts.sh
} | msguniq --use-first > "$work/listed.pot"
msgcat --use-first --sort-output --no-location "$work/marked.pot" "$work/listed.pot" |
    sed '/^"POT-Creation-Date:/d' > "$work/all.pot"
mv "$work/all.pot" "$out"
