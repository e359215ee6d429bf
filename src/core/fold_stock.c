#include <string.h>

#include "fold_inside.h"

/* Numbered paper in this terminal's hands. The fold keeps ranges and counts; which number is in
 * which state stands in the entries, and db/ looks before it writes one that names a number. */

const struct fold_stock *fold_stock_next(const struct fold *f, int type)
{
    for (uint8_t i = 0; i < f->stock_count; i++) {
        const struct fold_stock *stock = &f->stock[i];
        if (stock->type == type && stock->next <= stock->last) {
            return stock;
        }
    }
    return NULL;
}

uint64_t fold_stock_left(const struct fold *f, int type)
{
    uint64_t left = 0;
    for (uint8_t i = 0; i < f->stock_count; i++) {
        const struct fold_stock *stock = &f->stock[i];
        left += stock->type == type ? stock->last + 1 - stock->next : 0;
    }
    return left;
}

static bool is_of(const struct fold_stock *stock, int type, const char *series)
{
    return stock->type == type && strcmp(stock->series, series) == 0;
}

/* The range in which that number is the next, or NULL. The end of one may be the beginning of
 * another: what still has numbers goes before what is used up. */
static struct fold_stock *range_at(struct fold *f, const struct stock_number *n)
{
    struct fold_stock *empty = NULL;
    for (uint8_t i = 0; i < f->stock_count; i++) {
        struct fold_stock *stock = &f->stock[i];
        if (!is_of(stock, n->type, n->series) || stock->next != n->number) {
            continue;
        }
        if (stock->next <= stock->last) {
            return stock;
        }
        empty = empty == NULL ? stock : empty;
    }
    return empty;
}

static bool is_nearer(const struct fold_stock *a, const struct fold_stock *b)
{
    return a->next < b->next || (a->next == b->next && a->since < b->since);
}

/* The range out of which that number was taken: of those that are beyond it the nearest; where one
 * ends as another begins, the one that ends. NULL: it was all counted and forgotten. */
static struct fold_stock *range_before(struct fold *f, const struct stock_number *n)
{
    struct fold_stock *nearest = NULL;
    for (uint8_t i = 0; i < f->stock_count; i++) {
        struct fold_stock *stock = &f->stock[i];
        if (is_of(stock, n->type, n->series) && n->number < stock->next &&
            stock->next - n->number < STOCK_RANGE_MAX &&
            (nearest == NULL || is_nearer(stock, nearest))) {
            nearest = stock;
        }
    }
    return nearest;
}

static enum till_status receive(struct fold *f, const struct body_stock_range *b)
{
    for (uint8_t i = 0; i < f->stock_count; i++) {
        const struct fold_stock *stock = &f->stock[i];
        if (is_of(stock, b->type, b->series) && b->first <= stock->last && b->last >= stock->next) {
            return TILL_E_PROTOCOL;
        }
    }
    if (f->stock_count == FOLD_STOCK_MAX) {
        return TILL_TOO_LARGE;
    }
    struct fold_stock *added = &f->stock[f->stock_count++];
    *added =
        (struct fold_stock){.type = b->type, .next = b->first, .last = b->last, .since = b->first};
    memcpy(added->series, b->series, sizeof(added->series));
    return TILL_OK;
}

/* Only the end of a range goes back: what is left keeps its order. */
static enum till_status give_back(struct fold *f, const struct body_stock_range *b)
{
    for (uint8_t i = 0; i < f->stock_count; i++) {
        struct fold_stock *stock = &f->stock[i];
        if (is_of(stock, b->type, b->series) && b->last == stock->last && b->first >= stock->next) {
            stock->last = b->first - 1;
            return TILL_OK;
        }
    }
    return TILL_E_PROTOCOL;
}

static enum till_status use(struct fold *f, const struct body_stock_used *b)
{
    struct fold_stock *stock = range_at(f, &b->number);
    if (stock == NULL || stock != fold_stock_next(f, b->number.type) || b->seq > f->seq) {
        return TILL_E_PROTOCOL;
    }
    stock->next++;
    stock->used++;
    return TILL_OK;
}

/* Does it lie unused in this terminal's hands? */
static bool is_in_hand(const struct fold *f, const struct stock_number *n)
{
    for (uint8_t i = 0; i < f->stock_count; i++) {
        const struct fold_stock *stock = &f->stock[i];
        if (is_of(stock, n->type, n->series) && n->number >= stock->next &&
            n->number <= stock->last) {
            return true;
        }
    }
    return false;
}

/* A number that was used has ended; what an earlier count told as used stays told. NULL: its range
 * was counted through and forgotten. */
static void take_off_used(struct fold_stock *stock, uint64_t number, bool spoiled)
{
    if (stock == NULL) {
        return;
    }
    stock->used -= number >= stock->since && stock->used > 0 ? 1 : 0;
    stock->spoiled += spoiled ? 1 : 0;
    stock->voided += spoiled ? 0 : 1;
}

