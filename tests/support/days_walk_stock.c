/* Numbered paper in the terminal's hands. */
#include <assert.h>
#include <string.h>

#include "days_step.h"
#include "days_stock.h"

enum { RANGE_MOST = 40 };

static const char *const series[STOCK_TYPE_COUNT] = {"", "B", "F", "M"};

/* ---- ranges ---------------------------------------------------------------------------------- */

void step_stock_in(struct days_step *s)
{
    struct entry e = {0};
    struct days_world *w = s->world;
    int type = 1 + (int)step_roll(s, STOCK_TYPE_COUNT - 1);
    struct body_stock_range b = {.type = type, .other = "4001"};
    if (step_who(s) == NULL || step_fold(s)->stock_count == FOLD_STOCK_MAX) {
        return;
    }
    (void)snprintf(b.series, sizeof(b.series), "%s", series[type]);
    /* Mostly they follow the ones before at once. */
    b.first = w->next_number[type] + 1 + (step_roll(s, 4) == 0 ? 100 : 0);
    b.last = b.first + step_roll(s, RANGE_MOST);
    w->next_number[type] = b.last;
    (void)step_put(s, entry_write_stock_range(&e, KIND_STATIONERY_RECEIVED, &b), &e);
}

/* The range that a type's next number comes from; NULL: none has any. */
static const struct fold_stock *find_range(struct days_step *s)
{
    uint32_t from = step_roll(s, STOCK_TYPE_COUNT - 1);
    for (int i = 0; i < STOCK_TYPE_COUNT - 1; i++) {
        int type = 1 + (int)(from + (uint32_t)i) % (STOCK_TYPE_COUNT - 1);
        const struct fold_stock *stock = fold_stock_next(step_fold(s), type);
        if (stock != NULL) {
            return stock;
        }
    }
    return NULL;
}

void step_stock_back(struct days_step *s)
{
    struct entry e = {0};
    const struct fold_stock *stock = step_who(s) == NULL ? NULL : find_range(s);
    if (stock == NULL) {
        return;
    }
    struct body_stock_range b = {.type = stock->type, .last = stock->last, .other = "4001"};
    memcpy(b.series, stock->series, sizeof(b.series));
    b.first = stock->next + step_roll(s, (uint32_t)(stock->last - stock->next) + 1);
    (void)step_put(s, entry_write_stock_range(&e, KIND_STATIONERY_RETURNED, &b), &e);
}

/* ---- numbers --------------------------------------------------------------------------------- */

bool step_use_number(struct days_step *s, uint64_t seq, uint32_t copy)
{
    struct entry e = {0};
    const struct entry *receipt = days_log_at(step_log(s), seq);
    const struct fold_stock *stock = fold_stock_next(step_fold(s), STOCK_RECEIPT);
    if (stock == NULL || (receipt->kind != KIND_COLLECTION && receipt->kind != KIND_ADVANCE)) {
        return true;
    }
    struct body_stock_used b = {
        .number = {.type = stock->type, .number = stock->next}, .seq = seq, .copy = copy};
    memcpy(b.number.series, stock->series, sizeof(b.number.series));
    return step_put(s, entry_write_stock_used(&e, &b), &e);
}

static bool look(struct days_step *s, struct days_stock *stock)
{
    days_stock_make(stock, step_log(s), &s->world->fault);
    return days_right(&s->world->fault);
}

size_t step_end_item(struct days_step *s, uint64_t seq, enum entry_kind kind,
                     struct journal_item *out)
{
    struct days_stock stock;
    size_t count = 0;
    const struct days_number *n = look(s, &stock) ? days_stock_of(&stock, seq) : NULL;
    if (n != NULL) {
        bool voided = kind == KIND_STATIONERY_VOIDED;
        const struct body_stock_ended b = {.number = n->number,
                                           .reason = voided ? SPOIL_WITHDRAWN : SPOIL_JAM,
                                           .seq = n->receipt_seq,
                                           .all_copies = voided};
        *out = (struct journal_item){.receipt_text = {0}};
        enum till_status status = entry_write_stock_ended(&out->entry, kind, &b);
        assert(status == TILL_OK);
        count = 1;
    }
    days_stock_free(&stock);
    return count;
}

/* The next number of a range is torn before anything stands on it. */
void step_spoil(struct days_step *s)
{
    struct entry e = {0};
    const struct fold_stock *stock = step_who(s) == NULL ? NULL : find_range(s);
    if (stock == NULL) {
        return;
    }
    struct body_stock_ended b = {.number = {.type = stock->type, .number = stock->next},
                                 .reason = SPOIL_TORN};
    memcpy(b.number.series, stock->series, sizeof(b.number.series));
    (void)step_put(s, entry_write_stock_ended(&e, KIND_STATIONERY_SPOILED, &b), &e);
}

