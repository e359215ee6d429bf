/*
 * Battery and charger as the kernel's power supply class tells them; power_supply.h has its words.
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
#include "power_gauge.h"
#include "power_supply.h"
#include "text.h"
#include "uevent.h"

enum { ENTRIES_MAX = 64, EVENTS_MAX = 64 };

struct supplies {
    bool automatic; /* whatever the kernel has */
    struct power_names known;
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

/* ---- what the kernel has --------------------------------------------------------------------- */

static bool read_word(const void *context, const char *supply, const char *what,
                      char out[POWER_WORD_SIZE])
{
    const struct sysfs_power *p = context;
    char path[224];
    snprintf(path, sizeof path, "%s/sys/class/power_supply/%s/%s", p->root, supply, what);
    FILE *file = fopen(path, "re");
    if (!file) {
        return false;
    }
    bool read = fgets(out, POWER_WORD_SIZE, file) != NULL;
    fclose(file);
    if (read) {
        out[strcspn(out, "\n")] = '\0';
    }
    return read;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Fill in what the kernel has just now. */
static void find(const struct sysfs_power *p, struct supplies *s,
                 bool (*fits)(const struct power_source *from, const char *supply))
{
    const struct power_source from = {p, read_word};
    char path[160];
    if (!s->automatic) {
        return;
    }
    s->known.count = 0;
    snprintf(path, sizeof path, "%s/sys/class/power_supply", p->root);
    DIR *folder = opendir(path);
    if (!folder) {
        return;
    }
    const struct dirent *entry = readdir(folder);
    for (int i = 0; i < ENTRIES_MAX && entry && s->known.count < POWER_SUPPLIES_MAX; i++) {
        size_t size = strlen(entry->d_name);
        if (entry->d_name[0] != '.' && size <= POWER_NAME_MAX && fits(&from, entry->d_name)) {
            memcpy(s->known.names[s->known.count++], entry->d_name, size + 1);
        }
        entry = readdir(folder);
    }
    closedir(folder);
    qsort(s->known.names, s->known.count, sizeof s->known.names[0], by_name);
}

static void look_now(struct sysfs_power *p, int64_t now_ms)
{
    const struct power_source from = {p, read_word};
    p->looked_ms = now_ms;
    find(p, &p->batteries, power_supply_is_battery);
    find(p, &p->chargers, power_supply_is_charger);
    p->status = power_supply_read(&from, &p->batteries.known, &p->chargers.known, &p->state);
    if (p->status != TILL_OK) {
        p->gauge.has = false; /* another battery may come */
        return;
    }
    p->state.percent = (uint8_t)power_gauge_read(&p->gauge, p->state.percent, now_ms);
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
        if (size > POWER_NAME_MAX || out->known.count == POWER_SUPPLIES_MAX ||
            memchr(text, '/', size) || text[0] == '.') {
            settings_complain(opening->settings, opening->section, key, "is no power supply");
            return TILL_E_CONFIG;
        }
        memcpy(out->known.names[out->known.count++], text, size);
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
    if (status == TILL_OK && p->batteries.known.count == 0 && !p->batteries.automatic) {
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
