#include "report_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "close_story.h"
#include "text.h"

enum { PAPER_SIZE = 512, STEP_S = 20, SLICE_MS = 50, SLICES_MAX = 100000 };

/* ---- papers ---------------------------------------------------------------------------------- */

static struct span write_paper(const struct report_story_payment *p, uint8_t memory[PAPER_SIZE])
{
    struct buffer b;
    buffer_init(&b, memory, PAPER_SIZE);
    buffer_put_varint(&b, p->count);
    for (size_t i = 0; i < p->count; i++) {
        buffer_put_zigzag(&b, p->lines[i].month);
        buffer_put_zigzag(&b, p->lines[i].type);
        buffer_put_zigzag(&b, p->lines[i].amount_minor);
        buffer_put_zigzag(&b, p->lines[i].late_fee_minor);
    }
    assert_int_equal(buffer_status(&b), TILL_OK);
    return (struct span){memory, b.size};
}

static enum till_status read_paper(void *context, struct span packed,
                                   struct allocation_line lines_out[BILLS_MAX], size_t *count_out)
{
    struct reader r;
    (void)context;
    reader_init(&r, packed);
    *count_out = (size_t)reader_varint(&r, BILLS_MAX);
    for (size_t i = 0; i < *count_out; i++) {
        lines_out[i] = (struct allocation_line){0};
        lines_out[i].month = (int32_t)reader_zigzag(&r, 0, INT32_MAX);
        lines_out[i].type = (int16_t)reader_zigzag(&r, 0, INT16_MAX);
        lines_out[i].amount_minor = reader_zigzag(&r, 0, INT64_MAX);
        lines_out[i].late_fee_minor = reader_zigzag(&r, 0, INT64_MAX);
    }
    return r.failed || r.left.size > 0 ? TILL_E_CORRUPT : TILL_OK;
}

/* ---- the journal ----------------------------------------------------------------------------- */

void report_story_begin(struct report_story *s, const char *vfs, const char *path)
{
    struct body_enrolled body = {
        .terminal = "0031", .currency = "CNY", .exponent = 2, .zone = "CST-8"};
    memset(s, 0, sizeof *s);
    fake_key_make(&s->key, 1);
    s->sealer = fake_sealer(&s->key);
    s->vfs = vfs;
    s->path = path;
    s->paper.lines = read_paper;
    s->at_s = REPORT_STORY_BEGIN_S;
    memcpy(body.public_key, s->key.public_key, PUBLIC_KEY_SIZE);
    memset(body.authority, 0xA5, HASH_SIZE);
    struct journal_options options = {.path = path, .vfs = vfs, .sealer = s->sealer};
    assert_int_equal(journal_create(&options, s->at_s, &body, &s->journal), TILL_OK);
    s->at_s += STEP_S;
}

void report_story_open(struct report_story *s)
{
    struct journal_found found;
    struct journal_options options = {.path = s->path, .vfs = s->vfs, .sealer = s->sealer};
    s->journal = NULL;
    assert_int_equal(journal_open(&options, &found, &s->journal), TILL_OK);
}

void report_story_end(struct report_story *s)
{
    journal_close(s->journal);
    s->journal = NULL;
}

static uint64_t append_with(struct report_story *s, struct entry *e, bool training,
                            struct span text)
{
    assert_int_equal(journal_append(s->journal, s->at_s, training, text, e), TILL_OK);
    s->at_s += STEP_S;
    return e->seq;
}

uint64_t report_story_append(struct report_story *s, struct entry *e, bool training)
{
    return append_with(s, e, training, (struct span){0});
}

uint64_t report_story_person(struct report_story *s, enum entry_kind kind, const char *user)
{
    struct entry e = {0};
    struct body_login b = {0};
    text_copy(b.user, sizeof b.user, user);
    assert_int_equal(entry_write_login(&e, kind, &b), TILL_OK);
    return report_story_append(s, &e, false);
}

uint64_t report_story_shift(struct report_story *s, int32_t date, int64_t opening_minor)
{
    struct entry e = {0};
    struct body_shift_opened b = {date, journal_fold(s->journal)->last_shift + 1, opening_minor};
    assert_int_equal(entry_write_shift_opened(&e, &b), TILL_OK);
    return report_story_append(s, &e, false);
}

uint64_t report_story_pay(struct report_story *s, const struct report_story_payment *p)
{
    uint8_t memory[PAPER_SIZE];
    struct entry e = {0};
    struct body_collection b = {.tender = p->tender, .amount_minor = p->over_minor};
    text_copy(b.account, sizeof b.account, p->account);
    text_copy(b.allocation, sizeof b.allocation, p->chosen != NULL ? p->chosen : "");
    for (size_t i = 0; i < p->count; i++) {
        b.amount_minor += p->lines[i].amount_minor + p->lines[i].late_fee_minor;
        b.late_fee_minor += p->lines[i].late_fee_minor;
    }
    b.tendered_minor = b.amount_minor;
    if (p->tender != TENDER_CASH) {
        text_copy(b.reference, sizeof b.reference, "778899");
        b.other_minor = p->other_minor;
    }
    if (p->other_minor != 0)
        b.tendered_minor = b.amount_minor - p->other_minor;
    enum entry_kind kind = p->kind != 0 ? p->kind : KIND_COLLECTION;
    assert_int_equal(entry_write_collection(&e, kind, &b), TILL_OK);
    return append_with(s, &e, p->training, write_paper(p, memory));
}

