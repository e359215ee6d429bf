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
    {"serve", WHATEVER},    {"ledger", WHATEVER},    {"entries", WHATEVER},
    {"alarms", WHATEVER},   {"receipt", WHATEVER},   {"audit", WHATEVER},
    {"paths", WHATEVER},    {"day", WHATEVER},       {"terminals", NOTHING},
    {"limits", NOTHING},    {"authority", NOTHING},  {"quarantine", NOTHING},
    {"assign", NOTHING},    {"assign", "--all"},     {"assign", "list"},
    {"quarantine", "list"}, {"dispute", "list"},     {"corrections", "list"},
    {"correct", "list"},    {"channel", "list"},     {"payments", "list"},
    {"period", "list"},     {"cash", "closes"},      {"cash", "handovers"},
    {"cash", "deposits"},   {"cash", "variances"},   {"cash", "moves"},
    {"bank", "list"},       {"report", "team"},      {"report", "list"},
    {"report", "show"},     {"quarantine", "--all"}, {"stock", "list"},
    {"stock", "show"},      {"stock", "count"},      {"stock", "check"},
    {"invoice", "list"},
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

/* false: there is no room for it. */
static bool put(char out[ACTS_TEXT_MAX], size_t *used, const char *text, size_t size)
{
    if (size >= ACTS_TEXT_MAX - *used) {
        return false;
    }
    memcpy(out + *used, text, size);
    *used += size;
    out[*used] = '\0';
    return true;
}

/* As a shell takes it: what stands within quotes can't end them. */
static bool put_word(char out[ACTS_TEXT_MAX], size_t *used, const char *word)
{
    static const char quote[] = "'\\''";
    bool quoted = word[0] == '\0' || strpbrk(word, " '\"\\\t\n") != NULL;
    bool fits = !quoted || put(out, used, "'", 1);
    for (const char *at = word; fits && *at != '\0'; at++) {
        fits = *at == '\'' ? put(out, used, quote, sizeof(quote) - 1) : put(out, used, at, 1);
    }
    return fits && (!quoted || put(out, used, "'", 1));
}

/* What is left out is seen to be: whole characters, then dots. */
static void cut(char out[ACTS_TEXT_MAX], size_t used)
{
    static const char dots[] = " ...";
    size_t most = ACTS_TEXT_MAX - sizeof(dots);
    used = used < most ? used : most;
    while (used > 0 && ((unsigned char)out[used] & 0xc0U) == 0x80U) {
        used--;
    }
    memcpy(out + used, dots, sizeof(dots));
}

void acts_spell(const struct arguments *a, char out[ACTS_TEXT_MAX])
{
    size_t used = 0;
    bool fits = true;
    out[0] = '\0';
    for (int i = 0; fits && i < a->count; i++) {
        fits = (i == 0 || put(out, &used, " ", 1)) && put_word(out, &used, a->at[i]);
    }
    if (!fits) {
        cut(out, used);
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
