#include "book_rows.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"

/* An integer column within a range; outside it the row is damaged. */
static int64_t column_within(const struct sqlite_use *use, int column, int64_t least, int64_t most,
                             bool *bad)
{
    int64_t value = sqlite_column_integer(use, column);

    if (value >= least && value <= most)
        return value;
    *bad = true;
    return least;
}

void book_bind_customer(struct sqlite_use *use, const struct book_customer *c, int64_t number)
{
    sqlite_bind_text(use, c->account);
    sqlite_bind_text(use, c->name);
    sqlite_bind_text(use, c->address);
    sqlite_bind_text(use, c->meter);
    sqlite_bind_text(use, c->phone);
    sqlite_bind_integer(use, number);
    sqlite_bind_integer(use, c->order);
    sqlite_bind_integer(use, (int64_t)c->class);
    sqlite_bind_integer(use, c->balance_minor);
    sqlite_bind_integer(use, c->last_paid_date);
    sqlite_bind_integer(use, c->last_paid_minor);
    sqlite_bind_integer(use, c->flags);
    sqlite_bind_integer(use, c->latitude_e7);
    sqlite_bind_integer(use, c->longitude_e7);
    sqlite_bind_integer(use, c->last_reading_cwh);
    sqlite_bind_integer(use, c->last_reading_date);
}

enum till_status book_read_customer(const struct sqlite_use *use, struct book_customer *out,
                                    int64_t *number_out)
{
    struct {
        char *text;
        size_t capacity;
    } texts[] = {{out->account, sizeof(out->account)},
                 {out->name, sizeof(out->name)},
                 {out->address, sizeof(out->address)},
                 {out->meter, sizeof(out->meter)},
                 {out->phone, sizeof(out->phone)}};
    enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };
    bool bad = false;
    int at = TEXTS;

    memset(out, 0, sizeof(*out));
    for (int i = 0; i < TEXTS; i++) {
        enum till_status st = sqlite_column_text(use, i, texts[i].text, texts[i].capacity);
        if (st != TILL_OK)
            return st;
    }
    *number_out = column_within(use, at++, 1, INT32_MAX, &bad);
    out->order = (uint32_t)column_within(use, at++, 1, INT32_MAX, &bad);
    out->class = (enum customer_class)column_within(use, at++, 0, CUSTOMER_OTHER, &bad);
    out->balance_minor = sqlite_column_integer(use, at++);
    out->last_paid_date = (int32_t)column_within(use, at++, 0, INT32_MAX, &bad);
    out->last_paid_minor = sqlite_column_integer(use, at++);
    out->flags = (uint32_t)column_within(use, at++, 0, UINT32_MAX, &bad);
    out->latitude_e7 = (int32_t)column_within(use, at++, INT32_MIN, INT32_MAX, &bad);
    out->longitude_e7 = (int32_t)column_within(use, at++, INT32_MIN, INT32_MAX, &bad);
    out->last_reading_cwh = sqlite_column_integer(use, at++);
    out->last_reading_date = (int32_t)column_within(use, at++, 0, INT32_MAX, &bad);
    return bad ? TILL_E_CORRUPT : TILL_OK;
}

size_t book_pack_bills(const struct bill *bills, size_t count, uint8_t out[BOOK_BILLS_SIZE_MAX])
{
    struct buffer packed;

    assert(count <= BILLS_MAX);
    buffer_init(&packed, out, BOOK_BILLS_SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        buffer_put_varint(&packed, (uint64_t)bills[i].month);
        buffer_put_varint(&packed, (uint64_t)bills[i].type);
        buffer_put_varint(&packed, (uint64_t)bills[i].due_date);
        buffer_put_zigzag(&packed, bills[i].energy_cwh);
        buffer_put_varint(&packed, (uint64_t)bills[i].amount_minor);
    }
    assert(!packed.overflow);
    return packed.size;
}

enum till_status book_unpack_bills(struct span packed, struct arrears *out)
{
    struct reader r;

    out->count = 0;
    reader_init(&r, packed);
    while (r.left.size > 0) {
        struct bill bill = {.month = (int32_t)reader_varint(&r, INT32_MAX)};

        bill.type = (int16_t)reader_varint(&r, INT16_MAX);
        bill.due_date = (int32_t)reader_varint(&r, INT32_MAX);
        bill.energy_cwh = reader_zigzag(&r, INT64_MIN, INT64_MAX);
        bill.amount_minor = (int64_t)reader_varint(&r, INT64_MAX);
        if (r.failed || !book_bill_is_valid(&bill) || out->count == BILLS_MAX)
            return TILL_E_CORRUPT;
        out->bills[out->count++] = bill;
    }
    return TILL_OK;
}

void book_bind_user(struct sqlite_use *use, const struct book_user *u)
{
    sqlite_bind_text(use, u->user);
    sqlite_bind_text(use, u->name);
    sqlite_bind_integer(use, u->role);
    sqlite_bind_bytes(use, u->salt, sizeof(u->salt));
    sqlite_bind_integer(use, u->rounds);
    sqlite_bind_bytes(use, u->pin_check, sizeof(u->pin_check));
    sqlite_bind_integer(use, u->cash_limit_minor);
}

enum till_status book_read_user(const struct sqlite_use *use, struct book_user *out)
{
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = sqlite_column_text(use, 0, out->user, sizeof(out->user));
    if (st == TILL_OK)
        st = sqlite_column_text(use, 1, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 3, out->salt, sizeof(out->salt));
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 5, out->pin_check, sizeof(out->pin_check));
    if (st != TILL_OK)
        return st;
    out->role = (int)column_within(use, 2, 0, INT32_MAX, &bad);
    out->rounds = (uint32_t)column_within(use, 4, 0, UINT32_MAX, &bad);
    out->cash_limit_minor = sqlite_column_integer(use, 6);
    return !bad && book_user_is_valid(out) ? TILL_OK : TILL_E_CORRUPT;
}

enum till_status book_read_meter_book(const struct sqlite_use *use, struct book_meter_book *out)
{
    uint64_t customers = 0;
    enum till_status st = sqlite_column_text(use, 0, out->id, sizeof(out->id));

    if (st == TILL_OK)
        st = sqlite_column_text(use, 1, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 2, &customers);
    if (st == TILL_OK && customers > UINT32_MAX)
        st = TILL_E_CORRUPT;
    out->customers = (uint32_t)customers;
    return st;
}
