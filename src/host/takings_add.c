#include "takings_add.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "ledger_inside.h"
#include "report.h"
#include "store_office.h"
#include "text.h"
#include "when.h"

/* Of one entry at most: collector, book, two tenders, exception, and types. */
enum { CELLS_A_ENTRY = TAKINGS_TYPES_MAX + 8, UNDATED = 19700101 };

#define TYPE_UNKNOWN "0"

/* ---- where it stands ------------------------------------------------------------------------- */

static void read_shifts(struct takings_add *a, const char *text)
{
    while (*text != '\0' && a->shift_count < TAKINGS_SHIFTS_MAX) {
        struct takings_shift *shift = &a->shifts[a->shift_count];
        size_t size = strcspn(text, ":,");
        if (size == 0 || size >= USER_MAX || text[size] != ':') {
            return; /* nobody of ours wrote that: days by the clock from here */
        }
        memcpy(shift->user, text, size);
        shift->user[size] = '\0';
        char *end = NULL;
        shift->date = (int32_t)strtol(text + size + 1, &end, 10);
        a->shift_count += when_date_is_valid(shift->date) ? 1 : 0;
        text = *end == ',' ? end + 1 : end;
    }
}

void takings_add_begin(struct takings_add *a, const struct store_taking_mark *mark)
{
    teller_init(&a->teller);
    a->shift_count = a->cell_count = a->act_count = 0;
    if (mark->seq > 0) {
        a->teller.seq = mark->seq;
        text_copy(a->teller.user, sizeof(a->teller.user), mark->user);
        read_shifts(a, mark->shifts);
    }
}

void takings_add_mark(const struct takings_add *a, struct store_taking_mark *mark)
{
    size_t used = 0;
    *mark = (struct store_taking_mark){.seq = a->teller.seq};
    text_copy(mark->user, sizeof(mark->user), a->teller.user);
    for (size_t i = 0; i < a->shift_count; i++) {
        int size = snprintf(mark->shifts + used, sizeof(mark->shifts) - used, "%s%s:%d",
                            i > 0 ? "," : "", a->shifts[i].user, (int)a->shifts[i].date);
        used += (size_t)size; /* 20 of them fit */
    }
}

static struct takings_shift *shift_of(struct takings_add *a, const char *user)
{
    for (size_t i = 0; i < a->shift_count; i++) {
        if (strcmp(a->shifts[i].user, user) == 0) {
            return &a->shifts[i];
        }
    }
    return NULL;
}

static void end_shift(struct takings_add *a, const char *user)
{
    struct takings_shift *shift = shift_of(a, user);
    if (shift != NULL) {
        *shift = a->shifts[--a->shift_count];
    }
}

static void open_shift(struct takings_add *a, int32_t date)
{
    end_shift(a, a->teller.user);
    if (a->shift_count == TAKINGS_SHIFTS_MAX) {
        a->shifts[0] = a->shifts[--a->shift_count]; /* no terminal has so many */
    }
    struct takings_shift *shift = &a->shifts[a->shift_count++];
    text_copy(shift->user, sizeof(shift->user), a->teller.user);
    shift->date = date;
}

/* The business date of a user's shift, or the day of the entry. */
static int32_t date_of(struct takings_add *a, const char *user, const struct entry *e)
{
    const struct takings_shift *shift = shift_of(a, user);
    int32_t date = shift != NULL ? shift->date : when_date(a->zone, e->at_s);
    return when_date_is_valid(date) ? date : UNDATED;
}

/* ---- cells ----------------------------------------------------------------------------------- */

bool takings_add_has_room(const struct takings_add *a)
{
    return a->cell_count + CELLS_A_ENTRY <= TAKINGS_CELLS_MAX && a->act_count < TAKINGS_ACTS_MAX;
}

static void add(int64_t *sum, int64_t value)
{
    if (__builtin_add_overflow(*sum, value, sum)) {
        *sum = value > 0 ? INT64_MAX : INT64_MIN; /* nobody took that much */
    }
}

