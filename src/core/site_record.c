#include "site_record.h"

#include <stdio.h>
#include <string.h>

/* Of a customer class, by its number. */
static const char *const paper_keys[SITE_PAPERS_MAX] = {"paper_resident", "paper_other"};

struct bank_keys {
    char id[RECORD_KEY_MAX], name[RECORD_KEY_MAX], account[RECORD_KEY_MAX];
};

static struct bank_keys keys_of(size_t bank)
{
    struct bank_keys keys;
    (void)snprintf(keys.id, sizeof(keys.id), "bank%zu", bank + 1);
    (void)snprintf(keys.name, sizeof(keys.name), "bank%zu_name", bank + 1);
    (void)snprintf(keys.account, sizeof(keys.account), "bank%zu_account", bank + 1);
    return keys;
}

static void put_if(struct record_writer *w, const char *key, int64_t value)
{
    if (value != 0) {
        record_put_integer(w, key, value);
    }
}

void site_put_cash(struct record_writer *w, const struct site *s)
{
    for (size_t i = 0; i < SITE_PAPERS_MAX; i++) {
        put_if(w, paper_keys[i], s->papers[i]);
    }
    put_if(w, "late_receipt_days", s->late_receipt_days);
    for (size_t i = 0; i < s->bank_count && i < SITE_BANKS_MAX; i++) {
        struct bank_keys keys = keys_of(i);
        record_put_text(w, keys.id, s->banks[i].id);
        record_put_text(w, keys.name, s->banks[i].name);
        if (s->banks[i].account[0] != '\0') {
            record_put_text(w, keys.account, s->banks[i].account);
        }
    }
}

/* Written out where it is 0 it would be a second spelling. */
static uint8_t take_if(struct record *r, const char *key, int64_t most)
{
    size_t before = r->next;
    int64_t value = record_take_integer_or(r, key, 0);
    if (r->next != before && (value < 1 || value > most)) {
        r->bad = true;
        return 0;
    }
    return (uint8_t)value;
}

void site_take_cash(struct record *r, struct site *s)
{
    site_forget_cash(s);
    for (size_t i = 0; i < SITE_PAPERS_MAX; i++) {
        s->papers[i] = take_if(r, paper_keys[i], SITE_PAPER_BOTH);
    }
    s->late_receipt_days = take_if(r, "late_receipt_days", UINT8_MAX);
    while (s->bank_count < SITE_BANKS_MAX) {
        struct site_bank *bank = &s->banks[s->bank_count];
        struct bank_keys keys = keys_of(s->bank_count);
        if (!record_take_text_or(r, keys.id, bank->id, sizeof(bank->id), "")) {
            return;
        }
        record_take_text(r, keys.name, bank->name, sizeof(bank->name));
        if (record_take_text_or(r, keys.account, bank->account, sizeof(bank->account), "") &&
            bank->account[0] == '\0') {
            r->bad = true;
        }
        s->bank_count++;
    }
}

void site_forget_cash(struct site *s)
{
    memset(s->banks, 0, sizeof(s->banks));
    memset(s->papers, 0, sizeof(s->papers));
    s->bank_count = 0;
    s->late_receipt_days = 0;
}
