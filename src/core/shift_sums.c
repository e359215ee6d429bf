#include "shift_sums.h"

#include <string.h>

#include "money.h"
#include "text.h"

/* ---- rows ------------------------------------------------------------------------------------ */

static size_t place_of(const struct shift_rows *rows, int64_t of)
{
    size_t at = 0;
    while (at < rows->count && rows->list[at].of != of) {
        at++;
    }
    return at;
}

/* A number that found no room once never finds it later: what is added and taken off meets. The
 * last row is kept for 0. */
static enum till_status rows_add(struct shift_rows *rows, int64_t of, int64_t value)
{
    if (of != 0 && place_of(rows, of) == rows->count && rows->count >= SHIFT_ROWS_MAX - 1) {
        of = 0;
    }
    size_t at = place_of(rows, of);
    if (at == rows->count) {
        rows->list[rows->count++] = (struct heap){of, 0};
    }
    return money_add(rows->list[at].value, value, &rows->list[at].value);
}

/* Number n of those that have a sum, the greatest first; NULL: there are fewer. */
static const struct heap *nth_greatest(const struct shift_rows *rows, size_t n)
{
    for (size_t i = 0; i < rows->count; i++) {
        size_t greater = 0;
        for (size_t k = 0; k < rows->count; k++) {
            greater += rows->list[k].value != 0 && rows->list[k].of > rows->list[i].of;
        }
        if (rows->list[i].value != 0 && greater == n) {
            return &rows->list[i];
        }
    }
    return NULL;
}

/* The `own` greatest numbers, and all others under 0. */
static enum till_status rows_heaps(const struct shift_rows *rows, size_t own, size_t count,
                                   char out[HEAPS_TEXT_MAX])
{
    struct heaps heaps = {0};
    enum till_status status = TILL_OK;
    for (size_t n = 0; n < count && status == TILL_OK; n++) {
        const struct heap *row = nth_greatest(rows, n);
        status = heaps_add(&heaps, n < own ? row->of : 0, row->value);
    }
    return status == TILL_OK ? heaps_write(&heaps, out) : status;
}

/* At most `most` heaps, fewer where the text would be too long. */
static enum till_status rows_write(const struct shift_rows *rows, size_t most,
                                   char out[HEAPS_TEXT_MAX])
{
    size_t count = 0;
    enum till_status status = TILL_TOO_LARGE;
    memset(out, 0, HEAPS_TEXT_MAX); /* of a longer try nothing stays */
    for (size_t i = 0; i < rows->count; i++) {
        count += rows->list[i].value != 0;
    }
    for (; most > 0 && status == TILL_TOO_LARGE; most--) {
        status = rows_heaps(rows, count <= most ? count : most - 1, count, out);
    }
    memset(out + strlen(out), 0, HEAPS_TEXT_MAX - strlen(out));
    return status;
}

static enum till_status rows_sum(const struct shift_rows *rows, int64_t *sum_out)
{
    enum till_status status = TILL_OK;
    *sum_out = 0;
    for (size_t i = 0; i < rows->count && status == TILL_OK; i++) {
        status = money_add(*sum_out, rows->list[i].value, sum_out);
    }
    return status;
}

/* ---- receipts -------------------------------------------------------------------------------- */

/* What a receipt adds, or, with sign -1, what its reversal takes off. */
static enum till_status count_lines(struct shift_sums *s, const struct shift_receipt *receipt,
                                    const struct body_collection *b, int64_t sign)
{
    int64_t bills_minor = 0, fees_minor = 0;
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < receipt->count && status == TILL_OK; i++) {
        const struct allocation_line *line = &receipt->lines[i];
        status = rows_add(&s->types, line->type, sign * line->amount_minor);
        if (status == TILL_OK) {
            status = rows_add(&s->months, line->month, sign * line->amount_minor);
        }
        if (status == TILL_OK) {
            status = money_add(bills_minor, line->amount_minor, &bills_minor);
        }
        if (status == TILL_OK) {
            status = money_add(fees_minor, line->late_fee_minor, &fees_minor);
        }
    }
    if (status == TILL_OK && fees_minor != b->late_fee_minor) {
        status = TILL_E_CORRUPT;
    }
    if (status == TILL_OK) {
        status = money_add(s->late_fee_minor, sign * fees_minor, &s->late_fee_minor);
    }
    /* What is over became an advance; what is missing was paid by the balance. */
    if (status == TILL_OK) {
        status = money_add(s->advance_minor, sign * (b->amount_minor - bills_minor - fees_minor),
                           &s->advance_minor);
    }
    return status;
}

