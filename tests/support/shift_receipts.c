/*
 * The papers of cash and shift, to print: what was counted and taken at a close, what went from
 * hand to hand and to the bank. Figures agree with each other as those of a journal would.
 */
#include <string.h>

#include "entry_shift.h"
#include "receipts.h"
#include "text.h"

struct people {
    const char *owner, *supervisor, *long_name, *bank, *long_bank, *note;
};

static const struct people chinese = {
    .owner = "李建国",
    .supervisor = "张伟",
    .long_name = "欧阳·古丽米热·阿不力孜江",
    .bank = "中国农业银行临溪支行 1904 0101 0400 12345",
    .long_bank = "临溪市翠湖区农村信用合作联社龙潭镇柳林石桥分社 6228 4800 1234 5678 901",
    .note = "买扎带 2 包",
};

static const struct people english = {
    .owner = "Li Jianguo",
    .supervisor = "Zhang Wei",
    .long_name = "Maximilian Featherstonehaugh-Cholmondeley",
    .bank = "Farmers' Bank, Riverside 1904 0101 0400 12345",
    .long_bank = "Upper Valley Rural Credit Union, Dragon Pool, Willow and Stone Bridge Office "
                 "6228 4800 1234 5678 901",
    .note = "Two packs of ties",
};

static struct body_shift_totals usual_totals(void)
{
    return (struct body_shift_totals){.shift = 117,
                                      .business_date = 20261122,
                                      .first_seq = 4001,
                                      .first_receipt_seq = 4005,
                                      .last_receipt_seq = 4119,
                                      .opening_minor = 20000,
                                      .paid_in_minor = 10000,
                                      .paid_out_minor = 3500,
                                      .dropped_minor = 150000,
                                      .tenders = "0:341260,1:56000,2:120435,3:80000",
                                      .types = "1:582175",
                                      .months = "202608:121015,202609:200060,202610:261100",
                                      .late_fee_minor = 3520,
                                      .advance_minor = 12000,
                                      .reversals = 1,
                                      .reversed_minor = 18642,
                                      .duplicates = 2,
                                      .uncertain = 1,
                                      .unsent = 12,
                                      .grand_minor = 124050075};
}

static struct body_cash_count usual_count(void)
{
    return (struct body_cash_count){.purpose = COUNT_CLOSING,
                                    .shift = 117,
                                    .attempt = 1,
                                    .amount_minor = 207760,
                                    .notes = "10000:18,5000:3,2000:4,1000:4,500:1,100:2,50:1,10:1",
                                    .tenders = "1:56000,2:120435,3:80000"};
}

static struct body_closed_in_absence usual_close(void)
{
    return (struct body_closed_in_absence){.z = 14,
                                           .shift = 117,
                                           .expected_minor = 217760,
                                           .counted_minor = 207760,
                                           .taken_minor = 597695,
                                           .receipts = 39};
}

static void over(struct body_shift_totals *t, struct body_cash_count *n,
                 struct body_closed_in_absence *z)
{
    *t = (struct body_shift_totals){.shift = 117,
                                    .business_date = 20261122,
                                    .first_seq = 4001,
                                    .first_receipt_seq = 4005,
                                    .last_receipt_seq = 4119,
                                    .tenders = "0:185000,5:30000",
                                    .types = "0:15000,1:150000,5:70000",
                                    .months = "0:15000,202609:150000,202610:70000",
                                    .advance_minor = -20000,
                                    .reversals = 3,
                                    .reversed_minor = 61242,
                                    .grand_minor = 215000,
                                    .reason = VARIANCE_CHANGE};
    *n = (struct body_cash_count){.purpose = COUNT_CLOSING,
                                  .shift = 117,
                                  .attempt = 1,
                                  .amount_minor = 186000,
                                  .notes = "10000:18,5000:1,1000:1"};
    z->expected_minor = 185000;
    z->counted_minor = 186000;
    z->taken_minor = 215000;
}

static void empty(struct body_shift_totals *t, struct body_cash_count *n,
                  struct body_closed_in_absence *z)
{
    *t = (struct body_shift_totals){.shift = 117,
                                    .business_date = 20261122,
                                    .first_seq = 4001,
                                    .opening_minor = 20000,
                                    .grand_minor = 124050075};
    *n = (struct body_cash_count){.purpose = COUNT_CLOSING,
                                  .shift = 117,
                                  .attempt = 1,
                                  .amount_minor = 20000,
                                  .notes = "10000:1,5000:2"};
    z->expected_minor = z->counted_minor = 20000;
    z->taken_minor = 0;
    z->receipts = 0;
}

/* The sum of 24 months that fill their text. */
static enum till_status fill_months(struct body_shift_totals *t, int64_t *sum_out)
{
    struct heaps months = {.count = 24};
    for (size_t i = 0; i < months.count; i++) {
        int month = 2024 * 12 + 10 + (int)i;
        months.list[i].of = month / 12 * 100 + month % 12 + 1;
        months.list[i].value = 81234567 + 531 * (int64_t)i;
    }
    enum till_status status = heaps_sum(&months, sum_out);
    return status == TILL_OK ? heaps_write(&months, t->months) : status;
}

