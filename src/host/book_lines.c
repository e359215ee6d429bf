#include "book_lines.h"

#include <stdio.h>
#include <stdlib.h>

static void key_of(const char *terminal, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "book_lines/%s", terminal);
}

static int within(long level)
{
    if (level < BOOK_LINES_FIRST) {
        return BOOK_LINES_FIRST;
    }
    return level > BOOK_LINES_NEWEST ? BOOK_LINES_NEWEST : (int)level;
}

enum till_status book_lines_get(struct store *s, const char *terminal, int *level_out)
{
    char key[STORE_KEY_MAX], text[STORE_VALUE_MAX];
    key_of(terminal, key);
    *level_out = BOOK_LINES_NEWEST;
    enum till_status status = store_value_get(s, key, text, sizeof(text));
    if (status == TILL_OK) {
        *level_out = within(strtol(text, NULL, 10));
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status book_lines_note(struct store *s, const char *terminal, int level)
{
    char key[STORE_KEY_MAX], text[16];
    int before = BOOK_LINES_NEWEST;
    enum till_status status = book_lines_get(s, terminal, &before);
    if (status != TILL_OK || before == within(level)) {
        return status;
    }
    key_of(terminal, key);
    (void)snprintf(text, sizeof(text), "%d", within(level));
    status = store_begin(s);
    return status == TILL_OK ? store_finish(s, store_value_put(s, key, text)) : status;
}
