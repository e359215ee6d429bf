/* `authority next|switch|withdraw|retire`: one authority takes the place of another. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command_succession.h"
#include "commands.h"
#include "output.h"
#include "text.h"
#include "when.h"

enum { DAYS = 14, DAYS_MOST = 366, DAY_S = 86400, SHOWN_MOST = 20 };

/* Whom a step waits for. */
enum lack { LACK_NOTHING, LACK_KNOWLEDGE, LACK_CERTIFICATE };

struct fleet {
    int64_t terminals, know, renewed, unseen, channels;
};

/* What to do with each that is behind. */
typedef void each_behind(struct host *host, const struct store_terminal *t,
                         const struct succession_terminal *is, void *context);

static enum till_status count(struct host *host, const struct authority *a, struct fleet *f,
                              each_behind *behind, void *context)
{
    struct store_terminal t;
    char after[TERMINAL_MAX] = "";
    enum till_status status;
    memset(f, 0, sizeof(*f));
    while ((status = store_terminal_next(host->store, after, &t)) == TILL_OK) {
        struct succession_terminal is = succession_terminal(host->store, a, &t);
        memcpy(after, t.terminal, sizeof(after));
        crypto_wipe(t.secret, sizeof(t.secret));
        if (!is.counts) {
            continue;
        }
        f->terminals++;
        f->know += is.knows;
        f->renewed += is.renewed;
        f->unseen += !is.seen;
        if (!is.renewed) {
            behind(host, &t, &is, context);
        }
    }
    return status == TILL_NOT_FOUND ? succession_channels(host->store, a, &f->channels) : status;
}

/* ---- how far it is --------------------------------------------------------------------------- */

struct showing {
    struct output *output;
    enum lack lack; /* those that lack no more than that are passed over */
    int64_t shown, passed;
};

static void show_behind(struct host *host, const struct store_terminal *t,
                        const struct succession_terminal *is, void *context)
{
    struct showing *s = context;
    char seen[WHEN_TEXT_MAX] = "-";
    if (s->lack == LACK_KNOWLEDGE && is->knows) {
        return;
    }
    if (s->output->json) {
        output_row(s->output);
        record_put_text(&s->output->row, "terminal", t->terminal);
        record_put_integer(&s->output->row, "knows", is->knows);
        record_put_integer(&s->output->row, "renewed", is->renewed);
        record_put_integer(&s->output->row, "seen_at_s", t->seen_at_s);
        output_row_end(s->output);
        return;
    }
    if (s->shown >= SHOWN_MOST) {
        s->passed++;
        return;
    }
    if (t->seen_at_s != 0) {
        when_format_minute(host->site.zone, t->seen_at_s, seen);
    }
    const char *what = is->knows  ? N_("knows it, has no certificate by it yet")
                       : is->seen ? N_("was seen, does not know it yet")
                                  : N_("was not seen since");
    printf("  %-12s  %-16s  %s\n", t->terminal, seen, _(what));
    s->shown++;
}

static void nobody(struct host *host, const struct store_terminal *t,
                   const struct succession_terminal *is, void *context)
{
    (void)host;
    (void)t;
    (void)is;
    (void)context;
}

