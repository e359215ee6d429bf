/* Wrappers as the board file asks for them. */
#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "spy.h"
#include "wrap_private.h"

static enum till_status open_hook(struct settings *s, const char *name, struct wrap_hook *hook_out)
{
    if (strcmp(name, "spy") == 0) {
        const char *path = settings_text(s, "board", "spy", NULL);
        enum till_status status = spy_open(path, hook_out);
        if (status == TILL_E_IO) {
            settings_complain(s, "board", "spy", "this file can't be written");
            return TILL_E_CONFIG;
        }
        return status;
    }
    if (strcmp(name, "fault") == 0) {
        char why[96] = "";
        int64_t seed = 0;
        enum till_status status = settings_integer(s, "board", "seed", 1, 1, INT64_MAX, &seed);
        if (status != TILL_OK) {
            return status;
        }
        status = fault_open(settings_text(s, "board", "plan", ""), (uint64_t)seed, hook_out, why);
        if (status == TILL_E_CONFIG) {
            settings_complain(s, "board", "plan", why);
        }
        return status;
    }
    settings_complain(s, "board", "wrap", "there is fault and spy");
    return TILL_E_CONFIG;
}

enum till_status wrap_open(struct settings *settings, struct board *board, struct wrap **wrap_out)
{
    const char *at = settings_text(settings, "board", "wrap", NULL);
    struct wrap *top = NULL;
    enum till_status status = TILL_OK;
    while (at && status == TILL_OK) {
        const char *comma = strchr(at, ',');
        char name[16];
        struct wrap_hook hook;
        snprintf(name, sizeof name, "%.*s",
                 (int)(comma ? comma - at : (long)strnlen(at, sizeof name)), at);
        status = open_hook(settings, name, &hook);
        if (status == TILL_OK) {
            struct wrap *over = wrap_board(board, &hook);
            if (over) {
                over->under = top;
                top = over;
            } else {
                hook.close(hook.context);
                status = TILL_E_MEMORY;
            }
        }
        at = comma ? comma + 1 : NULL;
    }
    /* Also after a failure: the board already points into what is there. */
    *wrap_out = top;
    return status;
}