static enum till_status fill_notes(struct body_cash_count *n)
{
    static const int64_t faces_minor[] = {100000, 50000, 20000, 10000, 5000, 2000, 1000, 500,
                                          200,    100,   50,    20,    10,   5,    2,    1};
    struct heaps notes = {.count = sizeof(faces_minor) / sizeof(*faces_minor)};
    for (size_t i = 0; i < notes.count; i++) {
        notes.list[i] = (struct heap){.of = faces_minor[i], .value = 1234567 + (int64_t)i};
    }
    enum till_status status = heaps_money(&notes, &n->amount_minor);
    return status == TILL_OK ? heaps_write(&notes, n->notes) : status;
}

static enum till_status fill_long(struct body_shift_totals *t, struct body_cash_count *n,
                                  struct body_closed_in_absence *z)
{
    int64_t bills_minor = 0;
    enum till_status status = fill_months(t, &bills_minor);
    if (status == TILL_OK) {
        status = fill_notes(n);
    }
    struct heaps types = {.list = {{1, bills_minor - 1000000}, {5, 700000}, {12, 300000}},
                          .count = 3};
    if (status == TILL_OK) {
        status = heaps_write(&types, t->types);
    }
    text_copy(t->tenders, sizeof(t->tenders),
              "0:888888888888,1:22222222222,2:22222222222,3:22222222222,4:22222222222,"
              "5:22222222222");
    t->late_fee_minor = 123456789;
    t->advance_minor = INT64_C(999999999998) - bills_minor - t->late_fee_minor;
    t->paid_in_minor = t->paid_out_minor = INT64_C(111111111111);
    t->opening_minor = t->dropped_minor = INT64_C(333333333333);
    t->reversals = t->duplicates = t->uncertain = UINT32_MAX;
    t->reversed_minor = t->grand_minor = INT64_C(999999999999);
    t->unsent = 4294967295;
    t->reason = VARIANCE_COUNTERFEIT;
    text_copy(t->slip, sizeof(t->slip), "20261122000000000123");
    n->attempt = 12;
    n->suspect_minor = n->damaged_minor = INT64_C(99999999999);
    text_copy(n->tenders, sizeof(n->tenders),
              "1:22222222222,2:22222222222,3:22222222222,4:22222222222,5:22222222222");
    *z = (struct body_closed_in_absence){.z = 4294967,
                                         .shift = 4294967,
                                         .expected_minor = INT64_C(888888888888),
                                         .counted_minor = n->amount_minor,
                                         .taken_minor = INT64_C(999999999998),
                                         .receipts = 4294967};
    return status;
}

static enum till_status keep_bodies(const struct body_shift_totals *t,
                                    const struct body_cash_count *n, struct receipt *r)
{
    struct entry e;
    enum till_status status = entry_write_shift_totals(&e, t);
    if (status == TILL_OK) {
        text_copy(r->totals, sizeof(r->totals), e.body);
        status = entry_write_cash_count(&e, n);
    }
    if (status == TILL_OK) {
        text_copy(r->count, sizeof(r->count), e.body);
    }
    return status;
}

static enum till_status day_close(enum receipt_sample sample, const struct people *who,
                                  struct receipt *r, struct entry *e)
{
    struct body_shift_totals t = usual_totals();
    struct body_cash_count n = usual_count();
    struct body_closed_in_absence z = usual_close();
    enum till_status status = TILL_OK;
    r->name[0] = '\0';
    if (sample == SAMPLE_Z_OVER) {
        over(&t, &n, &z);
    } else if (sample == SAMPLE_Z_EMPTY) {
        empty(&t, &n, &z);
    } else if (sample == SAMPLE_Z_LONG) {
        status = fill_long(&t, &n, &z);
    } else {
        t.reason = VARIANCE_COUNTERFEIT;
        text_copy(t.slip, sizeof(t.slip), "JB20261122-07");
        n.attempt = 2;
        n.suspect_minor = 10000;
        n.damaged_minor = 2000;
    }
    if (sample == SAMPLE_ABSENCE) {
        n.purpose = COUNT_ABSENCE;
        text_copy(z.owner, sizeof(z.owner), "1001");
        text_copy(z.witness, sizeof(z.witness), "1002");
        text_copy(r->name, sizeof(r->name), who->owner);
        text_copy(r->collector, sizeof(r->collector), who->supervisor);
        text_copy(r->approver, sizeof(r->approver), who->long_name);
    }
    if (status == TILL_OK) {
        status = keep_bodies(&t, &n, r);
    }
    return status == TILL_OK ? entry_write_close(e, &z) : status;
}

