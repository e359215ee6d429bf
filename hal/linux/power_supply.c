#include "power_supply.h"

#include <stdlib.h>
#include <string.h>

/* ---- one word, one supply -------------------------------------------------------------------- */

/* false: there is no such file, or no number in it. */
static bool read_number(const struct power_source *from, const char *supply, const char *what,
                        int64_t *value_out)
{
    char word[POWER_WORD_SIZE];
    char *end;
    if (!from->word(from->context, supply, what, word)) {
        return false;
    }
    long long value = strtoll(word, &end, 10);
    if (end == word || *end != '\0') {
        return false;
    }
    *value_out = value;
    return true;
}

static bool is_word(const struct power_source *from, const char *supply, const char *what,
                    const char *wanted)
{
    char word[POWER_WORD_SIZE];
    return from->word(from->context, supply, what, word) && strcmp(word, wanted) == 0;
}

/* Percent from what is in it and what fits in. */
static bool read_share(const struct power_source *from, const char *supply, const char *now,
                       const char *full, const char *design, int64_t *percent_out)
{
    int64_t in = 0;
    int64_t most = 0;
    if (!read_number(from, supply, now, &in) ||
        ((!read_number(from, supply, full, &most) || most <= 0) &&
         (!read_number(from, supply, design, &most) || most <= 0)) ||
        in < 0 || in > INT64_MAX / 100) {
        return false;
    }
    *percent_out = in * 100 / most;
    return true;
}

static bool read_level(const struct power_source *from, const char *supply, int64_t *percent_out)
{
    static const struct {
        const char *word;
        int64_t percent;
    } levels[] = {{"Critical", 3}, {"Low", 15}, {"Normal", 55}, {"High", 85}, {"Full", 100}};
    char word[POWER_WORD_SIZE];
    if (!from->word(from->context, supply, "capacity_level", word)) {
        return false;
    }
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(word, levels[i].word) == 0) {
            *percent_out = levels[i].percent;
            return true;
        }
    }
    return false;
}

/* TILL_DEVICE_OFFLINE: there is no such battery. TILL_E_DEVICE: it tells nothing of use. */
static enum till_status read_percent(const struct power_source *from, const char *battery,
                                     int64_t *percent_out)
{
    char word[POWER_WORD_SIZE];
    if (is_word(from, battery, "present", "0")) {
        return TILL_DEVICE_OFFLINE;
    }
    if (read_number(from, battery, "capacity", percent_out) ||
        read_share(from, battery, "energy_now", "energy_full", "energy_full_design", percent_out) ||
        read_share(from, battery, "charge_now", "charge_full", "charge_full_design", percent_out) ||
        read_level(from, battery, percent_out)) {
        return TILL_OK;
    }
    bool is_there = from->word(from->context, battery, "status", word) ||
                    from->word(from->context, battery, "type", word) ||
                    from->word(from->context, battery, "capacity", word);
    return is_there ? TILL_E_DEVICE : TILL_DEVICE_OFFLINE;
}

/* What a battery holds when it is full, in thousands of `unit`; 0: it doesn't say. */
static int64_t weight(const struct power_source *from, const char *battery, const char *unit)
{
    int64_t full = 0;
    bool known = read_number(from, battery, unit, &full) && full > 0 && full < INT64_MAX / 1000;
    return known ? full / 1000 : 0;
}

/* ---- all of them ----------------------------------------------------------------------------- */

bool power_supply_is_battery(const struct power_source *from, const char *name)
{
    /* A stylus or a headset has a battery too. */
    return is_word(from, name, "type", "Battery") && !is_word(from, name, "scope", "Device");
}

bool power_supply_is_charger(const struct power_source *from, const char *name)
{
    char type[POWER_WORD_SIZE];
    return from->word(from->context, name, "type", type) &&
           (strcmp(type, "Mains") == 0 || strncmp(type, "USB", 3) == 0 ||
            strcmp(type, "Wireless") == 0);
}

