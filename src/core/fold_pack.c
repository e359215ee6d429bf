#include <string.h>

#include "fold.h"
#include "limit.h"

/*
 * The packed fold: numbers in base 128, low group first, the high bit of a byte says that more
 * follow; signed ones zigzag (0, -1, 1, -2 …). One spelling only: a number never ends in a zero
 * byte, so equal folds are equal bytes. db/JOURNAL.md, "checkpoint", has the layout.
 */

enum { PACK_VERSION = 6, PACK_VERSION_FIRST = 2 };
/* Of a user. */
enum {
    FLAG_SHIFT_OPEN = 1,
    FLAG_COUNTING = 2,
    FLAG_COUNTED = 4,
    FLAG_CARRIES = 8,
    FLAG_LIFTED = 16
};
/* Of the whole fold. What is rarely there says so by a flag and else takes no byte. */
enum {
    FLAG_UNCERTAIN = 1,
    FLAG_RETIRED = 2,
    FLAG_FAILED = 4,
    FLAG_NONE = 8, /* free */
    FLAG_BASKET = 16,
    FLAG_TOTALS = 32,
    FLAG_STOCK = 64,
    FLAG_STOPPED = 128
};

static bool has_failures(const struct fold *f)
{
    return f->failures_count != 0 || f->other_failures.count != 0;
}

static uint8_t flags_of(const struct fold *f)
{
    return (uint8_t)((f->paper_uncertain ? FLAG_UNCERTAIN : 0) | (f->retired ? FLAG_RETIRED : 0) |
                     (has_failures(f) ? FLAG_FAILED : 0) | (f->basket != 0 ? FLAG_BASKET : 0) |
                     (f->totals_seq != 0 ? FLAG_TOTALS : 0) |
                     (f->stock_count != 0 ? FLAG_STOCK : 0) | (f->stopped ? FLAG_STOPPED : 0));
}

static void put_stock(const struct fold *f, struct buffer *out)
{
    buffer_put_u8(out, f->stock_count);
    for (uint8_t i = 0; i < f->stock_count; i++) {
        const struct fold_stock *stock = &f->stock[i];
        size_t length = strlen(stock->series);
        buffer_put_u8(out, (uint8_t)stock->type);
        buffer_put_u8(out, (uint8_t)length);
        buffer_put(out, stock->series, length);
        buffer_put_varint(out, stock->next);
        buffer_put_varint(out, stock->last);
        buffer_put_varint(out, stock->next - stock->since);
        buffer_put_varint(out, stock->used);
        buffer_put_varint(out, stock->voided);
        buffer_put_varint(out, stock->spoiled);
    }
}

static void put_failures(const struct fold *f, struct buffer *out)
{
    buffer_put_u8(out, f->failures_count);
    for (uint8_t i = 0; i < f->failures_count; i++) {
        size_t length = strlen(f->failures[i].user);
        buffer_put_u8(out, (uint8_t)length);
        buffer_put(out, f->failures[i].user, length);
        buffer_put_varint(out, f->failures[i].count);
        buffer_put_zigzag(out, f->failures[i].at_s);
    }
    buffer_put_varint(out, f->other_failures.count);
    if (f->other_failures.count != 0) {
        buffer_put_zigzag(out, f->other_failures.at_s);
    }
}

static void put_rare(const struct fold *f, struct buffer *out)
{
    if (has_failures(f)) {
        put_failures(f, out);
    }
    if (f->basket != 0) {
        buffer_put_varint(out, f->basket);
        buffer_put_varint(out, f->basket_next);
        buffer_put_varint(out, f->basket_last);
    }
    if (f->totals_seq != 0) {
        buffer_put_varint(out, f->totals_seq);
        buffer_put_varint(out, f->totals_shift);
    }
    if (f->stock_count != 0) {
        put_stock(f, out);
    }
}

