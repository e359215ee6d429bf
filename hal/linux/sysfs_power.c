/*
 * Battery and charger as the kernel's power supply class tells them (Documentation/ABI/testing/
 * sysfs-class-power).
 *
 * Not every driver of the kernel knows `capacity`: energy or charge, now and when full, does as
 * well, and where there is nothing else the word of capacity_level. Several batteries count
 * together. Events make it look at once; without them it looks every five seconds, however often it
 * is asked, because a fuel gauge on a slow bus takes milliseconds to answer.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "linux_drivers.h"
#include "monotonic.h"
#include "power.h"
#include "power_gauge.h"
#include "text.h"
#include "uevent.h"

enum { SUPPLIES_MAX = 4, SUPPLY_NAME_MAX = 32, ENTRIES_MAX = 64, WORD_SIZE = 24, EVENTS_MAX = 64 };

struct supplies {
    bool automatic; /* whatever the kernel has */
    char names[SUPPLIES_MAX][SUPPLY_NAME_MAX + 1];
    size_t count;
};

struct sysfs_power {
    struct power power;
    char root[96]; /* "" except in tests */
    struct supplies batteries;
    struct supplies chargers; /* none: the battery's own word is taken */
    int events;               /* -1: none here */
    int64_t every_ms;
    int64_t looked_ms; /* 0 = never */
    enum till_status status;
    struct power_state state;
    struct power_gauge gauge;
};

/* ---- one file, one supply -------------------------------------------------------------------- */

static bool read_word(const struct sysfs_power *p, const char *supply, const char *what,
                      char out[WORD_SIZE])
{
    char path[224];
    snprintf(path, sizeof path, "%s/sys/class/power_supply/%s/%s", p->root, supply, what);
    FILE *file = fopen(path, "re");
    if (!file) {
        return false;
    }
    bool read = fgets(out, WORD_SIZE, file) != NULL;
    fclose(file);
    if (read) {
        out[strcspn(out, "\n")] = '\0';
    }
    return read;
}

/* false: there is no such file, or no number in it. */
static bool read_number(const struct sysfs_power *p, const char *supply, const char *what,
                        int64_t *value_out)
{
    char word[WORD_SIZE];
    char *end;
    if (!read_word(p, supply, what, word)) {
        return false;
    }
    long long value = strtoll(word, &end, 10);
    if (end == word || *end != '\0') {
        return false;
    }
    *value_out = value;
    return true;
}

static bool is_word(const struct sysfs_power *p, const char *supply, const char *what,
                    const char *wanted)
{
    char word[WORD_SIZE];
    return read_word(p, supply, what, word) && strcmp(word, wanted) == 0;
}

/* Percent from what is in it and what fits in. */
static bool read_share(const struct sysfs_power *p, const char *supply, const char *now,
                       const char *full, const char *design, int64_t *percent_out)
{
    int64_t in = 0;
    int64_t most = 0;
    if (!read_number(p, supply, now, &in) ||
        ((!read_number(p, supply, full, &most) || most <= 0) &&
         (!read_number(p, supply, design, &most) || most <= 0)) ||
        in < 0 || in > INT64_MAX / 100) {
        return false;
    }
    *percent_out = in * 100 / most;
    return true;
}

