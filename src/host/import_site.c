#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_rows.h"
#include "money.h"
#include "text.h"

/* The site as key and value, one setting a row. */

enum setting_type { SETTING_TEXT, SETTING_PPM, SETTING_MONEY };

static const struct setting {
    const char *key;
    enum setting_type type;
    size_t offset;
    size_t capacity; /* of a text */
} settings[] = {
#define TEXT(name)                                                                                 \
    {                                                                                              \
#name, SETTING_TEXT, offsetof(struct site, name), sizeof(((struct site *)0)->name)         \
    }
    TEXT(currency),
    TEXT(symbol),
    TEXT(unit),
    TEXT(zone),
    TEXT(payee),
    TEXT(branch),
    TEXT(hotline),
    TEXT(receipt_url),
#undef TEXT
    {"late_fee_resident_ppm", SETTING_PPM, offsetof(struct site, late_fee_resident_ppm), 0},
    {"late_fee_other_ppm", SETTING_PPM, offsetof(struct site, late_fee_other_ppm), 0},
    {"late_fee_cross_year_ppm", SETTING_PPM, offsetof(struct site, late_fee_cross_year_ppm), 0},
    {"receipt_max", SETTING_MONEY, offsetof(struct site, receipt_max_minor), 0},
    {"late_fee_minimum", SETTING_MONEY, offsetof(struct site, late_fee_minimum_minor), 0},
    {"tolerance", SETTING_MONEY, offsetof(struct site, tolerance_minor), 0},
};

static bool set_setting(struct site *site, const struct setting *setting, const char *value)
{
    char *at = (char *)site + setting->offset;
    int64_t number;
    uint32_t ppm;
    switch (setting->type) {
    case SETTING_TEXT:
        return import_text(value, at, setting->capacity);
    case SETTING_PPM:
        if (!import_integer(value, 1000000, &number)) {
            return false;
        }
        ppm = (uint32_t)number;
        memcpy(at, &ppm, sizeof(ppm));
        return true;
    case SETTING_MONEY:
        if (money_parse(site, value, &number) != TILL_OK) {
            return false;
        }
        memcpy(at, &number, sizeof(number));
        return true;
    }
    return false;
}

/* "100 50 20 10": whole units with decimals, by spaces or ';'. */
static bool set_notes(struct site *site, const char *value)
{
    site->note_count = 0;
    memset(site->notes_minor, 0, sizeof(site->notes_minor));
    while (*value != '\0') {
        char one[24];
        size_t size = strcspn(value, " ;");
        if (size == 0) {
            value++;
            continue;
        }
        if (size >= sizeof(one) || site->note_count == SITE_NOTES_MAX) {
            return false;
        }
        memcpy(one, value, size);
        one[size] = '\0';
        if (money_parse(site, one, &site->notes_minor[site->note_count]) != TILL_OK) {
            return false;
        }
        site->note_count++;
        value += size;
    }
    return true;
}

/* "name;account", or the name alone; an empty value takes the bank off the list. */
static bool set_bank(struct site *site, const char *id, const char *value)
{
    struct site_bank bank = {.id = ""};
    char name[SITE_TEXT_MAX];
    size_t at = 0, size = strcspn(value, ";");
    if (!import_text(id, bank.id, sizeof(bank.id)) || !terminal_is_valid(bank.id) ||
        size >= sizeof(name)) {
        return false;
    }
    memcpy(name, value, size);
    name[size] = '\0';
    while (at < site->bank_count && strcmp(site->banks[at].id, bank.id) != 0) {
        at++;
    }
    if (value[0] == '\0') {
        if (at < site->bank_count) {
            size_t left = (size_t)site->bank_count - at - 1;
            memmove(&site->banks[at], &site->banks[at + 1], left * sizeof(bank));
            memset(&site->banks[--site->bank_count], 0, sizeof(bank));
        }
        return true;
    }
    const char *account = value[size] == ';' ? value + size + 1 : "";
    if (at == SITE_BANKS_MAX || !import_text(name, bank.name, sizeof(bank.name)) ||
        bank.name[0] == '\0' || !import_text(account, bank.account, sizeof(bank.account))) {
        return false;
    }
    site->banks[at] = bank;
    site->bank_count = at == site->bank_count ? (uint8_t)(at + 1) : site->bank_count;
    return true;
}

/* What a customer class gets: 0 resident, 1 other. */
static bool set_paper(struct site *site, size_t class, const char *value)
{
    static const char *const papers[] = {"receipt", "invoice", "both", NULL};
    int choice = import_choice(value, papers);
    site->papers[class] = choice < 0 ? site->papers[class] : (uint8_t)choice;
    return choice >= 0;
}

/* Settings that only some sites have; *known_out as of set. */
static bool set_cash(struct site *site, const char *key, const char *value, bool *known_out)
{
    static const char bank[] = "bank.";
    int64_t days;
    *known_out = true;
    if (strncmp(key, bank, sizeof(bank) - 1) == 0) {
        return set_bank(site, key + sizeof(bank) - 1, value);
    }
    if (strcmp(key, "paper_resident") == 0) {
        return set_paper(site, CUSTOMER_RESIDENT, value);
    }
    if (strcmp(key, "paper_other") == 0) {
        return set_paper(site, CUSTOMER_OTHER, value);
    }
    *known_out = strcmp(key, "late_receipt_days") == 0;
    if (!*known_out || !import_integer(value, UINT8_MAX, &days)) {
        return false;
    }
    site->late_receipt_days = (uint8_t)days;
    return true;
}

static bool set(struct site *site, const char *key, const char *value, bool *known_out)
{
    static const char *const words[] = {"none", "chinese", "english", NULL};
    int64_t number;
    *known_out = true;
    if (strcmp(key, "exponent") == 0) {
        bool good = import_integer(value, 4, &number);
        site->exponent = good ? (uint8_t)number : site->exponent;
        return good;
    }
    if (strcmp(key, "words") == 0) {
        int choice = import_choice(value, words);
        site->words = choice < 0 ? site->words : (enum site_words)choice;
        return choice >= 0;
    }
    if (strcmp(key, "notes") == 0) {
        return set_notes(site, value);
    }
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (strcmp(key, settings[i].key) == 0) {
            return set_setting(site, &settings[i], value);
        }
    }
    return set_cash(site, key, value, known_out);
}

static enum till_status site_row(struct import_state *state, uint32_t line,
                                 const char *const *values, bool *changed_out,
                                 const char **reason_out)
{
    (void)line;
    struct site next;
    memcpy(&next, &state->site, sizeof(next)); /* padding too, so that bytes can be compared */
    bool known;
    bool good = set(&next, values[0], values[1], &known);
    if (!good) {
        *reason_out =
            known ? N_("this is no value for that key") : N_("no site setting has that key");
        return TILL_BAD_INPUT;
    }
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c) */
    if (memcmp(&next, &state->site, sizeof(next)) == 0) {
        return TILL_UNCHANGED;
    }
    memcpy(&state->site, &next, sizeof(next));
    *changed_out = true;
    return TILL_OK;
}

static enum till_status site_end(struct import_state *state, bool any)
{
    if (!any) {
        return TILL_OK;
    }
    return site_check(&state->site) == TILL_OK ? store_site_put(state->store, &state->site)
                                               : TILL_E_CONFIG;
}

const struct import_table import_site_table = {
    "site",   true,     {{"key", true, IMPORT_TEXT}, {"value", true, IMPORT_TEXT}},
    site_row, site_end, NULL};