static void show_figures(const struct host *host, const struct authority *a, const struct fleet *f,
                         struct output *o)
{
    static const char *const stages[] = {"retired", "announced", "switched", "withdrawn"};
    static const char *const words[] = {
        N_("The old authority was retired on %s.\n"),
        N_("The next authority was announced on %s.\n"),
        N_("The next authority was announced on %s and is in force.\n"),
        N_("The next authority was withdrawn on %s.\n")};
    enum { WITHDRAWN = AUTHORITY_SWITCHED + 1 };
    char at[WHEN_TEXT_MAX], by[WHEN_TEXT_MAX];
    int stage = a->stage == AUTHORITY_SWITCHED && !a->trust.has_next ? WITHDRAWN : (int)a->stage;
    if (o->json) {
        output_row(o);
        record_put_text(&o->row, "name", "terminals");
        record_put_text(&o->row, "stage", stages[stage]);
        record_put_integer(&o->row, "serial", (int64_t)a->trust.serial);
        record_put_integer(&o->row, "at_s", a->trust.at_s);
        record_put_integer(&o->row, "by_s", a->trust.by_s);
        record_put_integer(&o->row, "terminals", f->terminals);
        record_put_integer(&o->row, "know", f->know);
        record_put_integer(&o->row, "renewed", f->renewed);
        record_put_integer(&o->row, "unseen", f->unseen);
        record_put_integer(&o->row, "channels", f->channels);
        output_row_end(o);
        return;
    }
    when_format_minute(host->site.zone, a->trust.at_s, at);
    printf(_(words[stage]), at);
    if (a->trust.has_next) {
        when_format_minute(host->site.zone, a->trust.by_s, by);
        printf(_("Terminals ask for certificates by it until %s.\n"), by);
    }
    printf(_("Of %lld terminals %lld know it, %lld have a certificate by it, %lld were not seen "
             "since.\n"),
           (long long)f->terminals, (long long)f->know, (long long)f->renewed,
           (long long)f->unseen);
    if (f->channels > 0) {
        printf(_("%lld channels still have a certificate by the old one.\n"),
               (long long)f->channels);
    }
}

enum till_status command_succession_show(struct host *host, const struct authority *a,
                                         struct output *o)
{
    struct fleet f;
    struct showing showing = {.output = o, .lack = LACK_CERTIFICATE};
    if (a->trust.serial == 0) {
        return TILL_OK;
    }
    enum till_status status = count(host, a, &f, nobody, NULL);
    if (status != TILL_OK) {
        return status;
    }
    show_figures(host, a, &f, o);
    status = count(host, a, &f, show_behind, &showing);
    if (showing.passed > 0) {
        printf(_("  and %lld more; --json names all.\n"), (long long)showing.passed);
    }
    return status;
}

/* ---- the steps ------------------------------------------------------------------------------- */

int command_authority_ended(const char *what, enum till_status status)
{
    if (status == TILL_BUSY) {
        output_complain(what, status,
                        _("The authority's key is away: --authority FILE says where it is.\n"));
        return EXIT_ENVIRONMENT;
    }
    return command_ended(what, status);
}

static void complain_behind(struct host *host, const struct store_terminal *t,
                            const struct succession_terminal *is, void *context)
{
    const struct showing *s = context;
    (void)host;
    if (s->lack == LACK_KNOWLEDGE && is->knows) {
        return;
    }
    const char *text = s->lack == LACK_KNOWLEDGE ? N_("%s does not know the next authority.\n")
                                                 : N_("%s has no certificate by the new one.\n");
    output_complain(t->terminal, TILL_NEED_EARLIER, _(text), t->terminal);
}

/* Nobody lacks it, or whoever does is named. An exit code. */
static int may_go_on(struct host *host, const struct authority *a, enum lack lack, bool force)
{
    struct fleet f;
    struct showing showing = {.lack = lack};
    enum till_status status = count(host, a, &f, complain_behind, &showing);
    if (status != TILL_OK) {
        return command_ended("authority", status);
    }
    int64_t behind = lack == LACK_KNOWLEDGE ? f.terminals - f.know : f.terminals - f.renewed;
    if (lack == LACK_CERTIFICATE && f.channels > 0) {
        output_complain("channel", TILL_NEED_EARLIER,
                        _("%lld channels still have a certificate by the old one.\n"),
                        (long long)f.channels);
        behind += f.channels;
    }
    if (behind > 0 && !force) {
        output_complain("authority", TILL_NEED_EARLIER,
                        _("Nothing was changed. Wait for them, or --force.\n"));
        return EXIT_FOUND_WRONG;
    }
    return EXIT_DONE;
}

