#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "entry_inside.h"
#include "entry_stock.h"

/* Numbers of stationery, and the rules of its bodies. */

#define STOCK_NUMBER_LAST UINT64_C(999999999999)

static bool series_is_valid(const char *series)
{
    return series[0] == '\0' || terminal_is_valid(series);
}

static bool stock_type_is_known(int type)
{
    return type > 0 && type < STOCK_TYPE_COUNT;
}

static bool stock_number_is_valid(const struct stock_number *n)
{
    return stock_type_is_known(n->type) && series_is_valid(n->series) && n->number >= 1 &&
           n->number <= STOCK_NUMBER_LAST;
}

void stock_number_format(const struct stock_number *n, char out[STOCK_TEXT_MAX])
{
    (void)snprintf(out, STOCK_TEXT_MAX, "%s%s%08llu", n->series, n->series[0] == '\0' ? "" : "-",
                   (unsigned long long)n->number);
}

bool stock_number_read(const char *text, int type, struct stock_number *number_out)
{
    *number_out = (struct stock_number){.type = type};
    const char *dash = strrchr(text, '-');
    const char *digits = dash == NULL ? text : dash + 1;
    size_t series = dash == NULL ? 0 : (size_t)(dash - text);
    size_t size = strnlen(digits, STOCK_DIGITS_MAX + 1);
    if (series >= SERIES_MAX || (dash != NULL && series == 0) || size < 1 ||
        size > STOCK_DIGITS_MAX) {
        return false;
    }
    memcpy(number_out->series, text, series);
    for (size_t i = 0; i < size; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
        number_out->number = number_out->number * 10 + (uint64_t)(digits[i] - '0');
    }
    return stock_number_is_valid(number_out);
}

static void put_number(struct body_writer *w, const struct stock_number *n)
{
    body_put(w, "k", n->type);
    body_put_text_if(w, "c", n->series);
    body_put(w, "n", (int64_t)n->number);
}

enum till_status entry_write_stock_range(struct entry *e, enum entry_kind kind,
                                         const struct body_stock_range *b)
{
    assert(kind == KIND_STATIONERY_RECEIVED || kind == KIND_STATIONERY_RETURNED);
    if (!stock_type_is_known(b->type) || !series_is_valid(b->series) || b->first < 1 ||
        b->last < b->first || b->last > STOCK_NUMBER_LAST ||
        b->last - b->first >= STOCK_RANGE_MAX || !user_is_valid(b->other)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, kind);
    body_put(&w, "k", b->type);
    body_put_text_if(&w, "c", b->series);
    body_put(&w, "f", (int64_t)b->first);
    body_put(&w, "l", (int64_t)b->last);
    body_put_text(&w, "u", b->other);
    return body_end(&w);
}

enum till_status entry_write_stock_used(struct entry *e, const struct body_stock_used *b)
{
    if (!stock_number_is_valid(&b->number) || !number_is_valid(b->seq, 1)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_STATIONERY_USED);
    put_number(&w, &b->number);
    body_put(&w, "s", (int64_t)b->seq);
    body_put_unless(&w, "p", b->copy, 0);
    return body_end(&w);
}

enum till_status entry_write_stock_ended(struct entry *e, enum entry_kind kind,
                                         const struct body_stock_ended *b)
{
    assert(kind == KIND_STATIONERY_SPOILED || kind == KIND_STATIONERY_VOIDED);
    if (!stock_number_is_valid(&b->number) || !spoil_reason_is_known(b->reason) ||
        !number_is_valid(b->seq, 0) || (b->all_copies && kind != KIND_STATIONERY_VOIDED)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, kind);
    put_number(&w, &b->number);
    body_put(&w, "r", b->reason);
    body_put_unless(&w, "s", (int64_t)b->seq, 0);
    body_put_unless(&w, "a", b->all_copies ? 1 : 0, 0);
    return body_end(&w);
}

enum till_status entry_write_stock_counted(struct entry *e, const struct body_stock_counted *b)
{
    if (!stock_number_is_valid(&b->next) || !money_is_valid(b->face_minor, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_STATIONERY_COUNTED);
    put_number(&w, &b->next);
    body_put_unless(&w, "u", b->used, 0);
    body_put_unless(&w, "v", b->voided, 0);
    body_put_unless(&w, "s", b->spoiled, 0);
    body_put_unless(&w, "l", b->unused, 0);
    body_put_unless(&w, "m", b->face_minor, 0);
    return body_end(&w);
}

enum till_status entry_write_stock_adjusted(struct entry *e, const struct body_stock_adjusted *b)
{
    uint64_t apart =
        b->hand > b->screen.number ? b->hand - b->screen.number : b->screen.number - b->hand;
    if (!stock_number_is_valid(&b->screen) || b->hand < 1 || b->hand > STOCK_NUMBER_LAST ||
        apart == 0 || apart >= STOCK_RANGE_MAX || !spoil_reason_is_known(b->reason)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_STATIONERY_ADJUSTED);
    put_number(&w, &b->screen);
    body_put(&w, "h", (int64_t)b->hand);
    body_put(&w, "r", b->reason);
    return body_end(&w);
}

enum till_status entry_write_invoice_request(struct entry *e, const struct body_invoice_request *b)
{
    bool tax =
        b->tax_number[0] == '\0' ||
        (text_is_valid(b->tax_number, sizeof(b->tax_number), 1) &&
         strspn(b->tax_number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(b->tax_number));
    if (!account_is_valid(b->account) || !number_is_valid(b->seq, 1) ||
        !text_is_valid(b->title, sizeof(b->title), 1) || !tax ||
        !text_is_valid(b->send_to, sizeof(b->send_to), 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_INVOICE_REQUEST);
    body_put_text(&w, "a", b->account);
    body_put(&w, "s", (int64_t)b->seq);
    body_put_unless(&w, "e", b->electronic ? 1 : 0, 0);
    body_put_text(&w, "t", b->title);
    body_put_text_if(&w, "x", b->tax_number);
    body_put_text_if(&w, "p", b->send_to);
    return body_end(&w);
}

enum till_status entry_write_manual_receipt(struct entry *e, const struct body_manual_receipt *b)
{
    struct stock_number number;
    char again[STOCK_TEXT_MAX];
    if (!text_is_valid(b->number, sizeof(b->number), 1) ||
        !stock_number_read(b->number, STOCK_MANUAL, &number)) {
        return TILL_BAD_INPUT;
    }
    stock_number_format(&number, again);
    if (strcmp(again, b->number) != 0 || !account_is_valid(b->account) ||
        !money_is_valid(b->amount_minor, 1) || b->late_fee_minor < 0 ||
        b->late_fee_minor > b->amount_minor || !clock_is_valid(b->taken_at_s) ||
        !text_is_valid(b->reason, sizeof(b->reason), 1)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_MANUAL_RECEIPT);
    body_put_text(&w, "a", b->account);
    body_put(&w, "m", b->amount_minor);
    body_put_unless(&w, "f", b->late_fee_minor, 0);
    body_put_text(&w, "n", b->number);
    body_put(&w, "v", b->taken_at_s);
    body_put_text(&w, "x", b->reason);
    return body_end(&w);
}
