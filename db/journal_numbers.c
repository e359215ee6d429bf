#include <string.h>

#include "journal_private.h"

/* Which state a number of stationery is in stands in the entries alone: the fold knows ranges. */

static bool same_number(const struct stock_number *a, const struct stock_number *b)
{
    return a->type == b->type && a->number == b->number && strcmp(a->series, b->series) == 0;
}

/* What an entry says of a number. */
struct said {
    struct stock_number number;
    uint64_t seq; /* receipt that it was used for; 0 = none */
    bool used;    /* else it has ended */
    bool skipped; /* ended: only passed over, it may still lie there */
};

/* False: nothing of any. */
static bool says(const struct entry *e, struct said *out)
{
    struct body_stock_used used;
    struct body_stock_ended ended;
    struct body_manual_receipt manual;

    *out = (struct said){.used = true};
    switch (kind_base(e->kind)) {
    case KIND_STATIONERY_USED:
        if (entry_read_stock_used(e, &used) != TILL_OK)
            return false;
        out->number = used.number;
        out->seq = used.seq;
        return true;
    case KIND_MANUAL_RECEIPT:
        out->seq = e->seq;
        return entry_read_manual_receipt(e, &manual) == TILL_OK &&
               stock_number_read(manual.number, STOCK_MANUAL, &out->number);
    case KIND_STATIONERY_SPOILED:
    case KIND_STATIONERY_VOIDED:
        if (entry_read_stock_ended(e, &ended) != TILL_OK)
            return false;
        out->number = ended.number;
        out->seq = ended.seq;
        out->used = false;
        out->skipped = ended.reason == SPOIL_SKIPPED && ended.seq == 0;
        return true;
    default:
        return false;
    }
}

/* The next entry of those kinds, training left out. TILL_NOT_FOUND: none up to `last`. */
static enum till_status next_of(const struct journal_rows *rows, const uint16_t *kinds,
                                uint64_t last, struct entry *entry)
{
    enum till_status status;

    do { /* each step goes on to a later entry: it ends */
        struct sqlite_use use = sqlite_begin(rows->statements[STATEMENT_SELECT_NEXT_OF]);
        sqlite_bind_unsigned(&use, entry->seq);
        for (size_t i = 0; i < JOURNAL_KINDS; i++)
            sqlite_bind_unsigned(&use, kinds[i]);
        status = sqlite_next(&use);
        if (status == TILL_OK)
            status = journal_row_entry(&use, entry);
        sqlite_end(&use);
    } while (status == TILL_OK && kind_is_training(entry->kind) && entry->seq <= last);
    return status == TILL_OK && entry->seq > last ? TILL_NOT_FOUND : status;
}

static const uint16_t of_numbers[JOURNAL_KINDS] = {KIND_STATIONERY_USED, KIND_STATIONERY_SPOILED,
                                                   KIND_STATIONERY_VOIDED, KIND_MANUAL_RECEIPT};

/* ---- used ------------------------------------------------------------------------------------ */

