/* The one table of drivers. */
#include "driver.h"

#include <stdio.h>
#include <string.h>

#include "sim_drivers.h"

static const struct driver drivers[] = {
    {"sim", DEVICE_CLOCK, sim_open_clock},     {"sim", DEVICE_KEYPAD, sim_open_keypad},
    {"sim", DEVICE_DISPLAY, sim_open_display}, {"sim", DEVICE_PRINTER, sim_open_printer},
    {"sim", DEVICE_NETWORK, sim_open_network}, {"sim", DEVICE_POWER, sim_open_power},
    {"sim", DEVICE_CARD, sim_open_card},       {"sim", DEVICE_METER, sim_open_meter},
    {"sim", DEVICE_MODEM, sim_open_modem},     {"sim", DEVICE_SCANNER, sim_open_scanner},
    {"sim", DEVICE_SOUND, sim_open_sound},     {"sim", DEVICE_POSITION, sim_open_position},
    {"sim", DEVICE_COUNTER, sim_open_counter},
};

const struct driver *driver_find(enum device_class class, const char *name)
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        if (drivers[i].class == class && strcmp(drivers[i].name, name) == 0) {
            return &drivers[i];
        }
    }
    return NULL;
}

void driver_names(enum device_class class, char *out, size_t capacity)
{
    size_t size = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers && size < capacity; i++) {
        if (drivers[i].class == class) {
            int more = snprintf(out + size, capacity - size, "%s%s", size > 0 ? ", " : "",
                                drivers[i].name);
            size += more > 0 ? (size_t)more : 0;
        }
    }
}

const char *opening_text(struct opening *opening, const char *key)
{
    const char *value = settings_text(opening->settings, opening->section, key, NULL);
    if (!value || value[0] == '\0') {
        settings_complain(opening->settings, opening->section, key, "this option must be given");
        return NULL;
    }
    return value;
}