/* Room is looked after by takings_add_has_room. */
static void put(struct takings_add *a, enum taking_dimension dimension, int32_t date,
                const char *key, int64_t amount_minor, bool reversal)
{
    struct store_taking *cell = NULL;
    if (a->found != NULL) {
        return;
    }
    for (size_t i = a->cell_count; i > 0 && cell == NULL; i--) {
        struct store_taking *c = &a->cells[i - 1];
        bool same = c->dimension == dimension && c->date == date && strcmp(c->key, key) == 0;
        cell = same ? c : NULL;
    }
    if (cell == NULL) {
        cell = &a->cells[a->cell_count++];
        *cell = (struct store_taking){.dimension = dimension, .date = date};
        text_copy(cell->key, sizeof(cell->key), key);
    }
    add(&cell->amount_minor, reversal ? -amount_minor : amount_minor);
    if (reversal) {
        cell->reversals++;
        add(&cell->reversed_minor, amount_minor);
    } else {
        cell->receipts++;
    }
}

static void put_number(struct takings_add *a, enum taking_dimension dimension, int32_t date,
                       int number, int64_t amount_minor, bool reversal)
{
    char key[TAKING_KEY_MAX];
    (void)snprintf(key, sizeof(key), "%d", number);
    put(a, dimension, date, key, amount_minor, reversal);
}

/* *f without what the entry itself says. */
static void note(struct takings_add *a, const struct entry *e, struct takings_found f)
{
    f.entry = e;
    f.user = f.user != NULL ? f.user : a->teller.user;
    f.account = f.account != NULL ? f.account : "";
    if (a->found != NULL) {
        a->found(a->context, &f);
    } else {
        put_number(a, TAKING_EXCEPTION, f.date, f.kind, f.amount_minor, false);
    }
}

/* ---- payments -------------------------------------------------------------------------------- */

struct type_part {
    char key[TAKING_KEY_MAX];
    int64_t amount_minor;
};
struct type_parts {
    struct type_part list[TAKINGS_TYPES_MAX];
    size_t count;
};

/* Which bill type a line of the ledger is about; false: it is where the money came from. */
static bool type_of(const char *account, char key_out[TAKING_KEY_MAX])
{
    const char *type = strrchr(account, '/');
    /* What becomes a bill by a payment is no part of it: both lines of it are of its type. */
    if (strncmp(account, "receivable/", strlen("receivable/")) == 0 ||
        strncmp(account, "billed/", strlen("billed/")) == 0) {
        text_copy(key_out, TAKING_KEY_MAX, type + 1);
    } else if (strncmp(account, "late_fee/", strlen("late_fee/")) == 0) {
        (void)snprintf(key_out, TAKING_KEY_MAX, "%d", REPORT_TYPE_FEE);
    } else if (strncmp(account, "advance/", strlen("advance/")) == 0) {
        (void)snprintf(key_out, TAKING_KEY_MAX, "%d", REPORT_TYPE_ADVANCE);
    } else {
        return false;
    }
    return true;
}

static void add_part(struct type_parts *parts, const char *key, int64_t amount_minor)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (strcmp(parts->list[i].key, key) == 0) {
            add(&parts->list[i].amount_minor, amount_minor);
            return;
        }
    }
    if (parts->count < TAKINGS_TYPES_MAX) {
        struct type_part *part = &parts->list[parts->count++];
        *part = (struct type_part){.amount_minor = amount_minor};
        text_copy(part->key, sizeof(part->key), key);
    }
}

/* As the entry was posted; what is left over, or is not posted, is of no known type. */
static enum till_status put_types(struct takings_add *a, const struct entry *e, int32_t date,
                                  int64_t amount_minor, bool reversal)
{
    struct store_posting p;
    struct type_parts parts = {.count = 0};
    char source[sizeof(p.source)], key[TAKING_KEY_MAX];
    int64_t left_minor = amount_minor;
    if (a->found != NULL) {
        return TILL_OK;
    }
    ledger_source_of_entry(a->terminal, e->seq, source);
    p.count = 0;
    enum till_status status = store_posting_of(a->store, source, &p);
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    for (size_t i = 0; status == TILL_OK && i < p.count; i++) {
        if (type_of(p.lines[i].account, key)) {
            add_part(&parts, key, reversal ? p.lines[i].amount_minor : -p.lines[i].amount_minor);
        }
    }
    for (size_t i = 0; i < parts.count; i++) {
        left_minor -= parts.list[i].amount_minor;
        if (parts.list[i].amount_minor != 0) {
            put(a, TAKING_TYPE, date, parts.list[i].key, parts.list[i].amount_minor, reversal);
        }
    }
    if (left_minor != 0) {
        put(a, TAKING_TYPE, date, TYPE_UNKNOWN, left_minor, reversal);
    }
    return TILL_OK;
}

