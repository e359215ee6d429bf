#include "days_office.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "custody.h"
#include "days_check.h"

enum { CSV_SIZE = 64 * 1024, BATCH_MOST = 300 };

/* ---- material -------------------------------------------------------------------------------- */

static void add_rows(char *csv, size_t *size, unsigned customer, bool bills)
{
    char account[ACCOUNT_MAX];
    days_account(customer, account);
    int added = 0;
    if (bills) {
        added = snprintf(csv + *size, CSV_SIZE - *size,
                         "%s,202609,1,150.00,%u.40,20261231\n%s,202610,2,160.50,%u.05,20261231\n",
                         account, 20 + customer, account, 60 + customer * 3);
    } else {
        added =
            snprintf(csv + *size, CSV_SIZE - *size, "%s,王%u,城东村%u号,%07u,CX01,%u,%s,%s\n",
                     account, customer, customer, customer, 100 + customer,
                     customer % 3 == 0 ? "other" : "resident", customer % 5 == 0 ? "20.00" : "0");
    }
    assert(added > 0 && (size_t)added < CSV_SIZE - *size);
    *size += (size_t)added;
}

static void import(const char *header, bool bills)
{
    char *csv = malloc(CSV_SIZE);
    assert_non_null(csv);
    size_t size = (size_t)snprintf(csv, CSV_SIZE, "%s\n", header);
    for (unsigned i = 0; i < DAYS_CUSTOMERS; i++) {
        add_rows(csv, &size, i, bills);
    }
    assert_int_equal(office_import(csv).bad, 0);
    free(csv);
}

void days_office_begin(struct days_office *o, unsigned terminals)
{
    *o = (struct days_office){.terminals = terminals, .now_s = OFFICE_NOW_S};
    import("account,name,address,meter,meter_book,order,class,balance", false);
    import("account,month,type,kwh,amount,due_date", true);
    for (unsigned i = 0; i < terminals; i++) {
        struct days_identity *id = &o->identities[i];
        memcpy(id->terminal, "0031", sizeof("0031"));
        id->terminal[3] = (char)('1' + i);
        device_make(&o->devices[i], id->terminal);
        device_enrol(&o->devices[i]);
        id->sealer = o->devices[i].sealer;
        crypto_key_public(o->devices[i].journal, id->public_key);
        memcpy(id->authority, office.authority.fingerprint, HASH_SIZE);
    }
}

void days_office_end(struct days_office *o)
{
    for (unsigned i = 0; i < o->terminals; i++) {
        device_end(&o->devices[i]);
    }
}

/* ---- the line -------------------------------------------------------------------------------- */

/* From..to, or as far as one batch takes. */
static enum till_status hand_in(struct days_office *o, const struct days_terminal *t, uint64_t from,
                                uint64_t to, struct ingest_outcome *outcome)
{
    struct batch_writer *w = NULL;
    struct buffer out;
    const uint8_t *prev = from == 1 ? o->devices[t->identity.terminal[3] - '1'].genesis
                                    : t->log.entries[from - 2].hash;
    uint8_t *memory = malloc(BATCH_PACKED_MAX);
    assert_non_null(memory);
    assert_int_equal(batch_begin(t->identity.terminal, prev, &w), TILL_OK);
    for (uint64_t seq = from; seq <= to; seq++) {
        if (batch_add(w, &t->log.entries[seq - 1]) != TILL_OK) {
            break;
        }
    }
    buffer_init(&out, memory, BATCH_PACKED_MAX);
    assert_int_equal(batch_finish(w, &out), TILL_OK);
    enum till_status status =
        ingest_batch(office.store, t->identity.terminal, office.authority.fingerprint,
                     (struct span){out.data, out.size}, o->now_s, outcome);
    free(memory);
    o->batches++;
    return status;
}

static bool send_part(struct days_office *o, struct days_world *w, unsigned terminal, uint64_t from,
                      uint64_t to)
{
    struct days_terminal *t = &w->terminals[terminal];
    struct ingest_outcome outcome;
    o->now_s = w->now_s > o->now_s ? w->now_s : o->now_s;
    enum till_status status = hand_in(o, t, from, to, &outcome);
    if (status != TILL_OK || outcome.quarantined != 0 || outcome.forked != 0) {
        days_wrong(&w->fault,
                   "%s: the office takes %" PRIu64 " to %" PRIu64
                   " with %s, %u set aside, %u of another branch",
                   t->identity.terminal, from, to, status_name(status), outcome.quarantined,
                   outcome.forked);
        return false;
    }
    o->again += outcome.skipped;
    t->handed_in = outcome.terminal.head_seq;
    struct journal_ack ack = {
        .seq = outcome.terminal.head_seq, .at_s = o->now_s, .serial = outcome.terminal.head_serial};
    memcpy(ack.hash, outcome.terminal.head_hash, HASH_SIZE);
    /* A power cut here leaves the terminal with an older head; it hands in again. */
    (void)!journal_acknowledge(t->journal, &ack);
    return true;
}

