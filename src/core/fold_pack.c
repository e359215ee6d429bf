#include <string.h>

#include "fold.h"

/*
 * The packed fold: numbers in base 128, low group first, the high bit of a byte says that more
 * follow; signed ones zigzag (0, -1, 1, -2 …). One spelling only: a number never ends in a zero
 * byte, so equal folds are equal bytes. db/JOURNAL.md, "checkpoint", has the layout.
 */

enum { PACK_VERSION = 1 };
enum { FLAG_SHIFT_OPEN = 1, FLAG_UNCERTAIN = 1 };

enum till_status fold_pack(const struct fold *f, struct buffer *out)
{
    buffer_put_u8(out, PACK_VERSION);
    buffer_put_varint(out, f->seq);
    buffer_put_zigzag(out, f->at_s);
    buffer_put_varint(out, f->last_shift);
    buffer_put_varint(out, f->login_failures);
    buffer_put_varint(out, f->book_revision);
    buffer_put_varint(out, f->paper_seq);
    buffer_put_varint(out, f->paper_copy);
    buffer_put_u8(out, f->paper_uncertain ? FLAG_UNCERTAIN : 0);
    buffer_put_varint(out, f->last_receipt_seq);
    buffer_put_varint(out, f->last_receipt_copies);
    buffer_put_u8(out, (uint8_t)(f->current + 1));
    buffer_put_u8(out, f->user_count);
    for (uint8_t i = 0; i < f->user_count; i++) {
        const struct fold_user *user = &f->users[i];
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
    }
    return buffer_status(out);
}

static bool take_flag(struct reader *r)
{
    return reader_varint(r, 1) == 1;
}

static void take_user(struct reader *r, struct fold_user *user)
{
    struct span name = reader_take(r, (size_t)reader_varint(r, USER_MAX - 1));
    if (name.size > 0) {
        memcpy(user->user, name.data, name.size);
    }
    user->shift_open = take_flag(r);
    user->shift = (uint32_t)reader_varint(r, UINT32_MAX);
    int64_t date = reader_zigzag(r, INT64_MIN, INT64_MAX);
    /* A NUL within the name would be a second spelling. */
    if (strlen(user->user) != name.size || !user_is_valid(user->user) || date < 0 ||
        date > INT32_MAX) {
        r->failed = true;
        return;
    }
    user->business_date = (int32_t)date;
    user->shift_opened_at_s = reader_zigzag(r, INT64_MIN, INT64_MAX);
    user->cash_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
    user->receipts = (uint32_t)reader_varint(r, UINT32_MAX);
    user->taken_minor = reader_zigzag(r, INT64_MIN, INT64_MAX);
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
    f.seq = reader_varint(&r, INT64_MAX);
    f.at_s = reader_zigzag(&r, INT64_MIN, INT64_MAX);
    f.last_shift = (uint32_t)reader_varint(&r, UINT32_MAX);
    f.login_failures = (uint32_t)reader_varint(&r, UINT32_MAX);
    f.book_revision = reader_varint(&r, INT64_MAX);
    f.paper_seq = reader_varint(&r, f.seq);
    f.paper_copy = (uint32_t)reader_varint(&r, UINT32_MAX);
    f.paper_uncertain = take_flag(&r);
    f.last_receipt_seq = reader_varint(&r, f.seq);
    f.last_receipt_copies = (uint32_t)reader_varint(&r, UINT32_MAX);
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
