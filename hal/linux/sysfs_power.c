/* Battery and charger as the kernel's power supply class tells them (Documentation/power). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linux_drivers.h"
#include "power.h"
#include "text.h"

struct sysfs_power {
    struct power power;
    char root[96]; /* "" except in tests */
    char battery[33];
    char charger[33]; /* "" = the battery's own word is taken */
};

static bool read_word(const struct sysfs_power *p, const char *device, const char *what,
                      char out[24])
{
    char path[224];
    snprintf(path, sizeof path, "%s/sys/class/power_supply/%s/%s", p->root, device, what);
    FILE *file = fopen(path, "re");
    if (!file) {
        return false;
    }
    bool read = fgets(out, 24, file) != NULL;
    fclose(file);
    if (read) {
        out[strcspn(out, "\n")] = '\0';
    }
    return read;
}

static int no_fd(void *context)
{
    (void)context;
    return -1;
}

static enum till_status look(void *context, struct power_state *state_out)
{
    const struct sysfs_power *p = context;
    char capacity[24];
    char word[24] = "";
    if (!read_word(p, p->battery, "capacity", capacity)) {
        return TILL_DEVICE_OFFLINE;
    }
    char *end;
    long percent = strtol(capacity, &end, 10);
    if (end == capacity || *end != '\0') {
        return TILL_E_DEVICE;
    }
    state_out->percent = (uint8_t)(percent < 0 ? 0 : percent > 100 ? 100 : percent);
    if (p->charger[0] != '\0') {
        state_out->charging = read_word(p, p->charger, "online", word) && strcmp(word, "1") == 0;
    } else {
        state_out->charging = read_word(p, p->battery, "status", word) &&
                              (strcmp(word, "Charging") == 0 || strcmp(word, "Full") == 0);
    }
    return TILL_OK;
}

enum till_status sysfs_power_open(struct opening *opening, struct board *board)
{
    const char *battery = settings_text(opening->settings, opening->section, "battery", "BAT0");
    const char *charger = settings_text(opening->settings, opening->section, "charger", "");
    const char *root = settings_text(opening->settings, opening->section, "root", "");
    if (battery[0] == '\0' || strlen(battery) > 32 || strlen(charger) > 32 ||
        strchr(battery, '/') || strchr(charger, '/')) {
        settings_complain(opening->settings, opening->section, "battery", "is no power supply");
        return TILL_E_CONFIG;
    }
    struct sysfs_power *p = calloc(1, sizeof *p);
    if (!p) {
        return TILL_E_MEMORY;
    }
    text_copy(p->root, sizeof p->root, root);
    text_copy(p->battery, sizeof p->battery, battery);
    text_copy(p->charger, sizeof p->charger, charger);
    p->power = (struct power){p, no_fd, look, free};
    board->power = &p->power;
    return TILL_OK;
}