static enum till_status put_book(struct takings_add *a, const char *account, int32_t date,
                                 int64_t amount_minor, bool reversal)
{
    struct book_customer customer;
    if (a->found != NULL) {
        return TILL_OK;
    }
    enum till_status status = store_customer_get(a->store, account, &customer);
    if (status == TILL_OK || status == TILL_NOT_FOUND) {
        put(a, TAKING_BOOK, date, status == TILL_OK ? customer.meter_book : "", amount_minor,
            reversal);
        status = TILL_OK;
    }
    return status;
}

static void put_tenders(struct takings_add *a, int32_t date, int tender, int64_t cash_minor,
                        int64_t other_minor, bool reversal)
{
    if (cash_minor != 0) {
        put_number(a, TAKING_TENDER, date, TENDER_CASH, cash_minor, reversal);
    }
    if (other_minor != 0) {
        put_number(a, TAKING_TENDER, date, tender, other_minor, reversal);
    }
}

static enum till_status add_payment(struct takings_add *a, const struct entry *e)
{
    struct body_collection b;
    int32_t date = date_of(a, a->teller.user, e);
    if (entry_read_payment(e, &b, NULL) != TILL_OK) {
        return TILL_OK; /* it was set aside, and says nothing */
    }
    int64_t cash_minor = collection_cash_minor(&b);
    put(a, TAKING_COLLECTOR, date, a->teller.user, b.amount_minor, false);
    put_tenders(a, date, b.tender, cash_minor, b.amount_minor - cash_minor, false);
    if (e->kind == KIND_MANUAL_RECEIPT) {
        note(a, e,
             (struct takings_found){.kind = REPORT_MANUAL,
                                    .date = date,
                                    .about = e->seq,
                                    .account = b.account,
                                    .amount_minor = b.amount_minor});
    }
    enum till_status status = put_book(a, b.account, date, b.amount_minor, false);
    return status == TILL_OK ? put_types(a, e, date, b.amount_minor, false) : status;
}

