#include <string.h>

#include "entry.h"
#include "record.h"

/*
 * A reader takes the fields, writes the body again and compares: so the rules stand only in the
 * writers, and a body with a second spelling (an optional field spelt out, a field too many) is
 * none.
 */

struct body_reader {
    struct record record;
    bool bad;
};

static bool begin(struct body_reader *r, const struct entry *e, uint16_t kind)
{
    r->bad = false;
    if (kind_base(e->kind) != kind || e->body_size > ENTRY_BODY_MAX) {
        return false;
    }
    struct span line = {(const uint8_t *)e->body, e->body_size};
    return record_parse(line, &r->record) == TILL_OK;
}

/* An integer that must be from 0 to max. */
static uint64_t in_range(struct body_reader *r, int64_t value, uint64_t max)
{
    if (value < 0 || (uint64_t)value > max) {
        r->bad = true;
        return 0;
    }
    return (uint64_t)value;
}

static uint64_t take(struct body_reader *r, const char *key, uint64_t max)
{
    return in_range(r, record_take_integer(&r->record, key), max);
}

static uint64_t take_or_zero(struct body_reader *r, const char *key, uint64_t max)
{
    return in_range(r, record_take_integer_or(&r->record, key, 0), max);
}

static int32_t narrow(struct body_reader *r, int64_t value)
{
    if (value < INT32_MIN || value > INT32_MAX) {
        r->bad = true;
        return 0;
    }
    return (int32_t)value;
}

static void take_hex(struct body_reader *r, const char *key, uint8_t *out, size_t size)
{
    char hex[2 * PUBLIC_KEY_SIZE + 1];
    record_take_text(&r->record, key, hex, sizeof(hex));
    if (hex_decode(hex, strlen(hex), out, size) != TILL_OK) {
        r->bad = true;
        memset(out, 0, size);
    }
}

static bool end(const struct body_reader *r)
{
    return record_finish(&r->record) == TILL_OK && !r->bad;
}

/* Did the writer take it, and give the very bytes that were read? */
static enum till_status compare(enum till_status written, const struct entry *again,
                                const struct entry *e)
{
    bool same = written == TILL_OK && again->body_size == e->body_size &&
                memcmp(again->body, e->body, e->body_size) == 0;
    return same ? TILL_OK : TILL_E_PROTOCOL;
}

enum till_status entry_read_enrolled(const struct entry *e, struct body_enrolled *out)
{
    *out = (struct body_enrolled){0};
    struct body_reader r;
    struct entry again;
    if (!begin(&r, e, KIND_ENROLLED)) {
        return TILL_E_PROTOCOL;
    }
    record_take_text(&r.record, "n", out->terminal, sizeof(out->terminal));
    record_take_text(&r.record, "c", out->currency, sizeof(out->currency));
    out->exponent = (uint8_t)take(&r, "e", UINT8_MAX);
    record_take_text(&r.record, "z", out->zone, sizeof(out->zone));
    take_hex(&r, "h", out->authority, sizeof(out->authority));
    take_hex(&r, "k", out->public_key, sizeof(out->public_key));
    (void)record_take_text_or(&r.record, "o", out->predecessor, sizeof(out->predecessor), "");
    out->predecessor_seq = take_or_zero(&r, "q", INT64_MAX);
    return end(&r) ? compare(entry_write_enrolled(&again, out), &again, e) : TILL_E_PROTOCOL;
}

enum till_status entry_read_opened(const struct entry *e, struct body_opened *out)
{
    *out = (struct body_opened){0};
    struct body_reader r;
    struct entry again;
    if (!begin(&r, e, KIND_OPENED)) {
        return TILL_E_PROTOCOL;
    }
    record_take_text(&r.record, "v", out->version, sizeof(out->version));
    record_take_text(&r.record, "b", out->board, sizeof(out->board));
    return end(&r) ? compare(entry_write_opened(&again, out), &again, e) : TILL_E_PROTOCOL;
}

