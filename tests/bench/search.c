/*
 * search_exact and search: finding among 1,000,000 customers, cold but for the system's cache.
 *
 *   search_exact  a whole account, the customer with what they owe: µs, p50. The baseline is the
 *                 same out of two plain SQLite tables with an index on the account.
 *   search        the first 20 hits of anything else, as one types: ms, the worst p99 of all ways.
 *                 Each way has its own sample; every query has a hit, which is looked for.
 *                 The baseline is one pass of LIKE through the plain table's names and addresses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench.h"
#include "pinyin.h"
#include "plain.h"
#include "text.h"
#include "vfs.h"

enum { CUSTOMERS = 1000000, EXACT = 20000, SAMPLE = 2000, HITS = 20, SCANS = 5 };

static uint32_t anyone(uint32_t n, uint64_t of)
{
    return (uint32_t)(crowd_random(n, of) % CUSTOMERS);
}

/* ---- a query of each way --------------------------------------------------------------------- */

/* Any stretch of at least two characters, `most` at most. */
static bool part_of(const char *text, uint32_t n, size_t most, char out[BOOK_QUERY_MAX + 1])
{
    size_t starts[BOOK_ADDRESS_MAX + 1], count = 0;
    for (size_t i = 0; text[i] != '\0'; i++)
        if ((text[i] & 0xC0) != 0x80)
            starts[count++] = i;
    starts[count] = strlen(text);
    if (count < 2)
        return false;
    if (most > count)
        most = count;
    size_t length = 2 + crowd_random(n, 101) % (most - 1);
    size_t from = crowd_random(n, 102) % (count - length + 1);
    size_t size = starts[from + length] - starts[from];
    if (size > BOOK_QUERY_MAX)
        return false;
    memcpy(out, text + starts[from], size);
    out[size] = '\0';
    return strspn(out, " ") < size;
}

/* As it sounds: initials, or syllables; as keys of a telephone, or as letters. */
static bool sound_of(const char *name, bool initials, bool keys, char out[BOOK_QUERY_MAX + 1])
{
    struct pinyin_unit units[PINYIN_UNITS_MAX];
    size_t count = pinyin_name(name, units), size = 0;
    for (size_t u = 0; u < count && u < 3; u++) {
        const struct pinyin_reading *r = &units[u].readings[0];
        for (size_t i = 0; i < (initials ? 1 : r->size); i++)
            out[size++] = keys ? pinyin_key(r->text[i]) : r->text[i];
    }
    out[size] = '\0';
    return size >= 2;
}

enum way {
    WAY_ACCOUNT_END,
    WAY_ACCOUNT,
    WAY_METER,
    WAY_PHONE,
    WAY_NAME,
    WAY_NAME_WHOLE,
    WAY_ADDRESS,
    WAY_TWO,
    WAY_INITIALS,
    WAY_INITIAL_KEYS,
    WAY_SYLLABLES,
    WAY_SYLLABLE_KEYS,
    WAYS
};
static const char *const way_names[WAYS] = {
    "account's end", "account's part",   "meter's part",   "phone's part", "name's part",
    "name",          "address's part",   "two characters", "initials",     "initials as keys",
    "syllables",     "syllables as keys"};

static bool query_of(enum way way, const struct book_customer *c, uint32_t n,
                     char out[BOOK_QUERY_MAX + 1])
{
    const char *const fields[] = {c->account, c->meter, c->phone, c->name, c->address};
    switch (way) {
    case WAY_ACCOUNT_END:
        text_copy(out, BOOK_QUERY_MAX + 1, c->account + strlen(c->account) - 2 - n % 5);
        return true;
    case WAY_ACCOUNT:
        return part_of(c->account, n, 9, out);
    case WAY_METER:
        return part_of(c->meter, n, BOOK_METER_MAX, out);
    case WAY_PHONE:
        return part_of(c->phone, n, BOOK_PHONE_MAX, out);
    case WAY_NAME:
        return part_of(c->name, n, BOOK_QUERY_MAX, out);
    case WAY_NAME_WHOLE:
        text_copy(out, BOOK_QUERY_MAX + 1, c->name);
        return true;
    case WAY_ADDRESS:
        return part_of(c->address, n, BOOK_QUERY_MAX, out);
    case WAY_TWO:
        return part_of(fields[n % (sizeof fields / sizeof fields[0])], n, 2, out);
    case WAY_INITIALS:
    case WAY_INITIAL_KEYS:
        return sound_of(c->name, true, way == WAY_INITIAL_KEYS, out);
    default:
        return sound_of(c->name, false, way == WAY_SYLLABLE_KEYS, out);
    }
}

/* ---- measuring ------------------------------------------------------------------------------- */

