#include "receipts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

static const char key_pem[] = "-----BEGIN EC PRIVATE KEY-----\n"
                              "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n"
                              "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
                              "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
                              "-----END EC PRIVATE KEY-----\n";

struct words {
    const char *unit, *payee, *branch, *url, *name, *address, *collector;
    const char *long_payee, *long_branch, *long_name, *long_address, *long_collector, *payer;
    enum site_words words;
};

static const struct words chinese = {
    .unit = "元",
    .payee = "国网××供电公司",
    .branch = "城西供电所",
    .url = "HTTPS://R.95598.EXAMPLE/",
    .name = "王**",
    .address = "翠湖路 8 号 3-201",
    .collector = "李建国",
    .long_payee = "国网清江省电力有限公司临溪市翠湖区供电分公司营销部",
    .long_branch = "城西中心供电所（含龙潭、柳林、石桥三个代收点）",
    .long_name = "阿卜杜热西提·买买提**",
    .long_address = "临溪市翠湖区龙潭镇𠮷祥村民委员会第十二村民小组 1508 号东侧",
    .long_collector = "欧阳·古丽米热·阿不力孜江",
    .payer = "张伟",
    .words = SITE_WORDS_CHINESE,
};

static const struct words english = {
    .unit = "yuan",
    .payee = "Riverside Power Supply",
    .branch = "West Town",
    .url = "HTTPS://R.95598.EXAMPLE/",
    .name = "Wang X***",
    .address = "8 Lake Road, 3-201",
    .collector = "Li Jianguo",
    .long_payee = "Riverside and Upper Valley Rural Electricity Supply Company Limited",
    .long_branch = "West Town Central Station and Customer Service Point Number Four",
    .long_name = "Abdurashid Muhammadjanovich-Toh***",
    .long_address =
        "Flat 1508, Building 12, Dragon Pool Village \xF0\x9F\x8F\xA0 Committee, Lake Road",
    .long_collector = "Maximilian Featherstonehaugh-Cholmondeley",
    .payer = "Zhang Wei",
    .words = SITE_WORDS_ENGLISH,
};

const char *receipt_sample_name(enum receipt_sample sample)
{
    static const char *const names[] = {
#define X(name, text) [name] = text,
        RECEIPT_SAMPLE_LIST(X)
#undef X
    };
    return names[sample];
}

struct crypto_key *receipt_sample_key(void)
{
    struct crypto_key *key = NULL;
    assert_int_equal(crypto_key_load(key_pem, &key), TILL_OK);
    return key;
}

static void set_names(struct receipt *r, const struct words *w)
{
    text_copy(r->currency, sizeof r->currency, "CNY");
    r->exponent = 2;
    text_copy(r->symbol, sizeof r->symbol, "¥");
    text_copy(r->unit, sizeof r->unit, w->unit);
    text_copy(r->zone, sizeof r->zone, "CST-8");
    r->words = w->words;
    text_copy(r->payee, sizeof r->payee, w->payee);
    text_copy(r->branch, sizeof r->branch, w->branch);
    text_copy(r->hotline, sizeof r->hotline, "95598");
    text_copy(r->url, sizeof r->url, w->url);
    text_copy(r->name, sizeof r->name, w->name);
    text_copy(r->address, sizeof r->address, w->address);
    text_copy(r->collector, sizeof r->collector, w->collector);
    r->shift = 117;
    r->number_in_shift = 39;
    r->acknowledged_seq = 4115;
}

static void add_item(struct receipt *r, struct allocation_line item)
{
    assert_true(r->item_count < RECEIPT_ITEMS_MAX);
    r->items[r->item_count++] = item;
}

static struct allocation_line september(void)
{
    return (struct allocation_line){.month = 202609,
                                    .type = 1,
                                    .energy_cwh = 16800,
                                    .late_days = 31,
                                    .amount_minor = 9210,
                                    .late_fee_minor = 286,
                                    .whole = true};
}

static struct allocation_line october(void)
{
    return (struct allocation_line){
        .month = 202610, .type = 1, .energy_cwh = 16700, .amount_minor = 9146, .whole = true};
}