static enum till_status cash_move(enum receipt_sample sample, const struct people *who,
                                  struct receipt *r, struct entry *e)
{
    bool in = sample == SAMPLE_CASH_IN;
    struct body_cash_move b = {.amount_minor = in ? 10000 : 3500,
                               .reason = in ? CASH_CHANGE : CASH_EXPENSE,
                               .approver = "2001"};
    if (!in) {
        text_copy(b.note, sizeof(b.note), who->note);
    }
    text_copy(r->approver, sizeof(r->approver), who->supervisor);
    return entry_write_cash_move(e, in ? KIND_CASH_IN : KIND_CASH_OUT, &b);
}

/* The count of who counted last, beside the paper. */
static enum till_status keep_count(int purpose, int64_t suspect_minor, struct receipt *r)
{
    struct entry e;
    struct body_cash_count n = usual_count();
    n.purpose = purpose;
    n.shift = 0;
    n.suspect_minor = suspect_minor;
    n.tenders[0] = '\0';
    enum till_status status = entry_write_cash_count(&e, &n);
    text_copy(r->count, sizeof(r->count), e.body);
    return status;
}

static enum till_status given(enum receipt_sample sample, const struct people *who,
                              struct receipt *r, struct entry *e)
{
    struct body_handover_given b = {
        .amount_minor = 207760, .receiver = "2001", .closes = "14", .source = CASH_HELD};
    enum till_status status = TILL_OK;
    if (sample == SAMPLE_GIVEN_LONG) {
        b.amount_minor = INT64_C(999999999999);
        b.other_minor = INT64_C(88888888888);
        b.source = CASH_KEPT;
        text_copy(b.closes, sizeof(b.closes), "1-2,4,6,9-10,12,14,16-18");
        text_copy(r->approver, sizeof(r->approver), who->long_name);
    } else {
        status = keep_count(COUNT_TAKEN, 0, r);
        text_copy(r->approver, sizeof(r->approver), who->supervisor);
    }
    return status == TILL_OK ? entry_write_handover_given(e, &b) : status;
}

static enum till_status taken(enum receipt_sample sample, const struct people *who,
                              struct receipt *r, struct entry *e)
{
    struct body_handover_taken b = {.amount_minor = 207760, .counted_minor = 207760, .seq = 4126};
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < HASH_SIZE; i++) {
        b.hash[i] = (uint8_t)(29 * i + 7);
    }
    text_copy(r->approver, sizeof(r->approver), who->owner);
    text_copy(r->collector, sizeof(r->collector), who->supervisor);
    if (sample == SAMPLE_TAKEN_LONG) {
        b.amount_minor = INT64_C(888888888888);
        b.counted_minor = INT64_C(999999999999);
        b.seq = 0;
        text_copy(r->approver, sizeof(r->approver), who->long_name);
        text_copy(r->collector, sizeof(r->collector), who->long_name);
    } else {
        bool is_short = sample == SAMPLE_TAKEN_SHORT;
        b.amount_minor = is_short ? 217760 : 207760;
        b.seq = is_short ? 0 : 4126;
        status = keep_count(COUNT_TAKEN, is_short ? 10000 : 0, r);
    }
    return status == TILL_OK ? entry_write_handover_taken(e, &b) : status;
}

static enum till_status deposit(enum receipt_sample sample, const struct people *who,
                                struct receipt *r, struct entry *e)
{
    struct body_deposit b = {.bank = "ABC",
                             .slip = "20261122-00345",
                             .amount_minor = 207760,
                             .expected_minor = 207760,
                             .closes = "14",
                             .source = CASH_HELD};
    enum till_status status = TILL_OK;
    text_copy(r->approver, sizeof(r->approver), who->bank);
    if (sample == SAMPLE_DEPOSIT_LONG) {
        b.amount_minor = 98765432;
        b.expected_minor = 98765400;
        b.other_minor = 80000;
        b.source = CASH_KEPT;
        text_copy(b.slip, sizeof(b.slip), "88341");
        text_copy(b.closes, sizeof(b.closes), "1,3,5-7,9");
        text_copy(r->approver, sizeof(r->approver), who->long_bank);
    } else {
        status = keep_count(COUNT_DEPOSIT, 0, r);
    }
    if (sample == SAMPLE_DEPOSIT_SHORT) {
        b.amount_minor = 197760;
    }
    return status == TILL_OK ? entry_write_deposit(e, &b) : status;
}

enum till_status shift_sample_write(enum receipt_sample sample, bool in_english, struct receipt *r,
                                    struct entry *e)
{
    const struct people *who = in_english ? &english : &chinese;
    if (sample == SAMPLE_CASH_IN || sample == SAMPLE_CASH_OUT) {
        return cash_move(sample, who, r, e);
    }
    if (sample <= SAMPLE_ABSENCE) {
        return day_close(sample, who, r, e);
    }
    if (sample <= SAMPLE_GIVEN_LONG) {
        return given(sample, who, r, e);
    }
    return sample <= SAMPLE_TAKEN_LONG ? taken(sample, who, r, e) : deposit(sample, who, r, e);
}
