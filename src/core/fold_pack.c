#include <string.h>

#include "fold.h"

/*
 * The packed fold: numbers in base 128, low group first, the high bit of a byte says that more
 * follow; signed ones zigzag (0, -1, 1, -2 …). One spelling only: a number never ends in a zero
 * byte, so equal folds are equal bytes. db/JOURNAL.md, "checkpoint", has the layout.
 */

enum { PACK_VERSION = 1, VARINT_MAX = 10 };
enum { FLAG_SHIFT_OPEN = 1, FLAG_UNCERTAIN = 1 };

static void put_number(struct buffer *out, uint64_t value)
{
    while (value >= 0x80) {
        buffer_put_u8(out, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    buffer_put_u8(out, (uint8_t)value);
}

static void put_signed(struct buffer *out, int64_t value)
{
    uint64_t doubled = (uint64_t)value << 1;
    put_number(out, value < 0 ? ~doubled : doubled);
}

enum till_status fold_pack(const struct fold *f, struct buffer *out)
{
    buffer_put_u8(out, PACK_VERSION);
    put_number(out, f->seq);
    put_signed(out, f->at_s);
    put_number(out, f->last_shift);
    put_number(out, f->login_failures);
    put_number(out, f->book_revision);
    put_number(out, f->paper_seq);
    put_number(out, f->paper_copy);
    buffer_put_u8(out, f->paper_uncertain ? FLAG_UNCERTAIN : 0);
    put_number(out, f->last_receipt_seq);
    put_number(out, f->last_receipt_copies);
    buffer_put_u8(out, (uint8_t)(f->current + 1));
    buffer_put_u8(out, f->user_count);
    for (uint8_t i = 0; i < f->user_count; i++) {
        const struct fold_user *user = &f->users[i];
        size_t length = strlen(user->user);
        buffer_put_u8(out, (uint8_t)length);
        buffer_put(out, user->user, length);
        buffer_put_u8(out, user->shift_open ? FLAG_SHIFT_OPEN : 0);
        put_number(out, user->shift);
        put_signed(out, user->business_date);
        put_signed(out, user->shift_opened_at_s);
        put_signed(out, user->cash_minor);
        put_number(out, user->receipts);
        put_signed(out, user->taken_minor);
    }
    return buffer_status(out);
}

static uint64_t take_number(struct reader *r, uint64_t max)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < VARINT_MAX; i++) {
        uint8_t byte = reader_u8(r);
        /* The tenth byte holds one bit; a zero at the end would be a second spelling. */
        if ((i == VARINT_MAX - 1 && byte > 1) || (i > 0 && byte == 0)) {
            break;
        }
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if ((byte & 0x80) == 0) {
            if (value > max) {
                break;
            }
            return value;
        }
    }
    r->failed = true;
    return 0;
}

static int64_t take_signed(struct reader *r)
{
    uint64_t value = take_number(r, UINT64_MAX);
    uint64_t half = value >> 1;
    return (value & 1) != 0 ? -(int64_t)half - 1 : (int64_t)half;
}

static bool take_flag(struct reader *r)
{
    return take_number(r, 1) == 1;
}

static void take_user(struct reader *r, struct fold_user *user)
{
    struct span name = reader_take(r, (size_t)take_number(r, USER_MAX - 1));
    if (name.size > 0) {
        memcpy(user->user, name.data, name.size);
    }
    user->shift_open = take_flag(r);
    user->shift = (uint32_t)take_number(r, UINT32_MAX);
    int64_t date = take_signed(r);
    /* A NUL within the name would be a second spelling. */
    if (strlen(user->user) != name.size || !user_is_valid(user->user) || date < 0 ||
        date > INT32_MAX) {
        r->failed = true;
        return;
    }
    user->business_date = (int32_t)date;
    user->shift_opened_at_s = take_signed(r);
    user->cash_minor = take_signed(r);
    user->receipts = (uint32_t)take_number(r, UINT32_MAX);
    user->taken_minor = take_signed(r);
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
    f.seq = take_number(&r, INT64_MAX);
    f.at_s = take_signed(&r);
    f.last_shift = (uint32_t)take_number(&r, UINT32_MAX);
    f.login_failures = (uint32_t)take_number(&r, UINT32_MAX);
    f.book_revision = take_number(&r, INT64_MAX);
    f.paper_seq = take_number(&r, f.seq);
    f.paper_copy = (uint32_t)take_number(&r, UINT32_MAX);
    f.paper_uncertain = take_flag(&r);
    f.last_receipt_seq = take_number(&r, f.seq);
    f.last_receipt_copies = (uint32_t)take_number(&r, UINT32_MAX);
    f.current = (int8_t)((int)take_number(&r, FOLD_USERS_MAX) - 1);
    f.user_count = (uint8_t)take_number(&r, FOLD_USERS_MAX);
    for (uint8_t i = 0; i < f.user_count && !r.failed; i++) {
        take_user(&r, &f.users[i]);
    }
    if (r.failed || r.left.size != 0 || f.current >= (int)f.user_count) {
        return TILL_E_CORRUPT;
    }
    *fold_out = f;
    return TILL_OK;
}