uint64_t report_story_cash(struct report_story *s, const char *account, int64_t amount_minor)
{
    struct report_story_payment p = {.account = account, .count = 1};
    p.lines[0] = (struct allocation_line){.month = 202610, .type = 1, .amount_minor = amount_minor};
    return report_story_pay(s, &p);
}

uint64_t report_story_manual(struct report_story *s, const char *account, int64_t amount_minor,
                             int64_t taken_at_s)
{
    struct entry e = {0};
    struct body_manual_receipt b = {.amount_minor = amount_minor,
                                    .number = "M-00000017",
                                    .taken_at_s = taken_at_s,
                                    .reason = "battery"};
    text_copy(b.account, sizeof b.account, account);
    assert_int_equal(entry_write_manual_receipt(&e, &b), TILL_OK);
    return report_story_append(s, &e, false);
}

uint64_t report_story_undo(struct report_story *s, uint64_t seq)
{
    struct entry e = {0}, receipt;
    struct body_collection paid;
    struct body_reversal b = {.seq = seq,
                              .way = REVERSAL_SUPERVISOR,
                              .reason = REVERSAL_WRONG_AMOUNT,
                              .approver = "2001"};
    assert_int_equal(journal_read(s->journal, seq, &receipt, NULL), TILL_OK);
    assert_int_equal(entry_read_collection(&receipt, &paid), TILL_OK);
    text_copy(b.account, sizeof b.account, paid.account);
    b.amount_minor = paid.amount_minor;
    b.cash_minor = collection_cash_minor(&paid);
    assert_int_equal(entry_write_reversal(&e, &b), TILL_OK);
    return report_story_append(s, &e, false);
}

uint64_t report_story_print(struct report_story *s, enum entry_kind kind, uint64_t seq,
                            uint32_t copy)
{
    struct entry e = {0};
    struct body_print b = {.seq = seq, .copy = copy};
    assert_int_equal(entry_write_print(&e, kind, &b), TILL_OK);
    return report_story_append(s, &e, false);
}

static enum till_status append_closing(void *context, struct entry *e)
{
    struct report_story *s = context;
    enum till_status status = journal_append(s->journal, s->at_s, false, (struct span){0}, e);
    s->at_s += STEP_S;
    return status;
}

uint64_t report_story_close(struct report_story *s, int64_t over_minor)
{
    struct fold before = *journal_fold(s->journal);
    assert_int_equal(close_story(&before, over_minor, append_closing, s), TILL_OK);
    return journal_fold(s->journal)->seq;
}

enum till_status report_story_read(struct report_story *s, struct report *r, struct book *book)
{
    enum till_status status = TILL_OK;
    bool done = false;
    for (int i = 0; i < SLICES_MAX && status == TILL_OK && !done; i++)
        status = report_read(r, s->journal, book, &s->paper, SLICE_MS, &done);
    return status;
}

/* ---- what it answers ------------------------------------------------------------------------- */

enum { ROWS = 64, FOREVER = 99991231 };

