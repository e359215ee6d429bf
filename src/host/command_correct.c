/* `correct`: proposed by one, decided by another. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "correction.h"
#include "host.h"
#include "money.h"
#include "output.h"
#include "record.h"
#include "text.h"
#include "when.h"

static int ended(const char *what, enum till_status status, const char *reason)
{
    if (status == TILL_REFUSED && reason != NULL && reason[0] != '\0') {
        output_complain(what, status, "%s: %s", what, _(reason));
        return EXIT_FOUND_WRONG;
    }
    return command_ended(what, status);
}

/* "0031/4127", "alipay/17", "correction/12": as it is typed. */
static void name_entry(const struct store_correction *c, char *out, size_t capacity)
{
    const char *holder = c->terminal[0] != '+'    ? c->terminal
                         : c->terminal[1] == '\0' ? "correction"
                                                  : c->terminal + 1;
    (void)snprintf(out, capacity, "%s/%" PRIu64, holder, c->seq);
}

static void print_json(struct output *o, const struct store_correction *c)
{
    char entry[48], hash[2 * HASH_SIZE + 1];
    name_entry(c, entry, sizeof(entry));
    hex_encode((struct span){c->hash, HASH_SIZE}, hash);
    output_row(o);
    record_put_integer(&o->row, "id", c->id);
    record_put_text(&o->row, "kind", correction_kind_text(c->kind));
    record_put_text(&o->row, "state", correction_state_text(c->state));
    record_put_text(&o->row, "entry", entry);
    record_put_text(&o->row, "hash", hash);
    record_put_text(&o->row, "account", c->account);
    record_put_text(&o->row, "to", c->to_account);
    record_put_integer(&o->row, "amount_minor", c->amount_minor);
    record_put_integer(&o->row, "value_at_s", c->value_at_s);
    record_put_text(&o->row, "reason", c->reason);
    record_put_integer(&o->row, "matter", c->matter);
    record_put_text(&o->row, "proposed_by", c->proposed_by);
    record_put_integer(&o->row, "proposed_at_s", c->proposed_at_s);
    record_put_text(&o->row, "decided_by", c->decided_by);
    record_put_integer(&o->row, "decided_at_s", c->decided_at_s);
    record_put_text(&o->row, "slip", c->slip);
    record_put_text(&o->row, "paid_by", c->paid_by);
    record_put_integer(&o->row, "paid_at_s", c->paid_at_s);
    output_row_end(o);
}

static void print_one(const struct host *host, struct output *o, const struct store_correction *c)
{
    char entry[48], amount[MONEY_TEXT_MAX], at[WHEN_TEXT_MAX];
    if (o->json) {
        print_json(o, c);
        return;
    }
    name_entry(c, entry, sizeof(entry));
    money_format(&host->site, c->amount_minor, false, amount);
    when_format_minute(host->site.zone, c->proposed_at_s, at);
    printf("%6" PRId64 "  %s  %s  %s  %-18s %s%s%s  %s  %s", c->id, at,
           _(correction_state_text(c->state)), _(correction_kind_text(c->kind)), entry, c->account,
           c->to_account[0] != '\0' ? " -> " : "", c->to_account, amount, c->proposed_by);
    if (c->decided_by[0] != '\0') {
        printf(", %s", c->decided_by);
    }
    if (c->slip[0] != '\0') {
        printf(_(", paid out: %s"), c->slip);
    }
    printf("  %s\n", c->reason);
}

/* One in a list of its own: what became of it. */
static enum till_status show(const struct host *host, int64_t id)
{
    struct store_correction c;
    struct output o;
    enum till_status status = store_correction_get(host->store, id, &c);
    if (status == TILL_OK) {
        output_begin(&o, true);
        print_json(&o, &c);
        output_end(&o);
    }
    return status;
}

static enum till_status list(const struct host *host, bool all, bool json)
{
    struct store_correction c = {0};
    struct output o;
    enum till_status status;
    output_begin(&o, json);
    while ((status = store_correction_next(host->store, c.id, &c)) == TILL_OK) {
        bool waits =
            c.state == CORRECTION_PROPOSED ||
            (c.state == CORRECTION_APPROVED && c.kind == CORRECTION_REFUND && c.slip[0] == '\0');
        if (all || waits) {
            print_one(host, &o, &c);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static int propose(struct host *host, struct correction_wanted *wanted, const char *kind)
{
    struct store_correction c;
    const char *reason = NULL;
    int named = kind != NULL ? correction_kind_named(kind) : 0;
    if (named == 0 || wanted->entry == NULL) {
        return EXIT_USAGE;
    }
    wanted->kind = (enum correction_kind)named;
    enum till_status status =
        correction_propose(host->store, wanted, (int64_t)time(NULL), &c, &reason);
    if (status == TILL_OK && output_is_json()) {
        status = show(host, c.id);
    } else if (status == TILL_OK) {
        printf(_("Correction %lld is proposed. Somebody else approves it: correct approve %lld "
                 "--by USER\n"),
               (long long)c.id, (long long)c.id);
    }
    return ended(wanted->entry, status, reason);
}

static int decide(struct host *host, const char *what, const char *id_text, const char *by,
                  const char *slip)
{
    char reason[STORE_REASON_MAX] = "", *end = NULL;
    long long id = id_text != NULL ? strtoll(id_text, &end, 10) : 0;
    int64_t now_s = (int64_t)time(NULL);
    enum till_status status;
    if (id <= 0 || *end != '\0' || by == NULL) {
        return EXIT_USAGE;
    }
    if (strcmp(what, "approve") == 0) {
        status = correction_approve(host->store, id, by, now_s, reason);
    } else if (strcmp(what, "refuse") == 0) {
        status = correction_refuse(host->store, id, by, now_s, reason);
    } else if (strcmp(what, "paid") == 0 && slip != NULL) {
        status = correction_paid(host->store, id, slip, by, now_s, reason);
    } else {
        return EXIT_USAGE;
    }
    if (status == TILL_OK && output_is_json()) {
        status = show(host, id);
    }
    return ended(id_text, status, reason);
}

int command_correct(const char *dir, struct arguments *a)
{
    struct host host;
    bool json = output_is_json(), all = arguments_flag(a, "--all");
    struct correction_wanted wanted = {.entry = arguments_option(a, "--entry", NULL),
                                       .to_account = arguments_option(a, "--to", NULL),
                                       .reason = arguments_option(a, "--reason", NULL),
                                       .by = arguments_option(a, "--by", NULL)};
    const char *kind = arguments_option(a, "--kind", NULL);
    const char *slip = arguments_option(a, "--slip", NULL);
    const char *what = arguments_next(a);
    const char *id = arguments_next(a);
    if (what == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return ended(dir, status, NULL);
    }
    int code = EXIT_USAGE;
    if (strcmp(what, "list") == 0 && id == NULL) {
        code = ended(dir, list(&host, all, json), NULL);
    } else if (strcmp(what, "propose") == 0 && id == NULL) {
        code = propose(&host, &wanted, kind);
    } else {
        code = decide(&host, what, id, wanted.by, slip);
    }
    host_close(&host);
    return code;
}
