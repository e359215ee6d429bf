/*
 * Settings: small INI files read strictly ([section], key = value, ; and # comments).
 *
 * One entry for each section and key: a duplicate, a line without '=', a line longer than
 * SETTINGS_LINE_MAX is refused with its number. Values are text; numbers are read from them with
 * their range. It knows no key: who asks does, and settings_unused() then finds what nobody asked
 * for, which is how a misspelt option is noticed.
 *
 * Memory: one struct of about 50 KiB, the caller's.
 */
#ifndef TILL_SETTINGS_H
#define TILL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "status.h"

enum {
    SETTINGS_LINE_MAX = 190, /* bytes */
    SETTINGS_ENTRIES_MAX = 160,
    SETTINGS_FILE_MAX = 64 * 1024,
    SETTINGS_MESSAGE_MAX = 256
};

struct settings_entry {
    char section[33]; /* "" before the first [section] */
    char key[33];
    char value[SETTINGS_LINE_MAX + 1];
    uint32_t line; /* in the file; 0 = an override */
    bool used;     /* asked for since it was loaded */
};

struct settings {
    char name[160]; /* of the file, for messages */
    struct settings_entry entries[SETTINGS_ENTRIES_MAX];
    size_t count;
    char message[SETTINGS_MESSAGE_MAX]; /* why the last call failed, one line for a technician */
};

/* Read a file. TILL_NOT_FOUND: there is none. TILL_E_IO: it can't be read. TILL_E_CONFIG: the
 * message names the line. */
enum till_status settings_load(const char *path, struct settings *settings_out) TILL_CHECKED;
/* The same of text in memory; name is for messages. */
enum till_status settings_parse(struct span text, const char *name,
                                struct settings *settings_out) TILL_CHECKED;
/* "section.key=value" on top of what is there; the last one rules. TILL_E_CONFIG. */
enum till_status settings_override(struct settings *settings, const char *override) TILL_CHECKED;

/* The value, or `otherwise` (which may be NULL) where there is none. Lives as long as settings. */
const char *settings_text(struct settings *settings, const char *section, const char *key,
                          const char *otherwise);
/* A decimal integer, or `otherwise` where there is none. TILL_E_CONFIG: no integer, or outside
 * least..most; *value_out is then untouched. */
enum till_status settings_integer(struct settings *settings, const char *section, const char *key,
                                  int64_t otherwise, int64_t least, int64_t most,
                                  int64_t *value_out) TILL_CHECKED;
/* yes, no, true, false, on, off, 1, 0. */
enum till_status settings_flag(struct settings *settings, const char *section, const char *key,
                               bool otherwise, bool *value_out) TILL_CHECKED;
/* Is there any entry in this section? */
bool settings_has_section(const struct settings *settings, const char *section);
/* Say in settings->message what is wrong with an entry: "FILE:LINE: [section] key: why". */
void settings_complain(struct settings *settings, const char *section, const char *key,
                       const char *why);
/* TILL_E_CONFIG and a message where an entry was never asked for. */
enum till_status settings_unused(struct settings *settings) TILL_CHECKED;

#endif
