/*
 * Settings of the host's program: an option of the command line, else a line of the file, else what
 * holds where nothing is said.
 *
 * The file (docs/host.md, `fieldtill-host --help`) has lines `name = value`; a name is an option's
 * without its dashes. Lines that begin with # are for people. A name that is none is a fault, not
 * passed over: a limit that was mistyped would not hold.
 */
#ifndef TILL_HOST_CONFIG_H
#define TILL_HOST_CONFIG_H

#include <stdbool.h>

#include "status.h"

#define CONFIG_DEFAULT_PATH "/etc/fieldtill/host.conf"

enum { CONFIG_SETTINGS_MAX = 32, CONFIG_VALUE_MAX = 512, CONFIG_SIZE_MAX = 64 * 1024 };

struct config {
    char value[CONFIG_SETTINGS_MAX][CONFIG_VALUE_MAX];
    bool set[CONFIG_SETTINGS_MAX];
};

/* The settings, one after another; NULL past the end. */
const char *config_name(int index);

/*
 * TILL_NOT_FOUND: no such file. TILL_E_CONFIG: a line that can't be, said in the log with its
 * number.
 */
enum till_status config_read(const char *path, struct config *config_out) TILL_CHECKED;
/* The same of a text; `name` for the log. */
enum till_status config_parse(const char *name, const char *text,
                              struct config *config_out) TILL_CHECKED;
/* A setting that is a number, in the range of it; false: `text` is none, and nothing is written. */
bool config_number(const char *name, const char *text, int *value_out);
/* May the setting have that value? Of numbers and of words; any other text can be. */
bool config_can_be(const char *name, const char *value);
/* NULL: the file says nothing of it, or `name` is no setting. */
const char *config_value(const struct config *config, const char *name);

#endif
