/* The one table of drivers. */
#include "driver.h"

#include <stdio.h>
#include <string.h>

#include "linux_drivers.h"
#include "sim_drivers.h"

static const struct driver drivers[] = {
    {"system", DEVICE_CLOCK, system_clock_open},
    {"escpos_tcp", DEVICE_PRINTER, escpos_tcp_open},
    {"escpos_serial", DEVICE_PRINTER, escpos_serial_open},
    {"escpos_usb", DEVICE_PRINTER, escpos_usb_open},
    {"pcsc", DEVICE_CARD, pcsc_reader_open},
    {"interfaces", DEVICE_NETWORK, interfaces_open},
    {"sysfs", DEVICE_POWER, sysfs_power_open},
    {"modemmanager", DEVICE_MODEM, modem_manager_open},
    {"at", DEVICE_MODEM, at_modem_open},
    {"gpsd", DEVICE_POSITION, gpsd_open},
    {"fixed", DEVICE_POSITION, fixed_position_open},
    {"link", DEVICE_METER, meter_link_open},
    {"evdev", DEVICE_KEYPAD, evdev_keypad_open},
    {"evdev", DEVICE_SCANNER, evdev_scanner_open},
    {"serial", DEVICE_SCANNER, scanner_serial_open},
    {"evdev", DEVICE_SOUND, evdev_beeper_open},
    {"pwm", DEVICE_SOUND, pwm_beeper_open},
    {"fbdev", DEVICE_DISPLAY, fbdev_display_open},
    {"drm", DEVICE_DISPLAY, drm_display_open},
    {"linux", DEVICE_WATCHDOG, watchdog_node_open},
    {"folder", DEVICE_STICK, stick_mount_open},
    {"sim", DEVICE_CLOCK, sim_open_clock},
    {"sim", DEVICE_KEYPAD, sim_open_keypad},
    {"sim", DEVICE_DISPLAY, sim_open_display},
    {"sim", DEVICE_PRINTER, sim_open_printer},
    {"sim", DEVICE_NETWORK, sim_open_network},
    {"sim", DEVICE_POWER, sim_open_power},
    {"sim", DEVICE_CARD, sim_open_card},
    {"sim", DEVICE_METER, sim_open_meter},
    {"sim", DEVICE_MODEM, sim_open_modem},
    {"sim", DEVICE_SCANNER, sim_open_scanner},
    {"sim", DEVICE_SOUND, sim_open_sound},
    {"sim", DEVICE_POSITION, sim_open_position},
    {"sim", DEVICE_COUNTER, sim_open_counter},
    {"sim", DEVICE_WATCHDOG, sim_open_watchdog},
    {"sim", DEVICE_STICK, sim_open_stick},
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

static const struct link_driver links[] = {
    {"tcp", link_tcp_open},
    {"serial", link_serial_open},
};

enum till_status link_open(struct opening *opening, struct link **link_out)
{
    const char *name = opening_text(opening, "link");
    if (!name) {
        return TILL_E_CONFIG;
    }
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (strcmp(links[i].name, name) == 0) {
            return links[i].open(opening, link_out);
        }
    }
    settings_complain(opening->settings, opening->section, "link", "there is tcp and serial");
    return TILL_E_CONFIG;
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
