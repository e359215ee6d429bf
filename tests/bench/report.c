/*
 * report_day, report_year, report_page, report_bytes: a year of 300 receipts a day, one in ten with
 * an exception, two collectors in turn, 6,000 customers in 20 meter books.
 *
 * The journal is made in memory, which is not measured; the report file lies on the disk. What is
 * opened is opened as after a start: the file, its statements, the question.
 *   report_day   read on over one day of receipts, then that day by each question; worst question
 *   report_year  the year by each question, every list, all exceptions, arrears; worst question
 *   report_page  any page of any of them once it is open, p99 of the worst
 * Baseline: the same sum out of a plain table with a row a receipt; of the page, the same rows of
 * that table by OFFSET; of the bytes, that table.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "report_story.h"
#include "vfs.h"
#include "when.h"

enum {
    DAYS = 365,
    RECEIPTS = 300,
    CUSTOMERS = 6000,
    PER_BOOK = 300,
    UNPOSTED = 5, /* days since the book was made */
    TURNS = 9,
    PAGES = 400,
    ROWS = 12, /* of a page */
    DAY_S = 86400
};

static struct report_story story;
static struct book *book;
static struct bench_place place;
static char report_path[BENCH_PATH_MAX + 16];
static sqlite3 *plain;
static sqlite3_stmt *insert;

/* ---- the year -------------------------------------------------------------------------------- */

static void sql(const char *text)
{
    if (sqlite3_exec(plain, text, NULL, NULL, NULL) != SQLITE_OK)
        bench_fail(sqlite3_errmsg(plain));
}

static void begin_plain(const char *path)
{
    if (sqlite3_open(path, &plain) != SQLITE_OK)
        bench_fail(path);
    sql("PRAGMA synchronous = OFF; CREATE TABLE receipt (seq INTEGER PRIMARY KEY, date INTEGER,"
        " who TEXT, account TEXT, tender INTEGER, type INTEGER, month INTEGER, amount INTEGER);"
        "BEGIN");
    if (sqlite3_prepare_v2(plain, "INSERT INTO receipt VALUES (?1, ?2, ?3, ?4, 0, 1, ?5, ?6)", -1,
                           &insert, NULL) != SQLITE_OK)
        bench_fail(sqlite3_errmsg(plain));
}

static void put_plain(uint64_t seq, int32_t date, const char *who, const char *account,
                      const struct allocation_line *line)
{
    sqlite3_bind_int64(insert, 1, (int64_t)seq);
    sqlite3_bind_int(insert, 2, date);
    sqlite3_bind_text(insert, 3, who, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 4, account, -1, SQLITE_STATIC);
    sqlite3_bind_int(insert, 5, line->month);
    sqlite3_bind_int64(insert, 6, line->amount_minor);
    if (sqlite3_step(insert) != SQLITE_DONE)
        bench_fail(sqlite3_errmsg(plain));
    sqlite3_reset(insert);
}

static uint64_t take(uint32_t n, int32_t date, const char *who)
{
    static const int tenders[] = {TENDER_CASH, TENDER_CASH, TENDER_CASH, TENDER_QR, TENDER_CARD};
    char account[ACCOUNT_MAX];
    struct report_story_payment p = {.account = account, .tender = tenders[n % 5], .count = 2};
    report_story_account(n % CUSTOMERS, account);
    for (uint32_t i = 0; i < 2; i++)
        p.lines[i] = (struct allocation_line){.month = (int32_t)(202601 + (n + i) % 10),
                                              .type = (int16_t)(1 + n % 3 * i),
                                              .amount_minor = 3000 + n * 7919 % 40000,
                                              .late_fee_minor = n % 4 == 0 ? 50 : 0};
    uint64_t seq = report_story_pay(&story, &p);
    report_story_print(&story, n % 60 == 0 ? KIND_PRINT_UNCERTAIN : KIND_PRINT_DONE, seq, 0);
    put_plain(seq, date, who, account, &p.lines[0]);
    return seq;
}

