#include "spy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct spy {
    char text[SPY_BYTES_MAX];
    size_t size;
    FILE *file;
};

/* Drop the older half, up to a line's end. */
static void forget_half(struct spy *spy)
{
    const char *middle = strchr(spy->text + spy->size / 2, '\n');
    size_t gone = middle ? (size_t)(middle + 1 - spy->text) : spy->size;
    spy->size -= gone;
    memmove(spy->text, spy->text + gone, spy->size);
    spy->text[spy->size] = '\0';
}

static void spy_after(void *context, const char *operation, enum till_status status,
                      const char *detail)
{
    struct spy *spy = context;
    if (status == TILL_UNCHANGED) {
        return;
    }
    char line[160];
    int size = snprintf(line, sizeof line, "%s%s%s = %s\n", operation, detail[0] ? " " : "", detail,
                        status_name(status));
    if (size < 0 || (size_t)size >= sizeof line) {
        return;
    }
    if (spy->size + (size_t)size >= sizeof spy->text) {
        forget_half(spy);
    }
    memcpy(spy->text + spy->size, line, (size_t)size + 1);
    spy->size += (size_t)size;
    if (spy->file) {
        fputs(line, spy->file);
        fflush(spy->file);
    }
}

static void spy_close(void *context)
{
    struct spy *spy = context;
    if (spy->file) {
        fclose(spy->file);
    }
    free(spy);
}

enum till_status spy_open(const char *path, struct wrap_hook *hook_out)
{
    struct spy *spy = calloc(1, sizeof *spy);
    if (!spy) {
        return TILL_E_MEMORY;
    }
    if (path) {
        spy->file = fopen(path, "ae");
        if (!spy->file) {
            free(spy);
            return TILL_E_IO;
        }
    }
    *hook_out = (struct wrap_hook){spy, NULL, spy_after, spy_close};
    return TILL_OK;
}

const char *spy_text(const struct wrap_hook *hook)
{
    const struct spy *spy = hook->context;
    return spy->text;
}

void spy_clear(const struct wrap_hook *hook)
{
    struct spy *spy = hook->context;
    spy->size = 0;
    spy->text[0] = '\0';
}
