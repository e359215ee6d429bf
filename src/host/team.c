#include "team.h"

#include <stdio.h>
#include <string.h>

static void key_of(const char *supervisor, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "team/%s", supervisor);
}

bool team_next(const char **at, char terminal_out[TERMINAL_MAX])
{
    size_t size = strcspn(*at, ",");
    if (size == 0 || size >= TERMINAL_MAX) {
        return false;
    }
    memcpy(terminal_out, *at, size);
    terminal_out[size] = '\0';
    *at += size + ((*at)[size] == ',' ? 1 : 0);
    return true;
}

/* The supervisor's own terminal belongs to the team as it is: named again it would count twice. */
static enum till_status check_members(struct store *s, const char *supervisor, const char *members)
{
    char number[TERMINAL_MAX], again[TERMINAL_MAX];
    const char *at = members;
    while (team_next(&at, number)) {
        struct store_terminal t;
        enum till_status status = terminal_is_valid(number) && strcmp(number, supervisor) != 0
                                      ? store_terminal_get(s, number, &t)
                                      : TILL_BAD_INPUT;
        explicit_bzero(&t, sizeof(t)); /* its secret */
        if (status != TILL_OK) {
            return status;
        }
        for (const char *rest = at; team_next(&rest, again);) {
            if (strcmp(again, number) == 0) {
                return TILL_BAD_INPUT;
            }
        }
    }
    return *at == '\0' ? TILL_OK : TILL_BAD_INPUT;
}

enum till_status team_set(struct store *s, const char *supervisor, const char *members)
{
    char key[STORE_KEY_MAX];
    struct store_terminal t;
    if (strlen(members) >= STORE_VALUE_MAX) {
        return TILL_TOO_LARGE;
    }
    enum till_status status = store_terminal_get(s, supervisor, &t);
    explicit_bzero(&t, sizeof(t));
    if (status == TILL_OK) {
        status = check_members(s, supervisor, members);
    }
    key_of(supervisor, key);
    return status == TILL_OK ? store_value_put(s, key, members) : status;
}

enum till_status team_get(struct store *s, const char *supervisor, char *members_out,
                          size_t capacity)
{
    char key[STORE_KEY_MAX];
    key_of(supervisor, key);
    return store_value_get(s, key, members_out, capacity);
}
