#include <string.h>

#include "receipt.h"
#include "text.h"
#include "when.h"

/*
 * Version, then the fields in the order of struct receipt. Numbers are varints (seven bits a byte,
 * least first, high bit = more), signed ones zigzag; texts are a length byte and UTF-8. Months are
 * differences to the month before, for they mostly follow each other.
 */
enum {
    PACK_VERSION = 1,
    PACK_VERSION_MORE = 2,  /* with the fields that most receipts lack, at the end */
    PACK_VERSION_CLOSE = 3, /* with those, and behind them totals and count: size in a varint */
    PACK_VERSION_HELD = 4,  /* as MORE, and behind it late fee that is held; no totals, no count */
    ITEM_WHOLE = 1,         /* flags of an item */
    ITEM_ELECTRICITY = 2,
    ITEM_ENERGY = 4,
    ITEM_FEE = 8,
    ITEM_FLAGS = 15
};

/* ---- writing --------------------------------------------------------------------------------- */

static void put_text(struct buffer *out, const char *text)
{
    size_t size = strlen(text);
    buffer_put_u8(out, (uint8_t)size);
    buffer_put(out, text, size);
}

static int32_t months_of(int32_t yyyymm)
{
    return yyyymm / 100 * 12 + yyyymm % 100 - 1;
}

static void put_item(struct buffer *out, const struct allocation_line *item, int32_t *month)
{
    bool fee = item->late_fee_minor != 0 || item->late_days != 0;
    unsigned flags = (item->whole ? ITEM_WHOLE : 0u) | (item->type == 1 ? ITEM_ELECTRICITY : 0u) |
                     (item->energy_cwh != 0 ? ITEM_ENERGY : 0u) | (fee ? ITEM_FEE : 0u);
    buffer_put_u8(out, (uint8_t)flags);
    buffer_put_zigzag(out, months_of(item->month) - *month);
    *month = months_of(item->month);
    if (item->type != 1) {
        buffer_put_zigzag(out, item->type);
    }
    if (item->energy_cwh != 0) {
        buffer_put_zigzag(out, item->energy_cwh);
    }
    buffer_put_zigzag(out, item->amount_minor);
    if (fee) {
        buffer_put_zigzag(out, item->late_days);
        buffer_put_zigzag(out, item->late_fee_minor);
    }
}

static bool has_more(const struct receipt *r)
{
    return r->basket_number != 0 || r->basket_count != 0 || r->original_at_s != 0 ||
           r->approver[0] != '\0';
}

static bool has_close(const struct receipt *r)
{
    return r->totals[0] != '\0' || r->count[0] != '\0';
}

static unsigned version_of(const struct receipt *r)
{
    return has_close(r)         ? PACK_VERSION_CLOSE
           : r->held_minor != 0 ? PACK_VERSION_HELD
           : has_more(r)        ? PACK_VERSION_MORE
                                : PACK_VERSION;
}

static void put_body(struct buffer *out, const char *body)
{
    size_t size = strlen(body);
    buffer_put_varint(out, size);
    buffer_put(out, body, size);
}

enum till_status receipt_pack(const struct receipt *r, struct buffer *out)
{
    if (r->item_count > RECEIPT_ITEMS_MAX) {
        return TILL_BAD_INPUT;
    }
    unsigned version = version_of(r);
    buffer_put_u8(out, (uint8_t)version);
    put_text(out, r->currency);
    buffer_put_u8(out, r->exponent);
    put_text(out, r->symbol);
    put_text(out, r->unit);
    put_text(out, r->zone);
    buffer_put_u8(out, (uint8_t)r->words);
    put_text(out, r->payee);
    put_text(out, r->branch);
    put_text(out, r->hotline);
    put_text(out, r->url);
    put_text(out, r->name);
    put_text(out, r->address);
    buffer_put_varint(out, r->item_count);
    int32_t month = 2000 * 12;
    for (size_t i = 0; i < r->item_count; i++) {
        put_item(out, &r->items[i], &month);
    }
    buffer_put_zigzag(out, r->advance_minor);
    buffer_put_zigzag(out, r->balance_minor);
    buffer_put_zigzag(out, r->owed_minor);
    put_text(out, r->collector);
    buffer_put_varint(out, r->shift);
    buffer_put_varint(out, r->number_in_shift);
    buffer_put_varint(out, r->acknowledged_seq);
    if (version >= PACK_VERSION_MORE) {
        buffer_put_varint(out, r->basket_number);
        buffer_put_varint(out, r->basket_count);
        buffer_put_zigzag(out, r->original_at_s);
        put_text(out, r->approver);
    }
    if (version == PACK_VERSION_CLOSE) {
        put_body(out, r->totals);
        put_body(out, r->count);
    } else if (version == PACK_VERSION_HELD) {
        buffer_put_zigzag(out, r->held_minor);
    }
    return buffer_status(out);
}

/* ---- reading: strict, so that one receipt has one packed form -------------------------------- */

