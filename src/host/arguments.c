#include <string.h>

#include "commands.h"

static void take_out(struct arguments *a, int at, int count)
{
    for (int i = at; i + count < a->count; i++) {
        a->at[i] = a->at[i + count];
    }
    a->count -= count;
}

const char *arguments_next(struct arguments *a)
{
    if (a->count == 0 || strncmp(a->at[0], "--", 2) == 0) {
        return NULL;
    }
    a->count--;
    return *a->at++;
}

const char *arguments_option(struct arguments *a, const char *name, const char *otherwise)
{
    for (int i = 0; i < a->count; i++) {
        if (strcmp(a->at[i], name) == 0) {
            if (i + 1 == a->count) {
                a->bad = true;
                return otherwise;
            }
            const char *value = a->at[i + 1];
            take_out(a, i, 2);
            return value;
        }
    }
    const char *set = a->config == NULL ? NULL : config_value(a->config, name + strlen("--"));
    return set == NULL ? otherwise : set;
}

bool arguments_flag(struct arguments *a, const char *name)
{
    for (int i = 0; i < a->count; i++) {
        if (strcmp(a->at[i], name) == 0) {
            take_out(a, i, 1);
            return true;
        }
    }
    return false;
}

bool arguments_done(const struct arguments *a)
{
    return a->count == 0 && !a->bad;
}
