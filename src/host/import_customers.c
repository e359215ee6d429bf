#include <stdio.h>
#include <string.h>

#include "book_check.h"
#include "import_rows.h"
#include "ledger.h"
#include "money.h"
#include "text.h"

void import_source(const struct import_state *state, uint32_t line, char out[IMPORT_SOURCE_MAX])
{
    int size = snprintf(out, IMPORT_SOURCE_MAX, "import/%llu/", (unsigned long long)state->number);
    if (line != 0) {
        (void)snprintf(out + size, IMPORT_SOURCE_MAX - (size_t)size, "%u", (unsigned)line);
    }
}

static struct ledger_context ledger_of(const struct import_state *state)
{
    return (struct ledger_context){.store = state->store,
                                   .site = &state->site,
                                   .terminal = "",
                                   .user = LEDGER_NOBODY,
                                   .now_s = state->now_s};
}

/* ---- customers ------------------------------------------------------------------------------- */

enum {
    ACCOUNT,
    NAME,
    ADDRESS,
    METER,
    METER_BOOK,
    ORDER,
    CLASS,
    PHONE,
    BALANCE,
    KEEP_SUPPLY,
    LAST_PAID_DATE,
    LAST_PAID,
    LATITUDE,
    LONGITUDE,
    LAST_READING,
    LAST_READING_DATE
};

static const char *read_texts(const char *const *values, struct book_customer *c)
{
    if (!import_text(values[ACCOUNT], c->account, sizeof(c->account)) ||
        !account_is_valid(c->account)) {
        return N_("the account number must be 4 to 32 of 0-9, A-Z and '-'");
    }
    if (!import_text(values[NAME], c->name, sizeof(c->name)) || c->name[0] == '\0') {
        return N_("the name is missing or too long");
    }
    if (!import_text(values[ADDRESS], c->address, sizeof(c->address))) {
        return N_("the address is too long");
    }
    if (!import_text(values[METER], c->meter, sizeof(c->meter)) ||
        !import_text(values[PHONE], c->phone, sizeof(c->phone))) {
        return N_("the meter or phone number is too long");
    }
    if (!import_text(values[METER_BOOK], c->meter_book, sizeof(c->meter_book))) {
        return N_("no meter book has this id");
    }
    return NULL;
}

static const char *read_numbers(const struct import_state *state, const char *const *values,
                                struct book_customer *c, int64_t *brought_out)
{
    static const char *const classes[] = {"resident", "other", NULL};
    static const char *const truths[] = {"no", "yes", NULL};
    int64_t order;
    if (!import_integer(values[ORDER], UINT32_MAX / 2, &order) || order == 0) {
        return N_("the order must be a number from 1");
    }
    c->order = (uint32_t)order;
    int class = values[CLASS][0] == '\0' ? 0 : import_choice(values[CLASS], classes);
    int keep = values[KEEP_SUPPLY][0] == '\0' ? 0 : import_choice(values[KEEP_SUPPLY], truths);
    if (class < 0) {
        return N_("the class must be resident or other");
    }
    if (keep < 0) {
        return N_("keep_supply must be yes or no");
    }
    c->class = (enum customer_class) class;
    c->flags = keep == 1 ? BOOK_CUSTOMER_KEEP_SUPPLY : 0;
    if ((values[BALANCE][0] != '\0' &&
         money_parse(&state->site, values[BALANCE], brought_out) != TILL_OK) ||
        (values[LAST_PAID][0] != '\0' &&
         money_parse(&state->site, values[LAST_PAID], &c->last_paid_minor) != TILL_OK)) {
        return N_("an amount can't be read");
    }
    bool undated = values[LAST_PAID_DATE][0] == '\0' || strcmp(values[LAST_PAID_DATE], "0") == 0;
    if (!undated && !import_date(values[LAST_PAID_DATE], &c->last_paid_date)) {
        return N_("a date can't be read");
    }
    return NULL;
}

static const char *read_meter(const char *const *values, struct book_customer *c)
{
    enum { LATITUDE_MOST = 90, LONGITUDE_MOST = 180 };
    bool placed = values[LATITUDE][0] != '\0' || values[LONGITUDE][0] != '\0';
    if (placed && (!import_degrees(values[LATITUDE], LATITUDE_MOST, &c->latitude_e7) ||
                   !import_degrees(values[LONGITUDE], LONGITUDE_MOST, &c->longitude_e7))) {
        return N_("latitude and longitude must both be degrees with decimals");
    }
    c->last_reading_cwh = -1;
    if (values[LAST_READING][0] != '\0' &&
        !import_energy(values[LAST_READING], &c->last_reading_cwh)) {
        return N_("the energy can't be read");
    }
    bool undated =
        values[LAST_READING_DATE][0] == '\0' || strcmp(values[LAST_READING_DATE], "0") == 0;
    if (!undated && !import_date(values[LAST_READING_DATE], &c->last_reading_date)) {
        return N_("a date can't be read");
    }
    return NULL;
}