enum till_status entry_read_login(const struct entry *e, struct body_login *out)
{
    *out = (struct body_login){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    bool ours = kind == KIND_LOGIN || kind == KIND_LOGOUT || kind == KIND_LOGIN_FAILED ||
                kind == KIND_USER_SWITCHED;
    if (!ours || !begin(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    record_take_text(&r.record, "u", out->user, sizeof(out->user));
    out->failures = (uint32_t)take_or_zero(&r, "n", UINT32_MAX);
    return end(&r) ? compare(entry_write_login(&again, (enum entry_kind)kind, out), &again, e)
                   : TILL_E_PROTOCOL;
}

enum till_status entry_read_clock_changed(const struct entry *e, struct body_clock_changed *out)
{
    *out = (struct body_clock_changed){0};
    struct body_reader r;
    struct entry again;
    if (!begin(&r, e, KIND_CLOCK_CHANGED)) {
        return TILL_E_PROTOCOL;
    }
    out->from_s = record_take_integer(&r.record, "f");
    out->to_s = record_take_integer(&r.record, "t");
    return end(&r) ? compare(entry_write_clock_changed(&again, out), &again, e) : TILL_E_PROTOCOL;
}

enum till_status entry_read_anomaly(const struct entry *e, struct body_anomaly *out)
{
    *out = (struct body_anomaly){0};
    struct body_reader r;
    struct entry again;
    if (!begin(&r, e, KIND_ANOMALY)) {
        return TILL_E_PROTOCOL;
    }
    out->code = narrow(&r, record_take_integer(&r.record, "c"));
    record_take_text(&r.record, "x", out->text, sizeof(out->text));
    return end(&r) ? compare(entry_write_anomaly(&again, out), &again, e) : TILL_E_PROTOCOL;
}

enum till_status entry_read_tail_repaired(const struct entry *e, struct body_tail_repaired *out)
{
    *out = (struct body_tail_repaired){0};
    struct body_reader r;
    struct entry again;
    if (!begin(&r, e, KIND_TAIL_REPAIRED)) {
        return TILL_E_PROTOCOL;
    }
    out->from_seq = take(&r, "s", INT64_MAX);
    return end(&r) ? compare(entry_write_tail_repaired(&again, out), &again, e) : TILL_E_PROTOCOL;
}

enum till_status entry_read_book_applied(const struct entry *e, struct body_book_applied *out)
{
    *out = (struct body_book_applied){0};
    struct body_reader r;
    struct entry again;
    if (!begin(&r, e, KIND_BOOK_APPLIED)) {
        return TILL_E_PROTOCOL;
    }
    out->revision = take(&r, "r", INT64_MAX);
    out->applied_seq = take(&r, "q", INT64_MAX);
    out->customers = (uint32_t)take(&r, "n", UINT32_MAX);
    take_hex(&r, "h", out->hash, sizeof(out->hash));
    return end(&r) ? compare(entry_write_book_applied(&again, out), &again, e) : TILL_E_PROTOCOL;
}

enum till_status entry_read_shift_opened(const struct entry *e, struct body_shift_opened *out)
{
    *out = (struct body_shift_opened){0};
    struct body_reader r;
    struct entry again;
    if (!begin(&r, e, KIND_SHIFT_OPENED)) {
        return TILL_E_PROTOCOL;
    }
    out->business_date = narrow(&r, record_take_integer(&r.record, "d"));
    out->shift = (uint32_t)take(&r, "s", UINT32_MAX);
    out->opening_minor = record_take_integer_or(&r.record, "c", 0);
    return end(&r) ? compare(entry_write_shift_opened(&again, out), &again, e) : TILL_E_PROTOCOL;
}

enum till_status entry_read_collection(const struct entry *e, struct body_collection *out)
{
    *out = (struct body_collection){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    if ((kind != KIND_COLLECTION && kind != KIND_ADVANCE) || !begin(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    record_take_text(&r.record, "a", out->account, sizeof(out->account));
    out->amount_minor = record_take_integer(&r.record, "m");
    out->late_fee_minor = record_take_integer_or(&r.record, "f", 0);
    out->tendered_minor = record_take_integer_or(&r.record, "t", out->amount_minor);
    out->tender = narrow(&r, record_take_integer_or(&r.record, "k", TENDER_CASH));
    (void)record_take_text_or(&r.record, "r", out->reference, sizeof(out->reference), "");
    out->basket = take_or_zero(&r, "g", INT64_MAX);
    (void)record_take_text_or(&r.record, "p", out->allocation, sizeof(out->allocation), "");
    (void)record_take_text_or(&r.record, "w", out->payer, sizeof(out->payer), "");
    return end(&r) ? compare(entry_write_collection(&again, (enum entry_kind)kind, out), &again, e)
                   : TILL_E_PROTOCOL;
}

enum till_status entry_read_print(const struct entry *e, struct body_print *out)
{
    *out = (struct body_print){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    bool ours = kind == KIND_PRINT_DONE || kind == KIND_PRINT_UNCERTAIN || kind == KIND_DUPLICATE;
    if (!ours || !begin(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    out->seq = take(&r, "s", INT64_MAX);
    out->copy = (uint32_t)take_or_zero(&r, "c", UINT32_MAX);
    out->status = narrow(&r, record_take_integer_or(&r.record, "y", 0));
    return end(&r) ? compare(entry_write_print(&again, (enum entry_kind)kind, out), &again, e)
                   : TILL_E_PROTOCOL;
}

/* A body that this software has no reader for: of a reserved kind, or of one that is newer. */
static enum till_status check_newer(const struct entry *e)
{
    struct record record;
    struct span line = {(const uint8_t *)e->body, e->body_size};
    if (e->body_size > ENTRY_BODY_MAX) {
        return TILL_E_PROTOCOL;
    }
    return record_parse(line, &record) == TILL_OK ? TILL_READ_ONLY : TILL_E_PROTOCOL;
}

enum till_status entry_check_body(const struct entry *e)
{
    union {
        struct body_enrolled enrolled;
        struct body_opened opened;
        struct body_login login;
        struct body_clock_changed clock_changed;
        struct body_anomaly anomaly;
        struct body_tail_repaired tail_repaired;
        struct body_book_applied book_applied;
        struct body_shift_opened shift_opened;
        struct body_collection collection;
        struct body_print print;
    } body;
    switch (kind_base(e->kind)) {
    case KIND_ENROLLED:
        return entry_read_enrolled(e, &body.enrolled);
    case KIND_OPENED:
        return entry_read_opened(e, &body.opened);
    case KIND_LOGIN:
    case KIND_LOGOUT:
    case KIND_LOGIN_FAILED:
    case KIND_USER_SWITCHED:
        return entry_read_login(e, &body.login);
    case KIND_CLOCK_CHANGED:
        return entry_read_clock_changed(e, &body.clock_changed);
    case KIND_ANOMALY:
        return entry_read_anomaly(e, &body.anomaly);
    case KIND_TAIL_REPAIRED:
        return entry_read_tail_repaired(e, &body.tail_repaired);
    case KIND_BOOK_APPLIED:
        return entry_read_book_applied(e, &body.book_applied);
    case KIND_SHIFT_OPENED:
        return entry_read_shift_opened(e, &body.shift_opened);
    case KIND_COLLECTION:
    case KIND_ADVANCE:
        return entry_read_collection(e, &body.collection);
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
    case KIND_DUPLICATE:
        return entry_read_print(e, &body.print);
    default:
        return check_newer(e);
    }
}
