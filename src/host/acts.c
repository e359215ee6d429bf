#include "acts.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audit.h"
#include "host.h"
#include "log.h"
#include "output.h"
#include "text.h"

#define WHATEVER "*" /* behind it, or nothing */
#define NOTHING ""   /* behind it */

/* Forms that only read; no other form of any command is taken for one: what stands behind a command
 * may be a file's name. */
static const struct reading {
    const char *command;
    const char *first; /* the word behind it */
} readings[] = {
    {"serve", WHATEVER},    {"ledger", WHATEVER},   {"entries", WHATEVER},
    {"alarms", WHATEVER},   {"receipt", WHATEVER},  {"audit", WHATEVER},
    {"paths", WHATEVER},    {"day", WHATEVER},      {"terminals", NOTHING},
    {"limits", NOTHING},    {"authority", NOTHING}, {"quarantine", NOTHING},
    {"assign", NOTHING},    {"assign", "--all"},    {"assign", "list"},
    {"quarantine", "list"}, {"dispute", "list"},    {"corrections", "list"},
    {"correct", "list"},    {"channel", "list"},    {"payments", "list"},
    {"period", "list"},     {"cash", "closes"},     {"cash", "handovers"},
    {"cash", "deposits"},   {"cash", "variances"},  {"cash", "moves"},
    {"bank", "list"},       {"report", "team"},     {"report", "list"},
    {"report", "show"},     {"stock", "list"},      {"stock", "show"},
    {"stock", "count"},     {"stock", "check"},     {"invoice", "list"},
};
/* Before them there is no host whose log could be written. */
static const char *const makers[] = {"init", "restore"};

static bool is_maker(const char *command)
{
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
        if (strcmp(command, makers[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool acts_is_act(const char *command, const struct arguments *a)
{
    const char *first = a->count > 0 ? a->at[0] : NOTHING;
    /* `loss NUMBER` tells, `loss close NUMBER` does. */
    if (strcmp(command, "loss") == 0) {
        return strcmp(first, "close") == 0;
    }
    for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
        const struct reading *r = &readings[i];
        if (strcmp(command, r->command) == 0 &&
            (strcmp(r->first, WHATEVER) == 0 || strcmp(r->first, first) == 0)) {
            return false;
        }
    }
    return true;
}

void acts_spell(const struct arguments *a, char out[ACTS_TEXT_MAX])
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < a->count && used + 1 < ACTS_TEXT_MAX; i++) {
        bool quoted = a->at[i][0] == '\0' || strpbrk(a->at[i], " '\"\t\n") != NULL;
        int size = snprintf(out + used, ACTS_TEXT_MAX - used, "%s%s%s%s", i == 0 ? "" : " ",
                            quoted ? "'" : "", a->at[i], quoted ? "'" : "");
        used += size > 0 ? (size_t)size : 0;
    }
}

static enum till_status write_down(const char *dir, const char *act, const char *arguments,
                                   int64_t *n_out)
{
    struct host host;
    char actor[AUDIT_ACTOR_MAX];
    enum till_status status = host_open(dir, &host);
    if (status == TILL_OK) {
        audit_actor(actor);
        status = audit_write(host.store, actor, act, arguments, (int64_t)time(NULL), n_out);
        host_close(&host);
    }
    return status;
}

int acts_begin(const char *dir, const char *command, const char *arguments, int64_t *n_out)
{
    *n_out = 0;
    if (is_maker(command)) {
        return EXIT_DONE;
    }
    enum till_status status = write_down(dir, command, arguments, n_out);
    /* Where there is no host, the command itself says so, or makes one. */
    if (status == TILL_OK || status == TILL_NOT_FOUND) {
        return EXIT_DONE;
    }
    output_error(_("the audit log"), status);
    return EXIT_ENVIRONMENT;
}

void acts_end(const char *dir, const char *command, const char *arguments, int64_t n, int code)
{
    char text[64];
    enum till_status status = TILL_OK;
    if (n == 0 && code != EXIT_DONE) {
        return; /* nothing was, and nothing is */
    }
    if (n == 0) {
        status = write_down(dir, command, arguments, &n);
    }
    if (status == TILL_OK) {
        int64_t own = 0;
        (void)snprintf(text, sizeof(text), "of=%lld exit=%d", (long long)n, code);
        status = write_down(dir, "ended", text, &own);
    }
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        output_error(_("the audit log"), status);
    }
}