static bool read_level(const struct sysfs_power *p, const char *supply, int64_t *percent_out)
{
    static const struct {
        const char *word;
        int64_t percent;
    } levels[] = {{"Critical", 3}, {"Low", 15}, {"Normal", 55}, {"High", 85}, {"Full", 100}};
    char word[WORD_SIZE];
    if (!read_word(p, supply, "capacity_level", word)) {
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
static enum till_status read_percent(const struct sysfs_power *p, const char *battery,
                                     int64_t *percent_out)
{
    char word[WORD_SIZE];
    if (is_word(p, battery, "present", "0")) {
        return TILL_DEVICE_OFFLINE;
    }
    if (read_number(p, battery, "capacity", percent_out) ||
        read_share(p, battery, "energy_now", "energy_full", "energy_full_design", percent_out) ||
        read_share(p, battery, "charge_now", "charge_full", "charge_full_design", percent_out) ||
        read_level(p, battery, percent_out)) {
        return TILL_OK;
    }
    bool is_there = read_word(p, battery, "status", word) || read_word(p, battery, "type", word) ||
                    read_word(p, battery, "capacity", word);
    return is_there ? TILL_E_DEVICE : TILL_DEVICE_OFFLINE;
}

/* What two batteries hold is known where both say it in the same unit; else they weigh the same. */
static int64_t weight(const struct sysfs_power *p, const char *battery)
{
    int64_t full = 0;
    bool known = read_number(p, battery, "energy_full", &full) ||
                 read_number(p, battery, "charge_full", &full);
    return known && full > 0 && full < INT64_MAX / 1000 ? full : 0;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool is_battery(const struct sysfs_power *p, const char *name)
{
    /* A stylus or a headset has a battery too. */
    return is_word(p, name, "type", "Battery") && !is_word(p, name, "scope", "Device");
}

static bool is_charger(const struct sysfs_power *p, const char *name)
{
    char type[WORD_SIZE];
    return read_word(p, name, "type", type) &&
           (strcmp(type, "Mains") == 0 || strncmp(type, "USB", 3) == 0 ||
            strcmp(type, "Wireless") == 0);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Fill in what the kernel has just now. */
static void find(const struct sysfs_power *p, struct supplies *s,
                 bool (*fits)(const struct sysfs_power *p, const char *name))
{
    char path[160];
    if (!s->automatic) {
        return;
    }
    s->count = 0;
    snprintf(path, sizeof path, "%s/sys/class/power_supply", p->root);
    DIR *folder = opendir(path);
    if (!folder) {
        return;
    }
    const struct dirent *entry = readdir(folder);
    for (int i = 0; i < ENTRIES_MAX && entry && s->count < SUPPLIES_MAX; i++) {
        size_t size = strlen(entry->d_name);
        if (entry->d_name[0] != '.' && size <= SUPPLY_NAME_MAX && fits(p, entry->d_name)) {
            memcpy(s->names[s->count++], entry->d_name, size + 1);
        }
        entry = readdir(folder);
    }
    closedir(folder);
    qsort(s->names, s->count, sizeof s->names[0], by_name);
}

static enum till_status read_batteries(const struct sysfs_power *p, int64_t *percent_out)
{
    enum till_status status = TILL_DEVICE_OFFLINE;
    int64_t percents[SUPPLIES_MAX];
    int64_t weights[SUPPLIES_MAX];
    size_t count = 0;
    bool weighed = true;
    for (size_t i = 0; i < p->batteries.count; i++) {
        int64_t percent = 0;
        enum till_status one = read_percent(p, p->batteries.names[i], &percent);
        if (one == TILL_OK) {
            percents[count] = percent < 0 ? 0 : percent > 100 ? 100 : percent;
            weights[count] = weight(p, p->batteries.names[i]) / 1000;
            weighed = weighed && weights[count] > 0;
            count++;
        } else if (status != TILL_OK) {
            status = one;
        }
    }
    if (count == 0) {
        return status;
    }
    int64_t sum = 0;
    int64_t all = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t w = weighed ? weights[i] : 1;
        sum += percents[i] * w;
        all += w;
    }
    *percent_out = all > 0 ? sum / all : percents[0];
    return TILL_OK;
}

static bool read_charging(const struct sysfs_power *p)
{
    for (size_t i = 0; i < p->chargers.count; i++) {
        int64_t online = 0;
        if (read_number(p, p->chargers.names[i], "online", &online) && online > 0) {
            return true;
        }
    }
    if (p->chargers.count > 0) {
        return false;
    }
    for (size_t i = 0; i < p->batteries.count; i++) {
        const char *battery = p->batteries.names[i];
        /* "Not charging" is plugged in as well, and held back: too hot, or full enough. */
        if (is_word(p, battery, "status", "Charging") || is_word(p, battery, "status", "Full") ||
            is_word(p, battery, "status", "Not charging")) {
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
static void read_condition(const struct sysfs_power *p, struct power_state *state)
{
    state->health = POWER_HEALTH_UNKNOWN;
    state->temperature_dc = 0;
    for (size_t i = 0; i < p->batteries.count; i++) {
        const char *battery = p->batteries.names[i];
        char word[WORD_SIZE];
        int64_t temperature = 0;
        if (read_word(p, battery, "health", word) && health_of(word) > state->health) {
            state->health = health_of(word);
        }
        if (state->temperature_dc == 0 && read_number(p, battery, "temp", &temperature) &&
            temperature > -1000 && temperature < 2000) {
            state->temperature_dc = (int16_t)temperature;
        }
    }
}

static void look_now(struct sysfs_power *p, int64_t now_ms)
{
    int64_t percent = 0;
    p->looked_ms = now_ms;
    find(p, &p->batteries, is_battery);
    find(p, &p->chargers, is_charger);
    p->status = read_batteries(p, &percent);
    if (p->status != TILL_OK) {
        p->gauge.has = false; /* another battery may come */
        return;
    }
    p->state.percent = (uint8_t)power_gauge_read(&p->gauge, percent, now_ms);
    p->state.charging = read_charging(p);
    read_condition(p, &p->state);
}

/* ---- the contract ---------------------------------------------------------------------------- */

static int events_fd(void *context)
{
    const struct sysfs_power *p = context;
    return p->events;
}

static enum till_status tell(void *context, struct power_state *state_out)
{
    struct sysfs_power *p = context;
    struct uevent event;
    int64_t now_ms = monotonic_ms();
    bool due = p->events >= 0 && uevent_next(p->events, "power_supply", &event);
    for (int i = 0; i < EVENTS_MAX && due; i++) {
        if (!uevent_next(p->events, "power_supply", &event)) {
            break; /* one look answers them all */
        }
    }
    if (due || p->looked_ms == 0 || now_ms - p->looked_ms >= p->every_ms) {
        look_now(p, now_ms);
    }
    if (p->status == TILL_OK) {
        *state_out = p->state;
    }
    return p->status;
}

static void shut(void *context)
{
    struct sysfs_power *p = context;
    if (p->events >= 0) {
        close(p->events);
    }
    free(p);
}

/* Names parted by spaces or commas, or "auto". */
static enum till_status read_names(struct opening *opening, const char *key, const char *otherwise,
                                   struct supplies *out)
{
    const char *text = settings_text(opening->settings, opening->section, key, otherwise);
    memset(out, 0, sizeof *out);
    if (strcmp(text, "auto") == 0) {
        out->automatic = true;
        return TILL_OK;
    }
    text += strspn(text, ", ");
    while (*text != '\0') {
        size_t size = strcspn(text, ", ");
        if (size > SUPPLY_NAME_MAX || out->count == SUPPLIES_MAX || memchr(text, '/', size) ||
            text[0] == '.') {
            settings_complain(opening->settings, opening->section, key, "is no power supply");
            return TILL_E_CONFIG;
        }
        memcpy(out->names[out->count++], text, size);
        text += size;
        text += strspn(text, ", ");
    }
    return TILL_OK;
}

enum till_status sysfs_power_open(struct opening *opening, struct board *board)
{
    struct sysfs_power *p = calloc(1, sizeof *p);
    if (!p) {
        return TILL_E_MEMORY;
    }
    text_copy(p->root, sizeof p->root,
              settings_text(opening->settings, opening->section, "root", ""));
    enum till_status status = read_names(opening, "battery", "BAT0", &p->batteries);
    if (status == TILL_OK && p->batteries.count == 0 && !p->batteries.automatic) {
        settings_complain(opening->settings, opening->section, "battery", "is no power supply");
        status = TILL_E_CONFIG;
    }
    if (status == TILL_OK) {
        status = read_names(opening, "charger", "", &p->chargers);
    }
    if (status == TILL_OK) {
        status = settings_integer(opening->settings, opening->section, "every_ms", 5000, 0, 60000,
                                  &p->every_ms);
    }
    if (status != TILL_OK) {
        free(p);
        return status;
    }
    p->events = uevent_open(p->root);
    p->power = (struct power){p, events_fd, tell, shut};
    board->power = &p->power;
    return TILL_OK;
}
