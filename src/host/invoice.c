#include "invoice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alarm.h"
#include "correction.h"
#include "office_role.h"
#include "store_stock.h"
#include "teller.h"
#include "text.h"

const char *invoice_state_text(enum invoice_state state)
{
    static const char *const texts[] = {[INVOICE_OPEN] = N_("not made yet"),
                                        [INVOICE_DONE] = N_("invoice made"),
                                        [INVOICE_VOID] = N_("void")};
    return texts[state];
}

const char *invoice_state_name(enum invoice_state state)
{
    static const char *const names[] = {
        [INVOICE_OPEN] = "open", [INVOICE_DONE] = "done", [INVOICE_VOID] = "void"};
    return names[state];
}

static bool number_is_valid(const char *number)
{
    size_t size = number == NULL ? 0 : strnlen(number, INVOICE_NUMBER_MAX);
    return size > 0 && size < INVOICE_NUMBER_MAX && strpbrk(number, " \t\r\n") == NULL;
}

/* A payment whose customer asked for nothing at the door. */
static enum till_status begin_of_payment(struct store *s, const char *terminal, uint64_t seq,
                                         struct store_invoice *out)
{
    struct entry e;
    struct teller teller;
    struct body_collection payment;
    enum till_status status = store_entry_get(s, terminal, seq, &e);
    if (status == TILL_OK &&
        (kind_is_training(e.kind) || entry_read_payment(&e, &payment, NULL) != TILL_OK)) {
        status = TILL_NOT_FOUND;
    }
    if (status == TILL_OK) {
        status = teller_at(s, terminal, seq, &teller);
    }
    if (status != TILL_OK) {
        return status;
    }
    *out = (struct store_invoice){
        .seq = seq, .at_s = e.at_s, .receipt = seq, .electronic = true, .state = INVOICE_OPEN};
    text_copy(out->terminal, sizeof(out->terminal), terminal);
    text_copy(out->user, sizeof(out->user), teller.user);
    text_copy(out->account, sizeof(out->account), payment.account);
    return TILL_OK;
}

/* The row that the act is about. */
static enum till_status find(struct store *s, const struct invoice_act *a,
                             struct store_invoice *out, char reason_out[STORE_REASON_MAX])
{
    char terminal[TERMINAL_MAX];
    uint64_t seq = 0;
    if (a->entry == NULL || !correction_entry_named(a->entry, terminal, &seq) ||
        !terminal_is_valid(terminal)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = office_role_check(s, a->by, false, reason_out);
    if (status == TILL_OK) {
        status = store_invoice_get(s, terminal, seq, out);
    }
    return status == TILL_NOT_FOUND ? begin_of_payment(s, terminal, seq, out) : status;
}

static enum till_status put(struct store *s, const struct invoice_act *a, int64_t now_s,
                            struct store_invoice *i)
{
    i->done_at_s = now_s;
    text_copy(i->by, sizeof(i->by), a->by == NULL ? "" : a->by);
    return store_invoice_put(s, i);
}

static enum till_status tell_second(struct store *s, const struct store_invoice *i,
                                    const char *other, int64_t now_s)
{
    struct alarm_text text;
    alarm_say(&text, N_("invoice %1 for record %2: the invoice of record %3 stands for the same "
                        "bill"));
    alarm_add_text(&text, i->number);
    alarm_add_number(&text, i->receipt);
    alarm_add_text(&text, other);
    return alarm_put(s, now_s, i->terminal, "stationery", text.stored);
}

static enum till_status done(struct store *s, const struct invoice_act *a, int64_t now_s,
                             struct store_invoice *out, char other_out[INVOICE_OTHER_MAX],
                             char reason_out[STORE_REASON_MAX])
{
    enum till_status status = find(s, a, out, reason_out);
    if (status == TILL_OK && out->state == INVOICE_DONE) {
        if (strcmp(out->number, a->number) == 0) {
            return TILL_UNCHANGED;
        }
        text_copy(reason_out, STORE_REASON_MAX,
                  N_("its invoice has another number: make that one void first"));
        return TILL_REFUSED;
    }
    if (status == TILL_OK) {
        status = store_invoice_other(s, out->terminal, out->receipt, out->seq, other_out);
        status = status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    if (status == TILL_OK) {
        out->state = INVOICE_DONE;
        text_copy(out->number, sizeof(out->number), a->number);
        status = put(s, a, now_s, out);
    }
    return status == TILL_OK && other_out[0] != '\0' ? tell_second(s, out, other_out, now_s)
                                                     : status;
}

enum till_status invoice_done(struct store *s, const struct invoice_act *a, int64_t now_s,
                              struct store_invoice *out, char other_out[INVOICE_OTHER_MAX],
                              char reason_out[STORE_REASON_MAX])
{
    reason_out[0] = other_out[0] = '\0';
    *out = (struct store_invoice){0};
    if (!number_is_valid(a->number)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, done(s, a, now_s, out, other_out, reason_out))
                             : status;
}

static enum till_status make_void(struct store *s, const struct invoice_act *a, int64_t now_s,
                                  struct store_invoice *out, char reason_out[STORE_REASON_MAX])
{
    enum till_status status = find(s, a, out, reason_out);
    if (status == TILL_OK && out->title[0] == '\0' && out->done_at_s == 0) {
        return TILL_NOT_FOUND; /* a payment that nobody asked one for */
    }
    if (status == TILL_OK && out->state == INVOICE_VOID) {
        return TILL_UNCHANGED;
    }
    out->state = INVOICE_VOID;
    return status == TILL_OK ? put(s, a, now_s, out) : status;
}

enum till_status invoice_void(struct store *s, const struct invoice_act *a, int64_t now_s,
                              struct store_invoice *out, char reason_out[STORE_REASON_MAX])
{
    reason_out[0] = '\0';
    *out = (struct store_invoice){0};
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, make_void(s, a, now_s, out, reason_out)) : status;
}
