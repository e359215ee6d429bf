#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "commands.h"
#include "crypto.h"
#include "host.h"
#include "limit.h"
#include "money.h"
#include "output.h"
#include "receipt_check.h"
#include "text.h"
#include "when.h"

/* ---- entries --------------------------------------------------------------------------------- */

/* What an entry says to a person: whom it is about, how much, and what else. */
struct said {
    char account[ACCOUNT_MAX];
    int64_t amount_minor;
    char more[96];
};

static void say_money(const struct entry *e, struct said *out)
{
    struct body_collection collection;
    struct body_shift_opened opened;
    struct body_reversal reversal;
    struct body_cash_drop drop;
    if (entry_read_collection(e, &collection) == TILL_OK) {
        out->amount_minor = collection.amount_minor;
        text_copy(out->account, sizeof(out->account), collection.account);
        if (collection.tender != TENDER_CASH) {
            (void)snprintf(out->more, sizeof(out->more), "%s %s", _(tender_text(collection.tender)),
                           collection.reference);
        }
    } else if (entry_read_shift_opened(e, &opened) == TILL_OK) {
        out->amount_minor = opened.opening_minor;
    } else if (entry_read_reversal(e, &reversal) == TILL_OK) {
        out->amount_minor = -reversal.amount_minor;
        text_copy(out->account, sizeof(out->account), reversal.account);
        (void)snprintf(out->more, sizeof(out->more), "%" PRIu64 ": %s", reversal.seq,
                       _(reversal_reason_text(reversal.reason)));
    } else if (entry_read_cash_drop(e, &drop) == TILL_OK) {
        out->amount_minor = -drop.amount_minor;
        text_copy(out->more, sizeof(out->more), drop.receiver);
    }
}

static void say_stop(const struct entry *e, struct said *out)
{
    struct body_dispute dispute;
    struct body_correction_request correction;
    struct body_stop_skipped skipped;
    struct body_notice notice;
    struct body_reading reading;
    if (entry_read_dispute(e, &dispute) == TILL_OK) {
        text_copy(out->account, sizeof(out->account), dispute.account);
        out->amount_minor = dispute.amount_minor;
        text_copy(out->more, sizeof(out->more), dispute.reference);
    } else if (entry_read_correction_request(e, &correction) == TILL_OK) {
        text_copy(out->account, sizeof(out->account), correction.account);
        out->amount_minor = correction.amount_minor;
        (void)snprintf(out->more, sizeof(out->more), "%s %s",
                       _(reversal_reason_text(correction.reason)), correction.receipt);
    } else if (entry_read_stop_skipped(e, &skipped) == TILL_OK) {
        text_copy(out->account, sizeof(out->account), skipped.account);
        text_copy(out->more, sizeof(out->more), _(skip_reason_text(skipped.reason)));
    } else if (entry_read_notice(e, &notice) == TILL_OK) {
        text_copy(out->account, sizeof(out->account), notice.account);
        out->amount_minor = notice.due_minor;
    } else if (entry_read_reading(e, &reading) == TILL_OK) {
        text_copy(out->account, sizeof(out->account), reading.account);
        (void)snprintf(out->more, sizeof(out->more), "%" PRId64 ".%02" PRId64 " kWh%s",
                       reading.energy_cwh / 100, reading.energy_cwh % 100,
                       reading.doubted ? " ?" : "");
    }
}

static void say_orders(const struct entry *e, struct said *out)
{
    struct body_limits_applied limits;
    struct body_message_shown shown;
    struct body_limit_lifted lifted;
    struct body_pin_changed pin;
    if (entry_read_limits_applied(e, &limits) == TILL_OK) {
        (void)snprintf(out->more, sizeof(out->more), "%" PRIu64, limits.serial);
    } else if (entry_read_message_shown(e, &shown) == TILL_OK) {
        (void)snprintf(out->more, sizeof(out->more), "%" PRIu64, shown.id);
    } else if (entry_read_limit_lifted(e, &lifted) == TILL_OK) {
        (void)snprintf(out->more, sizeof(out->more), "%s: %" PRId64 " (%s)",
                       _(limit_text(lifted.limit)), lifted.value, lifted.approver);
    } else if (entry_read_pin_changed(e, &pin) == TILL_OK) {
        text_copy(out->more, sizeof(out->more), pin.user);
    }
}

static void print_entry(const struct host *host, struct output *o, const struct entry *e)
{
    struct said said = {.amount_minor = 0};
    char at[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX] = "";
    say_money(e, &said);
    say_stop(e, &said);
    say_orders(e, &said);
    if (o->json) {
        output_row(o);
        record_put_integer(&o->row, "seq", (int64_t)e->seq);
        record_put_integer(&o->row, "at_s", e->at_s);
        record_put_text(&o->row, "kind", kind_name(e->kind));
        record_put_integer(&o->row, "training", kind_is_training(e->kind));
        record_put_integer(&o->row, "amount_minor", said.amount_minor);
        record_put_text(&o->row, "account", said.account);
        record_put_text(&o->row, "body", e->body);
        output_row_end(o);
        return;
    }
    when_format_minute(host->site.zone, e->at_s, at);
    if (said.amount_minor != 0) {
        money_format(&host->site, said.amount_minor, false, amount);
    }
    printf("%8" PRIu64 "  %s  %-16s%s  %12s  %-12s  %s\n", e->seq, at, kind_name(e->kind),
           kind_is_training(e->kind) ? "*" : " ", amount, said.account, said.more);
}

