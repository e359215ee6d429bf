#include "site.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "entry.h"
#include "text.h"
#include "when.h"

enum { PPM = 1000000 };

static bool clean(const char *text, size_t capacity)
{
    size_t size = strnlen(text, capacity);
    return size < capacity && text_is_clean(text, size);
}

/* Only characters of QR's alphanumeric mode (ISO/IEC 18004 §7.4.4), without the space. */
static bool url_is_valid(const char *url, size_t capacity)
{
    size_t size = strnlen(url, capacity);
    if (size == capacity) {
        return false;
    }
    return strspn(url, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:") == size &&
           (size == 0 || url[size - 1] == '/');
}

static bool notes_are_valid(const struct site *site)
{
    if (site->note_count > SITE_NOTES_MAX) {
        return false;
    }
    for (size_t i = 0; i < site->note_count; i++) {
        if (site->notes_minor[i] <= 0 ||
            (i > 0 && site->notes_minor[i] >= site->notes_minor[i - 1])) {
            return false;
        }
    }
    return true;
}

static bool currency_is_valid(const char *currency)
{
    for (int i = 0; i < 3; i++) {
        if (currency[i] < 'A' || currency[i] > 'Z') {
            return false;
        }
    }
    return currency[3] == '\0';
}

/* Their short names are of a terminal's shape, and each names one account. */
static bool banks_are_valid(const struct site *site)
{
    if (site->bank_count > SITE_BANKS_MAX) {
        return false;
    }
    for (size_t i = 0; i < site->bank_count; i++) {
        const struct site_bank *bank = &site->banks[i];
        if (memchr(bank->id, '\0', sizeof(bank->id)) == NULL || !terminal_is_valid(bank->id) ||
            bank->name[0] == '\0' || !clean(bank->name, sizeof(bank->name)) ||
            !clean(bank->account, sizeof(bank->account))) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(site->banks[j].id, bank->id) == 0) {
                return false;
            }
        }
    }
    return true;
}

static bool papers_are_valid(const struct site *site)
{
    for (size_t i = 0; i < SITE_PAPERS_MAX; i++) {
        if (site->papers[i] > SITE_PAPER_BOTH) {
            return false;
        }
    }
    return true;
}

enum till_status site_check(const struct site *site)
{
    bool texts =
        clean(site->symbol, sizeof(site->symbol)) && clean(site->unit, sizeof(site->unit)) &&
        clean(site->zone, sizeof(site->zone)) && clean(site->payee, sizeof(site->payee)) &&
        clean(site->branch, sizeof(site->branch)) && clean(site->hotline, sizeof(site->hotline)) &&
        url_is_valid(site->receipt_url, sizeof(site->receipt_url));
    bool words = site->words == SITE_WORDS_NONE || site->words == SITE_WORDS_CHINESE ||
                 site->words == SITE_WORDS_ENGLISH;
    bool rules = site->receipt_max_minor >= 0 && site->late_fee_resident_ppm <= PPM &&
                 site->late_fee_other_ppm <= PPM && site->late_fee_cross_year_ppm <= PPM &&
                 site->late_fee_minimum_minor >= 0 && site->tolerance_minor >= 0;
    if (!texts || !words || !rules || !currency_is_valid(site->currency) ||
        site->exponent > SITE_EXPONENT_MAX || !notes_are_valid(site) || !banks_are_valid(site) ||
        !papers_are_valid(site)) {
        return TILL_BAD_INPUT;
    }
    return when_zone_check(site->zone);
}

void site_default(struct site *site_out)
{
    *site_out = (struct site){
        .currency = "CNY",
        .exponent = 2,
        .symbol = "¥",
        .unit = "yuan",
        .zone = "CST-8",
        .notes_minor = {10000, 5000, 2000, 1000, 500, 100},
        .note_count = 6,
        .words = SITE_WORDS_CHINESE,
        .late_fee_resident_ppm = 1000,
        .late_fee_other_ppm = 2000,
        .late_fee_cross_year_ppm = 3000,
    };
}

const struct site_bank *site_bank_of(const struct site *site, const char *id)
{
    for (size_t i = 0; i < site->bank_count && i < SITE_BANKS_MAX; i++) {
        if (strcmp(site->banks[i].id, id) == 0) {
            return &site->banks[i];
        }
    }
    return NULL;
}

int64_t site_unit_minor(const struct site *site)
{
    assert(site->exponent <= SITE_EXPONENT_MAX);
    int64_t unit = 1;
    for (uint8_t i = 0; i < site->exponent; i++) {
        unit *= 10;
    }
    return unit;
}