bool days_office_send(void *context, struct days_world *w, unsigned terminal,
                      struct days_dice *dice)
{
    struct days_office *o = context;
    struct days_terminal *t = &w->terminals[terminal % w->script->terminals];
    uint64_t from = t->handed_in + 1;
    if (t->log.count < from) {
        return true;
    }
    uint64_t left = t->log.count - from + 1;
    uint64_t to = from + days_roll(dice) % (left < BATCH_MOST ? left : BATCH_MOST);
    /* The answer to an earlier batch was lost: some come again. */
    if (days_roll(dice) % 4 == 0) {
        from -= days_roll(dice) % (from < 40 ? from : 40);
    }
    return send_part(o, w, terminal % w->script->terminals, from, to);
}

void days_office_send_all(struct days_office *o, struct days_world *w)
{
    bool any = true;
    while (any && days_right(&w->fault)) {
        any = false;
        for (unsigned i = 0; i < w->script->terminals && days_right(&w->fault); i++) {
            struct days_terminal *t = &w->terminals[i];
            uint64_t to = t->handed_in + BATCH_MOST;
            if (t->handed_in < t->log.count) {
                to = to < t->log.count ? to : t->log.count;
                any = send_part(o, w, i, t->handed_in + 1, to);
            }
        }
    }
}

/* ---- balances -------------------------------------------------------------------------------- */

