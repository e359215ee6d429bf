# Turns printing/profiles/*.conf into the table of printing/profiles.c.
#
# Each file is one printer, named as the file; printing/profile.h says what the keys mean. A key
# that is unknown, twice there, missing or out of range stops the build.
function complain(why)
{
    print FILENAME ":" FNR ": " why > "/dev/stderr"
    failed = 1
}

function whole(key, least, most)
{
    if (value[key] !~ /^[0-9]+$/ || value[key] + 0 < least || value[key] + 0 > most)
        complain(key " must be " least " to " most)
    return value[key] + 0
}

# The name of an enum's member.
function word(key, names, prefix,    list, count, i)
{
    count = split(names, list, " ")
    for (i = 1; i <= count; i++)
        if (value[key] == list[i]) {
            gsub("-", "_", list[i])
            return prefix toupper(list[i])
        }
    complain(key " must be one of: " names)
    return prefix "NONE"
}

function bytes(key, count,    list, i, out)
{
    if (split(value[key], list, " ") != count)
        complain(key " must be " count " numbers")
    for (i = 1; i <= count; i++) {
        if (list[i] !~ /^[0-9]+$/ || list[i] > 255)
            complain(key ": " list[i] " is no byte")
        out = out (i > 1 ? ", " : "") list[i]
    }
    return "{" out "}"
}

function number_or_none(key)
{
    return value[key] == "none" ? -1 : whole(key, 0, 255)
}

function flush_profile(    density)
{
    if (name == "")
        return
    for (key in needed)
        if (!(key in value))
            complain(key " is missing")
    if (whole("dots", 384, 576) % 8 != 0)
        complain("dots must be whole bytes")
    density = value["density"]
    if ((density != "fixed") != ("darkness" in value))
        complain("darkness goes with a density that can be set")
    if ((density == "esc7") != ("heat" in value))
        complain("heat goes with esc7")
    if (value["commands"] == "raster" && (value["font"] != "none" || value["qr_bytes"] != 0))
        complain("a printer of rasters has neither font nor QR")
    printf "    {.name = \"%s\",\n", name
    printf "     .about = \"%s\",\n", value["about"]
    printf "     .dots = %d,\n     .dpi = %d,\n", value["dots"], whole("dpi", 150, 305)
    printf "     .columns = %d,\n", whole("columns", 32, 48)
    printf "     .gb18030 = %s,\n", word("font", "none gb18030", "") == "GB18030" ? "true" : "false"
    printf "     .native_qr = %s,\n", (value["qr_bytes"] > 0 ? "true" : "false")
    printf "     .qr_bytes = %d,\n", whole("qr_bytes", 0, 7089)
    printf "     .cutter = %s,\n", word("cutter", "none partial full", "PROFILE_CUT_")
    printf "     .raster_rows = %d,\n", whole("raster_rows", 24, 2303)
    printf "     .feed_after = %d,\n", whole("feed_after", 0, 20)
    printf "     .density = %s,\n", word("density", "fixed gs-k dc2 esc7", "PROFILE_DENSITY_")
    if (density != "fixed")
        printf "     .darkness = %s,\n", bytes("darkness", 5)
    if (density == "esc7")
        printf "     .heat = %s,\n", bytes("heat", 2)
    printf "     .code_page = %d,\n", number_or_none("code_page")
    printf "     .raster_only = %s},\n",
           word("commands", "full raster", "") == "RASTER" ? "true" : "false"
    delete value
    count++
}

BEGIN {
    print "/* Made from printing/profiles by printing/profiles.awk: change the .conf files. */"
    print "static const struct printer_profile profiles[] = {"
    split("about dots dpi columns font qr_bytes cutter raster_rows feed_after density code_page " \
          "commands", list, " ")
    for (i in list)
        needed[list[i]] = known[list[i]] = 1
    known["model"] = known["darkness"] = known["heat"] = 1
}

FNR == 1 {
    flush_profile()
    name = FILENAME
    sub(/.*\//, "", name)
    sub(/\.conf$/, "", name)
    if (name !~ /^[a-z0-9-]+$/ || length(name) > 32)
        complain("its name is no profile's")
}

/^;/ || /^[ \t]*$/ { next }

/^[a-z_]+ = [ -!#-[\]-~]+$/ {
    key = $1
    if (!(key in known))
        complain("there is no key " key)
    if (key in value)
        complain(key " is there twice")
    value[key] = substr($0, length(key) + 4)
    next
}

{ complain("this line can't be read") }

END {
    flush_profile()
    print "};"
    if (count == 0)
        failed = 1
    exit failed
}
