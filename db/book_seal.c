#include "book_seal.h"

#include <assert.h>
#include <string.h>

static const char TAG[] = "fieldtill/book/row/1";
/* Six texts with their lengths, eleven numbers of at most ten bytes, and the bills. */
enum {
    TEXTS_MAX = ACCOUNT_MAX + BOOK_NAME_MAX + BOOK_ADDRESS_MAX + BOOK_METER_MAX + BOOK_PHONE_MAX +
                BOOK_ID_MAX + 6 * 2,
    PREIMAGE_MAX = sizeof(TAG) + TEXTS_MAX + 12 * 10 + BILLS_MAX * 5 * 10
};

static void put_text(struct buffer *out, const char *text)
{
    size_t size = strlen(text);

    buffer_put_varint(out, size);
    buffer_put(out, text, size);
}

static void put_bill(struct buffer *out, const struct bill *b)
{
    buffer_put_zigzag(out, b->month);
    buffer_put_zigzag(out, b->type);
    buffer_put_zigzag(out, b->due_date);
    buffer_put_zigzag(out, b->energy_cwh);
    buffer_put_zigzag(out, b->amount_minor);
}

enum till_status book_seal(const struct book_mac *mac, const struct book_customer *c,
                           const struct bill *bills, size_t count, uint8_t seal_out[BOOK_SEAL_SIZE])
{
    uint8_t memory[PREIMAGE_MAX], full[HASH_SIZE];
    struct buffer out;

    buffer_init(&out, memory, sizeof(memory));
    buffer_put(&out, TAG, sizeof(TAG));
    put_text(&out, c->account);
    put_text(&out, c->name);
    put_text(&out, c->address);
    put_text(&out, c->meter);
    put_text(&out, c->phone);
    put_text(&out, c->meter_book);
    buffer_put_varint(&out, c->order);
    buffer_put_varint(&out, (uint64_t)c->class);
    buffer_put_zigzag(&out, c->balance_minor);
    buffer_put_zigzag(&out, c->last_paid_date);
    buffer_put_zigzag(&out, c->last_paid_minor);
    buffer_put_varint(&out, c->flags);
    buffer_put_zigzag(&out, c->latitude_e7);
    buffer_put_zigzag(&out, c->longitude_e7);
    buffer_put_zigzag(&out, c->last_reading_cwh);
    buffer_put_zigzag(&out, c->last_reading_date);
    buffer_put_varint(&out, count);
    for (size_t i = 0; i < count; i++)
        put_bill(&out, &bills[i]);
    assert(!out.overflow);
    enum till_status st = mac->mac(mac->context, (struct span){out.data, out.size}, full);
    if (st == TILL_OK)
        memcpy(seal_out, full, BOOK_SEAL_SIZE);
    return st;
}