static bool carries(const struct fold_user *user)
{
    return user->held_minor != 0 || user->kept_minor != 0 || user->variance_minor != 0 ||
           user->absent_z != 0;
}

/* Each limit has a place, in the order of their numbers. */
static void put_lifted(const struct fold_user *user, struct buffer *out)
{
    buffer_put_zigzag(out, user->lifted_date);
    for (int limit = LIMIT_NONE + 1; limit < LIMIT_COUNT; limit++) {
        buffer_put_zigzag(out, user->lifted[limit]);
    }
}

static uint8_t flags_of_user(const struct fold_user *user)
{
    return (uint8_t)((user->shift_open ? FLAG_SHIFT_OPEN : 0) |
                     (user->counting ? FLAG_COUNTING : 0) | (user->counted ? FLAG_COUNTED : 0) |
                     (carries(user) ? FLAG_CARRIES : 0) | (user->lifted_date ? FLAG_LIFTED : 0));
}

static void put_user(const struct fold *f, const struct fold_user *user, struct buffer *out)
{
    size_t length = strlen(user->user);
    buffer_put_u8(out, (uint8_t)length);
    buffer_put(out, user->user, length);
    buffer_put_u8(out, flags_of_user(user));
    buffer_put_varint(out, f->seq - user->seen_seq);
    buffer_put_varint(out, user->shift);
    buffer_put_zigzag(out, user->business_date);
    buffer_put_zigzag(out, user->shift_opened_at_s);
    buffer_put_zigzag(out, user->cash_minor);
    buffer_put_varint(out, user->receipts);
    buffer_put_zigzag(out, user->taken_minor);
    buffer_put_zigzag(out, user->day_minor);
    buffer_put_varint(out, user->own_reversals);
    buffer_put_zigzag(out, user->own_reversed_minor);
    buffer_put_varint(out, user->own_latest_seq);
    buffer_put_zigzag(out, user->dropped_minor);
    if (user->counting) {
        buffer_put_varint(out, user->attempts);
        buffer_put_varint(out, user->count_seq);
        buffer_put_zigzag(out, user->counted_minor);
    }
    if (carries(user)) {
        buffer_put_zigzag(out, user->held_minor);
        buffer_put_zigzag(out, user->kept_minor);
        buffer_put_zigzag(out, user->variance_minor);
        buffer_put_varint(out, user->absent_z);
    }
    if (user->lifted_date != 0) {
        put_lifted(user, out);
    }
}

enum till_status fold_pack(const struct fold *f, struct buffer *out)
{
    buffer_put_u8(out, PACK_VERSION);
    buffer_put_u8(out, flags_of(f));
    buffer_put_varint(out, f->seq);
    buffer_put_zigzag(out, f->at_s);
    buffer_put_varint(out, f->last_shift);
    buffer_put_varint(out, f->last_z);
    buffer_put_zigzag(out, f->grand_minor);
    buffer_put_zigzag(out, f->transit_minor);
    buffer_put_varint(out, f->book_revision);
    buffer_put_varint(out, f->limits_serial);
    buffer_put_varint(out, f->message_id);
    buffer_put_varint(out, f->paper_seq);
    buffer_put_varint(out, f->paper_copy);
    buffer_put_varint(out, f->last_receipt_seq);
    buffer_put_varint(out, f->last_receipt_copies);
    put_rare(f, out);
    buffer_put_u8(out, (uint8_t)(f->current + 1));
    buffer_put_u8(out, f->user_count);
    for (uint8_t i = 0; i < f->user_count; i++) {
        put_user(f, &f->users[i], out);
    }
    return buffer_status(out);
}

/* A date, or 0 = none yet. */
static int32_t take_date(struct reader *r)
{
    return (int32_t)reader_zigzag(r, 0, INT32_MAX);
}

static void take_lifted(struct reader *r, struct fold_user *user)
{
    user->lifted_date = take_date(r);
    for (int limit = LIMIT_NONE + 1; limit < LIMIT_COUNT; limit++) {
        user->lifted[limit] = reader_zigzag(r, INT64_MIN, INT64_MAX);
    }
    r->failed = r->failed || user->lifted_date == 0;
}