/* What this host has posted, was told and noted is newer than what the file says of it. A file
 * without positions and readings takes none away. */
static void keep_what_is_ours(struct book_customer *c, const struct book_customer *before)
{
    c->flags |= before->flags & ~(uint32_t)BOOK_CUSTOMER_KEEP_SUPPLY;
    if (c->latitude_e7 == 0 && c->longitude_e7 == 0) {
        c->latitude_e7 = before->latitude_e7;
        c->longitude_e7 = before->longitude_e7;
    }
    if (c->last_reading_cwh < 0 || before->last_reading_date > c->last_reading_date) {
        c->last_reading_cwh = before->last_reading_cwh;
        c->last_reading_date = before->last_reading_date;
    }
    c->balance_minor = before->balance_minor;
    if (before->last_paid_date >= c->last_paid_date) {
        c->last_paid_date = before->last_paid_date;
        c->last_paid_minor = before->last_paid_minor;
    }
}

static enum till_status write_customer(struct import_state *state, uint32_t line,
                                       struct book_customer *c, bool has_balance, int64_t brought,
                                       const char **reason_out)
{
    char source[IMPORT_SOURCE_MAX];
    import_source(state, line, source);
    struct ledger_context ledger = ledger_of(state);
    bool posted = false;
    if (has_balance) {
        enum till_status status =
            ledger_bring_balance(&ledger, source, c->account, brought, &c->balance_minor);
        if (status == TILL_REFUSED) {
            *reason_out = N_("the balance would fall below zero: some of it was used here");
            return TILL_BAD_INPUT;
        }
        if (status == TILL_LIMIT_REACHED) {
            *reason_out = N_("the customer's advance would be more than any can be");
            return TILL_BAD_INPUT;
        }
        if (status != TILL_OK && status != TILL_UNCHANGED) {
            return status;
        }
        posted = status == TILL_OK;
    }
    enum till_status status = store_customer_put(state->store, c);
    return status == TILL_UNCHANGED && posted ? TILL_OK : status;
}

static enum till_status find_meter_book(struct import_state *state, const char *id)
{
    uint32_t hash = 0;
    for (const char *at = id; *at != '\0'; at++) {
        hash = hash * 31 + (uint8_t)*at;
    }
    char *known = state->known_books[hash % IMPORT_KNOWN_BOOKS];
    if (strcmp(known, id) == 0 && id[0] != '\0') {
        return TILL_OK;
    }
    struct book_meter_book book;
    enum till_status status = store_meter_book_get(state->store, id, &book);
    if (status == TILL_OK) {
        text_copy(known, BOOK_ID_MAX, id);
    }
    return status;
}

static enum till_status customer_row(struct import_state *state, uint32_t line,
                                     const char *const *values, bool *changed_out,
                                     const char **reason_out)
{
    struct book_customer c = {0}, before;
    int64_t brought = 0;
    *reason_out = read_texts(values, &c);
    if (*reason_out == NULL) {
        *reason_out = read_numbers(state, values, &c, &brought);
    }
    if (*reason_out == NULL) {
        *reason_out = read_meter(values, &c);
    }
    if (*reason_out == NULL && !book_customer_is_valid(&c)) {
        *reason_out = N_("the row breaks a rule of the meter book");
    }
    if (*reason_out != NULL) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = find_meter_book(state, c.meter_book);
    if (status == TILL_NOT_FOUND) {
        *reason_out = N_("no meter book has this id");
        return TILL_BAD_INPUT;
    }
    if (status == TILL_OK) {
        status = store_customer_get(state->store, c.account, &before);
    }
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    *changed_out = status == TILL_OK;
    if (*changed_out) {
        keep_what_is_ours(&c, &before);
    }
    return write_customer(state, line, &c, values[BALANCE][0] != '\0', brought, reason_out);
}

static void customer_ahead(const struct import_state *state, const char *const *values,
                           struct import_ahead *to)
{
    (void)state;
    if (!account_is_valid(values[ACCOUNT])) {
        return;
    }
    import_ahead_account(to, values[ACCOUNT]);
    import_ahead_meter_book(to, values[METER_BOOK]);
    if (values[BALANCE][0] != '\0') {
        import_ahead_name(to, "brought/%s", values[ACCOUNT]);
        import_ahead_name(to, "advance/%s", values[ACCOUNT]);
    }
}