/* A customer brings the paper back, maybe days later, and gets another. */
void step_void(struct days_step *s)
{
    struct days_stock stock;
    uint32_t from = step_roll(s, 1000);
    if (step_who(s) == NULL || !look(s, &stock)) {
        return;
    }
    uint64_t seq = 0;
    for (size_t i = 0; i < stock.count && seq == 0; i++) {
        const struct days_number *n = &stock.list[(from + i) % stock.count];
        seq = n->state == DAYS_USED ? n->receipt_seq : 0;
    }
    days_stock_free(&stock);
    if (seq > 0) {
        step_copy(s, seq);
    }
}

/* How many of the range before the next one were passed over and may come back. */
static uint64_t skipped_before(const struct days_stock *stock, const struct fold_stock *range)
{
    struct stock_number n = {.type = range->type, .number = range->next};
    uint64_t count = 0;
    memcpy(n.series, range->series, sizeof(n.series));
    const struct days_number *next = days_stock_find(stock, &n);
    for (n.number--; next != NULL && n.number > 0; n.number--) {
        const struct days_number *found = days_stock_find(stock, &n);
        if (found == NULL || found->state != DAYS_SKIPPED || found->range_seq != next->range_seq) {
            break;
        }
        count++;
    }
    return count;
}

void step_adjust(struct days_step *s)
{
    struct entry e = {0};
    struct days_stock stock;
    const struct fold_stock *range = step_who(s) == NULL ? NULL : find_range(s);
    if (range == NULL || !look(s, &stock)) {
        return;
    }
    struct body_stock_adjusted b = {.screen = {.type = range->type, .number = range->next},
                                    .reason = SPOIL_SKIPPED};
    memcpy(b.screen.series, range->series, sizeof(b.screen.series));
    uint64_t back = skipped_before(&stock, range);
    uint64_t left = range->last + 1 - range->next;
    b.hand = back > 0 && step_roll(s, 2) == 0 ? range->next - 1 - step_roll(s, (uint32_t)back)
                                              : range->next + 1 + step_roll(s, 3) % left;
    days_stock_free(&stock);
    (void)step_put(s, entry_write_stock_adjusted(&e, &b), &e);
}

/* All that is in hand, range by range. */
void step_stock_count(struct days_step *s)
{
    struct days_stock stock;
    struct body_stock_counted b;
    uint64_t last = 0;
    if (step_who(s) == NULL) {
        return;
    }
    for (size_t n = step_fold(s)->stock_count; n > 0; n--) {
        const struct days_range *next = NULL;
        if (!look(s, &stock)) {
            return;
        }
        for (size_t i = 0; i < stock.range_count; i++) {
            const struct days_range *range = &stock.ranges[i];
            bool later = range->received_seq > last;
            next =
                later && (next == NULL || range->received_seq < next->received_seq) ? range : next;
        }
        struct entry e = {0};
        bool on = next != NULL;
        if (on) {
            last = next->received_seq;
            days_stock_count(&stock, next, &b);
            on = step_put(s, entry_write_stock_counted(&e, &b), &e);
        }
        days_stock_free(&stock);
        if (!on) {
            return;
        }
    }
}

/* ---- written by hand ------------------------------------------------------------------------- */

void step_manual(struct days_step *s)
{
    enum { UNISSUED = 900000, DAY_S = 86400 };
    struct entry e = {0};
    const struct fold_stock *stock = fold_stock_next(step_fold(s), STOCK_MANUAL);
    struct stock_number n = {.type = STOCK_MANUAL};
    struct body_manual_receipt b = {.reason = "电池没电"};
    if (step_at_work(s) == NULL) {
        return;
    }
    if (stock != NULL && step_roll(s, 6) != 0) {
        n.number = stock->next;
        memcpy(n.series, stock->series, sizeof(n.series));
    } else {
        n.number = UNISSUED + ++s->world->slips; /* nobody gave it out: an exception */
    }
    char number[STOCK_TEXT_MAX];
    stock_number_format(&n, number);
    (void)snprintf(b.number, sizeof(b.number), "%.24s", number);
    days_account(step_roll(s, DAYS_CUSTOMERS), b.account);
    b.amount_minor = 1 + (int64_t)step_roll(s, 30000);
    b.taken_at_s = s->world->now_s - (int64_t)step_roll(s, 3 * DAY_S);
    (void)step_put(s, entry_write_manual_receipt(&e, &b), &e);
}