static void take_user(struct reader *r, const struct fold *f, struct fold_user *user)
{
    struct span name = reader_take(r, (size_t)reader_varint(r, USER_MAX - 1));
    if (name.size > 0) {
        memcpy(user->user, name.data, name.size);
    }
    unsigned flags = (unsigned)reader_varint(r, FLAG_SHIFT_OPEN | FLAG_COUNTING | FLAG_COUNTED |
                                                    FLAG_CARRIES | FLAG_LIFTED);
    user->seen_seq = f->seq - reader_varint(r, f->seq);
    user->shift_open = (flags & FLAG_SHIFT_OPEN) != 0;
    user->counting = (flags & FLAG_COUNTING) != 0;
    user->counted = (flags & FLAG_COUNTED) != 0;
    user->shift = (uint32_t)reader_varint(r, UINT32_MAX);
    user->business_date = take_date(r);
    /* A NUL within the name would be a second spelling. */
    if (strlen(user->user) != name.size || !user_is_valid(user->user)) {
        r->failed = true;
        return;
    }
    user->shift_opened_at_s = reader_zigzag(r, INT64_MIN, INT64_MAX);
    user->cash_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
    user->receipts = (uint32_t)reader_varint(r, UINT32_MAX);
    user->taken_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
    user->day_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
    user->own_reversals = (uint32_t)reader_varint(r, UINT32_MAX);
    user->own_reversed_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
    user->own_latest_seq = reader_varint(r, INT64_MAX);
    user->dropped_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
    if (user->counting) {
        user->attempts = (uint32_t)reader_varint(r, UINT32_MAX);
        user->count_seq = reader_varint(r, INT64_MAX);
        user->counted_minor = reader_zigzag(r, 0, INT64_MAX);
    }
    if ((flags & FLAG_CARRIES) != 0) {
        user->held_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
        user->kept_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
        user->variance_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
        user->absent_z = (uint32_t)reader_varint(r, UINT32_MAX);
        r->failed = r->failed || !carries(user);
    }
    if ((flags & FLAG_LIFTED) != 0) {
        take_lifted(r, user);
    }
    r->failed =
        r->failed || (user->counting && !user->shift_open) || (user->counted && !user->counting);
}

static void take_stock(struct reader *r, struct fold *f)
{
    f->stock_count = (uint8_t)reader_varint(r, FOLD_STOCK_MAX);
    r->failed = r->failed || f->stock_count == 0;
    for (uint8_t i = 0; i < f->stock_count && !r->failed; i++) {
        struct fold_stock *stock = &f->stock[i];
        stock->type = (int)reader_varint(r, STOCK_TYPE_COUNT - 1);
        struct span series = reader_take(r, (size_t)reader_varint(r, SERIES_MAX - 1));
        if (series.size > 0) {
            memcpy(stock->series, series.data, series.size);
        }
        stock->next = reader_varint(r, INT64_MAX);
        stock->last = reader_varint(r, INT64_MAX);
        stock->since = stock->next - reader_varint(r, stock->next);
        stock->used = (uint32_t)reader_varint(r, UINT32_MAX);
        stock->voided = (uint32_t)reader_varint(r, UINT32_MAX);
        stock->spoiled = (uint32_t)reader_varint(r, UINT32_MAX);
        r->failed = r->failed || strlen(stock->series) != series.size;
    }
}

