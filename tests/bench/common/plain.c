#include "plain.h"

#include <string.h>

static const char tables[] =
    "PRAGMA page_size = 4096; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY;"
    "PRAGMA synchronous = FULL;"
    "CREATE TABLE customer (row INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL,"
    " address TEXT NOT NULL, meter TEXT NOT NULL, phone TEXT NOT NULL, book INTEGER NOT NULL,"
    " place INTEGER NOT NULL, class INTEGER NOT NULL, balance_minor INTEGER NOT NULL,"
    " last_paid_date INTEGER NOT NULL, last_paid_minor INTEGER NOT NULL, flags INTEGER NOT NULL,"
    " latitude_e7 INTEGER NOT NULL, longitude_e7 INTEGER NOT NULL,"
    " last_reading_cwh INTEGER NOT NULL, last_reading_date INTEGER NOT NULL) STRICT;"
    "CREATE TABLE bill (customer INTEGER NOT NULL, month INTEGER NOT NULL, type INTEGER NOT NULL,"
    " due_date INTEGER NOT NULL, energy_cwh INTEGER NOT NULL, amount_minor INTEGER NOT NULL,"
    " PRIMARY KEY (customer, month, type)) STRICT, WITHOUT ROWID;";
static const char constraints[] = "CREATE UNIQUE INDEX customer_account ON customer (account);"
                                  "CREATE UNIQUE INDEX customer_place ON customer (book, place);";

static void sql(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        bench_fail(sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        bench_fail(sqlite3_errmsg(db));
    return statement;
}

void plain_open(struct plain *p, const char *path, bool unique)
{
    if (sqlite3_open_v2(path, &p->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        "unix") != SQLITE_OK)
        bench_fail(path);
    sql(p->db, tables);
    if (unique)
        sql(p->db, constraints);
    p->customer = prepare(p->db, "INSERT INTO customer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                                 " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)");
    p->bill = prepare(p->db, "INSERT INTO bill VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    p->find = prepare(p->db, "SELECT row, account, name, address, meter, phone, balance_minor"
                             " FROM customer WHERE account = ?1");
    p->bills = prepare(p->db, "SELECT month, type, due_date, energy_cwh, amount_minor FROM bill"
                              " WHERE customer = ?1 ORDER BY month, type");
    sql(p->db, "BEGIN");
}

static void step(sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        bench_fail(sqlite3_errmsg(sqlite3_db_handle(statement)));
    sqlite3_reset(statement);
}

static void put_bill(struct plain *p, int64_t row, const struct bill *b)
{
    sqlite3_bind_int64(p->bill, 1, row);
    sqlite3_bind_int64(p->bill, 2, b->month);
    sqlite3_bind_int64(p->bill, 3, b->type);
    sqlite3_bind_int64(p->bill, 4, b->due_date);
    sqlite3_bind_int64(p->bill, 5, b->energy_cwh);
    sqlite3_bind_int64(p->bill, 6, b->amount_minor);
    step(p->bill);
}

void plain_put(struct plain *p, int64_t row, int64_t book, const struct book_customer *c,
               const struct bill *bills, size_t count)
{
    sqlite3_stmt *s = p->customer;
    sqlite3_bind_int64(s, 1, row);
    sqlite3_bind_text(s, 2, c->account, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 3, c->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 4, c->address, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 5, c->meter, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 6, c->phone, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 7, book);
    sqlite3_bind_int64(s, 8, c->order);
    sqlite3_bind_int64(s, 9, (sqlite3_int64)c->class);
    sqlite3_bind_int64(s, 10, c->balance_minor);
    sqlite3_bind_int64(s, 11, c->last_paid_date);
    sqlite3_bind_int64(s, 12, c->last_paid_minor);
    sqlite3_bind_int64(s, 13, c->flags);
    sqlite3_bind_int64(s, 14, c->latitude_e7);
    sqlite3_bind_int64(s, 15, c->longitude_e7);
    sqlite3_bind_int64(s, 16, c->last_reading_cwh);
    sqlite3_bind_int64(s, 17, c->last_reading_date);
    step(s);
    for (size_t i = 0; i < count; i++)
        put_bill(p, row, &bills[i]);
}

void plain_commit(struct plain *p)
{
    sql(p->db, "COMMIT");
}

static void take_text(sqlite3_stmt *s, int column, char *out, size_t capacity)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    size_t size = (size_t)sqlite3_column_bytes(s, column);
    if (text == NULL || size >= capacity)
        bench_fail("a text of the plain table");
    memcpy(out, text, size + 1);
}

size_t plain_find(struct plain *p, const char *account, struct book_customer *out)
{
    size_t count = 0;
    sqlite3_bind_text(p->find, 1, account, -1, SQLITE_STATIC);
    if (sqlite3_step(p->find) != SQLITE_ROW)
        bench_fail("an account of the plain table");
    take_text(p->find, 1, out->account, sizeof out->account);
    take_text(p->find, 2, out->name, sizeof out->name);
    take_text(p->find, 3, out->address, sizeof out->address);
    take_text(p->find, 4, out->meter, sizeof out->meter);
    take_text(p->find, 5, out->phone, sizeof out->phone);
    out->balance_minor = sqlite3_column_int64(p->find, 6);
    sqlite3_bind_int64(p->bills, 1, sqlite3_column_int64(p->find, 0));
    while (sqlite3_step(p->bills) == SQLITE_ROW)
        count++;
    sqlite3_reset(p->bills);
    sqlite3_reset(p->find);
    return count;
}

void plain_close(struct plain *p)
{
    sqlite3_finalize(p->customer);
    sqlite3_finalize(p->bill);
    sqlite3_finalize(p->find);
    sqlite3_finalize(p->bills);
    sqlite3_close(p->db);
}
