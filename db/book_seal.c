#include "book_seal.h"

#include <assert.h>
#include <string.h>

#include "book_index.h"
#include "book_rows.h"

static const char TAG[] = "fieldtill/row/1";
/* Six texts with their lengths, eleven numbers of at most ten bytes, and the bills. */
enum {
    TEXTS_MAX = ACCOUNT_MAX + BOOK_NAME_MAX + BOOK_ADDRESS_MAX + BOOK_METER_MAX + BOOK_PHONE_MAX +
                BOOK_ID_MAX + 6 * 2,
    PREIMAGE_MAX = sizeof(TAG) + TEXTS_MAX + 12 * 10 + BOOK_BILLS_SIZE_MAX
};

/* Straight into memory that has room for the longest: this runs for every row of a book. Signed as
 * buffer_put_zigzag (src/core/bytes). */
static uint8_t *put_signed(uint8_t *to, int64_t value)
{
    return book_put_number(to, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}

static uint8_t *put_text(uint8_t *to, const char *text)
{
    size_t size = strlen(text);

    to = book_put_number(to, size);
    memcpy(to, text, size);
    return to + size;
}

enum till_status book_seal(const struct book_mac *mac, const struct book_customer *c,
                           struct span bills, uint8_t seal_out[BOOK_SEAL_SIZE])
{
    uint8_t memory[PREIMAGE_MAX], full[HASH_SIZE];
    uint8_t *to = memory;

    assert(bills.size <= BOOK_BILLS_SIZE_MAX);
    memcpy(to, TAG, sizeof(TAG));
    to = put_text(to + sizeof(TAG), c->account);
    to = put_text(to, c->name);
    to = put_text(to, c->address);
    to = put_text(to, c->meter);
    to = put_text(to, c->phone);
    to = put_text(to, c->meter_book);
    to = book_put_number(to, c->order);
    to = book_put_number(to, (uint64_t)c->class);
    to = put_signed(to, c->balance_minor);
    to = put_signed(to, c->last_paid_date);
    to = put_signed(to, c->last_paid_minor);
    to = book_put_number(to, c->flags);
    to = put_signed(to, c->latitude_e7);
    to = put_signed(to, c->longitude_e7);
    to = put_signed(to, c->last_reading_cwh);
    to = put_signed(to, c->last_reading_date);
    if (bills.size > 0)
        memcpy(to, bills.data, bills.size);
    size_t size = (size_t)(to - memory) + bills.size;
    assert(size <= sizeof(memory));
    enum till_status st = mac->mac(mac->context, (struct span){memory, size}, full);
    if (st == TILL_OK)
        memcpy(seal_out, full, BOOK_SEAL_SIZE);
    return st;
}