/* One in ten has an exception: 15 duplicates, 10 reversals, 5 papers that are uncertain. */
static void live_day(uint32_t day)
{
    const char *who = day % 2 == 0 ? "1001" : "1002";
    story.at_s = REPORT_STORY_BEGIN_S + (int64_t)day * DAY_S;
    int32_t date = when_date("CST-8", story.at_s);
    report_story_person(&story, KIND_USER_SWITCHED, who);
    report_story_shift(&story, date, 20000);
    for (uint32_t i = 0; i < RECEIPTS; i++) {
        uint64_t seq = take(day * RECEIPTS + i, date, who);
        if (i % 20 == 7)
            report_story_print(&story, KIND_DUPLICATE, seq, 1);
        if (i % 30 == 11)
            report_story_undo(&story, seq);
    }
    report_story_close(&story, day % 9 == 0 ? -100 : 0);
}

/* ---- what is asked --------------------------------------------------------------------------- */

static struct report *open_file(void)
{
    struct report *r = NULL;
    bench_need(report_open(report_path, NULL, &r), "report_open");
    return r;
}

enum { ASK_EXCEPTIONS = REPORT_BY_COUNT, ASK_SHIFTS, ASK_RECOVERIES, ASK_COUNT };

/* One page of one question. */
static size_t ask(struct report *r, int what, int32_t from, int32_t to, size_t offset)
{
    static struct report_row rows[ROWS], sum;
    static struct report_exception exceptions[ROWS];
    static struct report_shift shifts[ROWS];
    static struct report_recovery recoveries[ROWS], all;
    struct report_question q = {.by = (enum report_by)what, .from = from, .to = to};
    size_t count = 0, total = 0;
    int64_t as_of_s = 0;
    enum till_status status;
    if (what < REPORT_BY_COUNT)
        status = report_takings(r, &q, offset, rows, ROWS, &count, &total, &sum);
    else if (what == ASK_EXCEPTIONS)
        status = report_exceptions(r, from, to, 0, "", offset, exceptions, ROWS, &count, &total);
    else if (what == ASK_SHIFTS)
        status = report_shifts(r, true, offset, shifts, ROWS, &count, &total);
    else
        status = report_recoveries(r, from, to, offset, recoveries, ROWS, &count, &total, &all,
                                   &as_of_s);
    bench_need(status, "question");
    if (total == 0)
        bench_fail("an answer without rows");
    return total;
}

static double time_opening(int what, int32_t from, int32_t to)
{
    double begun = bench_now_us();
    struct report *r = open_file();
    (void)ask(r, what, from, to, 0);
    double took = bench_now_us() - begun;
    report_close(r);
    return took;
}

/* The worst question's median. */
static double worst_opening(int32_t from, int32_t to)
{
    double worst = 0;
    for (int what = REPORT_BY_DAY; what < ASK_COUNT; what++) {
        struct samples s = {0};
        for (int i = 0; i < TURNS; i++)
            samples_add(&s, time_opening(what, from, to));
        double median = samples_at(&s, 0.5);
        bench_say("question %d of %d to %d: opened in %.1f ms", what, from, to, median / 1000);
        worst = median > worst ? median : worst;
        samples_free(&s);
    }
    return worst;
}

/* Any page, the worst question's p99. */
static double worst_page(int32_t from, int32_t to)
{
    double worst = 0;
    uint64_t chance = 1;
    struct report *r = open_file();
    for (int what = REPORT_BY_DAY; what < ASK_COUNT; what++) {
        struct samples s = {0};
        size_t total = ask(r, what, from, to, 0);
        for (int i = 0; i < PAGES; i++) {
            chance = chance * 6364136223846793005U + 1442695040888963407U;
            double begun = bench_now_us();
            (void)ask(r, what, from, to, (size_t)((chance >> 33) % total));
            samples_add(&s, bench_now_us() - begun);
        }
        double p99 = samples_at(&s, 0.99);
        bench_say("question %d: a page of %zu rows in %.2f ms", what, total, p99 / 1000);
        worst = p99 > worst ? p99 : worst;
        samples_free(&s);
    }
    report_close(r);
    return worst;
}

/* ---- the baselines --------------------------------------------------------------------------- */

static double time_plain(const char *text)
{
    struct samples s = {0};
    for (int i = 0; i < TURNS; i++) {
        sqlite3_stmt *statement = NULL;
        double begun = bench_now_us();
        if (sqlite3_prepare_v2(plain, text, -1, &statement, NULL) != SQLITE_OK)
            bench_fail(sqlite3_errmsg(plain));
        while (sqlite3_step(statement) == SQLITE_ROW)
            continue;
        sqlite3_finalize(statement);
        samples_add(&s, bench_now_us() - begun);
    }
    double median = samples_at(&s, 0.5);
    samples_free(&s);
    return median;
}

