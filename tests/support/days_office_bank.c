/* The bank's statement of what the terminals' entries brought there: the ledger follows it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank.h"
#include "custody.h"
#include "days_office.h"
#include "text.h"

enum { STATEMENT_SIZE = 128 * 1024, MISSING_EACH = 5, SHORT_EACH = 3, SHORT_MINOR = 100 };

/* What a statement of it all says: some lines are missing, some have less than the slip. */
struct statement {
    char *csv;
    size_t size;
    unsigned lines, brought, shorter;
    int64_t missing_drops_minor; /* in transit still */
    int64_t bank_minor;          /* lines, and deposits that have none */
    int64_t gap_minor;
    int64_t credited_minor; /* cheques: with their cash in one line, or by a line of their own */
};

static void add_line(struct statement *t, const char *bank, const char *slip, int64_t amount_minor)
{
    int size = snprintf(t->csv + t->size, STATEMENT_SIZE - t->size,
                        "%s,20261122,%" PRId64 ".%02" PRId64 ",N%u,%s\n", bank, amount_minor / 100,
                        amount_minor % 100, t->lines, slip);
    assert_true(size > 0 && (size_t)size < STATEMENT_SIZE - t->size);
    t->size += (size_t)size;
    t->lines++;
}

static void bring(struct statement *t, bool drop, const char *bank, const char *slip,
                  int64_t amount_minor, int64_t cheques_minor)
{
    enum { WHOLE, APART, LATER, WAYS };
    t->brought++;
    if (t->brought % MISSING_EACH == 0) {
        *(drop ? &t->missing_drops_minor : &t->bank_minor) += amount_minor;
        return;
    }
    bool less = t->brought % SHORT_EACH == 0 && amount_minor > SHORT_MINOR;
    int64_t there_minor = amount_minor - (less ? SHORT_MINOR : 0);
    t->shorter += less ? 1 : 0;
    t->gap_minor += amount_minor - there_minor;
    /* One that is short is short of cash: it has a line for the cash. */
    unsigned way = less && t->brought % WAYS == WHOLE ? APART : t->brought % WAYS;
    int64_t credited_minor = way == LATER || there_minor == cheques_minor ? 0 : cheques_minor;
    t->bank_minor += there_minor + credited_minor;
    t->credited_minor += credited_minor;
    if (way == WHOLE || credited_minor == 0) {
        add_line(t, bank, slip, there_minor + credited_minor);
        return;
    }
    add_line(t, bank, slip, credited_minor);
    add_line(t, bank, slip, there_minor);
}

static int64_t cheques_of(const struct days_log *log, uint64_t seq, int64_t other_minor)
{
    struct body_cash_count count;
    struct heaps slips;
    const struct entry *e = days_log_at(log, seq - 1);
    if (entry_read_cash_count(e, &count) == TILL_OK && heaps_read(count.tenders, &slips)) {
        for (size_t i = 0; i < slips.count; i++) {
            other_minor -= slips.list[i].of == TENDER_CHEQUE ? 0 : slips.list[i].value;
        }
    }
    return other_minor;
}

static void add_log(struct statement *t, const struct days_log *log)
{
    struct body_deposit deposit;
    struct body_cash_drop drop;
    for (uint64_t seq = 1; seq <= log->count; seq++) {
        const struct entry *e = days_log_at(log, seq);
        if (e->kind == KIND_DEPOSIT && entry_read_deposit(e, &deposit) == TILL_OK &&
            deposit.amount_minor > 0) {
            bring(t, false, deposit.bank, deposit.slip, deposit.amount_minor,
                  cheques_of(log, seq, deposit.other_minor));
        } else if (e->kind == KIND_CASH_DROP && entry_read_cash_drop(e, &drop) == TILL_OK &&
                   drop.to == 2) {
            bring(t, true, "ABC1", drop.receiver, drop.amount_minor, 0);
        }
    }
}

static int64_t balance_of(const char *prefix)
{
    int64_t is = 0;
    assert_int_equal(store_balance_prefix(office.store, prefix, &is), TILL_OK);
    return is;
}

static int64_t open_variances(void)
{
    struct custody_view view = {.row = {.seq = 0}};
    int64_t sum_minor = 0;
    while (custody_step(office.store, CUSTODY_VARIANCES, CUSTODY_WAITING, &view) == TILL_OK) {
        sum_minor += view.open_minor;
    }
    return sum_minor;
}

static void expect(const char *what, int64_t is, int64_t should, struct days_fault *f)
{
    if (is != should) {
        days_wrong(f, "with the bank's statement %s is %" PRId64 ", by the entries %" PRId64, what,
                   is, should);
    }
}

void days_check_office_bank(const struct days_world *w, struct days_fault *f)
{
    struct statement t = {.csv = malloc(STATEMENT_SIZE)};
    struct bank_outcome outcome;
    struct ledger_verdict again;
    assert_non_null(t.csv);
    t.size = (size_t)snprintf(t.csv, STATEMENT_SIZE, "bank,date,amount,reference,slip\n");
    for (unsigned i = 0; i < w->script->terminals; i++) {
        add_log(&t, &w->terminals[i].log);
    }
    int64_t variance_minor = balance_of("variance/"), clearing_minor = balance_of("clearing/");
    if (t.lines > 0) {
        assert_int_equal(office_import(t.csv).added, t.lines);
    }
    free(t.csv);
    assert_int_equal(bank_match(office.store, "CST-8", BANK_TOLERANCE_DAYS, OFFICE_NOW_S, &outcome),
                     TILL_OK);
    expect("a line that is open", outcome.open_lines, 0, f);
    expect("what differs", outcome.open_differences, t.shorter, f);
    expect("transit/bank/", balance_of("transit/bank/"), t.missing_drops_minor, f);
    expect("bank/", balance_of("bank/"), t.bank_minor, f);
    expect("clearing/", balance_of("clearing/"), clearing_minor - t.credited_minor, f);
    expect("variance/", balance_of("variance/"), variance_minor + t.gap_minor, f);
    expect("what is not explained", open_variances(), variance_minor + t.gap_minor, f);
    if (days_right(f) &&
        (ledger_check(office.store, office.dir, &again) != TILL_OK || !again.sound)) {
        days_wrong(f, "with the bank's statement gone over anew: %s", again.difference);
    }
}
