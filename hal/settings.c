#include "settings.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* inih reads line by line through next_line(), which counts, so that the handler knows where it is
 * whatever inih was built with. */
struct parsing {
    struct settings *settings;
    struct span left;
    uint32_t line;
    bool failed;
};

static void parse_fails(struct parsing *p, const char *why)
{
    if (!p->failed) {
        p->failed = true;
        snprintf(p->settings->message, sizeof p->settings->message, "%s:%u: %s", p->settings->name,
                 (unsigned)p->line, why);
    }
}

static char *next_line(char *out, int capacity, void *context)
{
    struct parsing *p = context;
    if (p->failed || p->left.size == 0) {
        return NULL;
    }
    p->line++;
    const uint8_t *end = memchr(p->left.data, '\n', p->left.size);
    size_t size = end ? (size_t)(end - p->left.data) : p->left.size;
    size_t whole = end ? size + 1 : size;
    size_t text = size;
    if (text > 0 && p->left.data[text - 1] == '\r') {
        text--;
    }
    /* inih adds no room for more than its own line length: stay well below. */
    if (text > SETTINGS_LINE_MAX || text + 2 > (size_t)capacity) {
        parse_fails(p, "the line is too long");
        return NULL;
    }
    if (memchr(p->left.data, '\0', text)) {
        parse_fails(p, "not a text");
        return NULL;
    }
    if (text > 0 && (p->left.data[0] == ' ' || p->left.data[0] == '\t')) {
        /* inih would join it to the value before. */
        parse_fails(p, "the line begins with a space");
        return NULL;
    }
    memcpy(out, p->left.data, text);
    out[text] = '\n';
    out[text + 1] = '\0';
    p->left.data += whole;
    p->left.size -= whole;
    return out;
}

static struct settings_entry *find(struct settings *settings, const char *section, const char *key)
{
    for (size_t i = 0; i < settings->count; i++) {
        struct settings_entry *e = &settings->entries[i];
        if (strcmp(e->section, section) == 0 && strcmp(e->key, key) == 0) {
            return e;
        }
    }
    return NULL;
}

/* NULL: no room, or a name is too long. */
static struct settings_entry *add(struct settings *settings, const char *section, const char *key)
{
    if (settings->count == SETTINGS_ENTRIES_MAX || key[0] == '\0' ||
        strlen(section) >= sizeof settings->entries[0].section ||
        strlen(key) >= sizeof settings->entries[0].key) {
        return NULL;
    }
    struct settings_entry *e = &settings->entries[settings->count++];
    memset(e, 0, sizeof *e);
    text_copy(e->section, sizeof e->section, section);
    text_copy(e->key, sizeof e->key, key);
    return e;
}

/* inih's handler: 1 = fine. */
static int take_entry(void *context, const char *section, const char *key, const char *value)
{
    struct parsing *p = context;
    if (p->failed) {
        return 0;
    }
    if (find(p->settings, section, key)) {
        parse_fails(p, "this key was given before");
        return 0;
    }
    if (!text_is_clean(value, strlen(value))) {
        parse_fails(p, "the value is no clean UTF-8");
        return 0;
    }
    struct settings_entry *e = add(p->settings, section, key);
    if (!e) {
        parse_fails(p, "too many entries, or a name that is too long");
        return 0;
    }
    text_copy(e->value, sizeof e->value, value);
    e->line = p->line;
    return 1;
}

enum till_status settings_parse(struct span text, const char *name, struct settings *settings_out)
{
    memset(settings_out, 0, sizeof *settings_out);
    text_copy(settings_out->name, sizeof settings_out->name, name);
    struct parsing parsing = {settings_out, text, 0, false};
    int line = ini_parse_stream(next_line, &parsing, take_entry, &parsing);
    if (!parsing.failed && line > 0) {
        parsing.line = (uint32_t)line;
        parse_fails(&parsing, "neither [section] nor key = value");
    }
    return parsing.failed || line < 0 ? TILL_E_CONFIG : TILL_OK;
}