static void expect(struct days_fault *f, int64_t should, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void expect(struct days_fault *f, int64_t should, const char *format, ...)
{
    char account[STORE_LEDGER_ACCOUNT_MAX];
    int64_t is = 0;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(account, sizeof(account), format, arguments);
    va_end(arguments);
    size_t size = strlen(account);
    bool prefix = size == 0 || account[size - 1] == '/';
    enum till_status status = prefix ? store_balance_prefix(office.store, account, &is)
                                     : store_balance(office.store, account, &is);
    if (status != TILL_OK || is != should) {
        days_wrong(f, "the ledger's %s is %" PRId64 ", by the entries %" PRId64 " (%s)", account,
                   is, should, status_name(status));
    }
}

static void check_person(const char *terminal, const struct days_person *p, struct days_fault *f)
{
    expect(f, p->bag_minor + p->held_minor, "cash/%s/%s", terminal, p->user);
    expect(f, p->kept_minor, "supervisor/%s/%s", terminal, p->user);
    expect(f, p->variance_minor, "variance/%s/%s", terminal, p->user);
    expect(f, -p->opening_minor, "opening/%s/%s", terminal, p->user);
    for (int tender = TENDER_CASH + 1; tender < DAYS_TENDERS; tender++) {
        if (tender == TENDER_CHEQUE) {
            expect(f, p->slips_bag_minor[tender], "cheque/%s/%s", terminal, p->user);
        } else {
            expect(f, p->slips_bag_minor[tender], "tender/%d/%s/%s", tender, terminal, p->user);
        }
    }
    expect(f, p->slips_held_minor, "slips/%s/%s", terminal, p->user);
    expect(f, p->slips_kept_minor, "slips_kept/%s/%s", terminal, p->user);
    expect(f, p->slips_variance_minor, "variance_slips/%s/%s", terminal, p->user);
}

/* What has no terminal in its name. */
struct whole {
    int64_t transit_minor, drops_minor, variance_minor;
    int64_t paid_in_minor[DAYS_REASONS], paid_out_minor[DAYS_REASONS];
    int64_t short_minor[DAYS_USERS];
    int64_t banks_minor[2], clearing_minor[2];
    int64_t slips_transit_minor, slips_variance_minor, evidence_minor[DAYS_TENDERS];
    unsigned zs;
};
static const char *const banks[2] = {"ABC1", "ICBC2"};

static int64_t sum_named(const struct days_sum sums[DAYS_SUMS_MAX], const char *name)
{
    for (size_t i = 0; i < DAYS_SUMS_MAX; i++) {
        if (strcmp(sums[i].name, name) == 0) {
            return sums[i].amount_minor;
        }
    }
    return 0;
}

static void add_whole(struct whole *all, const struct days_tally *t)
{
    all->transit_minor += t->given_minor - t->taken_minor - t->elsewhere_minor;
    all->drops_minor += t->bank_drops_minor;
    for (size_t i = 0; i < DAYS_REASONS; i++) {
        all->paid_in_minor[i] += t->paid_in_minor[i];
        all->paid_out_minor[i] += t->paid_out_minor[i];
    }
    for (size_t i = 0; i < DAYS_USERS; i++) {
        const struct days_person *p = days_tally_of(t, days_users[i]);
        all->short_minor[i] += sum_named(t->owners, days_users[i]);
        all->short_minor[i] += p == NULL ? 0 : p->short_minor + p->cheques_short_minor;
        all->variance_minor += p == NULL ? 0 : p->variance_minor;
        all->slips_variance_minor += p == NULL ? 0 : p->slips_variance_minor;
    }
    all->slips_transit_minor += t->slips_given_minor - t->slips_taken_minor;
    for (size_t i = 0; i < DAYS_TENDERS; i++) {
        all->evidence_minor[i] += t->evidence_minor[i];
    }
    for (size_t i = 0; i < 2; i++) {
        all->banks_minor[i] += sum_named(t->banks, banks[i]);
        all->clearing_minor[i] += sum_named(t->clearing, banks[i]);
    }
}

static void check_whole(const struct whole *all, struct days_fault *f)
{
    expect(f, all->transit_minor, "transit/supervisor/");
    expect(f, all->drops_minor, "transit/bank/");
    for (int i = CASH_CHANGE; i <= CASH_OTHER; i++) {
        expect(f, -all->paid_in_minor[i], "paid_in/%d", i);
        expect(f, all->paid_out_minor[i], "paid_out/%d", i);
    }
    for (size_t i = 0; i < DAYS_USERS; i++) {
        expect(f, all->short_minor[i], "overshort/%s", days_users[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        expect(f, all->banks_minor[i], "bank/%s", banks[i]);
        expect(f, all->clearing_minor[i], "clearing/%s", banks[i]);
    }
    expect(f, all->slips_transit_minor, "transit/slips/");
    for (int tender = TENDER_CASH + 1; tender < DAYS_TENDERS; tender++) {
        expect(f, all->evidence_minor[tender], "evidence/%d", tender);
    }
}

/* ---- who has the cash ------------------------------------------------------------------------ */

static int64_t sum_open(enum custody_list list, unsigned *count_out, int64_t *slips_out)
{
    struct custody_view view = {.row = {.seq = 0}};
    int64_t sum_minor = 0;
    *slips_out = 0;
    *count_out = 0;
    while (custody_next(office.store, list, view.row.terminal, view.row.seq, &view) == TILL_OK) {
        sum_minor += view.open_minor;
        *slips_out += view.slips_open_minor;
        ++*count_out;
    }
    return sum_minor;
}

static void check_open(const char *what, enum custody_list list, int64_t minor, int64_t slips_minor,
                       struct days_fault *f)
{
    unsigned count = 0;
    int64_t open_slips_minor = 0;
    int64_t open_minor = sum_open(list, &count, &open_slips_minor);
    if (open_minor != minor || open_slips_minor != slips_minor) {
        days_wrong(f,
                   "%s open at the office: %" PRId64 " and slips %" PRId64
                   ", by the entries %" PRId64 " and %" PRId64,
                   what, open_minor, open_slips_minor, minor, slips_minor);
    }
}

static void check_custody(const struct whole *all, struct days_fault *f)
{
    unsigned count = 0;
    int64_t slips_minor = 0;
    check_open("variances", CUSTODY_VARIANCES, all->variance_minor, all->slips_variance_minor, f);
    check_open("hand-overs", CUSTODY_HANDOVERS, all->transit_minor, all->slips_transit_minor, f);
    (void)sum_open(CUSTODY_CLOSES, &count, &slips_minor);
    if (count != all->zs) {
        days_wrong(f, "the office has %u Zs of %u", count, all->zs);
    }
}

void days_check_office(const struct days_world *w, bool replay, struct days_fault *f)
{
    struct whole all = {.transit_minor = 0};
    struct store_ledger_verdict sums;
    struct ledger_verdict again;
    for (unsigned i = 0; i < w->script->terminals && days_right(f); i++) {
        struct days_tally tally;
        unsigned zs = 0;
        days_tally_make(&tally, &w->terminals[i].log, f);
        days_check_closes(&w->terminals[i].log, &zs, f);
        all.zs += zs;
        for (size_t k = 0; k < tally.count; k++) {
            check_person(w->terminals[i].identity.terminal, &tally.people[k], f);
        }
        add_whole(&all, &tally);
    }
    expect(f, 0, "%s", "");
    check_whole(&all, f);
    check_custody(&all, f);
    if (store_ledger_check(office.store, &sums) != TILL_OK || sums.unbalanced != 0 ||
        sums.wrong_account[0] != '\0') {
        days_wrong(f, "the ledger's sums are wrong, first %s", sums.wrong_account);
    }
    if (replay && (ledger_check(office.store, office.dir, &again) != TILL_OK || !again.sound)) {
        days_wrong(f, "gone over anew: %s", again.difference);
    }
}