/* What batteries hold counts where all of them say it in one unit; else they weigh the same. */
static void weigh(const struct power_source *from, const struct power_names *batteries,
                  int64_t weights_out[POWER_SUPPLIES_MAX])
{
    static const char *const units[] = {"energy_full", "charge_full"};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t known = 0;
        for (size_t i = 0; i < batteries->count; i++) {
            weights_out[i] = weight(from, batteries->names[i], units[u]);
            known += weights_out[i] > 0;
        }
        if (known == batteries->count) {
            return;
        }
    }
    for (size_t i = 0; i < batteries->count; i++) {
        weights_out[i] = 1;
    }
}

static enum till_status read_batteries(const struct power_source *from,
                                       const struct power_names *batteries, uint8_t *percent_out)
{
    enum till_status status = TILL_DEVICE_OFFLINE;
    struct power_names told = {.count = 0};
    int64_t percents[POWER_SUPPLIES_MAX];
    int64_t weights[POWER_SUPPLIES_MAX];
    for (size_t i = 0; i < batteries->count; i++) {
        int64_t percent = 0;
        enum till_status one = read_percent(from, batteries->names[i], &percent);
        if (one == TILL_OK) {
            percents[told.count] = percent < 0 ? 0 : percent > 100 ? 100 : percent;
            memcpy(told.names[told.count++], batteries->names[i], sizeof told.names[0]);
        } else if (one == TILL_E_DEVICE) {
            status = one;
        }
    }
    if (told.count == 0) {
        return status;
    }
    int64_t sum = 0;
    int64_t all = 0;
    weigh(from, &told, weights);
    for (size_t i = 0; i < told.count; i++) {
        sum += percents[i] * weights[i];
        all += weights[i];
    }
    *percent_out = (uint8_t)(sum / all);
    return TILL_OK;
}

static bool read_charging(const struct power_source *from, const struct power_names *batteries,
                          const struct power_names *chargers)
{
    for (size_t i = 0; i < chargers->count; i++) {
        int64_t online = 0;
        if (read_number(from, chargers->names[i], "online", &online) && online > 0) {
            return true;
        }
    }
    if (chargers->count > 0) {
        return false;
    }
    for (size_t i = 0; i < batteries->count; i++) {
        const char *battery = batteries->names[i];
        /* "Not charging" is plugged in as well, and held back: too hot, or full enough. */
        if (is_word(from, battery, "status", "Charging") ||
            is_word(from, battery, "status", "Full") ||
            is_word(from, battery, "status", "Not charging")) {
            return true;
        }
    }
    return false;
}

static enum power_health health_of(const char *word)
{
    static const struct {
        const char *word;
        enum power_health health;
    } table[] = {
        {"Good", POWER_GOOD},
        {"Warm", POWER_GOOD},
        {"Cool", POWER_GOOD},
        {"Overheat", POWER_HOT},
        {"Hot", POWER_HOT},
        {"Cold", POWER_COLD},
        {"Dead", POWER_WORN},
        {"Over voltage", POWER_WORN},
        {"Over current", POWER_WORN},
        {"Unspecified failure", POWER_WORN},
        {"Calibration required", POWER_WORN},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(word, table[i].word) == 0) {
            return table[i].health;
        }
    }
    return POWER_HEALTH_UNKNOWN;
}

/* The worst health, and the temperature of the first that tells one. */
static void read_condition(const struct power_source *from, const struct power_names *batteries,
                           struct power_state *state)
{
    state->health = POWER_HEALTH_UNKNOWN;
    state->temperature_dc = 0;
    for (size_t i = 0; i < batteries->count; i++) {
        const char *battery = batteries->names[i];
        char word[POWER_WORD_SIZE];
        int64_t temperature = 0;
        if (from->word(from->context, battery, "health", word) && health_of(word) > state->health) {
            state->health = health_of(word);
        }
        if (state->temperature_dc == 0 && read_number(from, battery, "temp", &temperature) &&
            temperature > -1000 && temperature < 2000) {
            state->temperature_dc = (int16_t)temperature;
        }
    }
}

enum till_status power_supply_read(const struct power_source *from,
                                   const struct power_names *batteries,
                                   const struct power_names *chargers,
                                   struct power_state *state_out)
{
    struct power_state state = {.percent = 0};
    enum till_status status = read_batteries(from, batteries, &state.percent);
    if (status != TILL_OK) {
        return status;
    }
    state.charging = read_charging(from, batteries, chargers);
    read_condition(from, batteries, &state);
    *state_out = state;
    return TILL_OK;
}