static double p99_of(struct book *b, enum way way)
{
    static struct book_line lines[HITS];
    struct samples took = {0};
    char slowest[BOOK_QUERY_MAX + 1] = "", query[BOOK_QUERY_MAX + 1];
    double worst = 0;
    for (uint32_t n = 0; n < SAMPLE; n++) {
        struct book_customer c;
        size_t count = 0;
        crowd_customer(anyone(n, 200 + (uint64_t)way), &c);
        if (!query_of(way, &c, n, query))
            continue;
        double from = bench_now_us();
        bench_need(book_find(b, query, 0, lines, HITS, &count), query);
        double us = bench_now_us() - from;
        if (count == 0)
            bench_fail(query);
        samples_add(&took, us);
        if (us > worst) {
            worst = us;
            memcpy(slowest, query, sizeof slowest);
        }
    }
    double p99 = samples_at(&took, 0.99);
    bench_say("search: %-18s p50 %5.2f ms, p99 %5.2f ms, slowest %6.2f ms: %s", way_names[way],
              samples_at(&took, 0.5) / 1000, p99 / 1000, worst / 1000, slowest);
    samples_free(&took);
    return p99;
}

static double p99_nearest(struct book *b)
{
    static struct book_line lines[HITS];
    struct samples took = {0};
    for (uint32_t n = 0; n < SAMPLE; n++) {
        struct book_customer c;
        size_t count = 0;
        do
            crowd_customer(anyone(n++, 300), &c);
        while (c.latitude_e7 == 0);
        double from = bench_now_us();
        bench_need(book_nearest(b, c.latitude_e7 + 3000, c.longitude_e7 - 3000,
                                n % 2 == 0 ? 300 : 5000, lines, HITS, &count),
                   "nearest");
        samples_add(&took, bench_now_us() - from);
        if (count == 0)
            bench_fail("nobody is near");
    }
    double p99 = samples_at(&took, 0.99);
    bench_say("search: %-18s p50 %5.2f ms, p99 %5.2f ms", "nearest", samples_at(&took, 0.5) / 1000,
              p99 / 1000);
    samples_free(&took);
    return p99;
}

static void exact(struct book *b, struct plain *p)
{
    struct samples took = {0}, plain = {0};
    struct book_line line;
    for (uint32_t n = 0; n < EXACT; n++) {
        struct book_customer c, other;
        size_t count = 0;
        crowd_customer(anyone(n, 100), &c);
        double from = bench_now_us();
        bench_need(book_find(b, c.account, 0, &line, 1, &count), "exact");
        double between = bench_now_us();
        plain_find(p, c.account, &other);
        samples_add(&plain, bench_now_us() - between);
        samples_add(&took, between - from);
        if (count != 1 || strcmp(line.customer.name, other.name) != 0)
            bench_fail(c.account);
    }
    bench_row("search_exact", samples_at(&took, 0.5), "us", samples_at(&plain, 0.5));
    bench_say("search: an account p99 %.0f us, baseline p99 %.0f us", samples_at(&took, 0.99),
              samples_at(&plain, 0.99));
    samples_free(&took);
    samples_free(&plain);
}

/* What it takes without an index. */
static double scan_us(struct plain *p)
{
    static const char text[] =
        "SELECT row FROM customer WHERE name LIKE ?1 OR address LIKE ?1 LIMIT 20";
    struct samples took = {0};
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(p->db, text, -1, &s, NULL) != SQLITE_OK)
        bench_fail(sqlite3_errmsg(p->db));
    for (int i = 0; i < SCANS; i++) {
        sqlite3_bind_text(s, 1, "%nobody has this%", -1, SQLITE_STATIC);
        double from = bench_now_us();
        while (sqlite3_step(s) == SQLITE_ROW)
            ;
        samples_add(&took, bench_now_us() - from);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    double middle = samples_at(&took, 0.5);
    samples_free(&took);
    return middle;
}

static void put_plain(struct plain *p, const char *path)
{
    plain_open(p, path, true);
    for (uint32_t n = 0; n < CUSTOMERS; n++) {
        struct bill bills[CROWD_BILLS_MAX];
        struct book_customer c;
        size_t count = crowd_bills(n, bills);
        crowd_customer(n, &c);
        plain_put(p, (int64_t)n + 1, n / CROWD_BOOK_SIZE + 1, &c, bills, count);
    }
    plain_commit(p);
}

int main(int argc, char **argv)
{
    struct bench_place place;
    struct book *b = NULL;
    struct plain p;
    struct rusage usage;
    double worst = 0;
    char dir[BENCH_PATH_MAX], path[BENCH_PATH_MAX + 16], bare[BENCH_PATH_MAX + 16];
    bench_begin(argc, argv, &place);
    bench_folder(&place, "search", dir);
    snprintf(path, sizeof path, "%s/book.db", dir);
    snprintf(bare, sizeof bare, "%s/bare.db", dir);
    bench_need(vfs_register(512), "vfs");
    bench_need(crowd_build(path, crowd_mac(), CUSTOMERS), "book");
    bench_need(book_open(path, NULL, crowd_mac(), &b), "book");
    for (int way = 0; way < WAYS; way++) {
        double p99 = p99_of(b, (enum way)way);
        worst = p99 > worst ? p99 : worst;
    }
    double near = p99_nearest(b);
    worst = near > worst ? near : worst;
    getrusage(RUSAGE_SELF, &usage);
    bench_say("search: at most %.1f MiB resident, building included",
              (double)usage.ru_maxrss / 1024);
    put_plain(&p, bare);
    bench_row("search", worst / 1000, "ms", scan_us(&p) / 1000);
    exact(b, &p);
    plain_close(&p);
    book_close(b);
    return 0;
}