const struct import_table import_customers_table = {"customers",
                                                    true,
                                                    {{"account", true, IMPORT_TEXT},
                                                     {"name", true, IMPORT_TEXT},
                                                     {"address", true, IMPORT_TEXT},
                                                     {"meter", true, IMPORT_TEXT},
                                                     {"meter_book", true, IMPORT_TEXT},
                                                     {"order", true, IMPORT_TEXT},
                                                     {"class", true, IMPORT_TEXT},
                                                     {"phone", false, IMPORT_TEXT},
                                                     {"balance", false, IMPORT_AMOUNT},
                                                     {"keep_supply", false, IMPORT_TEXT},
                                                     {"last_paid_date", false, IMPORT_DATE},
                                                     {"last_paid", false, IMPORT_AMOUNT},
                                                     {"latitude", false, IMPORT_TEXT},
                                                     {"longitude", false, IMPORT_TEXT},
                                                     {"last_reading", false, IMPORT_TEXT},
                                                     {"last_reading_date", false, IMPORT_DATE}},
                                                    customer_row,
                                                    NULL,
                                                    customer_ahead};

/* ---- bills ----------------------------------------------------------------------------------- */

enum { BILL_ACCOUNT, BILL_MONTH, BILL_TYPE, BILL_KWH, BILL_AMOUNT, BILL_DUE };
enum { BILL_TYPE_MAX = 9999 };

static const char *read_bill(const struct import_state *state, const char *const *values,
                             struct bill *bill)
{
    int64_t type = 1;
    if (!import_month(values[BILL_MONTH], &bill->month)) {
        return N_("the month can't be read");
    }
    if (values[BILL_TYPE][0] != '\0' && (!import_integer(values[BILL_TYPE], BILL_TYPE_MAX, &type) ||
                                         type == 0 || type == BILL_LATE_FEE)) {
        return N_("the bill type must be a number from 1 to 9998");
    }
    bill->type = (int16_t)type;
    if (!import_energy(values[BILL_KWH], &bill->energy_cwh)) {
        return N_("the energy can't be read");
    }
    if (money_parse(&state->site, values[BILL_AMOUNT], &bill->amount_minor) != TILL_OK ||
        bill->amount_minor == 0) {
        return N_("an amount can't be read");
    }
    if (!import_date(values[BILL_DUE], &bill->due_date)) {
        return N_("a date can't be read");
    }
    return book_bill_is_valid(bill) ? NULL : N_("the row breaks a rule of the meter book");
}

static enum till_status bill_row(struct import_state *state, uint32_t line,
                                 const char *const *values, bool *changed_out,
                                 const char **reason_out)
{
    /* The reason outlives the row until it is told. */
    static char refused[STORE_REASON_MAX];
    struct bill bill = {0};
    char source[IMPORT_SOURCE_MAX];
    (void)changed_out;
    *reason_out = read_bill(state, values, &bill);
    if (*reason_out != NULL) {
        return TILL_BAD_INPUT;
    }
    import_source(state, line, source);
    struct ledger_context ledger = ledger_of(state);
    enum till_status status =
        ledger_post_bill(&ledger, source, values[BILL_ACCOUNT], &bill, refused);
    if (status == TILL_REFUSED) {
        *reason_out = refused;
        return TILL_BAD_INPUT;
    }
    return status;
}

static void bill_ahead(const struct import_state *state, const char *const *values,
                       struct import_ahead *to)
{
    struct bill bill = {0};
    const char *account = values[BILL_ACCOUNT];
    if (!account_is_valid(account) || read_bill(state, values, &bill) != NULL) {
        return;
    }
    import_ahead_account(to, account);
    import_ahead_bill(to, account, bill.month, bill.type);
    import_ahead_name(to, "receivable/%s/%d", account, bill.type);
    import_ahead_name(to, "billed/%d", bill.type);
    import_ahead_name(to, "advance/%s", account);
}

const struct import_table import_bills_table = {"bills",
                                                true,
                                                {{"account", true, IMPORT_TEXT},
                                                 {"month", true, IMPORT_MONTH},
                                                 {"type", true, IMPORT_TEXT},
                                                 {"kwh", true, IMPORT_TEXT},
                                                 {"amount", true, IMPORT_AMOUNT},
                                                 {"due_date", true, IMPORT_DATE}},
                                                bill_row,
                                                NULL,
                                                bill_ahead};