static enum till_status count_unknown(struct shift_sums *s, const struct body_collection *b,
                                      int64_t sign)
{
    int64_t bills_minor = b->amount_minor - b->late_fee_minor;
    enum till_status status = rows_add(&s->types, 0, sign * bills_minor);
    if (status == TILL_OK) {
        status = rows_add(&s->months, 0, sign * bills_minor);
    }
    if (status == TILL_OK) {
        status = money_add(s->late_fee_minor, sign * b->late_fee_minor, &s->late_fee_minor);
    }
    return status;
}

static enum till_status count_money(struct shift_sums *s, const struct shift_receipt *receipt,
                                    const struct body_collection *b, int64_t sign)
{
    int64_t cash_minor = collection_cash_minor(b);
    int64_t other_minor = b->amount_minor - cash_minor;
    bool whole = kind_base(receipt->entry->kind) == KIND_ADVANCE;
    enum till_status status = rows_add(&s->tenders, TENDER_CASH, sign * cash_minor);
    if (status == TILL_OK && other_minor != 0) {
        status = rows_add(&s->tenders, b->tender, sign * other_minor);
    }
    if (status != TILL_OK) {
        return status;
    }
    return receipt->lines != NULL || whole ? count_lines(s, receipt, b, sign)
                                           : count_unknown(s, b, sign);
}

