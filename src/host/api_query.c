#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api_inside.h"
#include "entry_stock.h"
#include "holding.h"
#include "query.h"
#include "receipt_check.h"
#include "store_correction.h"
#include "store_recover.h"
#include "store_report.h"
#include "takings.h"
#include "team.h"
#include "teller.h"
#include "text.h"
#include "when.h"

static enum till_status give_lines(struct api_answer *answer, enum till_status status,
                                   const struct buffer *out)
{
    return status == TILL_OK ? api_give(answer, api_type_lines, (struct span){out->data, out->size})
                             : status;
}

/* ---- a customer ------------------------------------------------------------------------------ */

enum till_status api_get_customer(const struct api_call *call, struct api_answer *answer)
{
    struct store *s = call->api->store;
    struct query_customer q = {.at_s = call->now_s};
    struct book_customer customer;
    struct site site;
    int64_t disputes = 0;
    uint8_t memory[QUERY_ANSWER_MAX];
    struct buffer out;
    if (!account_is_valid(call->part[0])) {
        return TILL_NOT_FOUND;
    }
    enum till_status status = store_site_get(s, &site);
    if (status == TILL_OK) {
        status = store_customer_get(s, call->part[0], &customer);
    }
    if (status == TILL_OK) {
        status = store_arrears(s, call->part[0], &q.arrears);
    }
    if (status == TILL_OK) {
        status = store_matters_open(s, call->part[0], MATTER_DISPUTE, &disputes);
    }
    if (status != TILL_OK) {
        return status;
    }
    text_copy(q.account, sizeof(q.account), customer.account);
    text_mask_name(q.name, sizeof(q.name), customer.name);
    q.flags = customer.flags;
    if (disputes > 0) {
        q.flags |= BOOK_CUSTOMER_DISPUTED;
    }
    struct book_holder earlier;
    size_t waited_for = 0;
    status = holding_pending(s, customer.meter_book, call->terminal, &earlier, 1, &waited_for);
    if (status != TILL_OK) {
        return status;
    }
    if ((q.flags & BOOK_CUSTOMER_DISPUTED) != 0 || waited_for > 0) {
        /* No fee while it is open, nor before the earlier holder has reported. */
        site.late_fee_resident_ppm = site.late_fee_other_ppm = site.late_fee_cross_year_ppm = 0;
        site.late_fee_minimum_minor = 0;
    }
    status = arrears_assess(&site, (enum customer_class)customer.class,
                            when_date(site.zone, call->now_s), &q.arrears);
    buffer_init(&out, memory, sizeof(memory));
    return status == TILL_OK ? give_lines(answer, query_customer_write(&q, &out), &out) : status;
}

/* ---- a receipt ------------------------------------------------------------------------------- */

