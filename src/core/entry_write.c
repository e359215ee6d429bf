#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "entry.h"
#include "money.h"
#include "record.h"
#include "text.h"
#include "when.h"

/* The rules of each body stand here, once: the readers write again what they read and compare. */

/* Clocks may be wrong, but they are clocks: 1970 to the end of 9999. */
#define CLOCK_MAX_S INT64_C(253402300799)

/* ---- values ---------------------------------------------------------------------------------- */

const char *tender_text(int tender)
{
    switch (tender) {
#define X(name, number, text)                                                                      \
    case number:                                                                                   \
        return text;
        TENDER_LIST(X)
#undef X
    default:
        return "Other";
    }
}

static bool tender_is_known(int tender)
{
    switch (tender) {
#define X(name, number, text) case number:
        TENDER_LIST(X)
#undef X
        return true;
    default:
        return false;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool terminal_is_valid(const char *terminal)
{
    size_t size = strnlen(terminal, TERMINAL_MAX);
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(terminal[i]) && !is_upper(terminal[i])) {
            return false;
        }
    }
    return size >= 1 && size < TERMINAL_MAX;
}

bool account_is_valid(const char *account)
{
    enum { ACCOUNT_MIN = 4 };
    size_t size = strnlen(account, ACCOUNT_MAX);
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(account[i]) && !is_upper(account[i]) && account[i] != '-') {
            return false;
        }
    }
    return size >= ACCOUNT_MIN && size < ACCOUNT_MAX;
}

bool user_is_valid(const char *user)
{
    size_t size = strnlen(user, USER_MAX);
    for (size_t i = 0; i < size; i++) {
        char c = user[i];
        if (!is_digit(c) && !is_upper(c) && !(c >= 'a' && c <= 'z')) {
            return false;
        }
    }
    return size >= 1 && size < USER_MAX;
}

void receipt_number_format(const char *terminal, uint64_t seq, char out[RECEIPT_NUMBER_MAX])
{
    (void)snprintf(out, RECEIPT_NUMBER_MAX, "%s-%07llu", terminal, (unsigned long long)seq);
}

/* A text of a fixed-size field: terminated, clean, at least `least` bytes. */
static bool text_is_valid(const char *text, size_t capacity, size_t least)
{
    size_t size = strnlen(text, capacity);
    return size < capacity && size >= least && text_is_clean(text, size);
}

static bool currency_is_valid(const char *currency)
{
    return is_upper(currency[0]) && is_upper(currency[1]) && is_upper(currency[2]) &&
           currency[3] == '\0';
}

