#include "days_stock.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct days_stock *stock;
    const struct days_log *log;
    const struct entry *entry;
    struct days_fault *fault;
};

static void wrong(const struct reading *r, const struct stock_number *n, const char *what)
{
    char text[STOCK_TEXT_MAX];
    stock_number_format(n, text);
    days_wrong(r->fault, "%s record %" PRIu64 " (%s): number %s of type %d %s", r->log->terminal,
               r->entry->seq, kind_name(r->entry->kind), text, n->type, what);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool same(const struct stock_number *a, const struct stock_number *b)
{
    return a->type == b->type && a->number == b->number && strcmp(a->series, b->series) == 0;
}

struct days_number *days_stock_find(const struct days_stock *s, const struct stock_number *n)
{
    for (size_t i = 0; i < s->count; i++) {
        if (same(&s->list[i].number, n)) {
            return &s->list[i];
        }
    }
    return NULL;
}

const struct days_number *days_stock_of(const struct days_stock *s, uint64_t receipt_seq)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->list[i].state == DAYS_USED && s->list[i].receipt_seq == receipt_seq) {
            return &s->list[i];
        }
    }
    return NULL;
}

static struct days_number *make(struct days_stock *s, const struct stock_number *n)
{
    if (s->count == s->capacity) {
        s->capacity = s->capacity == 0 ? 128 : 2 * s->capacity;
        s->list = realloc(s->list, s->capacity * sizeof(*s->list));
        assert(s->list != NULL);
    }
    struct days_number *made = &s->list[s->count++];
    *made = (struct days_number){.number = *n};
    return made;
}