static int announce(struct host *host, const struct authority *a, const char *days_text)
{
    char *end = NULL;
    long days = strtol(days_text, &end, 10);
    if (*end != '\0' || end == days_text || days < 0 || days > DAYS_MOST) {
        return EXIT_USAGE;
    }
    enum till_status status =
        succession_announce(host->store, a, days * (int64_t)DAY_S, (int64_t)time(NULL));
    if (status == TILL_UNCHANGED) {
        output_complain("authority", status, _("One authority follows another already.\n"));
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_OK && !output_is_json()) {
        printf(_("The next authority is made. Terminals learn it when the server begins anew.\n"));
    }
    return command_authority_ended("authority", status);
}

static int change_over(struct host *host, const struct authority *a, const char *wanted, bool force)
{
    char hosts[STORE_VALUE_MAX];
    enum till_status status = TILL_OK;
    if (wanted == NULL) {
        status = store_value_get(host->store, "hosts", hosts, sizeof(hosts));
    } else if (snprintf(hosts, sizeof(hosts), "%s", wanted) >= (int)sizeof(hosts)) {
        status = TILL_BAD_INPUT;
    }
    if (status != TILL_OK) {
        return command_ended("--hosts", status);
    }
    int code =
        a->stage == AUTHORITY_ANNOUNCED ? may_go_on(host, a, LACK_KNOWLEDGE, force) : EXIT_DONE;
    if (code != EXIT_DONE) {
        return code;
    }
    status = succession_switch(a, hosts, (int64_t)time(NULL));
    if (status == TILL_UNCHANGED) {
        output_complain("authority", status, _("No next authority is announced.\n"));
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_OK && !output_is_json()) {
        printf(_("The next authority is in force when the server begins anew. Tickets that were\n"
                 "not used need a new code.\n"));
    }
    return command_authority_ended("authority", status);
}

static int withdraw(const struct authority *a)
{
    enum till_status status = succession_withdraw(a, (int64_t)time(NULL));
    if (status == TILL_UNCHANGED) {
        output_complain("authority", status, _("No next authority is announced.\n"));
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_NEED_EARLIER) {
        output_complain("authority", status,
                        _("The server's certificate is by the next one already: first make a new\n"
                          "one with `authority tls`.\n"));
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_OK && !output_is_json()) {
        printf(
            _("The next authority is withdrawn when the server begins anew. Terminals come back\n"
              "from it; then retire it. Where its key is found, destroy it.\n"));
    }
    return command_authority_ended("authority", status);
}

static int retire(struct host *host, const struct authority *a, bool force)
{
    int code =
        a->stage == AUTHORITY_SWITCHED ? may_go_on(host, a, LACK_CERTIFICATE, force) : EXIT_DONE;
    if (code != EXIT_DONE) {
        return code;
    }
    enum till_status status = succession_retire(a, (int64_t)time(NULL));
    if (status == TILL_UNCHANGED) {
        output_complain("authority", status, _("There is no old authority.\n"));
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_OK && !output_is_json()) {
        printf(_("The old authority is retired when the server begins anew. Its key may be\n"
                 "destroyed.\n"));
    }
    return command_authority_ended("authority", status);
}

bool command_succession_is(const char *word)
{
    static const char *const words[] = {"next", "switch", "withdraw", "retire"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

int command_succession(struct host *host, const char *word, struct arguments *a)
{
    char days[16];
    struct authority authority;
    bool next = strcmp(word, "next") == 0, to_switch = strcmp(word, "switch") == 0;
    (void)snprintf(days, sizeof(days), "%d", (int)DAYS);
    const char *spread = next ? arguments_option(a, "--days", days) : days;
    const char *hosts = to_switch ? arguments_option(a, "--hosts", NULL) : NULL;
    bool back = strcmp(word, "withdraw") == 0;
    bool force = !next && !back && arguments_flag(a, "--force");
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = authority_open(host->dir, &authority);
    if (status != TILL_OK) {
        return command_ended(host->dir, status);
    }
    int code = next        ? announce(host, &authority, spread)
               : to_switch ? change_over(host, &authority, hosts, force)
               : back      ? withdraw(&authority)
                           : retire(host, &authority, force);
    authority_close(&authority);
    return code;
}