static void take_text(struct reader *in, char *out, size_t capacity)
{
    size_t size = reader_u8(in);
    struct span text = reader_take(in, size);
    if (in->failed || size >= capacity || !text_is_clean((const char *)text.data, size)) {
        in->failed = true;
        out[0] = '\0';
        return;
    }
    memcpy(out, text.data, size);
    out[size] = '\0';
}

static void take_body(struct reader *in, char out[ENTRY_BODY_MAX + 1])
{
    size_t size = (size_t)reader_varint(in, ENTRY_BODY_MAX);
    struct span body = reader_take(in, size);
    if (in->failed || !text_is_clean((const char *)body.data, size)) {
        in->failed = true;
        return;
    }
    memcpy(out, body.data, size);
    out[size] = '\0';
}

static void take_item(struct reader *in, struct allocation_line *item, int32_t *month)
{
    unsigned flags = reader_u8(in);
    /* Years 1 to 9999: what fits yyyymm and its printing. */
    *month += (int32_t)reader_zigzag(in, -120000, 120000);
    if ((flags & ~(unsigned)ITEM_FLAGS) != 0 || *month < 12 || *month >= 120000) {
        in->failed = true;
        return;
    }
    item->month = *month / 12 * 100 + *month % 12 + 1;
    item->whole = (flags & ITEM_WHOLE) != 0;
    item->type = 1;
    if ((flags & ITEM_ELECTRICITY) == 0) {
        item->type = (int16_t)reader_zigzag(in, INT16_MIN, INT16_MAX);
        in->failed = in->failed || item->type == 1;
    }
    if ((flags & ITEM_ENERGY) != 0) {
        item->energy_cwh = reader_zigzag(in, INT64_MIN, INT64_MAX);
        in->failed = in->failed || item->energy_cwh == 0;
    }
    item->amount_minor = reader_zigzag(in, INT64_MIN, INT64_MAX);
    if ((flags & ITEM_FEE) != 0) {
        item->late_days = (int32_t)reader_zigzag(in, INT32_MIN, INT32_MAX);
        item->late_fee_minor = reader_zigzag(in, INT64_MIN, INT64_MAX);
        in->failed = in->failed || (item->late_days == 0 && item->late_fee_minor == 0);
    }
}

static void take_site(struct reader *in, struct receipt *r)
{
    take_text(in, r->currency, sizeof(r->currency));
    r->exponent = reader_u8(in);
    take_text(in, r->symbol, sizeof(r->symbol));
    take_text(in, r->unit, sizeof(r->unit));
    take_text(in, r->zone, sizeof(r->zone));
    unsigned words = reader_u8(in);
    /* A zone that is none would not come back from when.h. */
    in->failed = in->failed || words > SITE_WORDS_ENGLISH || r->exponent > 4 ||
                 when_zone_check(r->zone) != TILL_OK;
    r->words = (enum site_words)words;
    take_text(in, r->payee, sizeof(r->payee));
    take_text(in, r->branch, sizeof(r->branch));
    take_text(in, r->hotline, sizeof(r->hotline));
    take_text(in, r->url, sizeof(r->url));
}

enum till_status receipt_unpack(struct span packed, struct receipt *receipt_out)
{
    struct reader in;
    reader_init(&in, packed);
    struct receipt *r = receipt_out;
    memset(r, 0, sizeof(*r));
    uint8_t version = reader_u8(&in);
    in.failed = version < PACK_VERSION || version > PACK_VERSION_HELD;
    take_site(&in, r);
    take_text(&in, r->name, sizeof(r->name));
    take_text(&in, r->address, sizeof(r->address));
    r->item_count = (size_t)reader_varint(&in, RECEIPT_ITEMS_MAX);
    int32_t month = 2000 * 12;
    for (size_t i = 0; i < r->item_count && !in.failed; i++) {
        take_item(&in, &r->items[i], &month);
    }
    r->advance_minor = reader_zigzag(&in, INT64_MIN, INT64_MAX);
    r->balance_minor = reader_zigzag(&in, INT64_MIN, INT64_MAX);
    r->owed_minor = reader_zigzag(&in, INT64_MIN, INT64_MAX);
    take_text(&in, r->collector, sizeof(r->collector));
    r->shift = (uint32_t)reader_varint(&in, UINT32_MAX);
    r->number_in_shift = (uint32_t)reader_varint(&in, UINT32_MAX);
    r->acknowledged_seq = reader_varint(&in, UINT64_MAX);
    if (version >= PACK_VERSION_MORE) {
        r->basket_number = (uint32_t)reader_varint(&in, UINT32_MAX);
        r->basket_count = (uint32_t)reader_varint(&in, UINT32_MAX);
        r->original_at_s = reader_zigzag(&in, INT64_MIN, INT64_MAX);
        take_text(&in, r->approver, sizeof(r->approver));
    }
    if (version == PACK_VERSION_CLOSE) {
        take_body(&in, r->totals);
        take_body(&in, r->count);
    } else if (version == PACK_VERSION_HELD) {
        r->held_minor = reader_zigzag(&in, INT64_MIN, INT64_MAX);
    }
    in.failed = in.failed || version != version_of(r);
    return in.failed || in.left.size != 0 ? TILL_E_CORRUPT : TILL_OK;
}