struct telling {
    char *out;
    size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void tell(struct telling *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(t->out + t->used, t->size - t->used, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < t->size - t->used);
    t->used += (size_t)size;
}

static void tell_takings(struct report *r, struct telling *t)
{
    struct report_row rows[ROWS], sum;
    size_t count = 0, total = 0;
    for (int by = REPORT_BY_DAY; by < REPORT_BY_COUNT; by++) {
        struct report_question q = {.by = (enum report_by)by, .to = FOREVER};
        assert_int_equal(report_takings(r, &q, 0, rows, ROWS, &count, &total, &sum), TILL_OK);
        tell(t, "%d: %zu rows, %lld\n", by, total, (long long)sum.amount_minor);
        for (size_t i = 0; i < count; i++)
            tell(t, "%s %d %u %lld %lld %lld %u %lld\n", rows[i].key, rows[i].number,
                 rows[i].receipts, (long long)rows[i].amount_minor,
                 (long long)rows[i].late_fee_minor, (long long)rows[i].advance_minor,
                 rows[i].reversals, (long long)rows[i].reversed_minor);
    }
}

static void tell_lists(struct report *r, struct telling *t)
{
    struct report_exception exceptions[ROWS];
    struct report_shift shifts[ROWS];
    size_t count = 0, total = 0;
    assert_int_equal(report_exceptions(r, 0, FOREVER, 0, "", 0, exceptions, ROWS, &count, &total),
                     TILL_OK);
    tell(t, "%zu exceptions\n", total);
    for (size_t i = 0; i < count; i++)
        tell(t, "%d %llu %llu %s %lld %lld %d\n", (int)exceptions[i].kind,
             (unsigned long long)exceptions[i].seq, (unsigned long long)exceptions[i].about,
             exceptions[i].user, (long long)exceptions[i].amount_minor,
             (long long)exceptions[i].number, exceptions[i].open);
    assert_int_equal(report_shifts(r, true, 0, shifts, ROWS, &count, &total), TILL_OK);
    for (size_t i = 0; i < count; i++)
        tell(t, "%u %s %d %u %lld %u\n", shifts[i].shift, shifts[i].user, (int)shifts[i].state,
             shifts[i].receipts, (long long)shifts[i].taken_minor, shifts[i].z);
}

static void tell_recoveries(struct report *r, struct telling *t)
{
    struct report_recovery rows[ROWS], sum;
    size_t count = 0, total = 0;
    int64_t as_of_s = 0;
    assert_int_equal(
        report_recoveries(r, 0, FOREVER, 0, rows, ROWS, &count, &total, &sum, &as_of_s), TILL_OK);
    for (size_t i = 0; i < count; i++) {
        tell(t, "%s %u %u %d", rows[i].meter_book, rows[i].customers, rows[i].owing,
             rows[i].rate_ppm);
        for (int age = 0; age < REPORT_AGES; age++)
            tell(t, " %lld %lld", (long long)rows[i].outstanding_minor[age],
                 (long long)rows[i].recovered_minor[age]);
        tell(t, "\n");
    }
}

void report_story_tell(struct report *r, char *out, size_t size)
{
    struct telling t = {out, size, 0};
    tell_takings(r, &t);
    tell_lists(r, &t);
    tell_recoveries(r, &t);
}

/* ---- a book ---------------------------------------------------------------------------------- */

void report_story_account(uint32_t n, char out[ACCOUNT_MAX])
{
    snprintf(out, ACCOUNT_MAX, "61%08u", n % 100000000U);
}

static void put_head(struct book_builder *b, const struct report_story_book *what)
{
    struct site site;
    struct book_user user = {.user = "1001",
                             .name = "Duan",
                             .role = ROLE_COLLECTOR,
                             .rounds = 10000,
                             .cash_limit_minor = what->cash_limit_minor};
    site_default(&site);
    text_copy(site.payee, sizeof site.payee, "Dali Power");
    text_copy(site.branch, sizeof site.branch, "Xizhou");
    text_copy(site.hotline, sizeof site.hotline, "95598");
    text_copy(site.receipt_url, sizeof site.receipt_url, "HTTPS://R.EXAMPLE/");
    site.late_receipt_days = what->late_receipt_days;
    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    assert_int_equal(book_builder_user(b, &user), TILL_OK);
    for (uint32_t i = 0; i * what->per_book < what->customers; i++) {
        struct book_meter_book m = {0};
        snprintf(m.id, sizeof m.id, "B%u", i);
        snprintf(m.name, sizeof m.name, "Lane %u", i);
        assert_int_equal(book_builder_meter_book(b, &m), TILL_OK);
    }
}

static void put_customer(struct book_builder *b, const struct report_story_book *what, uint32_t n)
{
    struct book_customer c = {.order = n % what->per_book + 1,
                              .last_reading_cwh = what->last_reading_date != 0 ? 4200 : -1,
                              .last_reading_date = what->last_reading_date};
    report_story_account(n, c.account);
    snprintf(c.name, sizeof c.name, "Customer %u", n);
    snprintf(c.address, sizeof c.address, "House %u", n);
    snprintf(c.meter_book, sizeof c.meter_book, "B%u", n / what->per_book);
    assert_int_equal(book_builder_customer(b, &c), TILL_OK);
    bool fewer = what->fewer != NULL && strcmp(what->fewer, c.account) == 0;
    for (uint32_t i = fewer ? 1 : 0; i < what->months; i++) {
        int32_t months = 2026 * 12 + 9 - (int32_t)i;
        struct bill bill = {.month = months / 12 * 100 + months % 12 + 1,
                            .due_date = 20261120,
                            .type = 1,
                            .amount_minor = 1000 + (int64_t)n};
        assert_int_equal(book_builder_bill(b, c.account, &bill), TILL_OK);
    }
}

struct book *report_story_build(const struct report_story_book *what, const char *vfs,
                                const char *path)
{
    struct book_builder *b = NULL;
    struct book *book = NULL;
    struct book_meta meta = {.terminal = "0031",
                             .revision = what->revision,
                             .as_of_s = REPORT_STORY_BEGIN_S,
                             .applied_seq = what->applied_seq,
                             .customers = what->customers};
    memset(meta.hash, (int)what->revision, sizeof meta.hash);
    assert_int_equal(book_builder_open(path, vfs, what->mac, &b), TILL_OK);
    put_head(b, what);
    for (uint32_t n = 0; n < what->customers; n++)
        put_customer(b, what, n);
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
    assert_int_equal(book_open(path, vfs, what->mac, &book), TILL_OK);
    return book;
}