/* "202609:9210,202610:5" */
static bool allocation_is_valid(const char *text, size_t capacity)
{
    const char *at = text;
    const char *end = text + strnlen(text, capacity);
    if (end == text + capacity) {
        return false;
    }
    while (at < end) {
        int32_t month = 0;
        for (int i = 0; i < 6; i++, at++) {
            if (!is_digit(*at)) {
                return false;
            }
            month = month * 10 + (*at - '0');
        }
        if (!when_date_is_valid(month * 100 + 1) || *at++ != ':' || *at == '0') {
            return false;
        }
        int64_t amount_minor = 0;
        while (is_digit(*at) && amount_minor <= MONEY_MAX_MINOR) {
            amount_minor = amount_minor * 10 + (*at++ - '0');
        }
        if (amount_minor < 1 || amount_minor > MONEY_MAX_MINOR) {
            return false;
        }
        /* A comma only between two. */
        if (at < end && (*at++ != ',' || at == end)) {
            return false;
        }
    }
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct body_writer {
    struct entry *entry;
    struct buffer out;
    struct record_writer record;
};

static void begin(struct body_writer *w, struct entry *e, enum entry_kind kind)
{
    w->entry = e;
    e->kind = (uint16_t)kind;
    size_t capacity = kind_has_receipt(e->kind) ? ENTRY_RECEIPT_BODY_MAX : ENTRY_BODY_MAX;
    buffer_init(&w->out, e->body, capacity);
    record_begin(&w->record, &w->out);
}

static void put(struct body_writer *w, const char *key, int64_t value)
{
    record_put_integer(&w->record, key, value);
}

static void put_unless(struct body_writer *w, const char *key, int64_t value, int64_t usual)
{
    if (value != usual) {
        put(w, key, value);
    }
}

static void put_text(struct body_writer *w, const char *key, const char *value)
{
    record_put_text(&w->record, key, value);
}

static void put_text_if(struct body_writer *w, const char *key, const char *value)
{
    if (value[0] != '\0') {
        put_text(w, key, value);
    }
}

static void put_hex(struct body_writer *w, const char *key, const uint8_t *bytes, size_t size)
{
    char hex[2 * PUBLIC_KEY_SIZE + 1];
    assert(size <= PUBLIC_KEY_SIZE);
    hex_encode((struct span){bytes, size}, hex);
    put_text(w, key, hex);
}

static enum till_status end(struct body_writer *w)
{
    enum till_status status = record_end(&w->record);
    if (status != TILL_OK) {
        return status;
    }
    w->entry->body_size = (uint16_t)w->out.size;
    w->entry->body[w->out.size] = '\0';
    return TILL_OK;
}

enum till_status entry_write_enrolled(struct entry *e, const struct body_enrolled *b)
{
    bool replaces = b->predecessor[0] != '\0';
    if (!terminal_is_valid(b->terminal) || !currency_is_valid(b->currency) || b->exponent > 4 ||
        !text_is_valid(b->zone, sizeof(b->zone), 1) || when_zone_check(b->zone) != TILL_OK ||
        b->public_key[0] != 0x04 || (replaces && !terminal_is_valid(b->predecessor)) ||
        (!replaces && b->predecessor_seq != 0) || b->predecessor_seq > INT64_MAX) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, KIND_ENROLLED);
    put_text(&w, "n", b->terminal);
    put_text(&w, "c", b->currency);
    put(&w, "e", b->exponent);
    put_text(&w, "z", b->zone);
    put_hex(&w, "h", b->authority, sizeof(b->authority));
    put_hex(&w, "k", b->public_key, sizeof(b->public_key));
    put_text_if(&w, "o", b->predecessor);
    put_unless(&w, "q", (int64_t)b->predecessor_seq, 0);
    return end(&w);
}

enum till_status entry_write_opened(struct entry *e, const struct body_opened *b)
{
    if (!text_is_valid(b->version, sizeof(b->version), 1) ||
        !text_is_valid(b->board, sizeof(b->board), 1)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, KIND_OPENED);
    put_text(&w, "v", b->version);
    put_text(&w, "b", b->board);
    return end(&w);
}

enum till_status entry_write_login(struct entry *e, enum entry_kind kind,
                                   const struct body_login *b)
{
    assert(kind == KIND_LOGIN || kind == KIND_LOGOUT || kind == KIND_LOGIN_FAILED ||
           kind == KIND_USER_SWITCHED);
    if (!user_is_valid(b->user) || (kind != KIND_LOGIN_FAILED && b->failures != 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, kind);
    put_text(&w, "u", b->user);
    put_unless(&w, "n", b->failures, 0);
    return end(&w);
}

static bool clock_is_valid(int64_t at_s)
{
    return at_s >= 0 && at_s <= CLOCK_MAX_S;
}

enum till_status entry_write_clock_changed(struct entry *e, const struct body_clock_changed *b)
{
    if (!clock_is_valid(b->from_s) || !clock_is_valid(b->to_s)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, KIND_CLOCK_CHANGED);
    put(&w, "f", b->from_s);
    put(&w, "t", b->to_s);
    return end(&w);
}

enum till_status entry_write_anomaly(struct entry *e, const struct body_anomaly *b)
{
    if (!text_is_valid(b->text, sizeof(b->text), 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, KIND_ANOMALY);
    put(&w, "c", b->code);
    put_text(&w, "x", b->text);
    return end(&w);
}

enum till_status entry_write_tail_repaired(struct entry *e, const struct body_tail_repaired *b)
{
    if (b->from_seq < 2 || b->from_seq > INT64_MAX) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, KIND_TAIL_REPAIRED);
    put(&w, "s", (int64_t)b->from_seq);
    return end(&w);
}

enum till_status entry_write_book_applied(struct entry *e, const struct body_book_applied *b)
{
    if (b->revision < 1 || b->revision > INT64_MAX || b->applied_seq > INT64_MAX) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, KIND_BOOK_APPLIED);
    put(&w, "r", (int64_t)b->revision);
    put(&w, "q", (int64_t)b->applied_seq);
    put(&w, "n", b->customers);
    put_hex(&w, "h", b->hash, sizeof(b->hash));
    return end(&w);
}

