/* What came another way than by its journal: papers, records released, and what is lost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alarm.h"
#include "codes.h"
#include "commands.h"
#include "holding.h"
#include "host.h"
#include "money.h"
#include "output.h"
#include "period.h"
#include "recover.h"
#include "store_recover.h"
#include "text.h"
#include "when.h"

/* A transaction with the ledger in it, posting into the open period. */
static enum till_status begin(struct host *host, struct ledger_context *c)
{
    *c = (struct ledger_context){
        .store = host->store, .site = &host->site, .terminal = "", .user = LEDGER_NOBODY};
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = period_posting_time(host->store, (int64_t)time(NULL), &c->now_s);
    if (status != TILL_OK) {
        store_rollback(host->store);
    }
    return status;
}

/* ---- recover --------------------------------------------------------------------------------- */

static void print_recovery(struct host *host, struct output *o, const struct proof *proof,
                           enum recovery recovery, const char *reason)
{
    char number[RECEIPT_NUMBER_MAX], amount[MONEY_TEXT_MAX] = "";
    struct entry_figures figures = {.amount_minor = 0};
    receipt_number_format(proof->terminal, proof->entry.seq, number);
    if (recovery != RECOVERY_FALSE) {
        entry_figures(&proof->entry, &figures);
        money_format_symbol(&host->site, figures.amount_minor, amount);
    }
    if (o->json) {
        output_row(o);
        record_put_text(&o->row, "terminal", proof->terminal);
        record_put_integer(&o->row, "seq", (int64_t)proof->entry.seq);
        record_put_integer(&o->row, "amount_minor", figures.amount_minor);
        record_put_text(&o->row, "state", recovery_text(recovery));
        record_put_text(&o->row, "reason", reason);
        output_row_end(o);
        return;
    }
    printf("%s  %s  %s%s%s\n", number, amount, _(recovery_text(recovery)),
           reason[0] == '\0' ? "" : ": ", reason[0] == '\0' ? "" : _(reason));
}

static enum till_status recover_text(struct host *host, struct output *o, const char *text,
                                     bool *good_out)
{
    struct ledger_context c;
    struct proof proof;
    enum recovery recovery = RECOVERY_FALSE;
    char reason[STORE_REASON_MAX];
    enum till_status status = begin(host, &c);
    if (status != TILL_OK) {
        return status;
    }
    status = store_finish(
        host->store, recover_paper(&c, text, strcspn(text, "\r\n"), &proof, &recovery, reason));
    if (status == TILL_E_PROTOCOL) {
        if (o->json) {
            output_complain("recover", status, "%s", _("This is no receipt's code."));
        } else {
            printf("%s\n", _("This is no receipt's code."));
        }
        *good_out = false;
        return TILL_OK;
    }
    if (status == TILL_OK) {
        print_recovery(host, o, &proof, recovery, reason);
        *good_out = *good_out && recovery != RECOVERY_FALSE && recovery != RECOVERY_FORK &&
                    recovery != RECOVERY_KEPT;
    }
    return status;
}

static enum till_status recover_file(struct host *host, struct output *o, const char *path,
                                     bool *good_out)
{
    char line[PROOF_TEXT_MAX + 64];
    enum till_status status = TILL_OK;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return TILL_NOT_FOUND;
    }
    while (status == TILL_OK && fgets(line, sizeof(line), file) != NULL) {
        if (line[strspn(line, " \t\r\n")] != '\0') {
            status = recover_text(host, o, line, good_out);
        }
    }
    if (status == TILL_OK && ferror(file)) {
        status = TILL_E_IO;
    }
    (void)fclose(file);
    return status;
}

int command_recover(const char *dir, struct arguments *a)
{
    struct host host;
    struct output o;
    bool good = true;
    const char *text = arguments_option(a, "--text", NULL);
    const char *path = arguments_next(a);
    if ((text == NULL) == (path == NULL) || a->bad) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    output_begin(&o, output_is_json());
    if (text != NULL) {
        status = arguments_done(a) ? recover_text(&host, &o, text, &good) : TILL_BAD_INPUT;
    }
    while (path != NULL && status == TILL_OK) {
        status = recover_file(&host, &o, path, &good);
        if (status == TILL_OK) {
            path = arguments_next(a);
        }
    }
    output_end(&o);
    host_close(&host);
    return status != TILL_OK ? command_ended(path != NULL ? path : "recover", status)
           : good            ? EXIT_DONE
                             : EXIT_FOUND_WRONG;
}

/* ---- loss ------------------------------------------------------------------------------------ */

