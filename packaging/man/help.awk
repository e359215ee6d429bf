# A program's help into the sections of its manual page: OPTIONS and COMMANDS of the template.
#
#     fieldtill-host --help | awk -v version=0.1.0 -v template=packaging/man/X.8.in -f help.awk
#
# In a help a form begins with two spaces; what goes on with it begins with "[" or "--" further in;
# what it does stands eight in, or behind two spaces of an option.
function roff(text)
{
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    return (text ~ /^[.']/ ? "\\\\\\&" : "") text
}

function add(text)
{
    out[section] = out[section] text "\n"
}

/^  --[a-z]/ {
    section = "OPTIONS"
    text = substr($0, 3)
    match(text, /^--[a-z-]+( [A-Z]+)?(  --[a-z-]+)?/)
    form = substr(text, 1, RLENGTH)
    rest = substr(text, RLENGTH + 1)
    sub(/^ +/, "", rest)
    add(".TP\n.B " roff(form) (rest == "" ? "" : "\n" roff(rest)))
    next
}

/^  [a-z]/ {
    section = "COMMANDS"
    add((said_form ? ".TQ" : ".TP") "\n.B " roff(substr($0, 3)))
    said_form = 1
    next
}

section == "COMMANDS" && /^ +(\[|--)/ && said_form {
    text = $0
    sub(/^ +/, "", text)
    sub(/\n$/, "", out[section])
    add(" " roff(text))
    next
}

section != "" && /^        / {
    text = $0
    sub(/^ +/, "", text)
    add(roff(text))
    said_form = 0
    next
}

{ section = ""; said_form = 0 }

END {
    while ((getline line < template) > 0) {
        if (line == "@OPTIONS@")
            printf "%s", out["OPTIONS"]
        else if (line == "@COMMANDS@")
            printf "%s", out["COMMANDS"]
        else {
            gsub(/@VERSION@/, version, line)
            print line
        }
    }
}
