#include "acts.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audit.h"
#include "host.h"
#include "log.h"
#include "output.h"
#include "text.h"

/* Read whatever is said behind them. */
static const char *const readers[] = {"serve",   "ledger", "entries", "alarms",
                                      "receipt", "audit",  "paths",   "day"};
/* Read where nothing is said behind them. */
static const char *const lists[] = {"terminals", "limits", "channels",   "period",
                                    "authority", "stick",  "quarantine", "assign"};
/* Before them there is no host whose log could be written. */
static const char *const makers[] = {"init", "restore"};
/* Read behind any of them. */
static const char *const reading_words[] = {"list", "show", "check", "status", "balance", "count"};

static bool is_among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return false;
}
#define IS_AMONG(word, words) is_among(word, words, sizeof(words) / sizeof((words)[0]))

bool acts_is_act(const char *command, const struct arguments *a)
{
    if (IS_AMONG(command, readers)) {
        return false;
    }
    if (strcmp(command, "loss") == 0) {
        return a->count > 0 && strcmp(a->at[0], "close") == 0;
    }
    if (strcmp(command, "report") == 0 && a->count > 0 && strcmp(a->at[0], "team") == 0) {
        return false;
    }
    if (strcmp(command, "cash") == 0) {
        return a->count > 0 && strcmp(a->at[0], "explain") == 0;
    }
    if (a->count == 0) {
        return !IS_AMONG(command, lists);
    }
    return !IS_AMONG(a->at[0], reading_words);
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
    if (IS_AMONG(command, makers)) {
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