static void take_failures(struct reader *r, struct fold *f)
{
    f->failures_count = (uint8_t)reader_varint(r, FOLD_FAILURES_MAX);
    for (uint8_t i = 0; i < f->failures_count && !r->failed; i++) {
        struct fold_failures *row = &f->failures[i];
        struct span name = reader_take(r, (size_t)reader_varint(r, USER_MAX - 1));
        if (name.size > 0) {
            memcpy(row->user, name.data, name.size);
        }
        row->count = (uint32_t)reader_varint(r, UINT32_MAX);
        row->at_s = reader_zigzag(r, INT64_MIN, INT64_MAX);
        r->failed = r->failed || row->count == 0 || strlen(row->user) != name.size ||
                    !user_is_valid(row->user);
    }
    f->other_failures.count = (uint32_t)reader_varint(r, UINT32_MAX);
    if (f->other_failures.count != 0) {
        f->other_failures.at_s = reader_zigzag(r, INT64_MIN, INT64_MAX);
    }
    r->failed = r->failed || !has_failures(f);
}

/* A flag whose value is the usual one would be a second spelling. */
static void take_rare(struct reader *r, unsigned flags, struct fold *f)
{
    if ((flags & FLAG_FAILED) != 0) {
        take_failures(r, f);
    }
    if ((flags & FLAG_BASKET) != 0) {
        f->basket = reader_varint(r, f->seq);
        f->basket_next = reader_varint(r, f->seq);
        f->basket_last = reader_varint(r, f->seq);
        r->failed = r->failed || f->basket == 0;
    }
    if ((flags & FLAG_TOTALS) != 0) {
        f->totals_seq = reader_varint(r, f->seq);
        f->totals_shift = (uint32_t)reader_varint(r, UINT32_MAX);
        r->failed = r->failed || f->totals_seq == 0;
    }
    if ((flags & FLAG_STOCK) != 0) {
        take_stock(r, f);
    }
}

enum till_status fold_unpack(struct span packed, struct fold *fold_out)
{
    struct reader r;
    reader_init(&r, packed);
    struct fold f;
    fold_init(&f);
    uint8_t version = reader_u8(&r);
    if (version != PACK_VERSION) {
        bool earlier = version >= PACK_VERSION_FIRST && version < PACK_VERSION;
        return earlier ? TILL_UNSUPPORTED : TILL_E_CORRUPT;
    }
    unsigned flags = reader_u8(&r);
    r.failed = r.failed || (flags & FLAG_NONE) != 0;
    f.paper_uncertain = (flags & FLAG_UNCERTAIN) != 0;
    f.retired = (flags & FLAG_RETIRED) != 0;
    f.stopped = (flags & FLAG_STOPPED) != 0;
    f.seq = reader_varint(&r, INT64_MAX);
    f.at_s = reader_zigzag(&r, INT64_MIN, INT64_MAX);
    f.last_shift = (uint32_t)reader_varint(&r, UINT32_MAX);
    f.last_z = (uint32_t)reader_varint(&r, UINT32_MAX);
    f.grand_minor = reader_zigzag(&r, INT64_MIN, INT64_MAX);
    f.transit_minor = reader_zigzag(&r, INT64_MIN, INT64_MAX);
    f.book_revision = reader_varint(&r, INT64_MAX);
    f.limits_serial = reader_varint(&r, INT64_MAX);
    f.message_id = reader_varint(&r, INT64_MAX);
    f.paper_seq = reader_varint(&r, f.seq);
    f.paper_copy = (uint32_t)reader_varint(&r, UINT32_MAX);
    f.last_receipt_seq = reader_varint(&r, f.seq);
    f.last_receipt_copies = (uint32_t)reader_varint(&r, UINT32_MAX);
    take_rare(&r, flags, &f);
    f.current = (int8_t)((int)reader_varint(&r, FOLD_USERS_MAX) - 1);
    f.user_count = (uint8_t)reader_varint(&r, FOLD_USERS_MAX);
    for (uint8_t i = 0; i < f.user_count && !r.failed; i++) {
        take_user(&r, &f, &f.users[i]);
    }
    if (r.failed || r.left.size != 0 || f.current >= (int)f.user_count) {
        return TILL_E_CORRUPT;
    }
    *fold_out = f;
    return TILL_OK;
}
