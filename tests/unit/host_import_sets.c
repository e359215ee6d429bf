/*
 * Imports go set by set where a network lies before the store, and row by row where none does: what
 * is there afterwards is the same to the letter. The same files go into both stores; what SQLite
 * has at the end is what PostgreSQL must have.
 */
#include "office.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_customers.h"

enum { CUSTOMERS = 2100, BOOKS = 3, TEXT_MAX = 1 << 20, STEPS = 8 };

static char text[TEXT_MAX];
static size_t used;
static char dumps[STEPS][TEXT_MAX]; /* of SQLite; the first run fills it */
static size_t step;
static bool again;

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text + used, sizeof(text) - used, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < sizeof(text) - used);
    used += (size_t)size;
}

static void begin(const char *header)
{
    used = 0;
    add("%s\n", header);
}

/* What the import said and left behind, against the same step of the other store. */
static void compare(const struct import_report *r)
{
    char id[16];
    used = 0;
    add("added %u changed %u unchanged %u bad %u: line %u %s\n", r->added, r->changed, r->unchanged,
        r->bad, office_bad_line, office_bad_reason == NULL ? "" : office_bad_reason);
    for (int book = 0; book < BOOKS; book++) {
        struct store_customers *reader = NULL;
        struct book_customer c;
        struct arrears a;
        (void)snprintf(id, sizeof(id), "S%d", book);
        assert_int_equal(store_customers_open(office.store, id, &reader), TILL_OK);
        while (store_customers_next(reader, &c, &a) == TILL_OK) {
            add("%s %s %u %s %s %" PRId64 " %u %d", id, c.account, c.order, c.name, c.meter,
                c.balance_minor, c.flags, (int)c.last_reading_date);
            for (size_t i = 0; i < a.count; i++) {
                add(" %d/%d:%" PRId64, (int)a.bills[i].month, a.bills[i].type,
                    a.bills[i].amount_minor);
            }
            add("\n");
        }
        store_customers_close(reader);
    }
    add("%" PRId64 " postings, billed %" PRId64 ", brought %" PRId64 "\n", office_postings(),
        office_balance("billed/1"), office_balance("brought/6200000007"));
    assert_true(step < STEPS);
    if (again && strcmp(dumps[step], text) != 0) {
        size_t at = 0;
        while (dumps[step][at] == text[at]) {
            at++;
        }
        at = at < 80 ? 0 : at - 80;
        fail_msg("step %zu: '%.160s' should be '%.160s'", step, text + at, dumps[step] + at);
    }
    memcpy(dumps[step++], text, used + 1);
}

static void import_and_compare(void)
{
    office_bad_line = 0;
    office_bad_reason = NULL;
    struct import_report r = office_import(text);
    compare(&r);
}

static void add_customer(int i, int book, int order, const char *balance)
{
    add("620%07d,name %d,address %d,%08d,S%d,%d,resident,%s\n", i, i, i, 1000 + i, book, order,
        balance);
}

#define CUSTOMERS_HEADER "account,name,address,meter,meter_book,order,class,balance"

static void first_file(void)
{
    begin("id,name");
    add("S0,nil\nS1,one\nS2,two\n");
    import_and_compare();
    begin(CUSTOMERS_HEADER);
    for (int i = 1; i <= CUSTOMERS; i++) {
        add_customer(i, i % BOOKS, (i - 1) / BOOKS + 1, i % 7 == 0 ? "20.00" : "");
        if (i == 30) {
            add("6200000031,,x,1,S0,9,resident,\n6200000032,n,x,1,S9,9,resident,\n");
            add_customer(5, 1, 700, "1.00"); /* the same once more, elsewhere */
            add_customer(6, 0, 3, "");       /* where another stands */
        }
    }
    import_and_compare();
}

static void bills(void)
{
    begin("account,month,type,kwh,amount,due_date");
    for (int i = 1; i <= CUSTOMERS; i += 2) {
        add("620%07d,202609,1,10,%d.50,20261231\n", i, i % 30 + 1);
        if (i % 3 == 0) {
            add("620%07d,202610,1,10,5.00,20261231\n", i);
        }
        if (i % 101 == 0) {
            add("620%07d,202610,1,10,5.00,20261231\n", i);  /* the very same */
            add("620%07d,202609,1,10,99.00,20261231\n", i); /* another of the month */
            add("699%07d,202609,1,10,99.00,20261231\n", i); /* nobody */
        }
    }
    import_and_compare();
}

/* Everybody one place further, the last one first; some go to another book; advances change. */
static void new_order(void)
{
    begin(CUSTOMERS_HEADER);
    for (int i = 1; i <= CUSTOMERS; i++) {
        int order = (i - 1) / BOOKS + 1;
        bool moves = i % 50 == 0;
        add_customer(i, moves ? (i + 1) % BOOKS : i % BOOKS,
                     order == CUSTOMERS / BOOKS ? 1 : order + 1,
                     i % 14 == 0  ? "0.01"
                     : i % 7 == 0 ? "25.00"
                                  : "");
    }
    import_and_compare();
}

/* A few rows into the middle of a book: who stood there goes to its end, and again. */
static void into_the_middle(void)
{
    begin(CUSTOMERS_HEADER);
    for (int i = 0; i < 20; i++) {
        add_customer(CUSTOMERS + 1 + i, 1, 100 + i, "3.00");
    }
    add_customer(CUSTOMERS + 30, 1, 2000000000, "");
    add_customer(CUSTOMERS + 31, 1, 110, "");
    add_customer(CUSTOMERS + 30, 1, 120, "");
    add_customer(CUSTOMERS + 32, 1, 111, "");
    import_and_compare();
}

static void sets_leave_what_rows_leave(void **state)
{
    (void)state;
    step = 0;
    first_file();
    bills();
    new_order();
    into_the_middle();
    office_assert_sound();
    again = true;
}

static void the_same_files_again_change_nothing(void **state)
{
    (void)state;
    static char file[TEXT_MAX];
    begin("id,name");
    add("S0,nil\nS1,one\nS2,two\n");
    (void)office_import(text);
    begin(CUSTOMERS_HEADER);
    for (int i = 1; i <= 600; i++) {
        add_customer(i, i % BOOKS, (i - 1) / BOOKS + 1, i % 5 == 0 ? "2.00" : "");
    }
    memcpy(file, text, used + 1);
    assert_int_equal(office_import(file).added, 600);
    int64_t postings = office_postings();
    struct import_report r = office_import(file);
    assert_int_equal(r.unchanged, 600);
    assert_int_equal(office_postings(), postings);
    begin("account,month,type,kwh,amount,due_date");
    for (int i = 1; i <= 600; i++) {
        add("620%07d,202609,1,10,1.50,20261231\n", i);
    }
    memcpy(file, text, used + 1);
    assert_int_equal(office_import(file).added, 600);
    postings = office_postings();
    r = office_import(file);
    assert_int_equal(r.unchanged, 600);
    assert_int_equal(r.added + r.changed + r.bad, 0);
    assert_int_equal(office_postings(), postings);
    office_assert_sound();
}

int main(void)
{
    const struct CMUnitTest tests[] = {OFFICE_TEST(sets_leave_what_rows_leave),
                                       OFFICE_TEST(the_same_files_again_change_nothing)};
    return office_run("host_import_sets", tests, sizeof(tests) / sizeof(tests[0]));
}
