#include "store_customers.h"

#include <stdlib.h>
#include <string.h>

#include "rows_use.h"
#include "store_rows.h"
#include "text.h"

enum { PAGE = 400 };

/* A page of customers; the bills of all of them follow in the same order, one row ahead. */
struct store_customers {
    struct store *store;
    char meter_book[BOOK_ID_MAX];
    struct book_customer page[PAGE];
    size_t count, at;
    bool last; /* no page behind this one */
    struct rows_use bills;
    bool reading; /* bills */
    bool ahead;   /* `bill` is of a customer to come */
    uint32_t bill_order;
    struct bill bill;
};

enum till_status store_customers_open(struct store *s, const char *meter_book,
                                      struct store_customers **reader_out)
{
    struct store_customers *r = calloc(1, sizeof(*r));

    if (r == NULL)
        return TILL_E_MEMORY;
    r->store = s;
    text_copy(r->meter_book, sizeof(r->meter_book), meter_book);
    *reader_out = r;
    return TILL_OK;
}

void store_customers_close(struct store_customers *reader)
{
    if (reader != NULL && reader->reading)
        rows_end(&reader->bills);
    free(reader);
}

static enum till_status read_page(struct store_customers *r, uint32_t after)
{
    struct rows_use use = rows_of(r->store, STORE_CUSTOMERS_ABOVE);
    enum till_status st = TILL_OK;

    r->count = r->at = 0;
    rows_bind_text(&use, r->meter_book);
    rows_bind_integer(&use, after);
    rows_bind_integer(&use, PAGE);
    while (r->count < PAGE && (st = rows_next(&use)) == TILL_OK) {
        st = store_rows_read_customer(&use, &r->page[r->count]);
        if (st != TILL_OK)
            break;
        r->count++;
    }
    rows_end(&use);
    r->last = r->count < PAGE;
    if (r->count == PAGE)
        return TILL_OK;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* One row ahead; past the last of the page there is none. */
static enum till_status next_bill(struct store_customers *r)
{
    bool bad = false;
    enum till_status st = rows_next(&r->bills);

    r->ahead = st == TILL_OK;
    if (st == TILL_OK) {
        st = store_rows_read_bill(&r->bills, &r->bill);
        r->bill_order = (uint32_t)rows_column_within(&r->bills, 5, 1, INT32_MAX, &bad);
        return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
    }
    rows_end(&r->bills);
    r->reading = false;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status turn_page(struct store_customers *r)
{
    uint32_t after = r->count > 0 ? r->page[r->count - 1].order : 0;
    enum till_status st;

    if (r->reading)
        rows_end(&r->bills);
    r->reading = r->ahead = false;
    if (r->last)
        return TILL_NOT_FOUND;
    st = read_page(r, after);
    if (st != TILL_OK || r->count == 0)
        return st == TILL_OK ? TILL_NOT_FOUND : st;
    r->bills = rows_of(r->store, STORE_BILLS_BETWEEN);
    r->reading = true;
    rows_bind_text(&r->bills, r->meter_book);
    rows_bind_integer(&r->bills, r->page[0].order);
    rows_bind_integer(&r->bills, r->page[r->count - 1].order);
    return next_bill(r);
}

enum till_status store_customers_next(struct store_customers *reader,
                                      struct book_customer *customer_out,
                                      struct arrears *arrears_out)
{
    struct store_customers *r = reader;
    enum till_status st = r->at < r->count ? TILL_OK : turn_page(r);

    if (st != TILL_OK)
        return st;
    *customer_out = r->page[r->at++];
    memset(arrears_out, 0, sizeof(*arrears_out));
    arrears_out->balance_minor = customer_out->balance_minor;
    /* Those below are of a customer who came there since: not of this page. */
    while (st == TILL_OK && r->ahead && r->bill_order <= customer_out->order) {
        if (r->bill_order == customer_out->order) {
            if (arrears_out->count == BILLS_MAX)
                return TILL_TOO_LARGE;
            arrears_out->bills[arrears_out->count++] = r->bill;
        }
        st = next_bill(r);
    }
    return st;
}
