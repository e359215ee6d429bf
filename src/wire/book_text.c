#include "book_text.h"

#include <stdio.h>
#include <string.h>

#include "money.h"
#include "number_list.h"
#include "record_hex.h"
#include "site_record.h"
#include "when.h"

enum {
    NOTES_TEXT_MAX = SITE_NOTES_MAX * 20,
    ROLE_MAX = ROLE_OFFICE,
    ROUNDS_MAX = 10000000, /* more would hold the terminal for minutes at each login */
    BILL_TYPE_MAX = 9999,
    MONTH_MIN = 190001,
    KEY_UNCOMPRESSED = 4, /* the first byte of a public key; it is not sent */
    LATITUDE_MOST_E7 = 900000000,
    LONGITUDE_MOST_E7 = 1800000000
};

/* ---- rules: the same before writing and after reading ---------------------------------------- */

static bool user_row_is_valid(const struct book_user *u)
{
    return user_is_valid(u->user) && u->role >= 1 && u->role <= ROLE_MAX && u->rounds >= 1 &&
           u->rounds <= ROUNDS_MAX && u->cash_limit_minor >= 0 && user_deputy_is_valid(u);
}

static bool meter_book_id_is_valid(const char *id)
{
    return id[0] != '\0' && strnlen(id, BOOK_ID_MAX) < BOOK_ID_MAX;
}

static bool customer_is_valid(const struct book_customer *c)
{
    return account_is_valid(c->account) && c->name[0] != '\0' &&
           meter_book_id_is_valid(c->meter_book) &&
           (c->class == CUSTOMER_RESIDENT || c->class == CUSTOMER_OTHER) && c->balance_minor >= 0 &&
           (c->last_paid_date == 0 || when_date_is_valid(c->last_paid_date)) &&
           c->last_paid_minor >= 0 && c->latitude_e7 >= -LATITUDE_MOST_E7 &&
           c->latitude_e7 <= LATITUDE_MOST_E7 && c->longitude_e7 >= -LONGITUDE_MOST_E7 &&
           c->longitude_e7 <= LONGITUDE_MOST_E7 && c->last_reading_cwh >= -1 &&
           (c->last_reading_date == 0 || when_date_is_valid(c->last_reading_date));
}

static bool team_is_valid(const struct book_team *t)
{
    return memchr(t->terminal, '\0', sizeof(t->terminal)) != NULL && terminal_is_valid(t->terminal);
}

static bool holder_is_valid(const struct book_holder *h)
{
    return meter_book_id_is_valid(h->meter_book) &&
           memchr(h->terminal, '\0', sizeof(h->terminal)) != NULL &&
           terminal_is_valid(h->terminal) && h->through_s >= 0 &&
           h->journal_key[0] == KEY_UNCOMPRESSED;
}

static bool month_is_valid(int32_t month)
{
    return month >= MONTH_MIN && month <= INT32_MAX / 100 && when_date_is_valid(month * 100 + 1);
}