static enum till_status spoil(struct fold *f, const struct body_stock_ended *b)
{
    struct fold_stock *stock = range_at(f, &b->number);
    if (stock != NULL && stock->next <= stock->last) {
        stock->next++;
        stock->spoiled++;
        return TILL_OK;
    }
    if (is_in_hand(f, &b->number)) {
        return TILL_E_PROTOCOL;
    }
    take_off_used(range_before(f, &b->number), b->number.number, true);
    return TILL_OK;
}

static enum till_status make_void(struct fold *f, const struct body_stock_ended *b)
{
    if (is_in_hand(f, &b->number)) {
        return TILL_E_PROTOCOL;
    }
    take_off_used(range_before(f, &b->number), b->number.number, false);
    return TILL_OK;
}

static bool is_count_of(const struct fold_stock *stock, const struct body_stock_counted *b)
{
    return is_of(stock, b->next.type, b->next.series) && stock->next == b->next.number &&
           stock->used == b->used && stock->voided == b->voided && stock->spoiled == b->spoiled &&
           stock->last + 1 - stock->next == b->unused;
}

/* What is counted through and empty is forgotten. */
static enum till_status count(struct fold *f, const struct body_stock_counted *b)
{
    struct fold_stock *stock = f->stock;
    const struct fold_stock *end = f->stock + f->stock_count;
    while (stock < end && !is_count_of(stock, b)) {
        stock++;
    }
    if (stock == end) {
        return TILL_E_PROTOCOL;
    }
    stock->since = stock->next;
    stock->used = 0;
    stock->voided = 0;
    stock->spoiled = 0;
    if (stock->next > stock->last) {
        size_t at = (size_t)(stock - f->stock);
        memmove(stock, stock + 1, (f->stock_count - at - 1) * sizeof(*stock));
        f->stock_count--;
        f->stock[f->stock_count] = (struct fold_stock){0};
    }
    return TILL_OK;
}

static enum till_status adjust(struct fold *f, const struct body_stock_adjusted *b)
{
    struct fold_stock *stock = range_at(f, &b->screen);
    if (stock == NULL || b->hand > stock->last + 1) {
        return TILL_E_PROTOCOL;
    }
    if (b->hand > stock->next) {
        stock->spoiled += (uint32_t)(b->hand - stock->next);
    } else {
        uint64_t back = stock->next - b->hand;
        stock->spoiled -= back < stock->spoiled ? (uint32_t)back : stock->spoiled;
    }
    stock->next = b->hand;
    stock->since = stock->since > b->hand ? b->hand : stock->since;
    return TILL_OK;
}

void fold_stock_manual(struct fold *f, const char *number)
{
    struct stock_number n;
    struct fold_stock *stock = stock_number_read(number, STOCK_MANUAL, &n) ? range_at(f, &n) : NULL;
    if (stock != NULL && stock->next <= stock->last) {
        stock->next++;
        stock->used++;
    }
}

static enum till_status apply_range(struct fold *f, const struct entry *e)
{
    struct body_stock_range b;
    enum till_status status = entry_read_stock_range(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    return kind_base(e->kind) == KIND_STATIONERY_RECEIVED ? receive(f, &b) : give_back(f, &b);
}

static enum till_status apply_ended(struct fold *f, const struct entry *e)
{
    struct body_stock_ended b;
    enum till_status status = entry_read_stock_ended(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    if (b.seq > f->seq) {
        return TILL_E_PROTOCOL;
    }
    return kind_base(e->kind) == KIND_STATIONERY_SPOILED ? spoil(f, &b) : make_void(f, &b);
}

static enum till_status apply_other(struct fold *f, const struct entry *e)
{
    union {
        struct body_stock_used used;
        struct body_stock_counted counted;
        struct body_stock_adjusted adjusted;
    } b;
    bool real = !kind_is_training(e->kind);
    enum till_status status = TILL_OK;
    switch (kind_base(e->kind)) {
    case KIND_STATIONERY_USED:
        status = entry_read_stock_used(e, &b.used);
        return status == TILL_OK && real ? use(f, &b.used) : status;
    case KIND_STATIONERY_COUNTED:
        status = entry_read_stock_counted(e, &b.counted);
        return status == TILL_OK && real ? count(f, &b.counted) : status;
    default:
        status = entry_read_stock_adjusted(e, &b.adjusted);
        return status == TILL_OK && real ? adjust(f, &b.adjusted) : status;
    }
}

enum till_status fold_apply_stock(struct fold *f, const struct entry *e)
{
    switch (kind_base(e->kind)) {
    case KIND_STATIONERY_RECEIVED:
    case KIND_STATIONERY_RETURNED:
        return apply_range(f, e);
    case KIND_STATIONERY_SPOILED:
    case KIND_STATIONERY_VOIDED:
        return apply_ended(f, e);
    case KIND_STATIONERY_USED:
    case KIND_STATIONERY_COUNTED:
    case KIND_STATIONERY_ADJUSTED:
        return apply_other(f, e);
    default:
        return entry_check_body(e) == TILL_E_PROTOCOL ? TILL_E_PROTOCOL : TILL_OK;
    }
}