enum till_status settings_load(const char *path, struct settings *settings_out)
{
    memset(settings_out, 0, sizeof *settings_out);
    FILE *file = fopen(path, "re");
    if (!file) {
        snprintf(settings_out->message, sizeof settings_out->message, "%.150s: %s", path,
                 strerror(errno));
        return errno == ENOENT ? TILL_NOT_FOUND : TILL_E_IO;
    }
    enum till_status status = TILL_E_MEMORY;
    uint8_t *bytes = malloc(SETTINGS_FILE_MAX + 1);
    if (bytes) {
        size_t size = fread(bytes, 1, SETTINGS_FILE_MAX + 1, file);
        if (ferror(file)) {
            snprintf(settings_out->message, sizeof settings_out->message, "%.150s: %s", path,
                     strerror(errno));
            status = TILL_E_IO;
        } else if (size > SETTINGS_FILE_MAX) {
            snprintf(settings_out->message, sizeof settings_out->message,
                     "%.150s: larger than %d bytes", path, SETTINGS_FILE_MAX);
            status = TILL_E_CONFIG;
        } else {
            status = settings_parse((struct span){bytes, size}, path, settings_out);
        }
    }
    free(bytes);
    fclose(file);
    return status;
}

enum till_status settings_override(struct settings *settings, const char *override)
{
    const char *dot = strchr(override, '.');
    const char *equals = strchr(override, '=');
    char section[sizeof settings->entries[0].section];
    char key[sizeof settings->entries[0].key];
    if (!dot || !equals || dot > equals || (size_t)(dot - override) >= sizeof section ||
        (size_t)(equals - dot - 1) >= sizeof key || equals == dot + 1 ||
        strlen(equals + 1) > SETTINGS_LINE_MAX || !text_is_clean(override, strlen(override))) {
        snprintf(settings->message, sizeof settings->message, "\"%.120s\" is not section.key=value",
                 override);
        return TILL_E_CONFIG;
    }
    snprintf(section, sizeof section, "%.*s", (int)(dot - override), override);
    snprintf(key, sizeof key, "%.*s", (int)(equals - dot - 1), dot + 1);
    struct settings_entry *e = find(settings, section, key);
    if (!e) {
        e = add(settings, section, key);
    }
    if (!e) {
        snprintf(settings->message, sizeof settings->message, "too many settings");
        return TILL_E_CONFIG;
    }
    text_copy(e->value, sizeof e->value, equals + 1);
    e->line = 0;
    return TILL_OK;
}

const char *settings_text(struct settings *settings, const char *section, const char *key,
                          const char *otherwise)
{
    struct settings_entry *e = find(settings, section, key);
    if (!e) {
        return otherwise;
    }
    e->used = true;
    return e->value;
}

enum till_status settings_integer(struct settings *settings, const char *section, const char *key,
                                  int64_t otherwise, int64_t least, int64_t most,
                                  int64_t *value_out)
{
    const char *text = settings_text(settings, section, key, NULL);
    if (!text) {
        *value_out = otherwise;
        return TILL_OK;
    }
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < least || value > most) {
        char why[96];
        snprintf(why, sizeof why, "must be an integer from %lld to %lld", (long long)least,
                 (long long)most);
        settings_complain(settings, section, key, why);
        return TILL_E_CONFIG;
    }
    *value_out = value;
    return TILL_OK;
}

enum till_status settings_flag(struct settings *settings, const char *section, const char *key,
                               bool otherwise, bool *value_out)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    const char *text = settings_text(settings, section, key, NULL);
    if (!text) {
        *value_out = otherwise;
        return TILL_OK;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            *value_out = i % 2 == 1;
            return TILL_OK;
        }
    }
    settings_complain(settings, section, key, "must be yes or no");
    return TILL_E_CONFIG;
}

bool settings_has_section(const struct settings *settings, const char *section)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(settings->entries[i].section, section) == 0) {
            return true;
        }
    }
    return false;
}

void settings_complain(struct settings *settings, const char *section, const char *key,
                       const char *why)
{
    const struct settings_entry *e = find(settings, section, key);
    char where[24] = "";
    if (e && e->line > 0) {
        snprintf(where, sizeof where, ":%u", (unsigned)e->line);
    }
    snprintf(settings->message, sizeof settings->message, "%s%s: [%s] %s: %s", settings->name,
             where, section, key, why);
}

enum till_status settings_unused(struct settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct settings_entry *e = &settings->entries[i];
        if (!e->used) {
            settings_complain(settings, e->section, e->key, "nobody knows this option");
            return TILL_E_CONFIG;
        }
    }
    return TILL_OK;
}