static enum till_status add_reversal(struct takings_add *a, const struct entry *e)
{
    struct body_reversal b;
    struct body_collection taken = {.tender = TENDER_CASH};
    struct entry receipt;
    int32_t date = date_of(a, a->teller.user, e);
    if (entry_read_reversal(e, &b) != TILL_OK) {
        return TILL_OK;
    }
    enum till_status status = store_entry_get(a->store, a->terminal, b.seq, &receipt);
    bool known = status == TILL_OK && entry_read_payment(&receipt, &taken, NULL) == TILL_OK;
    if (!known && status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    put(a, TAKING_COLLECTOR, date, a->teller.user, b.amount_minor, true);
    put_tenders(a, date, taken.tender, b.cash_minor, b.amount_minor - b.cash_minor, true);
    note(a, e,
         (struct takings_found){.kind = REPORT_REVERSAL,
                                .date = date,
                                .about = b.seq,
                                .account = b.account,
                                .amount_minor = b.amount_minor,
                                .number = b.reason});
    status = put_book(a, b.account, date, b.amount_minor, true);
    return status == TILL_OK ? put_types(a, e, date, b.amount_minor, true) : status;
}

/* ---- shifts and cash ------------------------------------------------------------------------- */

static void add_close(struct takings_add *a, const struct entry *e)
{
    struct body_closed_in_absence b;
    if (entry_read_close(e, &b) != TILL_OK) {
        return;
    }
    bool absent = b.owner[0] != '\0';
    const char *owner = absent ? b.owner : a->teller.user;
    int32_t date = date_of(a, owner, e);
    if (b.counted_minor != b.expected_minor) {
        note(a, e,
             (struct takings_found){.kind = REPORT_OVER_SHORT,
                                    .date = date,
                                    .user = owner,
                                    .amount_minor = b.expected_minor - b.counted_minor,
                                    .z = b.z});
    }
    if (absent) {
        note(a, e,
             (struct takings_found){.kind = REPORT_ABSENCE,
                                    .date = date,
                                    .user = owner,
                                    .amount_minor = b.counted_minor,
                                    .z = b.z});
    }
    if (absent || b.counted_minor > 0) {
        struct takings_act *act = &a->acts[a->act_count++];
        *act = (struct takings_act){
            .what = TAKINGS_CLOSED,
            .row = {.z = b.z, .date = date, .amount_minor = b.counted_minor, .absent = absent}};
        text_copy(act->row.terminal, sizeof(act->row.terminal), a->terminal);
        text_copy(act->row.user, sizeof(act->row.user), owner);
    }
    end_shift(a, owner);
}

static void add_answer(struct takings_add *a, const struct entry *e)
{
    struct body_absence_answered b;
    if (entry_read_absence_answered(e, &b) == TILL_OK) {
        a->acts[a->act_count++] = (struct takings_act){.what = TAKINGS_ANSWERED, .row = {.z = b.z}};
    }
}

static void add_carried(struct takings_add *a, const char *closes)
{
    if (closes[0] != '\0') {
        struct takings_act *act = &a->acts[a->act_count++];
        *act = (struct takings_act){.what = TAKINGS_CARRIED};
        text_copy(act->closes, sizeof(act->closes), closes);
    }
}

static void add_variance(struct takings_add *a, const struct entry *e, int64_t short_minor)
{
    if (short_minor != 0) {
        note(a, e,
             (struct takings_found){.kind = REPORT_VARIANCE,
                                    .date = date_of(a, a->teller.user, e),
                                    .amount_minor = short_minor});
    }
}

static void add_cash(struct takings_add *a, const struct entry *e)
{
    struct body_shift_opened opened;
    struct body_handover_given given;
    struct body_handover_taken taken;
    struct body_deposit deposit;
    struct body_cash_move move;
    switch (e->kind) {
    case KIND_SHIFT_OPENED:
        if (entry_read_shift_opened(e, &opened) == TILL_OK) {
            open_shift(a, opened.business_date);
        }
        break;
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
        add_close(a, e);
        break;
    case KIND_HANDOVER_GIVEN:
        if (entry_read_handover_given(e, &given) == TILL_OK) {
            add_carried(a, given.closes);
        }
        break;
    case KIND_HANDOVER_TAKEN:
        if (entry_read_handover_taken(e, &taken) == TILL_OK) {
            add_variance(a, e, taken.amount_minor - taken.counted_minor);
        }
        break;
    case KIND_CASH_OUT:
        if (entry_read_cash_move(e, &move) == TILL_OK &&
            strcmp(move.approver, a->teller.user) == 0) {
            note(a, e,
                 (struct takings_found){.kind = REPORT_OWN_OUT,
                                        .date = date_of(a, a->teller.user, e),
                                        .about = e->seq,
                                        .amount_minor = move.amount_minor,
                                        .number = move.reason});
        }
        break;
    case KIND_DEPOSIT:
        if (entry_read_deposit(e, &deposit) == TILL_OK) {
            add_carried(a, deposit.closes);
            add_variance(a, e, deposit.expected_minor - deposit.amount_minor);
        }
        break;
    default:
        break;
    }
}

/* ---- exceptions ------------------------------------------------------------------------------ */

/* A hand-over is printed twice by rule: only what comes after the other party's paper is a copy. */
static enum till_status add_copy(struct takings_add *a, const struct entry *e)
{
    struct body_print print;
    struct entry paper = {0};
    if (entry_read_print(e, &print) != TILL_OK) {
        return TILL_OK;
    }
    enum till_status status = store_entry_get(a->store, a->terminal, print.seq, &paper);
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    uint32_t number = status == TILL_OK ? paper_duplicate(paper.kind, print.copy) : print.copy;
    if (status == TILL_NOT_FOUND || number > 0) {
        note(a, e,
             (struct takings_found){.kind = REPORT_DUPLICATE,
                                    .date = date_of(a, a->teller.user, e),
                                    .about = print.seq,
                                    .number = number});
    }
    return TILL_OK;
}

/* What there is to say of a mark beside its kind; "" of login is nobody. */
static void read_mark_of(const struct entry *e, struct takings_found *f, char user[USER_MAX])
{
    union {
        struct body_print print;
        struct body_clock_changed clock;
        struct body_login login;
        struct body_limit_lifted lifted;
        struct body_anomaly anomaly;
        struct body_stock_ended ended;
        struct body_stock_adjusted adjusted;
    } b;
    f->number = 0;
    if (entry_read_print(e, &b.print) == TILL_OK) {
        f->about = b.print.seq;
        f->number = b.print.copy;
    } else if (entry_read_clock_changed(e, &b.clock) == TILL_OK) {
        f->number = b.clock.to_s - b.clock.from_s;
    } else if (entry_read_login(e, &b.login) == TILL_OK) {
        f->number = b.login.failures;
        text_copy(user, USER_MAX, b.login.user);
        f->user = user;
    } else if (entry_read_limit_lifted(e, &b.lifted) == TILL_OK) {
        f->number = b.lifted.limit;
        f->amount_minor = b.lifted.value;
    } else if (entry_read_anomaly(e, &b.anomaly) == TILL_OK) {
        f->number = b.anomaly.code;
    } else if (entry_read_stock_ended(e, &b.ended) == TILL_OK) {
        f->about = b.ended.seq;
        f->number = 1;
    } else if (entry_read_stock_adjusted(e, &b.adjusted) == TILL_OK) {
        f->number = llabs((int64_t)b.adjusted.hand - (int64_t)b.adjusted.screen.number);
    }
}

/* What the record alone says; what is found by looking over many the terminal's own reports say. */
static void add_mark(struct takings_add *a, const struct entry *e)
{
    struct body_cash_count count;
    char user[USER_MAX];
    static const struct {
        uint16_t kind;
        enum report_exception_kind exception;
    } marks[] = {
        {KIND_PRINT_UNCERTAIN, REPORT_UNCERTAIN},    {KIND_CLOCK_CHANGED, REPORT_CLOCK},
        {KIND_LOGIN_FAILED, REPORT_LOGIN_FAILED},    {KIND_STATIONERY_SPOILED, REPORT_STATIONERY},
        {KIND_STATIONERY_VOIDED, REPORT_STATIONERY}, {KIND_STATIONERY_ADJUSTED, REPORT_STATIONERY},
        {KIND_LIMIT_LIFTED, REPORT_LIMIT_LIFTED},    {KIND_ANOMALY, REPORT_ANOMALY}};
    struct takings_found f = {.date = date_of(a, a->teller.user, e)};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (marks[i].kind == e->kind) {
            f.kind = marks[i].exception;
            if (a->found != NULL) {
                read_mark_of(e, &f, user);
            }
            note(a, e, f);
        }
    }
    if (e->kind == KIND_CASH_COUNT && entry_read_cash_count(e, &count) == TILL_OK &&
        count.attempt > 1) {
        f.kind = REPORT_RECOUNT;
        f.number = count.attempt;
        note(a, e, f);
    }
}

enum till_status takings_add_entry(struct takings_add *a, const struct entry *e)
{
    teller_follow(&a->teller, e);
    switch (e->kind) { /* none of training */
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_MANUAL_RECEIPT:
        return add_payment(a, e);
    case KIND_REVERSAL:
        return add_reversal(a, e);
    case KIND_DUPLICATE:
        return add_copy(a, e);
    case KIND_ABSENCE_ANSWERED:
        add_answer(a, e);
        return TILL_OK;
    default:
        break;
    }
    if (kind_is_money(e->kind)) {
        add_cash(a, e);
    } else {
        add_mark(a, e);
    }
    return TILL_OK;
}