static enum till_status count_receipt(struct shift_sums *s, const struct entry *e,
                                      const struct shift_receipt *receipt)
{
    struct body_collection b;
    if (receipt == NULL || receipt->entry->seq != e->seq ||
        entry_read_payment(e, &b, NULL) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    s->receipts++;
    s->first_receipt_seq = s->first_receipt_seq == 0 ? e->seq : s->first_receipt_seq;
    s->last_receipt_seq = e->seq;
    return count_money(s, receipt, &b, 1);
}

static enum till_status count_reversal(struct shift_sums *s, const struct entry *e,
                                       const struct shift_receipt *receipt)
{
    struct body_reversal reversal;
    struct body_collection b;
    if (entry_read_reversal(e, &reversal) != TILL_OK || receipt == NULL ||
        receipt->entry->seq != reversal.seq ||
        entry_read_payment(receipt->entry, &b, NULL) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    s->reversals++;
    enum till_status status =
        money_add(s->reversed_minor, reversal.amount_minor, &s->reversed_minor);
    return status == TILL_OK ? count_money(s, receipt, &b, -1) : status;
}

/* ---- cash and paper -------------------------------------------------------------------------- */

static enum till_status count_cash(struct shift_sums *s, const struct entry *e)
{
    struct body_cash_move move;
    struct body_cash_drop drop;
    if (entry_read_cash_drop(e, &drop) == TILL_OK) {
        return money_add(s->dropped_minor, drop.amount_minor, &s->dropped_minor);
    }
    if (entry_read_cash_move(e, &move) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    bool in = kind_base(e->kind) == KIND_CASH_IN;
    int64_t *sum = in ? &s->paid_in_minor : &s->paid_out_minor;
    enum till_status status = money_add(*sum, move.amount_minor, sum);
    bool own = !in && strcmp(move.approver, s->user) == 0;
    return status == TILL_OK && own
               ? money_add(s->own_out_minor, move.amount_minor, &s->own_out_minor)
               : status;
}

/* Of a paper that was told whole afterwards the end is known. */
static enum till_status count_print(struct shift_sums *s, const struct entry *e)
{
    struct body_print b;
    if (entry_read_print(e, &b) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    bool doubtful = s->doubtful_seq == b.seq && s->doubtful_copy == b.copy;
    if (e->kind == KIND_DUPLICATE) {
        s->duplicates += b.copy > 1 || b.seq != s->for_two_seq;
    } else if (e->kind == KIND_PRINT_UNCERTAIN && !doubtful) {
        s->uncertain++;
        s->doubtful_seq = b.seq;
        s->doubtful_copy = b.copy;
    } else if (e->kind == KIND_PRINT_DONE && doubtful) {
        s->uncertain--;
        s->doubtful_seq = 0;
    }
    return TILL_OK;
}

/* ---- entry by entry -------------------------------------------------------------------------- */

enum till_status shift_sums_begin(struct shift_sums *s, const char *user,
                                  const struct entry *opened)
{
    struct body_shift_opened b;
    memset(s, 0, sizeof *s);
    if (opened->kind != KIND_SHIFT_OPENED || entry_read_shift_opened(opened, &b) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    text_copy(s->user, sizeof s->user, user);
    s->at_work = true;
    s->shift = b.shift;
    s->business_date = b.business_date;
    s->opened_at_s = opened->at_s;
    s->first_seq = s->last_seq = opened->seq;
    s->opening_minor = b.opening_minor;
    return TILL_OK;
}

uint64_t shift_sums_needs(const struct shift_sums *s, const struct entry *e)
{
    struct body_reversal b;
    if (!s->at_work) {
        return 0;
    }
    switch (e->kind) { /* training's are other kinds */
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_MANUAL_RECEIPT:
        return e->seq;
    case KIND_REVERSAL:
        return entry_read_reversal(e, &b) == TILL_OK ? b.seq : 0;
    default:
        return 0;
    }
}

static enum till_status follow_user(struct shift_sums *s, const struct entry *e)
{
    struct body_login b;
    if (entry_read_login(e, &b) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    s->at_work = strcmp(b.user, s->user) == 0;
    return TILL_OK;
}

static enum till_status count(struct shift_sums *s, const struct entry *e,
                              const struct shift_receipt *receipt)
{
    switch (e->kind) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_MANUAL_RECEIPT:
        return count_receipt(s, e, receipt);
    case KIND_REVERSAL:
        return count_reversal(s, e, receipt);
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
    case KIND_CASH_DROP:
        return count_cash(s, e);
    case KIND_HANDOVER_GIVEN:
    case KIND_HANDOVER_TAKEN:
        s->for_two_seq = e->seq;
        return TILL_OK;
    case KIND_DUPLICATE:
    case KIND_PRINT_UNCERTAIN:
    case KIND_PRINT_DONE:
        return count_print(s, e);
    default:
        return TILL_OK;
    }
}

enum till_status shift_sums_add(struct shift_sums *s, const struct entry *e,
                                const struct shift_receipt *receipt)
{
    s->last_seq = e->seq;
    switch (kind_base(e->kind)) {
    case KIND_LOGIN:
    case KIND_USER_SWITCHED:
        return follow_user(s, e);
    case KIND_LOGOUT:
        s->at_work = false;
        return TILL_OK;
    default:
        return s->at_work ? count(s, e, receipt) : TILL_OK;
    }
}

/* ---- what comes out -------------------------------------------------------------------------- */

enum till_status shift_sums_taken(const struct shift_sums *s, int64_t *taken_out)
{
    return rows_sum(&s->tenders, taken_out);
}

int64_t shift_sums_tender(const struct shift_sums *s, int tender)
{
    for (size_t i = 0; i < s->tenders.count; i++) {
        if (s->tenders.list[i].of == tender) {
            return s->tenders.list[i].value;
        }
    }
    return 0;
}

int64_t shift_sums_cash(const struct shift_sums *s)
{
    return s->opening_minor + shift_sums_tender(s, TENDER_CASH) + s->paid_in_minor -
           s->paid_out_minor - s->dropped_minor;
}

enum till_status shift_sums_write(const struct shift_sums *s, struct body_shift_totals *b,
                                  struct entry *e)
{
    b->shift = s->shift;
    b->business_date = s->business_date;
    b->first_seq = s->first_seq;
    b->first_receipt_seq = s->first_receipt_seq;
    b->last_receipt_seq = s->last_receipt_seq;
    b->opening_minor = s->opening_minor;
    b->paid_in_minor = s->paid_in_minor;
    b->paid_out_minor = s->paid_out_minor;
    b->own_out_minor = s->own_out_minor;
    b->dropped_minor = s->dropped_minor;
    b->late_fee_minor = s->late_fee_minor;
    b->advance_minor = s->advance_minor;
    b->reversals = s->reversals;
    b->reversed_minor = s->reversed_minor;
    b->duplicates = s->duplicates;
    b->uncertain = s->uncertain;
    enum till_status status = rows_write(&s->tenders, HEAPS_MAX, b->tenders);
    enum till_status fits = TILL_TOO_LARGE;
    /* Months first, they are the most; then bill types. */
    for (size_t cut = 0; cut < 2 * HEAPS_MAX - 1 && status == TILL_OK && fits == TILL_TOO_LARGE;
         cut++) {
        size_t months = cut < HEAPS_MAX ? HEAPS_MAX - cut : 1;
        size_t types = cut < HEAPS_MAX ? HEAPS_MAX : 2 * HEAPS_MAX - 1 - cut;
        fits = rows_write(&s->months, months, b->months);
        if (fits == TILL_OK) {
            fits = rows_write(&s->types, types, b->types);
        }
        if (fits == TILL_OK) {
            fits = entry_write_shift_totals(e, b);
        }
    }
    return status == TILL_OK ? fits : status;
}
