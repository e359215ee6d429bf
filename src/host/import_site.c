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
    *known_out = false;
    return false;
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