enum till_status entry_write_shift_opened(struct entry *e, const struct body_shift_opened *b)
{
    if (!when_date_is_valid(b->business_date) || b->shift < 1 || b->opening_minor < 0 ||
        b->opening_minor > MONEY_MAX_MINOR) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, KIND_SHIFT_OPENED);
    put(&w, "d", b->business_date);
    put(&w, "s", b->shift);
    put_unless(&w, "c", b->opening_minor, 0);
    return end(&w);
}

static bool collection_is_valid(enum entry_kind kind, const struct body_collection *b)
{
    if (!account_is_valid(b->account) || b->amount_minor < 1 || b->amount_minor > MONEY_MAX_MINOR ||
        b->late_fee_minor < 0 || b->late_fee_minor > b->amount_minor ||
        b->tendered_minor < b->amount_minor || b->tendered_minor > MONEY_MAX_MINOR ||
        !tender_is_known(b->tender) || b->basket > INT64_MAX) {
        return false;
    }
    /* Only cash gives change; only bills bear a fee or an allocation. */
    if (b->tender != TENDER_CASH && b->tendered_minor != b->amount_minor) {
        return false;
    }
    if (kind == KIND_ADVANCE && (b->late_fee_minor != 0 || b->allocation[0] != '\0')) {
        return false;
    }
    return text_is_valid(b->reference, sizeof(b->reference), 0) &&
           text_is_valid(b->payer, sizeof(b->payer), 0) &&
           allocation_is_valid(b->allocation, sizeof(b->allocation));
}

enum till_status entry_write_collection(struct entry *e, enum entry_kind kind,
                                        const struct body_collection *b)
{
    assert(kind == KIND_COLLECTION || kind == KIND_ADVANCE);
    if (!collection_is_valid(kind, b)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, kind);
    put_text(&w, "a", b->account);
    put(&w, "m", b->amount_minor);
    put_unless(&w, "f", b->late_fee_minor, 0);
    put_unless(&w, "t", b->tendered_minor, b->amount_minor);
    put_unless(&w, "k", b->tender, TENDER_CASH);
    put_text_if(&w, "r", b->reference);
    put_unless(&w, "g", (int64_t)b->basket, 0);
    put_text_if(&w, "p", b->allocation);
    put_text_if(&w, "w", b->payer);
    return end(&w);
}

enum till_status entry_write_print(struct entry *e, enum entry_kind kind,
                                   const struct body_print *b)
{
    assert(kind == KIND_PRINT_DONE || kind == KIND_PRINT_UNCERTAIN || kind == KIND_DUPLICATE);
    if (b->seq < 1 || b->seq > INT64_MAX || (kind == KIND_DUPLICATE && b->copy == 0) ||
        (kind != KIND_PRINT_UNCERTAIN && b->status != 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    begin(&w, e, kind);
    put(&w, "s", (int64_t)b->seq);
    put_unless(&w, "c", b->copy, 0);
    put_unless(&w, "y", b->status, 0);
    return end(&w);
}
