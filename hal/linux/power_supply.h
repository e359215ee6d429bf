/*
 * Battery and charger out of the words of the kernel's power supply class (Documentation/ABI/
 * testing/sysfs-class-power): text in, a state out.
 *
 * It opens nothing and knows no time: sysfs_power.c fetches the words, power_gauge.h doubts what
 * comes out. A fuel gauge's driver is free to say what it likes; nothing here trusts it.
 */
#ifndef TILL_POWER_SUPPLY_H
#define TILL_POWER_SUPPLY_H

#include <stddef.h>

#include "power.h"

enum { POWER_SUPPLIES_MAX = 4, POWER_NAME_MAX = 32, POWER_WORD_SIZE = 24 };

struct power_names {
    char names[POWER_SUPPLIES_MAX][POWER_NAME_MAX + 1];
    size_t count;
};

/* word(): the first line of the attribute `what` of a supply, without its newline, cut to what
 * fits; false: there is none, and out is anything. */
struct power_source {
    const void *context;
    bool (*word)(const void *context, const char *supply, const char *what,
                 char out[POWER_WORD_SIZE]);
};

/* Of a stylus or a headset there is a battery too: that is none. */
bool power_supply_is_battery(const struct power_source *from, const char *supply);
bool power_supply_is_charger(const struct power_source *from, const char *supply);

/*
 * What all of them say together; percent 0..100.
 *   chargers  count 0: the batteries' own word is taken
 * TILL_DEVICE_OFFLINE: there is no such battery. TILL_E_DEVICE: it tells nothing of use.
 */
enum till_status power_supply_read(const struct power_source *from,
                                   const struct power_names *batteries,
                                   const struct power_names *chargers,
                                   struct power_state *state_out) TILL_CHECKED;

#endif
