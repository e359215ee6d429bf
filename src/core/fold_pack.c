#include <string.h>

#include "fold.h"
#include "limit.h"

/*
 * The packed fold: numbers in base 128, low group first, the high bit of a byte says that more
 * follow; signed ones zigzag (0, -1, 1, -2 …). One spelling only: a number never ends in a zero
 * byte, so equal folds are equal bytes. db/JOURNAL.md, "checkpoint", has the layout.
 */

enum { PACK_VERSION = 2 };
enum { FLAG_SHIFT_OPEN = 1 };
/* Of the whole fold. What is rarely there says so by a flag and else takes no byte. */
enum { FLAG_UNCERTAIN = 1, FLAG_RETIRED = 2, FLAG_FAILED = 4, FLAG_LIFTED = 8, FLAG_BASKET = 16 };

static uint8_t flags_of(const struct fold *f)
{
    return (uint8_t)((f->paper_uncertain ? FLAG_UNCERTAIN : 0) | (f->retired ? FLAG_RETIRED : 0) |
                     (f->login_failures != 0 ? FLAG_FAILED : 0) |
                     (f->lifted_limit != LIMIT_NONE ? FLAG_LIFTED : 0) |
                     (f->basket != 0 ? FLAG_BASKET : 0));
}

static void put_rare(const struct fold *f, struct buffer *out)
{
    if (f->login_failures != 0) {
        buffer_put_varint(out, f->login_failures);
        buffer_put_zigzag(out, f->login_failed_at_s);
    }
    if (f->lifted_limit != LIMIT_NONE) {
        buffer_put_u8(out, (uint8_t)f->lifted_limit);
        buffer_put_zigzag(out, f->lifted_value);
        buffer_put_zigzag(out, f->lifted_date);
    }
    if (f->basket != 0) {
        buffer_put_varint(out, f->basket);
        buffer_put_varint(out, f->basket_next);
        buffer_put_varint(out, f->basket_last);
    }
}

static void put_user(const struct fold_user *user, struct buffer *out)
{
    size_t length = strlen(user->user);
    buffer_put_u8(out, (uint8_t)length);
    buffer_put(out, user->user, length);
    buffer_put_u8(out, user->shift_open ? FLAG_SHIFT_OPEN : 0);
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
}

enum till_status fold_pack(const struct fold *f, struct buffer *out)
{
    buffer_put_u8(out, PACK_VERSION);
    buffer_put_u8(out, flags_of(f));
    buffer_put_varint(out, f->seq);
    buffer_put_zigzag(out, f->at_s);
    buffer_put_varint(out, f->last_shift);
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
        put_user(&f->users[i], out);
    }
    return buffer_status(out);
}

/* A date, or 0 = none yet. */
static int32_t take_date(struct reader *r)
{
    return (int32_t)reader_zigzag(r, 0, INT32_MAX);
}

static void take_user(struct reader *r, struct fold_user *user)
{
    struct span name = reader_take(r, (size_t)reader_varint(r, USER_MAX - 1));
    if (name.size > 0) {
        memcpy(user->user, name.data, name.size);
    }
    user->shift_open = reader_varint(r, FLAG_SHIFT_OPEN) == FLAG_SHIFT_OPEN;
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
}

/* A flag whose value is the usual one would be a second spelling. */
static void take_rare(struct reader *r, unsigned flags, struct fold *f)
{
    if ((flags & FLAG_FAILED) != 0) {
        f->login_failures = (uint32_t)reader_varint(r, UINT32_MAX);
        f->login_failed_at_s = reader_zigzag(r, INT64_MIN, INT64_MAX);
        r->failed = r->failed || f->login_failures == 0;
    }
    if ((flags & FLAG_LIFTED) != 0) {
        f->lifted_limit = (int)reader_varint(r, LIMIT_COUNT - 1);
        f->lifted_value = reader_zigzag(r, INT64_MIN, INT64_MAX);
        f->lifted_date = take_date(r);
        r->failed = r->failed || f->lifted_limit == LIMIT_NONE;
    }
    if ((flags & FLAG_BASKET) != 0) {
        f->basket = reader_varint(r, f->seq);
        f->basket_next = reader_varint(r, f->seq);
        f->basket_last = reader_varint(r, f->seq);
        r->failed = r->failed || f->basket == 0;
    }
}

enum till_status fold_unpack(struct span packed, struct fold *fold_out)
{
    struct reader r;
    reader_init(&r, packed);
    struct fold f;
    fold_init(&f);
    if (reader_u8(&r) != PACK_VERSION) {
        return TILL_E_CORRUPT;
    }
    unsigned flags = (unsigned)reader_varint(&r, FLAG_UNCERTAIN | FLAG_RETIRED | FLAG_FAILED |
                                                     FLAG_LIFTED | FLAG_BASKET);
    f.paper_uncertain = (flags & FLAG_UNCERTAIN) != 0;
    f.retired = (flags & FLAG_RETIRED) != 0;
    f.seq = reader_varint(&r, INT64_MAX);
    f.at_s = reader_zigzag(&r, INT64_MIN, INT64_MAX);
    f.last_shift = (uint32_t)reader_varint(&r, UINT32_MAX);
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
        take_user(&r, &f.users[i]);
    }
    if (r.failed || r.left.size != 0 || f.current >= (int)f.user_count) {
        return TILL_E_CORRUPT;
    }
    *fold_out = f;
    return TILL_OK;
}