/* Which number of a type a receipt has that has not ended; number 0: none. */
static enum till_status valid_of(const struct journal_rows *rows, uint64_t seq, int type,
                                 uint64_t last, struct stock_number *out)
{
    struct entry entry = {.seq = seq};
    struct said said;
    enum till_status status;

    *out = (struct stock_number){0};
    while ((status = next_of(rows, of_numbers, last, &entry)) == TILL_OK) {
        if (!says(&entry, &said) || said.number.type != type)
            continue;
        if (said.used && said.seq == seq)
            *out = said.number;
        else if (!said.used && same_number(&said.number, out))
            *out = (struct stock_number){0};
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* A number is taken for the paper that has just begun, and for none that has an earlier one. */
static enum till_status check_used(const struct journal_rows *rows, const struct fold *before,
                                   const struct entry *entry)
{
    struct body_stock_used body;
    struct stock_number valid;
    struct entry paid;
    enum till_status status = entry_read_stock_used(entry, &body);

    if (status == TILL_OK)
        status = journal_read_named(rows, body.seq, &paid);
    if (status != TILL_OK)
        return status;
    if (paid.seq > before->seq || !kind_has_payment_paper(paid.kind) ||
        kind_is_training(paid.kind) != kind_is_training(entry->kind) ||
        before->paper_seq != body.seq || before->paper_copy != body.copy || before->paper_uncertain)
        return TILL_E_PROTOCOL;
    if (kind_is_training(entry->kind))
        return TILL_OK;
    status = valid_of(rows, body.seq, body.number.type, before->seq, &valid);
    return status == TILL_OK && valid.number != 0 ? TILL_E_PROTOCOL : status;
}

/* ---- spoiled, voided ------------------------------------------------------------------------- */

struct span_of {
    int type;
    const char *series;
    uint64_t first, last;
};

static bool is_within(const struct span_of *span, const struct stock_number *n)
{
    return n->type == span->type && strcmp(n->series, span->series) == 0 &&
           n->number >= span->first && n->number <= span->last;
}

/* The range in which it lies unused, or NULL. */
static const struct fold_stock *in_hand(const struct fold *fold, const struct stock_number *n)
{
    for (size_t i = 0; i < fold->stock_count; i++) {
        const struct fold_stock *s = &fold->stock[i];
        const struct span_of left = {s->type, s->series, s->next, s->last};
        if (is_within(&left, n))
            return s;
    }
    return NULL;
}

/* Has any of them been used or spoiled here? Those that were only passed over count where asked. */
static enum till_status check_fresh(const struct journal_rows *rows, const struct span_of *span,
                                    bool passed_over_too, uint64_t last)
{
    struct entry at = {.seq = 0};
    struct said said;
    enum till_status status;

    while ((status = next_of(rows, of_numbers, last, &at)) == TILL_OK)
        if (says(&at, &said) && is_within(span, &said.number) && (passed_over_too || !said.skipped))
            return TILL_E_PROTOCOL;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status check_next(const struct journal_rows *rows, const struct fold *before,
                                   const struct stock_number *n)
{
    const struct fold_stock *range = in_hand(before, n);
    const struct span_of one = {n->type, n->series, n->number, n->number};

    if (range == NULL || range->next != n->number)
        return TILL_E_PROTOCOL;
    return check_fresh(rows, &one, true, before->seq);
}

/* The next one may be spoiled as it lies there. Any other was used for the receipt that is named,
 * and has not ended since. */
static enum till_status check_ended(const struct journal_rows *rows, const struct fold *before,
                                    const struct entry *entry)
{
    struct body_stock_ended body;
    struct said said;
    bool used = false;
    enum till_status status = entry_read_stock_ended(entry, &body);

    if (status != TILL_OK || kind_is_training(entry->kind))
        return status;
    if (body.seq == 0)
        return kind_base(entry->kind) == KIND_STATIONERY_SPOILED
                   ? check_next(rows, before, &body.number)
                   : TILL_E_PROTOCOL;
    /* The entry that is named may be the manual receipt itself. */
    struct entry at = {.seq = body.seq - 1};
    while ((status = next_of(rows, of_numbers, before->seq, &at)) == TILL_OK) {
        if (says(&at, &said) && same_number(&said.number, &body.number))
            used = said.used && said.seq == body.seq;
    }
    if (status != TILL_NOT_FOUND)
        return status;
    return used ? TILL_OK : TILL_E_PROTOCOL;
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static enum till_status check_received(const struct journal_rows *rows, const struct fold *before,
                                       const struct entry *entry)
{
    struct body_stock_range body;
    enum till_status status = entry_read_stock_range(entry, &body);

    if (status != TILL_OK || kind_is_training(entry->kind))
        return status;
    const struct span_of span = {body.type, body.series, body.first, body.last};
    return check_fresh(rows, &span, true, before->seq);
}

/* Going back: over numbers of one range that were only passed over. */
static enum till_status check_adjusted(const struct journal_rows *rows, const struct fold *before,
                                       const struct entry *entry)
{
    static const uint16_t received[JOURNAL_KINDS] = {KIND_STATIONERY_RECEIVED};
    struct body_stock_adjusted body;
    struct body_stock_range range;
    struct entry at = {.seq = 0};
    bool was_ours = false;
    enum till_status status = entry_read_stock_adjusted(entry, &body);

    if (status != TILL_OK || kind_is_training(entry->kind) || body.hand >= body.screen.number)
        return status;
    const struct span_of span = {body.screen.type, body.screen.series, body.hand,
                                 body.screen.number - 1};
    while ((status = next_of(rows, received, before->seq, &at)) == TILL_OK)
        was_ours = was_ours || (entry_read_stock_range(&at, &range) == TILL_OK &&
                                range.type == span.type && strcmp(range.series, span.series) == 0 &&
                                range.first <= span.first && range.last >= span.last);
    if (status != TILL_NOT_FOUND)
        return status;
    return was_ours ? check_fresh(rows, &span, false, before->seq) : TILL_E_PROTOCOL;
}

/* ---- by hand, asked for ---------------------------------------------------------------------- */

/* A paper that was written by hand is entered once, not with a number that was spoiled, and those
 * in hand in their order. */
static enum till_status check_manual(const struct journal_rows *rows, const struct fold *before,
                                     const struct entry *entry)
{
    struct body_manual_receipt body;
    struct stock_number n;
    enum till_status status = entry_read_manual_receipt(entry, &body);

    if (status != TILL_OK || kind_is_training(entry->kind))
        return status;
    if (!stock_number_read(body.number, STOCK_MANUAL, &n))
        return TILL_E_PROTOCOL;
    const struct fold_stock *range = in_hand(before, &n);
    if (range != NULL && range->next != n.number)
        return TILL_E_PROTOCOL;
    const struct span_of span = {n.type, n.series, n.number, n.number};
    return check_fresh(rows, &span, false, before->seq);
}

/* For a payment of that account that stands and has no paper invoice. */
static enum till_status check_request(const struct journal_rows *rows, const struct fold *before,
                                      const struct entry *entry)
{
    struct body_invoice_request body;
    struct body_collection paid;
    struct stock_number valid;
    struct entry receipt;
    uint64_t reversal = 0;
    enum till_status status = entry_read_invoice_request(entry, &body);

    if (status == TILL_OK)
        status = journal_read_named(rows, body.seq, &receipt);
    if (status == TILL_OK)
        status = entry_read_payment(&receipt, &paid, NULL);
    if (status != TILL_OK)
        return status;
    if (receipt.seq > before->seq || strcmp(paid.account, body.account) != 0 ||
        kind_is_training(receipt.kind) != kind_is_training(entry->kind))
        return TILL_E_PROTOCOL;
    if (kind_is_training(entry->kind))
        return TILL_OK;
    status = journal_touch_reversal(rows, body.account, body.seq, before->seq + 1, &reversal);
    if (status == TILL_OK)
        status = valid_of(rows, body.seq, STOCK_INVOICE, before->seq, &valid);
    if (status != TILL_OK)
        return status;
    return reversal == 0 && valid.number == 0 ? TILL_OK : TILL_E_PROTOCOL;
}

enum till_status journal_check_numbers(const struct journal_rows *rows, const struct fold *before,
                                       const struct entry *entry)
{
    switch (kind_base(entry->kind)) {
    case KIND_STATIONERY_USED:
        return check_used(rows, before, entry);
    case KIND_STATIONERY_SPOILED:
    case KIND_STATIONERY_VOIDED:
        return check_ended(rows, before, entry);
    case KIND_STATIONERY_RECEIVED:
        return check_received(rows, before, entry);
    case KIND_STATIONERY_ADJUSTED:
        return check_adjusted(rows, before, entry);
    case KIND_MANUAL_RECEIPT:
        return check_manual(rows, before, entry);
    case KIND_INVOICE_REQUEST:
        return check_request(rows, before, entry);
    default:
        return TILL_OK;
    }
}