static void print_paper(struct host *host, const char *terminal, const struct store_recovered *r)
{
    char number[RECEIPT_NUMBER_MAX], at[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    struct entry_figures figures;
    receipt_number_format(terminal, r->entry.seq, number);
    when_format_minute(host->site.zone, r->entry.at_s, at);
    entry_figures(&r->entry, &figures);
    money_format_symbol(&host->site, figures.amount_minor, amount);
    printf("  %-16s  %s  %-24s  %s\n", number, at, figures.account, amount);
}

/* Papers in their order, and the numbers between them that nobody has a record of. */
static enum till_status print_numbers(struct host *host, const char *terminal, uint64_t known)
{
    struct store_recovered r;
    uint64_t seq = known;
    for (;;) {
        enum till_status status = store_recovered_next(host->store, terminal, seq, NULL, &r);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
        if (r.entry.seq == seq + 2) {
            printf(_("  %llu: no record\n"), (unsigned long long)seq + 1);
        } else if (r.entry.seq > seq + 1) {
            printf(_("  %llu to %llu: no record\n"), (unsigned long long)seq + 1,
                   (unsigned long long)r.entry.seq - 1);
        }
        print_paper(host, terminal, &r);
        seq = r.entry.seq;
    }
}

static void print_loss_json(const char *terminal, const struct loss *loss)
{
    struct output o;
    output_begin(&o, true);
    output_row(&o);
    record_put_text(&o.row, "terminal", terminal);
    record_put_integer(&o.row, "known", (int64_t)loss->known_seq);
    record_put_integer(&o.row, "known_at_s", loss->known_at_s);
    record_put_integer(&o.row, "recovered", (int64_t)loss->recovered);
    record_put_integer(&o.row, "recovered_minor", loss->recovered_minor);
    record_put_integer(&o.row, "handed_on_minor", loss->handed_minor);
    record_put_integer(&o.row, "last", (int64_t)loss->last_seq);
    record_put_integer(&o.row, "missing", (int64_t)loss->missing);
    record_put_integer(&o.row, "cash_minor", loss->cash_minor);
    output_row_end(&o);
    output_end(&o);
}

/* The loss statement: what is known, what was recovered, what nobody can tell. */
static enum till_status print_loss(struct host *host, const char *terminal, const struct loss *loss)
{
    char at[WHEN_TEXT_MAX] = "-", amount[MONEY_TEXT_MAX];
    if (loss->known_at_s != 0) {
        when_format_minute(host->site.zone, loss->known_at_s, at);
    }
    printf(_("Loss statement of terminal %s\n"), terminal);
    printf(_("Known: records 1 to %llu, the last of %s\n"), (unsigned long long)loss->known_seq,
           at);
    money_format_symbol(&host->site, loss->recovered_minor, amount);
    printf(_("Recovered from papers: %llu, together %s\n"), (unsigned long long)loss->recovered,
           amount);
    if (loss->handed_minor != 0) {
        money_format_symbol(&host->site, loss->handed_minor, amount);
        printf(_("Cash handed on by them, which nobody owes any more: %s\n"), amount);
    }
    enum till_status status = print_numbers(host, terminal, loss->known_seq);
    printf(_("Unknown: %llu numbers up to %llu without a record (the print of each "
             "receipt takes one), and whatever came after it\n"),
           (unsigned long long)loss->missing, (unsigned long long)loss->last_seq);
    money_format_symbol(&host->site, loss->cash_minor, amount);
    printf(_("Cash that should be in its bags, by all of this: %s\n"), amount);
    return status;
}

static enum till_status is_told_lost(struct store *s, const char *terminal, bool *told_out)
{
    struct store_alarm alarm = {0};
    enum till_status status;
    *told_out = false;
    while (!*told_out && (status = store_alarm_next(s, alarm.id, &alarm)) == TILL_OK) {
        *told_out = strcmp(alarm.kind, "lost") == 0 && strcmp(alarm.terminal, terminal) == 0;
    }
    return *told_out || status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Told once; released as often as it is asked for, as more may wait meanwhile. */
static enum till_status put_lost(struct host *host, const char *terminal, int64_t now_s)
{
    bool told = false;
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = is_told_lost(host->store, terminal, &told);
    if (status == TILL_OK && !told) {
        status = alarm_put(host->store, now_s, terminal, "lost",
                           N_("it is given up: blocked, and nobody waits for its report any more"));
    }
    if (status == TILL_OK) {
        status = holding_release(host->store, terminal, now_s);
    }
    return store_finish(host->store, status);
}

/* What is known of it is all that ever will be: blocked, and its customers wait no longer. */
static int close_loss(struct host *host, const char *terminal)
{
    int64_t now_s = (int64_t)time(NULL);
    enum till_status status = codes_revoke(host->store, terminal, now_s);
    if (status == TILL_OK || status == TILL_UNCHANGED) {
        status = put_lost(host, terminal, now_s);
    }
    struct output o;
    if (status == TILL_OK && output_one(&o)) {
        record_put_text(&o.row, "terminal", terminal);
        record_put_text(&o.row, "state", "lost");
        output_one_end(&o);
    } else if (status == TILL_OK) {
        printf(
            _("Terminal %s is given up: it is blocked, and its meter books wait for nothing of it "
              "any more.\n"),
            terminal);
    }
    return command_ended(terminal, status);
}

int command_loss(const char *dir, struct arguments *a)
{
    struct host host;
    struct loss loss;
    bool json = output_is_json();
    const char *terminal = arguments_next(a);
    bool closing = terminal != NULL && strcmp(terminal, "close") == 0;
    if (closing) {
        terminal = arguments_next(a);
    }
    if (terminal == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    if (closing) {
        int code = close_loss(&host, terminal);
        host_close(&host);
        return code;
    }
    status = recover_loss(host.store, terminal, &loss);
    if (status == TILL_OK && json) {
        print_loss_json(terminal, &loss);
    } else if (status == TILL_OK) {
        status = print_loss(&host, terminal, &loss);
    }
    host_close(&host);
    return command_ended(terminal, status);
}