void days_stock_free(struct days_stock *s)
{
    free(s->list);
    *s = (struct days_stock){0};
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static bool is_of(const struct days_range *range, const struct stock_number *n)
{
    return range->type == n->type && strcmp(range->series, n->series) == 0;
}

/* The next one of a range; where one range follows another, of the one that has it. */
static struct days_range *range_at(struct days_stock *s, const struct stock_number *n)
{
    struct days_range *empty = NULL;
    for (size_t i = 0; i < s->range_count; i++) {
        struct days_range *range = &s->ranges[i];
        if (is_of(range, n) && range->next == n->number) {
            if (range->next <= range->last) {
                return range;
            }
            empty = empty == NULL ? range : empty;
        }
    }
    return empty;
}

/* Where a number is told that has ended: its own range, or where that is counted and forgotten, the
 * first behind it. */
static const struct days_range *range_of(const struct days_stock *s, const struct days_number *n)
{
    const struct days_range *behind = NULL;
    for (size_t i = 0; i < s->range_count; i++) {
        const struct days_range *range = &s->ranges[i];
        if (range->received_seq == n->range_seq) {
            return range;
        }
        bool before = is_of(range, &n->number) && n->number.number < range->next &&
                      range->next - n->number.number < STOCK_RANGE_MAX;
        behind = behind == NULL && before ? range : behind;
    }
    return n->range_seq == 0 ? NULL : behind;
}

static void take_next(struct days_stock *s, const struct stock_number *n)
{
    struct days_range *range = range_at(s, n);
    if (range != NULL && range->next <= range->last) {
        range->next++;
    }
}

void days_stock_count(const struct days_stock *s, const struct days_range *range,
                      struct body_stock_counted *out)
{
    *out = (struct body_stock_counted){
        .next = {.type = range->type, .number = range->next},
        .unused = (uint32_t)(range->last + 1 - range->next),
    };
    memcpy(out->next.series, range->series, sizeof(out->next.series));
    for (size_t i = 0; i < s->count; i++) {
        const struct days_number *n = &s->list[i];
        if (range_of(s, n) != range) {
            continue;
        }
        bool used = n->range_seq == range->received_seq &&
                    (n->state == DAYS_USED || n->state == DAYS_WRITTEN);
        if (used && n->used_seq > range->counted_seq) {
            out->used++;
            out->face_minor += n->face_minor;
        } else if (n->ended_seq > range->counted_seq && n->ended_seq > n->told_seq) {
            out->voided += n->state == DAYS_VOIDED;
            out->spoiled += n->state == DAYS_SPOILED || n->state == DAYS_SKIPPED;
        }
    }
}

/* ---- entry by entry -------------------------------------------------------------------------- */

static void receive(const struct reading *r, const struct body_stock_range *b)
{
    struct days_stock *s = r->stock;
    struct stock_number n = {.type = b->type};
    memcpy(n.series, b->series, sizeof(n.series));
    for (n.number = b->first; n.number <= b->last; n.number++) {
        struct days_number *found = days_stock_find(s, &n);
        if (found != NULL && found->state != DAYS_RETURNED) {
            wrong(r, &n, "was received though it is or was in hand");
        }
        found = found == NULL ? make(s, &n) : found;
        *found =
            (struct days_number){.number = n, .state = DAYS_UNUSED, .range_seq = r->entry->seq};
    }
    if (s->range_count == FOLD_STOCK_MAX) {
        wrong(r, &n, "is of a range too many");
        return;
    }
    struct days_range *range = &s->ranges[s->range_count++];
    *range = (struct days_range){.type = b->type,
                                 .next = b->first,
                                 .last = b->last,
                                 .received_seq = r->entry->seq,
                                 .counted_seq = r->entry->seq};
    memcpy(range->series, b->series, sizeof(range->series));
}

static void give_back(const struct reading *r, const struct body_stock_range *b)
{
    struct stock_number n = {.type = b->type};
    memcpy(n.series, b->series, sizeof(n.series));
    for (n.number = b->first; n.number <= b->last; n.number++) {
        struct days_number *found = days_stock_find(r->stock, &n);
        if (found == NULL || found->state != DAYS_UNUSED) {
            wrong(r, &n, "was given back and is not unused");
            return;
        }
        found->state = DAYS_RETURNED;
    }
    for (size_t i = 0; i < r->stock->range_count; i++) {
        struct days_range *range = &r->stock->ranges[i];
        if (is_of(range, &n) && range->last == b->last && range->next <= b->first) {
            range->last = b->first - 1;
        }
    }
}

static int64_t face_of(const struct days_log *log, uint64_t seq)
{
    struct body_collection b;
    const struct entry *e = days_log_at(log, seq);
    return e != NULL && entry_read_payment(e, &b, NULL) == TILL_OK ? b.amount_minor : 0;
}

static void use(const struct reading *r, const struct body_stock_used *b)
{
    struct days_number *n = days_stock_find(r->stock, &b->number);
    const struct days_number *other = days_stock_of(r->stock, b->seq);
    const struct entry *receipt = days_log_at(r->log, b->seq);
    if (n == NULL || n->state != DAYS_UNUSED) {
        wrong(r, &b->number, n == NULL ? "was never in hand" : "was used and is not unused");
        return;
    }
    if (days_is_reversed(r->log, b->seq, r->entry->seq)) {
        wrong(r, &b->number, "is of a payment that was undone");
    }
    if (other != NULL && other->number.type == b->number.type) {
        wrong(r, &b->number, "is a second valid one of one receipt");
    }
    if (receipt == NULL || !kind_has_receipt(receipt->kind)) {
        wrong(r, &b->number, "is of a record that has no paper");
    }
    n->state = DAYS_USED;
    n->used_seq = r->entry->seq;
    n->receipt_seq = b->seq;
    n->face_minor = face_of(r->log, b->seq);
    take_next(r->stock, &b->number);
}

static void finish(const struct reading *r, const struct body_stock_ended *b)
{
    bool spoiled = kind_base(r->entry->kind) == KIND_STATIONERY_SPOILED;
    struct days_number *n = days_stock_find(r->stock, &b->number);
    if (n == NULL || (n->state != DAYS_USED && n->state != DAYS_WRITTEN &&
                      !(spoiled && n->state == DAYS_UNUSED))) {
        wrong(r, &b->number,
              n == NULL ? "was never in hand" : "has ended already, or was not used");
        return;
    }
    if (n->state == DAYS_UNUSED) {
        take_next(r->stock, &b->number);
    }
    n->state = spoiled ? DAYS_SPOILED : DAYS_VOIDED;
    n->ended_seq = r->entry->seq;
    n->face_minor = 0;
}

static void adjust(const struct reading *r, const struct body_stock_adjusted *b)
{
    struct stock_number n = b->screen;
    bool ahead = b->hand > b->screen.number;
    struct days_range *range = range_at(r->stock, &b->screen);
    uint64_t from = ahead ? b->screen.number : b->hand;
    uint64_t to = ahead ? b->hand : b->screen.number;
    for (n.number = from; n.number < to; n.number++) {
        struct days_number *found = days_stock_find(r->stock, &n);
        if (found == NULL || found->state != (ahead ? DAYS_UNUSED : DAYS_SKIPPED)) {
            wrong(r, &n,
                  ahead ? "was passed over and is not unused"
                        : "comes back, but it was not passed over");
            return;
        }
        found->state = ahead ? DAYS_SKIPPED : DAYS_UNUSED;
        found->ended_seq = ahead ? r->entry->seq : 0;
    }
    if (range == NULL) {
        wrong(r, &b->screen, "is not the next one");
        return;
    }
    range->next = b->hand;
}

/* One that nobody issued is an exception, and one number all the same. */
static void write_by_hand(const struct reading *r, const struct body_manual_receipt *b)
{
    struct stock_number number;
    if (!stock_number_read(b->number, STOCK_MANUAL, &number)) {
        return;
    }
    struct days_number *n = days_stock_find(r->stock, &number);
    if (n != NULL && n->state != DAYS_UNUSED) {
        wrong(r, &number, "was written by hand and is not unused");
        return;
    }
    n = n == NULL ? make(r->stock, &number) : n;
    n->state = DAYS_WRITTEN;
    n->used_seq = n->receipt_seq = r->entry->seq;
    n->face_minor = b->amount_minor;
    take_next(r->stock, &number);
}

static bool is_count(const struct body_stock_counted *a, const struct body_stock_counted *b)
{
    return a->used == b->used && a->voided == b->voided && a->spoiled == b->spoiled &&
           a->unused == b->unused && a->face_minor == b->face_minor;
}

/* What ended until now is told with this range, and with no other that may stand for it later. */
static void tell(const struct reading *r, const struct days_range *range)
{
    for (size_t i = 0; i < r->stock->count; i++) {
        struct days_number *n = &r->stock->list[i];
        n->told_seq = range_of(r->stock, n) == range ? r->entry->seq : n->told_seq;
    }
}

static void count(const struct reading *r, const struct body_stock_counted *b)
{
    struct body_stock_counted should;
    struct days_stock *s = r->stock;
    for (size_t i = 0; i < s->range_count; i++) {
        struct days_range *range = &s->ranges[i];
        days_stock_count(s, range, &should);
        if (!same(&should.next, &b->next) || !is_count(&should, b)) {
            continue;
        }
        range->counted_seq = r->entry->seq;
        tell(r, range);
        if (range->next > range->last) {
            memmove(range, range + 1, (s->range_count - i - 1) * sizeof(*range));
            s->range_count--;
        }
        return;
    }
    wrong(r, &b->next, "is where no range was counted so");
}

/* Behind a reversal stand the ends of its papers' numbers, and nothing between. */
static void check_undone(const struct reading *r, uint64_t *undone_seq)
{
    struct body_stock_ended ended;
    struct body_reversal b;
    const struct entry *e = r->entry;
    if (*undone_seq != 0 &&
        !(entry_read_stock_ended(e, &ended) == TILL_OK && ended.seq == *undone_seq)) {
        const struct days_number *n = days_stock_of(r->stock, *undone_seq);
        if (n != NULL) {
            wrong(r, &n->number, "stands, its payment was undone");
        }
        *undone_seq = 0;
    }
    if (e->kind == KIND_REVERSAL && entry_read_reversal(e, &b) == TILL_OK) {
        *undone_seq = b.seq;
    }
}

/* A number that ends while its payment stands: behind it, in the same transaction, comes the copy
 * that proves the payment instead. bare: the ended one whose copy is to come; seq 0: none. */
static void check_copied(const struct reading *r, struct body_stock_ended *bare)
{
    struct body_stock_ended ended;
    struct body_print print;
    const struct entry *e = r->entry;
    bool ends = entry_read_stock_ended(e, &ended) == TILL_OK && ended.seq != 0 &&
                !days_is_reversed(r->log, ended.seq, e->seq);
    bool goes_on = ends ? ended.seq == bare->seq
                        : e->kind == KIND_DUPLICATE && entry_read_print(e, &print) == TILL_OK &&
                              print.seq == bare->seq;
    if (bare->seq != 0 && !goes_on) {
        wrong(r, &bare->number, "ended, and no copy of its payment came with that");
    }
    bare->seq = 0;
    if (ends) {
        *bare = ended;
    }
}

static void read_one(const struct reading *r)
{
    union {
        struct body_stock_range range;
        struct body_stock_used used;
        struct body_stock_ended ended;
        struct body_stock_adjusted adjusted;
        struct body_stock_counted counted;
        struct body_manual_receipt manual;
    } b;
    const struct entry *e = r->entry;
    if (entry_read_stock_range(e, &b.range) == TILL_OK) {
        e->kind == KIND_STATIONERY_RECEIVED ? receive(r, &b.range) : give_back(r, &b.range);
    } else if (entry_read_stock_used(e, &b.used) == TILL_OK) {
        use(r, &b.used);
    } else if (entry_read_stock_ended(e, &b.ended) == TILL_OK) {
        finish(r, &b.ended);
    } else if (entry_read_stock_adjusted(e, &b.adjusted) == TILL_OK) {
        adjust(r, &b.adjusted);
    } else if (entry_read_stock_counted(e, &b.counted) == TILL_OK) {
        count(r, &b.counted);
    } else if (entry_read_manual_receipt(e, &b.manual) == TILL_OK) {
        write_by_hand(r, &b.manual);
    }
}

void days_stock_make(struct days_stock *s, const struct days_log *log, struct days_fault *f)
{
    uint64_t undone_seq = 0;
    struct body_stock_ended bare = {.seq = 0};
    *s = (struct days_stock){0};
    for (size_t i = 0; i < log->count && days_right(f); i++) {
        struct reading r = {.stock = s, .log = log, .entry = &log->entries[i], .fault = f};
        check_undone(&r, &undone_seq);
        check_copied(&r, &bare);
        if (!kind_is_training(r.entry->kind)) {
            read_one(&r);
        }
    }
    if (bare.seq != 0) {
        days_wrong(f, "%s ends with the end of a number, and record %" PRIu64 " has no paper",
                   log->terminal, bare.seq);
    }
}
