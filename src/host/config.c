#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "log.h"
#include "text.h"
#include "workers.h"

#define NUMBERS(least, most) NULL, least, most
#define WORDS(words) words, 0, 0
#define TEXT NULL, 0, 0

enum { MOST = 1000000 };

static const struct setting {
    const char *name;
    const char *words; /* one of them, between blanks */
    int least, most;   /* a number; most 0: it is none */
} settings[] = {
    {"dir", TEXT},
    {"db", TEXT},
    {"language", WORDS(" zh_CN en ")},
    {"log-level", WORDS(" error warning info debug ")},
    {"authority", TEXT},
    {"listen", TEXT},
    {"watch", TEXT},
    {"book-minutes", NUMBERS(0, MOST)},
    {"workers", NUMBERS(1, WORKERS_MAX)},
    {"waiting", NUMBERS(1, MOST)},
    {"connections", NUMBERS(1, MOST)},
    {"deadline", NUMBERS(1, MOST)},
    {"unproven", NUMBERS(0, MOST)},
    {"per-terminal", NUMBERS(0, MOST)},
    {"requests-per-minute", NUMBERS(0, MOST)},
    {"batches-per-minute", NUMBERS(0, MOST)},
    {"anonymous-per-minute", NUMBERS(0, MOST)},
};
enum { NAMES = sizeof(settings) / sizeof(settings[0]) };
static_assert((int)NAMES <= (int)CONFIG_SETTINGS_MAX, "room for every setting");

const char *config_name(int index)
{
    return index >= 0 && index < NAMES ? settings[index].name : NULL;
}

static int index_of(const char *name, size_t size)
{
    for (int i = 0; i < NAMES; i++) {
        if (strlen(settings[i].name) == size && memcmp(settings[i].name, name, size) == 0) {
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

bool config_number(const char *name, const char *text, int *value_out)
{
    int index = index_of(name, strlen(name));
    char *end = NULL;
    assert(index >= 0 && settings[index].most > 0);
    bool digits = text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
    errno = 0;
    long value = strtol(text, &end, 10);
    if (!digits || errno != 0 || value < settings[index].least || value > settings[index].most) {
        return false;
    }
    *value_out = (int)value;
    return true;
}

bool config_can_be(const char *name, const char *value)
{
    int index = index_of(name, strlen(name)), number;
    char word[CONFIG_VALUE_MAX + 2];
    if (index < 0 || strlen(value) >= CONFIG_VALUE_MAX) {
        return false;
    }
    if (settings[index].most > 0) {
        return config_number(name, value, &number);
    }
    (void)snprintf(word, sizeof(word), " %s ", value);
    return settings[index].words == NULL || strstr(settings[index].words, word) != NULL;
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
    if (!config_can_be(settings[index].name, config->value[index])) {
        return settings[index].most > 0 ? "has no number that can be"
                                        : "has a word that is none of those that can be";
    }
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