static bool bill_is_valid(const struct bill *b)
{
    return month_is_valid(b->month) && when_date_is_valid(b->due_date) && b->type >= 1 &&
           b->type <= BILL_TYPE_MAX && b->energy_cwh >= 0 && b->amount_minor >= 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* What is zero or empty is left out: each byte is paid for on GPRS. */
static void put_integer_if(struct record_writer *w, const char *key, int64_t value)
{
    if (value != 0) {
        record_put_integer(w, key, value);
    }
}

static void put_text_if(struct record_writer *w, const char *key, const char *value)
{
    if (value[0] != '\0') {
        record_put_text(w, key, value);
    }
}

static enum till_status put_notes(struct record_writer *w, const struct site *s)
{
    uint64_t notes[SITE_NOTES_MAX];
    char text[NOTES_TEXT_MAX];
    for (size_t i = 0; i < s->note_count; i++) {
        notes[i] = (uint64_t)s->notes_minor[i];
    }
    enum till_status status = number_list_write(notes, s->note_count, text, sizeof(text));
    if (status == TILL_OK) {
        record_put_text(w, "notes", text);
    }
    return status;
}

static enum till_status put_site(struct record_writer *w, const struct site *s)
{
    if (site_check(s) != TILL_OK) {
        return TILL_BAD_INPUT;
    }
    record_put_text(w, "currency", s->currency);
    record_put_integer(w, "exponent", s->exponent);
    record_put_text(w, "symbol", s->symbol);
    record_put_text(w, "unit", s->unit);
    record_put_text(w, "zone", s->zone);
    enum till_status status = put_notes(w, s);
    if (status != TILL_OK) {
        return status;
    }
    record_put_integer(w, "words", s->words);
    record_put_text(w, "payee", s->payee);
    record_put_text(w, "branch", s->branch);
    record_put_text(w, "hotline", s->hotline);
    record_put_text(w, "receipt_url", s->receipt_url);
    record_put_integer(w, "receipt_max", s->receipt_max_minor);
    record_put_integer(w, "late_resident_ppm", s->late_fee_resident_ppm);
    record_put_integer(w, "late_other_ppm", s->late_fee_other_ppm);
    record_put_integer(w, "late_cross_year_ppm", s->late_fee_cross_year_ppm);
    record_put_integer(w, "late_minimum", s->late_fee_minimum_minor);
    put_integer_if(w, "tolerance", s->tolerance_minor);
    site_put_cash(w, s);
    return TILL_OK;
}

static enum till_status put_user(struct record_writer *w, const struct book_user *u)
{
    if (!user_row_is_valid(u)) {
        return TILL_BAD_INPUT;
    }
    record_put_text(w, "user", u->user);
    record_put_text(w, "name", u->name);
    record_put_integer(w, "role", u->role);
    record_put_hex(w, "salt", u->salt, sizeof(u->salt));
    record_put_integer(w, "rounds", u->rounds);
    record_put_hex(w, "check", u->pin_check, sizeof(u->pin_check));
    put_integer_if(w, "cash_limit", u->cash_limit_minor);
    put_integer_if(w, "must_change_pin", u->must_change_pin ? 1 : 0);
    put_integer_if(w, "deputy_from", u->deputy_from);
    put_integer_if(w, "deputy_to", u->deputy_to);
    return TILL_OK;
}

static enum till_status put_meter_book(struct record_writer *w, const struct book_meter_book *b)
{
    if (!meter_book_id_is_valid(b->id)) {
        return TILL_BAD_INPUT;
    }
    record_put_text(w, "id", b->id);
    record_put_text(w, "name", b->name);
    record_put_integer(w, "customers", b->customers);
    return TILL_OK;
}

static enum till_status put_customer(struct record_writer *w, const struct book_customer *c)
{
    if (!customer_is_valid(c)) {
        return TILL_BAD_INPUT;
    }
    record_put_text(w, "account", c->account);
    record_put_text(w, "name", c->name);
    put_text_if(w, "address", c->address);
    put_text_if(w, "meter", c->meter);
    put_text_if(w, "phone", c->phone);
    record_put_text(w, "book", c->meter_book);
    record_put_integer(w, "order", c->order);
    put_integer_if(w, "class", c->class);
    put_integer_if(w, "balance", c->balance_minor);
    put_integer_if(w, "paid_date", c->last_paid_date);
    put_integer_if(w, "paid", c->last_paid_minor);
    put_integer_if(w, "flags", c->flags);
    put_integer_if(w, "latitude", c->latitude_e7);
    put_integer_if(w, "longitude", c->longitude_e7);
    if (c->last_reading_cwh != -1) {
        record_put_integer(w, "reading", c->last_reading_cwh);
    }
    put_integer_if(w, "reading_date", c->last_reading_date);
    return TILL_OK;
}

static enum till_status put_team(struct record_writer *w, const struct book_team *t)
{
    if (!team_is_valid(t)) {
        return TILL_BAD_INPUT;
    }
    record_put_text(w, "terminal", t->terminal);
    record_put_hex(w, "key", t->approval_key, sizeof(t->approval_key));
    return TILL_OK;
}

static enum till_status put_holder(struct record_writer *w, const struct book_holder *h)
{
    if (!holder_is_valid(h)) {
        return TILL_BAD_INPUT;
    }
    record_put_text(w, "book", h->meter_book);
    record_put_text(w, "terminal", h->terminal);
    put_integer_if(w, "through", h->through_s);
    record_put_hex(w, "key", h->journal_key + 1, sizeof(h->journal_key) - 1);
    return TILL_OK;
}

static enum till_status put_stock(struct record_writer *w, const struct book_stock *s)
{
    if (!book_stock_is_valid(s)) {
        return TILL_BAD_INPUT;
    }
    record_put_integer(w, "issue", (int64_t)s->issue);
    record_put_integer(w, "type", s->type);
    put_text_if(w, "series", s->series);
    record_put_integer(w, "first", (int64_t)s->first);
    record_put_integer(w, "last", (int64_t)s->last);
    record_put_text(w, "user", s->user);
    put_text_if(w, "from", s->from);
    return TILL_OK;
}

static enum till_status put_taken(struct record_writer *w, const struct book_taken *t)
{
    if (!book_taken_is_valid(t)) {
        return TILL_BAD_INPUT;
    }
    record_put_integer(w, "given", (int64_t)t->given);
    record_put_text(w, "terminal", t->terminal);
    record_put_integer(w, "seq", (int64_t)t->seq);
    put_text_if(w, "user", t->user);
    record_put_integer(w, "at", t->at_s);
    return TILL_OK;
}

static enum till_status put_explained(struct record_writer *w, const struct book_explained *e)
{
    if (!book_explained_is_valid(e)) {
        return TILL_BAD_INPUT;
    }
    record_put_integer(w, "seq", (int64_t)e->seq);
    record_put_text(w, "user", e->user);
    record_put_integer(w, "amount", e->amount_minor);
    return TILL_OK;
}

static enum till_status put_gone(struct record_writer *w, const char *account)
{
    if (!account_is_valid(account)) {
        return TILL_BAD_INPUT;
    }
    record_put_text(w, "account", account);
    return TILL_OK;
}

static enum till_status put_bill(struct record_writer *w, const struct bill *b)
{
    if (!bill_is_valid(b)) {
        return TILL_BAD_INPUT;
    }
    record_put_integer(w, "month", b->month);
    record_put_integer(w, "due", b->due_date);
    if (b->type != 1) {
        record_put_integer(w, "type", b->type);
    }
    put_integer_if(w, "energy", b->energy_cwh);
    record_put_integer(w, "amount", b->amount_minor);
    return TILL_OK;
}

static bool corrected_is_valid(const struct book_corrected *c)
{
    return memchr(c->terminal, '\0', sizeof(c->terminal)) != NULL &&
           terminal_is_valid(c->terminal) && c->seq > 0 && c->seq <= INT64_MAX &&
           c->how >= BOOK_CORRECTED_MOVED && c->how <= BOOK_CORRECTED_CANCELLED &&
           when_date_is_valid(c->date);
}

static enum till_status put_corrected(struct record_writer *w, const struct book_corrected *c)
{
    if (!corrected_is_valid(c)) {
        return TILL_BAD_INPUT;
    }
    record_put_text(w, "terminal", c->terminal);
    record_put_integer(w, "seq", (int64_t)c->seq);
    record_put_integer(w, "how", c->how);
    record_put_integer(w, "date", c->date);
    return TILL_OK;
}

static const char *const type_names[] = {
    [BOOK_LINE_SITE] = "site",
    [BOOK_LINE_USER] = "user",
    [BOOK_LINE_METER_BOOK] = "meter_book",
    [BOOK_LINE_CUSTOMER] = "customer",
    [BOOK_LINE_BILL] = "bill",
    [BOOK_LINE_END] = "end",
    [BOOK_LINE_TEAM] = "team",
    [BOOK_LINE_GONE] = "gone",
    [BOOK_LINE_HOLDER] = "holder",
    [BOOK_LINE_CORRECTED] = "corrected",
    [BOOK_LINE_STOCK] = "stock",
    [BOOK_LINE_TAKEN] = "taken",
    [BOOK_LINE_EXPLAINED] = "explained",
};

static enum till_status put_fields(struct record_writer *w, const struct book_text_line *line)
{
    switch (line->type) {
    case BOOK_LINE_SITE:
        return put_site(w, &line->as.site);
    case BOOK_LINE_USER:
        return put_user(w, &line->as.user);
    case BOOK_LINE_METER_BOOK:
        return put_meter_book(w, &line->as.meter_book);
    case BOOK_LINE_CUSTOMER:
        return put_customer(w, &line->as.customer);
    case BOOK_LINE_BILL:
        return put_bill(w, &line->as.bill);
    case BOOK_LINE_END:
        record_put_integer(w, "customers", line->as.customers);
        return TILL_OK;
    case BOOK_LINE_TEAM:
        return put_team(w, &line->as.team);
    case BOOK_LINE_GONE:
        return put_gone(w, line->as.account);
    case BOOK_LINE_HOLDER:
        return put_holder(w, &line->as.holder);
    case BOOK_LINE_CORRECTED:
        return put_corrected(w, &line->as.corrected);
    case BOOK_LINE_STOCK:
        return put_stock(w, &line->as.stock);
    case BOOK_LINE_TAKEN:
        return put_taken(w, &line->as.taken);
    case BOOK_LINE_EXPLAINED:
        return put_explained(w, &line->as.explained);
    case BOOK_LINE_SKIPPED:
        break;
    }
    return TILL_BAD_INPUT;
}

enum till_status book_text_write(const struct book_text_line *line, struct buffer *out)
{
    /* Aside first: what is refused leaves nothing behind in out. */
    uint8_t memory[BOOK_LINE_MAX];
    struct buffer text;
    struct record_writer w;
    if ((unsigned)line->type >= BOOK_LINE_TYPES) {
        return TILL_BAD_INPUT;
    }
    buffer_init(&text, memory, sizeof(memory));
    record_begin(&w, &text);
    record_put_text(&w, "t", type_names[line->type]);
    enum till_status status = put_fields(&w, line);
    if (status != TILL_OK) {
        return status;
    }
    status = record_end(&w);
    if (status != TILL_OK) {
        return status;
    }
    if (out->capacity - out->size < text.size + 1) {
        return TILL_TOO_LARGE;
    }
    buffer_put(out, memory, text.size);
    buffer_put_u8(out, '\n');
    return TILL_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

static int64_t take_range(struct record *r, const char *key, int64_t least, int64_t most)
{
    int64_t value = record_take_integer(r, key);
    if (value < least || value > most) {
        r->bad = true;
        return least;
    }
    return value;
}

/* Left out where it is `otherwise`; written out it would be a second spelling. */
static int64_t take_range_if(struct record *r, const char *key, int64_t least, int64_t most,
                             int64_t otherwise)
{
    size_t before = r->next;
    int64_t value = record_take_integer_or(r, key, otherwise);
    if (r->next != before && (value == otherwise || value < least || value > most)) {
        r->bad = true;
        return otherwise;
    }
    return value;
}

static void take_text_if(struct record *r, const char *key, char *out, size_t capacity)
{
    if (record_take_text_or(r, key, out, capacity, "") && out[0] == '\0') {
        r->bad = true;
    }
}

static void take_notes(struct record *r, struct site *s)
{
    char text[NOTES_TEXT_MAX];
    uint64_t notes[SITE_NOTES_MAX];
    size_t count = 0;
    record_take_text(r, "notes", text, sizeof(text));
    if (r->bad || number_list_read(text, notes, SITE_NOTES_MAX, &count) != TILL_OK) {
        r->bad = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        s->notes_minor[i] = (int64_t)notes[i];
    }
    s->note_count = (uint8_t)count;
}

static void take_site(struct record *r, struct site *s)
{
    record_take_text(r, "currency", s->currency, sizeof(s->currency));
    s->exponent = (uint8_t)take_range(r, "exponent", 0, 4);
    record_take_text(r, "symbol", s->symbol, sizeof(s->symbol));
    record_take_text(r, "unit", s->unit, sizeof(s->unit));
    record_take_text(r, "zone", s->zone, sizeof(s->zone));
    take_notes(r, s);
    s->words = (enum site_words)take_range(r, "words", SITE_WORDS_NONE, SITE_WORDS_ENGLISH);
    record_take_text(r, "payee", s->payee, sizeof(s->payee));
    record_take_text(r, "branch", s->branch, sizeof(s->branch));
    record_take_text(r, "hotline", s->hotline, sizeof(s->hotline));
    record_take_text(r, "receipt_url", s->receipt_url, sizeof(s->receipt_url));
    s->receipt_max_minor = take_range(r, "receipt_max", 0, INT64_MAX);
    s->late_fee_resident_ppm = (uint32_t)take_range(r, "late_resident_ppm", 0, UINT32_MAX);
    s->late_fee_other_ppm = (uint32_t)take_range(r, "late_other_ppm", 0, UINT32_MAX);
    s->late_fee_cross_year_ppm = (uint32_t)take_range(r, "late_cross_year_ppm", 0, UINT32_MAX);
    s->late_fee_minimum_minor = take_range(r, "late_minimum", 0, INT64_MAX);
    s->tolerance_minor = take_range_if(r, "tolerance", 1, INT64_MAX, 0);
    site_take_cash(r, s);
    if (!r->bad && site_check(s) != TILL_OK) {
        r->bad = true;
    }
}

static void take_user(struct record *r, struct book_user *u)
{
    record_take_text(r, "user", u->user, sizeof(u->user));
    record_take_text(r, "name", u->name, sizeof(u->name));
    u->role = (int)take_range(r, "role", 1, ROLE_MAX);
    record_take_hex(r, "salt", u->salt, sizeof(u->salt));
    u->rounds = (uint32_t)take_range(r, "rounds", 1, ROUNDS_MAX);
    record_take_hex(r, "check", u->pin_check, sizeof(u->pin_check));
    u->cash_limit_minor = take_range_if(r, "cash_limit", 1, INT64_MAX, 0);
    u->must_change_pin = take_range_if(r, "must_change_pin", 1, 1, 0) == 1;
    u->deputy_from = (int32_t)take_range_if(r, "deputy_from", 1, INT32_MAX, 0);
    u->deputy_to = (int32_t)take_range_if(r, "deputy_to", 1, INT32_MAX, 0);
    if (!r->bad && !user_row_is_valid(u)) {
        r->bad = true;
    }
}

static void take_meter_book(struct record *r, struct book_meter_book *b)
{
    record_take_text(r, "id", b->id, sizeof(b->id));
    record_take_text(r, "name", b->name, sizeof(b->name));
    b->customers = (uint32_t)take_range(r, "customers", 0, UINT32_MAX);
    if (!r->bad && !meter_book_id_is_valid(b->id)) {
        r->bad = true;
    }
}

static void take_customer(struct record *r, struct book_customer *c)
{
    record_take_text(r, "account", c->account, sizeof(c->account));
    record_take_text(r, "name", c->name, sizeof(c->name));
    take_text_if(r, "address", c->address, sizeof(c->address));
    take_text_if(r, "meter", c->meter, sizeof(c->meter));
    take_text_if(r, "phone", c->phone, sizeof(c->phone));
    record_take_text(r, "book", c->meter_book, sizeof(c->meter_book));
    c->order = (uint32_t)take_range(r, "order", 0, UINT32_MAX);
    c->class = (enum customer_class)take_range_if(r, "class", 1, CUSTOMER_OTHER, CUSTOMER_RESIDENT);
    c->balance_minor = take_range_if(r, "balance", 1, INT64_MAX, 0);
    c->last_paid_date = (int32_t)take_range_if(r, "paid_date", 1, INT32_MAX, 0);
    c->last_paid_minor = take_range_if(r, "paid", 1, INT64_MAX, 0);
    c->flags = (uint32_t)take_range_if(r, "flags", 1, UINT32_MAX, 0);
    c->latitude_e7 = (int32_t)take_range_if(r, "latitude", -LATITUDE_MOST_E7, LATITUDE_MOST_E7, 0);
    c->longitude_e7 =
        (int32_t)take_range_if(r, "longitude", -LONGITUDE_MOST_E7, LONGITUDE_MOST_E7, 0);
    c->last_reading_cwh = take_range_if(r, "reading", 0, INT64_MAX, -1);
    c->last_reading_date = (int32_t)take_range_if(r, "reading_date", 1, INT32_MAX, 0);
    if (!r->bad && !customer_is_valid(c)) {
        r->bad = true;
    }
}

static void take_bill(struct record *r, struct bill *b)
{
    b->month = (int32_t)take_range(r, "month", 1, INT32_MAX);
    b->due_date = (int32_t)take_range(r, "due", 1, INT32_MAX);
    b->type = (int16_t)take_range_if(r, "type", 2, BILL_TYPE_MAX, 1);
    b->energy_cwh = take_range_if(r, "energy", 1, INT64_MAX, 0);
    b->amount_minor = take_range(r, "amount", 0, INT64_MAX);
    if (!r->bad && !bill_is_valid(b)) {
        r->bad = true;
    }
}

static void take_team(struct record *r, struct book_team *t)
{
    record_take_text(r, "terminal", t->terminal, sizeof(t->terminal));
    record_take_hex(r, "key", t->approval_key, sizeof(t->approval_key));
    if (!r->bad && !team_is_valid(t)) {
        r->bad = true;
    }
}

static void take_corrected(struct record *r, struct book_corrected *c)
{
    record_take_text(r, "terminal", c->terminal, sizeof(c->terminal));
    c->seq = (uint64_t)take_range(r, "seq", 1, INT64_MAX);
    c->how =
        (enum book_correction)take_range(r, "how", BOOK_CORRECTED_MOVED, BOOK_CORRECTED_CANCELLED);
    c->date = (int32_t)take_range(r, "date", 0, INT32_MAX);
    if (!r->bad && !corrected_is_valid(c)) {
        r->bad = true;
    }
}

static void take_holder(struct record *r, struct book_holder *h)
{
    record_take_text(r, "book", h->meter_book, sizeof(h->meter_book));
    record_take_text(r, "terminal", h->terminal, sizeof(h->terminal));
    h->through_s = take_range_if(r, "through", 1, INT64_MAX, 0);
    record_take_hex(r, "key", h->journal_key + 1, sizeof(h->journal_key) - 1);
    h->journal_key[0] = KEY_UNCOMPRESSED;
    if (!r->bad && !holder_is_valid(h)) {
        r->bad = true;
    }
}

static void take_stock(struct record *r, struct book_stock *s)
{
    s->issue = (uint64_t)take_range(r, "issue", 1, INT64_MAX);
    s->type = (int)take_range(r, "type", 1, STOCK_TYPE_COUNT - 1);
    take_text_if(r, "series", s->series, sizeof(s->series));
    s->first = (uint64_t)take_range(r, "first", 1, INT64_MAX);
    s->last = (uint64_t)take_range(r, "last", 1, INT64_MAX);
    record_take_text(r, "user", s->user, sizeof(s->user));
    take_text_if(r, "from", s->from, sizeof(s->from));
    if (!r->bad && !book_stock_is_valid(s)) {
        r->bad = true;
    }
}

static void take_taken(struct record *r, struct book_taken *t)
{
    t->given = (uint64_t)take_range(r, "given", 1, INT64_MAX);
    record_take_text(r, "terminal", t->terminal, sizeof(t->terminal));
    t->seq = (uint64_t)take_range(r, "seq", 1, INT64_MAX);
    take_text_if(r, "user", t->user, sizeof(t->user));
    t->at_s = take_range(r, "at", 0, INT64_MAX);
    if (!r->bad && !book_taken_is_valid(t)) {
        r->bad = true;
    }
}

static void take_explained(struct record *r, struct book_explained *e)
{
    e->seq = (uint64_t)take_range(r, "seq", 1, INT64_MAX);
    record_take_text(r, "user", e->user, sizeof(e->user));
    e->amount_minor = take_range(r, "amount", -MONEY_MAX_MINOR, MONEY_MAX_MINOR);
    if (!r->bad && !book_explained_is_valid(e)) {
        r->bad = true;
    }
}

static void take_gone(struct record *r, char account_out[ACCOUNT_MAX])
{
    record_take_text(r, "account", account_out, ACCOUNT_MAX);
    if (!r->bad && !account_is_valid(account_out)) {
        r->bad = true;
    }
}

static void take_fields(struct record *r, struct book_text_line *line)
{
    switch (line->type) {
    case BOOK_LINE_SITE:
        take_site(r, &line->as.site);
        return;
    case BOOK_LINE_USER:
        take_user(r, &line->as.user);
        return;
    case BOOK_LINE_METER_BOOK:
        take_meter_book(r, &line->as.meter_book);
        return;
    case BOOK_LINE_CUSTOMER:
        take_customer(r, &line->as.customer);
        return;
    case BOOK_LINE_BILL:
        take_bill(r, &line->as.bill);
        return;
    case BOOK_LINE_END:
        line->as.customers = (uint32_t)take_range(r, "customers", 0, UINT32_MAX);
        return;
    case BOOK_LINE_TEAM:
        take_team(r, &line->as.team);
        return;
    case BOOK_LINE_GONE:
        take_gone(r, line->as.account);
        return;
    case BOOK_LINE_HOLDER:
        take_holder(r, &line->as.holder);
        return;
    case BOOK_LINE_CORRECTED:
        take_corrected(r, &line->as.corrected);
        return;
    case BOOK_LINE_STOCK:
        take_stock(r, &line->as.stock);
        return;
    case BOOK_LINE_TAKEN:
        take_taken(r, &line->as.taken);
        return;
    case BOOK_LINE_EXPLAINED:
        take_explained(r, &line->as.explained);
        return;
    case BOOK_LINE_SKIPPED: /* has no name of its own */
        break;
    }
    r->bad = true;
}

enum till_status book_text_read(struct span line, struct book_text_line *line_out)
{
    struct record r;
    char name[RECORD_KEY_MAX];
    if (line.size > BOOK_LINE_MAX) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = record_parse(line, &r);
    if (status != TILL_OK) {
        return status;
    }
    record_take_text(&r, "t", name, sizeof(name));
    size_t type = 0;
    while (type < BOOK_LINE_TYPES && strcmp(name, type_names[type]) != 0) {
        type++;
    }
    if (!r.bad && type >= BOOK_LINE_TYPES && record_take_integer_or(&r, "skip", 0) == 1) {
        *line_out = (struct book_text_line){.type = BOOK_LINE_SKIPPED};
        return TILL_OK;
    }
    if (r.bad || type >= BOOK_LINE_TYPES) {
        return TILL_E_PROTOCOL;
    }
    *line_out = (struct book_text_line){.type = (enum book_line_type)type};
    take_fields(&r, line_out);
    return record_finish(&r);
}