static enum till_status look_aside(struct store *s, struct query_receipt *q)
{
    struct store_aside aside;
    enum till_status status = store_aside_get(s, q->terminal, q->seq, &aside);
    if (status == TILL_OK && (aside.ended_at_s == 0 || aside.closed)) {
        q->state = QUERY_SET_ASIDE;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum query_state state_of(const struct store_correction *c)
{
    if (c->state == CORRECTION_PROPOSED) {
        return QUERY_CORRECTING;
    }
    switch (c->kind) {
    case CORRECTION_TRANSFER:
        return QUERY_CORRECTED;
    case CORRECTION_REFUND:
        return QUERY_REFUNDED;
    case CORRECTION_CANCEL:
        break;
    }
    return QUERY_CANCELLED;
}

/* What was done to it since it was posted. */
static enum till_status look_undone(struct store *s, struct query_receipt *q)
{
    struct store_correction correction;
    struct store_payment *payment = calloc(1, sizeof(*payment));
    if (payment == NULL) {
        return TILL_E_MEMORY;
    }
    enum till_status status = store_payment_get(s, q->terminal, q->seq, payment);
    if (status == TILL_OK && payment->undone_by[0] != '\0') {
        q->state = QUERY_REVERSED;
    }
    free(payment);
    if (status == TILL_OK || status == TILL_NOT_FOUND) {
        status = store_correction_of(s, q->terminal, q->seq, &correction);
    }
    if (status == TILL_OK) {
        q->state = state_of(&correction);
        if (q->state == QUERY_CORRECTED) {
            text_copy(q->account, sizeof(q->account), correction.to_account);
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Its journal has not come, and a customer's paper may have. Terminals of before know no word for
 * that: it is posted like any other, or a person looks at it. */
static enum till_status look_among_papers(struct store *s, const uint8_t hash[HASH_SIZE],
                                          struct query_receipt *q)
{
    bool posted = false;
    enum till_status status =
        receipt_on_paper(s, q->terminal, q->seq, hash, &q->recorded_at_s, &posted);
    if (status == TILL_NOT_FOUND) {
        return TILL_OK;
    }
    if (status != TILL_OK) {
        q->state = QUERY_OTHER;
        return status == TILL_E_FORK ? TILL_OK : status;
    }
    q->state = posted ? QUERY_ACKNOWLEDGED : QUERY_SET_ASIDE;
    return posted ? look_undone(s, q) : TILL_OK;
}

static enum till_status look(struct store *s, const uint8_t hash[HASH_SIZE],
                             struct query_receipt *q)
{
    struct entry e;
    enum till_status status = store_entry_get(s, q->terminal, q->seq, &e);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? look_among_papers(s, hash, q) : status;
    }
    q->recorded_at_s = e.at_s;
    q->state = QUERY_OTHER;
    if (memcmp(e.hash, hash, HASH_SIZE) != 0) {
        return TILL_OK;
    }
    q->state = QUERY_ACKNOWLEDGED;
    status = look_aside(s, q);
    return status == TILL_OK && q->state == QUERY_ACKNOWLEDGED ? look_undone(s, q) : status;
}

enum till_status api_get_receipt(const struct api_call *call, struct api_answer *answer)
{
    struct query_receipt q = {.at_s = call->now_s, .state = QUERY_UNKNOWN};
    uint8_t hash[HASH_SIZE], memory[QUERY_ANSWER_MAX];
    struct buffer out;
    q.seq = api_number(call->part[1]);
    if (!terminal_is_valid(call->part[0]) || q.seq == 0 ||
        hex_decode(call->part[2], strlen(call->part[2]), hash, sizeof(hash)) != TILL_OK) {
        return TILL_NOT_FOUND;
    }
    text_copy(q.terminal, sizeof(q.terminal), call->part[0]);
    enum till_status status = look(call->api->store, hash, &q);
    buffer_init(&out, memory, sizeof(memory));
    return status == TILL_OK ? give_lines(answer, query_receipt_write(&q, &out), &out) : status;
}

/* ---- a team ---------------------------------------------------------------------------------- */

static enum till_status add_entry(void *context, const struct entry *e)
{
    struct query_takings *t = context;
    struct body_collection taken;
    struct body_reversal back;
    if (kind_is_training(e->kind)) {
        return TILL_OK;
    }
    if (e->kind == KIND_REVERSAL) {
        if (entry_read_reversal(e, &back) == TILL_OK) {
            t->reversed++; /* what it took back stays counted, as on X, Z and reports */
            t->cash_minor -= back.cash_minor;
            t->other_minor -= back.amount_minor - back.cash_minor;
        }
    } else if (entry_read_payment(e, &taken, NULL) == TILL_OK) {
        int64_t cash_minor = collection_cash_minor(&taken);
        t->count++;
        t->cash_minor += cash_minor;
        t->other_minor += taken.amount_minor - cash_minor;
    }
    return TILL_OK;
}

static enum till_status add_terminal(struct store *s, const char *number, int64_t from_s,
                                     struct query_team *team)
{
    /* A day of one terminal is never that long. */
    enum { ENTRIES_BACK = 6000 };
    struct store_terminal t;
    struct teller teller;
    struct query_takings *one = &team->terminals[team->count];
    enum till_status status = store_terminal_get(s, number, &t);
    explicit_bzero(t.secret, sizeof(t.secret));
    if (status != TILL_OK || team->count == QUERY_TERMINALS_MAX) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    *one = (struct query_takings){.seen_at_s = t.seen_at_s};
    text_copy(one->terminal, sizeof(one->terminal), t.terminal);
    status = teller_load(s, t.terminal, t.head_seq, &teller);
    if (status == TILL_OK) {
        text_copy(one->user, sizeof(one->user), teller.user);
        uint64_t after = t.head_seq > ENTRIES_BACK ? t.head_seq - ENTRIES_BACK : 0;
        status = store_entries_since(s, t.terminal, after, from_s, add_entry, one);
    }
    team->count += status == TILL_OK ? 1 : 0;
    return status;
}

static int64_t midnight_before(const char *zone, int64_t now_s)
{
    struct civil civil;
    when_civil(zone, now_s, &civil);
    civil.hour = civil.minute = civil.second = 0;
    return when_from_civil(zone, &civil);
}

/* The supervisor's own terminal, then the team's. */
enum till_status api_get_team(const struct api_call *call, struct api_answer *answer)
{
    struct store *s = call->api->store;
    struct query_team team = {.at_s = call->now_s};
    struct site site;
    char members[STORE_VALUE_MAX], number[TERMINAL_MAX];
    uint8_t memory[QUERY_ANSWER_MAX];
    struct buffer out;
    enum till_status status = team_get(s, call->terminal, members, sizeof(members));
    if (status == TILL_OK) {
        status = store_site_get(s, &site);
    }
    if (status != TILL_OK) {
        return status;
    }
    int64_t from_s = midnight_before(site.zone, call->now_s);
    team.date = when_date(site.zone, call->now_s);
    status = add_terminal(s, call->terminal, from_s, &team);
    for (const char *at = members; status == TILL_OK && team_next(&at, number);) {
        status = add_terminal(s, number, from_s, &team);
    }
    buffer_init(&out, memory, sizeof(memory));
    return status == TILL_OK ? give_lines(answer, query_team_write(&team, &out), &out) : status;
}

/* ---- a team's takings ------------------------------------------------------------------------ */

/* "20261122"; 0 = none. */
static int32_t date_of(const char *text)
{
    uint64_t number = strlen(text) == 8 ? api_number(text) : 0;
    return when_date_is_valid((int32_t)number) ? (int32_t)number : 0;
}

/* Whoever takes cash over counts it without knowing what should be there: no terminal is told how
 * much a Z waits with. */
static void hide_amounts(struct query_report *r)
{
    r->unsettled_minor = 0;
    for (size_t i = 0; r->by == QUERY_BY_CLOSE && i < r->count; i++) {
        r->rows[i].amount_minor = 0;
    }
}

/* What is not added up yet is, for as long as somebody at a screen would wait; then it is for the
 * next question. */
enum till_status api_get_report(const struct api_call *call, struct api_answer *answer)
{
    enum { BUDGET_MS = 6000 };
    struct takings_team team;
    struct query_report r = {.from = date_of(call->part[1]), .to = date_of(call->part[2])};
    uint8_t memory[QUERY_ANSWER_MAX];
    struct buffer out;
    if (!query_by_named(call->part[0], &r.by) || r.from == 0 || r.to < r.from) {
        return TILL_NOT_FOUND;
    }
    takings_team_begin(&team);
    enum till_status status =
        takings_team_of(&team, call->api->store, call->terminal, takings_until_ms(BUDGET_MS));
    if (status == TILL_OK) {
        status =
            team.all_read ? takings_report(call->api->store, &team, call->now_s, &r) : TILL_BUSY;
    }
    takings_team_free(&team);
    hide_amounts(&r);
    buffer_init(&out, memory, sizeof(memory));
    return status == TILL_OK ? give_lines(answer, query_report_write(&r, &out), &out) : status;
}