static void fill_small(enum receipt_sample sample, struct receipt *r, struct body_collection *b)
{
    struct allocation_line part = october();
    switch (sample) {
    case SAMPLE_PART:
        add_item(r, september());
        part.amount_minor = 504;
        part.whole = false;
        add_item(r, part);
        r->owed_minor = 8642;
        b->amount_minor = 10000;
        b->late_fee_minor = 286;
        break;
    case SAMPLE_ADVANCE:
        r->advance_minor = 10000;
        r->balance_minor = 13020;
        b->amount_minor = 10000;
        break;
    case SAMPLE_KEPT:
        add_item(r, october());
        r->advance_minor = 854;
        r->balance_minor = 854;
        b->amount_minor = 10000;
        break;
    case SAMPLE_MIXED:
        add_item(r, september());
        add_item(r, october());
        b->amount_minor = 18642;
        b->late_fee_minor = 286;
        b->tender = TENDER_CHEQUE;
        b->other_minor = 15000;
        b->tendered_minor = 5000;
        text_copy(b->reference, sizeof b->reference, "10203040");
        break;
    case SAMPLE_BASKET:
        add_item(r, october());
        r->basket_number = 2;
        r->basket_count = 5;
        b->amount_minor = 9146;
        b->basket = 4126;
        break;
    case SAMPLE_BASKET_FIRST:
        add_item(r, october());
        r->basket_number = 1;
        r->basket_count = 5;
        r->together = (struct receipt_basket){.total_minor = 50730,
                                              .cash_minor = 25730,
                                              .handed_minor = 30000,
                                              .tender = TENDER_CHEQUE,
                                              .other_minor = 25000};
        b->amount_minor = 9146;
        b->tendered_minor = 30000;
        b->basket = 4127;
        break;
    case SAMPLE_BALANCE:
        add_item(r, october());
        b->amount_minor = 6146;
        b->tendered_minor = 7000;
        break;
    default:
        add_item(r, september());
        add_item(r, october());
        b->amount_minor = 18642;
        b->late_fee_minor = 286;
        b->tendered_minor = 20000;
        break;
    }
}

static void fill_months(struct receipt *r, struct body_collection *b)
{
    for (int i = 0; i < 30; i++) {
        int months = 2024 * 12 + 4 + i;
        struct allocation_line item = {.month = months / 12 * 100 + months % 12 + 1,
                                       .type = 1,
                                       .energy_cwh = 15000 + 1250 * i,
                                       .late_days = 900 - 30 * i,
                                       .amount_minor = 8000 + 731 * i,
                                       .late_fee_minor = 2400 - 70 * i,
                                       .whole = true};
        add_item(r, item);
        b->amount_minor += item.amount_minor + item.late_fee_minor;
        b->late_fee_minor += item.late_fee_minor;
    }
    b->tendered_minor = b->amount_minor / 10000 * 10000 + 10000;
}

static void fill_large(struct receipt *r, struct body_collection *b)
{
    struct allocation_line item = september();
    item.energy_cwh = INT64_C(123456789012);
    item.amount_minor = INT64_C(888888888888);
    item.late_fee_minor = INT64_C(111111111110);
    add_item(r, item);
    r->advance_minor = 1;
    r->balance_minor = INT64_C(999999999999);
    r->owed_minor = INT64_C(987654321098);
    b->amount_minor = INT64_C(999999999999);
    b->late_fee_minor = INT64_C(111111111110);
    b->tender = TENDER_CHEQUE;
    text_copy(b->reference, sizeof b->reference, "10203040506070809010");
    r->number_in_shift = 4294967295u;
    r->shift = 4294967295u;
}

static void set_long(struct receipt *r, const struct words *w, struct body_collection *b)
{
    text_copy(r->payee, sizeof r->payee, w->long_payee);
    text_copy(r->branch, sizeof r->branch, w->long_branch);
    text_copy(r->name, sizeof r->name, w->long_name);
    text_copy(r->address, sizeof r->address, w->long_address);
    text_copy(r->collector, sizeof r->collector, w->long_collector);
    text_copy(b->payer, sizeof b->payer, w->payer);
}

static enum till_status write_reversal(enum receipt_sample sample, struct receipt *r,
                                       struct entry *e)
{
    bool large = sample == SAMPLE_REVERSAL_LARGE;
    struct body_reversal b = {.seq = 4119,
                              .account = "6100234567",
                              .amount_minor = large ? INT64_C(999999999999) : 18642,
                              .cash_minor = large ? INT64_C(888888888888) : 18642,
                              .way = large ? REVERSAL_CODE : REVERSAL_OWN_PAPER,
                              .reason = large ? REVERSAL_PAID_ELSEWHERE : REVERSAL_WRONG_ACCOUNT};
    r->original_at_s = INT64_C(1795310400);
    if (large) {
        text_copy(b.approver, sizeof b.approver, "2001");
        text_copy(r->approver, sizeof r->approver, r->collector);
    }
    return entry_write_reversal(e, &b);
}

