#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "log.h"
#include "text.h"

static const char *const names[] = {
    "dir",
    "db",
    "language",
    "log-level",
    "authority",
    "listen",
    "watch",
    "book-minutes",
    "workers",
    "waiting",
    "connections",
    "deadline",
    "unproven",
    "per-terminal",
    "requests-per-minute",
    "batches-per-minute",
    "anonymous-per-minute",
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };
static_assert((int)NAMES <= (int)CONFIG_SETTINGS_MAX, "room for every setting");

const char *config_name(int index)
{
    return index >= 0 && index < NAMES ? names[index] : NULL;
}

static int index_of(const char *name, size_t size)
{
    for (int i = 0; i < NAMES; i++) {
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0) {
            return i;
        }
    }
    return -1;
}

const char *config_value(const struct config *config, const char *name)
{
    int index = index_of(name, strlen(name));
    return index >= 0 && config->set[index] ? config->value[index] : NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Without blanks around it. */
static void trim(const char **begin, const char **end)
{
    while (*begin < *end && is_blank(**begin)) {
        ++*begin;
    }
    while (*end > *begin && is_blank((*end)[-1])) {
        --*end;
    }
}

static const char *take_line(struct config *config, const char *begin, const char *end)
{
    trim(&begin, &end);
    if (begin == end || *begin == '#') {
        return NULL;
    }
    const char *equals = memchr(begin, '=', (size_t)(end - begin));
    if (equals == NULL) {
        return "is not `name = value`";
    }
    const char *name_end = equals, *value = equals + 1;
    trim(&begin, &name_end);
    trim(&value, &end);
    int index = index_of(begin, (size_t)(name_end - begin));
    size_t size = (size_t)(end - value);
    if (index < 0) {
        return "names no setting";
    }
    if (config->set[index]) {
        return "says a second time what was said above";
    }
    if (size == 0 || size >= CONFIG_VALUE_MAX || !text_is_clean(value, size)) {
        return "has no value, or one that can't be";
    }
    memcpy(config->value[index], value, size);
    config->value[index][size] = '\0';
    config->set[index] = true;
    return NULL;
}

enum till_status config_parse(const char *name, const char *text, struct config *config_out)
{
    enum till_status status = TILL_OK;
    memset(config_out, 0, sizeof(*config_out));
    for (unsigned line = 1; *text != '\0'; line++) {
        size_t size = strcspn(text, "\n");
        const char *why = take_line(config_out, text, text + size);
        if (why != NULL) {
            log_error("%s:%u: this line %s", name, line, why);
            status = TILL_E_CONFIG;
        }
        text += size + (text[size] == '\n' ? 1 : 0);
    }
    return status;
}

enum till_status config_read(const char *path, struct config *config_out)
{
    char *content = NULL;
    size_t size = 0;
    enum till_status status = files_read(path, CONFIG_SIZE_MAX, &content, &size);
    if (status != TILL_OK) {
        return status;
    }
    if (strlen(content) != size) {
        log_error("%s: no text", path);
        status = TILL_E_CONFIG;
    } else {
        status = config_parse(path, content, config_out);
    }
    explicit_bzero(content, size); /* the database's password, perhaps */
    free(content);
    return status;
}