static enum till_status list_entries(struct host *host, const char *terminal, uint64_t from,
                                     bool json)
{
    struct store_terminal t;
    struct output o;
    struct entry e;
    enum till_status status = store_terminal_get(host->store, terminal, &t);
    if (status != TILL_OK) {
        return status;
    }
    output_begin(&o, json);
    for (uint64_t seq = from; seq <= t.head_seq && status == TILL_OK; seq++) {
        status = store_entry_get(host->store, terminal, seq, &e);
        if (status == TILL_OK) {
            print_entry(host, &o, &e);
        }
    }
    output_end(&o);
    crypto_wipe(&t, sizeof(t));
    return status;
}

int command_entries(const char *dir, struct arguments *a)
{
    struct host host;
    char *end = NULL;
    bool json = output_is_json();
    uint64_t from = strtoull(arguments_option(a, "--from", "1"), &end, 10);
    const char *terminal = arguments_next(a);
    if (terminal == NULL || *end != '\0' || from == 0 || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    status = list_entries(&host, terminal, from, json);
    host_close(&host);
    if (status != TILL_OK) {
        output_error(terminal, status);
        return status == TILL_NOT_FOUND ? EXIT_FOUND_WRONG : EXIT_ENVIRONMENT;
    }
    return EXIT_DONE;
}

/* ---- alarms ---------------------------------------------------------------------------------- */

static void print_alarm(const struct host *host, struct output *o, const struct store_alarm *alarm)
{
    char at[WHEN_TEXT_MAX], text[ALARM_SHOWN_MAX];
    alarm_show(alarm->text, text);
    if (o->json) {
        output_row(o);
        record_put_integer(&o->row, "id", alarm->id);
        record_put_integer(&o->row, "at_s", alarm->at_s);
        record_put_text(&o->row, "terminal", alarm->terminal);
        record_put_text(&o->row, "kind", alarm->kind);
        record_put_text(&o->row, "text", text);
        output_row_end(o);
        return;
    }
    when_format_minute(host->site.zone, alarm->at_s, at);
    printf("%6" PRId64 "  %s  %-12s  %-12s  %s\n", alarm->id, at, alarm->terminal, alarm->kind,
           text);
}

int command_alarms(const char *dir, struct arguments *a)
{
    struct host host;
    struct output o;
    struct store_alarm alarm = {0};
    bool json = output_is_json();
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    output_begin(&o, json);
    while ((status = store_alarm_next(host.store, alarm.id, &alarm)) == TILL_OK) {
        print_alarm(&host, &o, &alarm);
    }
    output_end(&o);
    host_close(&host);
    if (status != TILL_NOT_FOUND) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    return EXIT_DONE;
}

/* ---- receipt --------------------------------------------------------------------------------- */

static int print_receipt(struct host *host, const char *text, size_t size)
{
    struct proof proof;
    enum receipt_verdict verdict;
    char number[RECEIPT_NUMBER_MAX], amount[MONEY_TEXT_MAX] = "";
    struct body_collection body = {.amount_minor = 0};
    struct output o;
    enum till_status status = receipt_check(host->store, text, size, &proof, &verdict);
    if (status == TILL_E_PROTOCOL) {
        if (output_is_json()) {
            output_complain("receipt", status, "%s", _("This is no receipt's code."));
        } else {
            printf("%s\n", _("This is no receipt's code."));
        }
        return EXIT_FOUND_WRONG;
    }
    if (status != TILL_OK) {
        output_error("receipt", status);
        return EXIT_ENVIRONMENT;
    }
    receipt_number_format(proof.terminal, proof.entry.seq, number);
    if (verdict != RECEIPT_FALSE && entry_read_collection(&proof.entry, &body) == TILL_OK) {
        money_format_symbol(&host->site, body.amount_minor, amount);
    }
    if (output_one(&o)) {
        record_put_text(&o.row, "terminal", proof.terminal);
        record_put_integer(&o.row, "seq", (int64_t)proof.entry.seq);
        record_put_integer(&o.row, "amount_minor", body.amount_minor);
        record_put_text(&o.row, "state", receipt_verdict_text(verdict));
        output_one_end(&o);
    } else {
        printf("%s  %s  %s\n", number, amount, _(receipt_verdict_text(verdict)));
    }
    return verdict == RECEIPT_ACKNOWLEDGED || verdict == RECEIPT_PAPER ? EXIT_DONE
                                                                       : EXIT_FOUND_WRONG;
}

int command_receipt(const char *dir, struct arguments *a)
{
    struct host host;
    char memory[PROOF_TEXT_MAX + 64];
    const char *text = arguments_option(a, "--text", NULL);
    const char *path = arguments_next(a);
    if ((text == NULL) == (path == NULL) || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = TILL_OK;
    if (path != NULL) {
        status = files_read_text(path, memory, sizeof(memory));
        text = memory;
    }
    if (status != TILL_OK) {
        output_error(path, status);
        return EXIT_ENVIRONMENT;
    }
    status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    int code = print_receipt(&host, text, strcspn(text, "\r\n"));
    host_close(&host);
    return code;
}