/* The slips: entries of their own kinds. */
static enum till_status write_slip(enum receipt_sample sample, const struct words *w,
                                   struct receipt *r, struct entry *e)
{
    struct body_collection unused;
    if (sample == SAMPLE_REVERSAL_LARGE) {
        set_long(r, w, &unused);
    }
    if (sample == SAMPLE_DISPUTE) {
        const struct body_dispute b = {.account = "6100234567",
                                       .proof = DISPUTE_CHANNEL,
                                       .reference = "20261120-88341",
                                       .amount_minor = 18642};
        return entry_write_dispute(e, &b);
    }
    if (sample == SAMPLE_CORRECTION) {
        const struct body_correction_request b = {.account = "6100234567",
                                                  .receipt = "0031-0004119",
                                                  .reason = REVERSAL_WRONG_ACCOUNT,
                                                  .amount_minor = 18642};
        return entry_write_correction_request(e, &b);
    }
    if (sample == SAMPLE_DROP) {
        const struct body_cash_drop b = {.amount_minor = 350000, .to = 1, .receiver = "2001"};
        text_copy(r->approver, sizeof r->approver, w->payer);
        return entry_write_cash_drop(e, &b);
    }
    return write_reversal(sample, r, e);
}

void receipt_sample_make(enum receipt_sample sample, const char *language,
                         struct receipt_sample_paper *paper_out)
{
    const struct words *w = strcmp(language, "en") == 0 ? &english : &chinese;
    memset(paper_out, 0, sizeof *paper_out);
    struct receipt *r = &paper_out->receipt;
    struct body_collection body = {.tender = TENDER_CASH};
    text_copy(body.account, sizeof body.account, "6100234567");
    set_names(r, w);
    if (sample == SAMPLE_MONTHS) {
        fill_months(r, &body);
    } else if (sample == SAMPLE_LARGE) {
        fill_large(r, &body);
    } else {
        fill_small(sample, r, &body);
    }
    if (sample == SAMPLE_LONG || sample == SAMPLE_Z_LONG || sample == SAMPLE_GIVEN_LONG ||
        sample == SAMPLE_TAKEN_LONG || sample == SAMPLE_DEPOSIT_LONG) {
        set_long(r, w, &body);
    }
    paper_out->copy.number = sample == SAMPLE_DUPLICATE ? 1 : sample == SAMPLE_NUMBERED ? 2 : 0;
    paper_out->copy.invoice = sample == SAMPLE_INVOICE;
    if (sample == SAMPLE_NUMBERED) {
        text_copy(paper_out->copy.stock, sizeof paper_out->copy.stock, "B-00012345");
    } else if (sample == SAMPLE_INVOICE) {
        text_copy(paper_out->copy.stock, sizeof paper_out->copy.stock, "ZJ33052026XK-999999999999");
    }
    paper_out->copy.training = sample == SAMPLE_TRAINING;
    if (body.tendered_minor == 0) {
        body.tendered_minor = body.amount_minor;
    }
    struct proof *p = &paper_out->proof;
    text_copy(p->terminal, sizeof p->terminal, "0031");
    enum entry_kind kind = sample == SAMPLE_ADVANCE ? KIND_ADVANCE : KIND_COLLECTION;
    enum till_status status = TILL_OK;
    if (sample >= SAMPLE_CASH_IN) {
        status = shift_sample_write(sample, w == &english, r, &p->entry);
    } else if (sample >= SAMPLE_REVERSAL) {
        status = write_slip(sample, w, r, &p->entry);
    } else {
        status = entry_write_collection(&p->entry, kind, &body);
    }
    assert_int_equal(status, TILL_OK);
    p->entry.kind = (uint16_t)(p->entry.kind | (sample == SAMPLE_TRAINING ? KIND_TRAINING : 0));
    p->entry.seq = 4127;
    p->entry.at_s = INT64_C(1795311660); /* 2026-11-22 01:41 UTC, 09:41 in China */
    for (size_t i = 0; i < HASH_SIZE; i++) {
        p->prev[i] = (uint8_t)(17 * i + 3);
    }
    struct crypto_key *key = receipt_sample_key();
    struct sealer sealer;
    crypto_sealer(&sealer, key);
    assert_int_equal(chain_seal(&sealer, p->terminal, &p->entry, p->prev), TILL_OK);
    crypto_key_free(key);
}