static double file_bytes(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        bench_fail(path);
    double bytes = (double)ftell(file);
    fclose(file);
    return bytes;
}

/* ---- the measurements ------------------------------------------------------------------------ */

static void read_on(void)
{
    struct report *r = open_file();
    bench_need(report_story_read(&story, r, book), "report_read");
    report_close(r);
}

static double time_day(uint32_t day)
{
    live_day(day);
    int32_t date = when_date("CST-8", REPORT_STORY_BEGIN_S + (int64_t)day * DAY_S);
    uint64_t bytes = vfs_bytes_written();
    double begun = bench_now_us();
    read_on();
    double took = bench_now_us() - begun;
    bench_say("a day of %d receipts was read on in %.1f ms, %.0f kB written", RECEIPTS, took / 1000,
              (double)(vfs_bytes_written() - bytes) / 1000);
    return took + worst_opening(date, date);
}

static void measure(int32_t first, int32_t last, const char *plain_path)
{
    char text[200];
    snprintf(text, sizeof text,
             "SELECT date, count(*), sum(amount) FROM receipt WHERE date BETWEEN %d AND %d"
             " GROUP BY date",
             first, last);
    double year = worst_opening(first, last), page = worst_page(first, last);
    double plain_year = time_plain(text);
    double plain_page = time_plain("SELECT * FROM receipt ORDER BY seq LIMIT 12 OFFSET 50000");
    double day = time_day(DAYS);
    snprintf(text, sizeof text, "SELECT who, sum(amount) FROM receipt WHERE date = %d GROUP BY who",
             last);
    bench_row("report_day", day / 1000, "ms", time_plain(text) / 1000);
    bench_row("report_year", year / 1000, "ms", plain_year / 1000);
    bench_row("report_page", page / 1000, "ms", plain_page / 1000);
    bench_row("report_bytes", file_bytes(report_path) / 1e6, "MB", file_bytes(plain_path) / 1e6);
}

int main(int argc, char **argv)
{
    static char memory[] = "/dev/shm/fieldtill-report.XXXXXX";
    struct report_story_book township = {.revision = 1,
                                         .customers = CUSTOMERS,
                                         .per_book = PER_BOOK,
                                         .months = 3,
                                         .late_receipt_days = 20};
    char dir[BENCH_PATH_MAX], path[BENCH_PATH_MAX + 16], plain_path[BENCH_PATH_MAX + 16];
    char book_path[BENCH_PATH_MAX + 16];
    bench_begin(argc, argv, &place);
    bench_folder(&place, "report", dir);
    bench_need(vfs_register(4096), "vfs");
    /* Without memory as a folder it is made on the disk: that takes long. */
    const char *made_in = mkdtemp(memory) != NULL ? memory : dir;
    snprintf(report_path, sizeof report_path, "%s/report.db", dir);
    snprintf(path, sizeof path, "%s/journal.db", made_in);
    snprintf(plain_path, sizeof plain_path, "%s/plain.db", dir);
    begin_plain(plain_path);
    report_story_begin(&story, NULL, path);
    double begun = bench_now_us();
    for (uint32_t day = 0; day < DAYS; day++) {
        live_day(day);
        if (day == DAYS - UNPOSTED)
            township.applied_seq = journal_fold(story.journal)->seq;
    }
    sql("COMMIT");
    bench_say("a year was lived in %.1f s", (bench_now_us() - begun) / 1e6);
    snprintf(book_path, sizeof book_path, "%s/book.db", dir);
    book = report_story_build(&township, NULL, book_path);
    begun = bench_now_us();
    read_on();
    bench_say("and read in %.1f s, %.1f us a receipt", (bench_now_us() - begun) / 1e6,
              (bench_now_us() - begun) / DAYS / RECEIPTS);
    measure(when_date("CST-8", REPORT_STORY_BEGIN_S),
            when_date("CST-8", REPORT_STORY_BEGIN_S + (int64_t)(DAYS - 1) * DAY_S), plain_path);
    sqlite3_finalize(insert);
    sqlite3_close(plain);
    book_close(book);
    report_story_end(&story);
    (void)unlink(path);
    (void)rmdir(memory);
    return 0;
}
