/* The drivers of sim: one world for all devices of a board, as its [sim] section says. */
#include "sim_drivers.h"

#include <stdio.h>
#include <string.h>

#include "sim_private.h"
#include "text.h"

/* [sim]: the handheld's own measures. */
static enum till_status read_measures(struct settings *s, struct sim_setup *setup)
{
    int64_t width = 0;
    int64_t height = 0;
    int64_t scale = 0;
    enum till_status status = settings_integer(s, "sim", "width", 320, 64, 2048, &width);
    if (status == TILL_OK) {
        status = settings_integer(s, "sim", "height", 240, 32, 2048, &height);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, "sim", "scale", 1, 1, 2, &scale);
    }
    if (status == TILL_OK) {
        status = settings_flag(s, "sim", "mono", false, &setup->mono);
    }
    if (status != TILL_OK) {
        return status;
    }
    /* width and height are design pixels: the same board at scale 2 has twice the dots. */
    setup->width = (uint16_t)(width * scale);
    setup->height = (uint16_t)(height * scale);
    setup->scale = (uint8_t)scale;
    return TILL_OK;
}

static enum till_status read_printer(struct settings *s, struct sim_setup *setup)
{
    int64_t dots = 0;
    int64_t speed = 0;
    int64_t buffer = 0;
    bool han = true;
    bool qr = true;
    enum till_status status = settings_integer(s, "sim", "paper", 58, 58, 80, &dots);
    if (status == TILL_OK) {
        status = settings_integer(s, "sim", "speed", 0, 0, 100000, &speed);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, "sim", "buffer", 4096, 64, 262144, &buffer);
    }
    if (status == TILL_OK) {
        status = settings_flag(s, "sim", "han", true, &han);
    }
    if (status == TILL_OK) {
        status = settings_flag(s, "sim", "qr", true, &qr);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (dots == 80) {
        roll_profile_80(&setup->paper);
    } else {
        roll_profile_58(&setup->paper);
    }
    if (!han) {
        setup->paper.charset = ROLL_CHARSET_ASCII;
        setup->paper.features &= ~(unsigned)ROLL_CAN_HAN_SWITCH;
    }
    if (!qr) {
        setup->paper.features &= ~(unsigned)ROLL_CAN_QR;
    }
    text_copy(
        setup->profile, sizeof setup->profile,
        settings_text(s, "sim", "profile", dots == 80 ? "escpos80-gb18030" : "escpos58-gb18030"));
    setup->print_dots_per_s = (uint32_t)speed;
    setup->printer_buffer = (size_t)buffer;
    return TILL_OK;
}

static enum till_status make_world(struct opening *opening, const struct board *board)
{
    struct settings *s = opening->settings;
    struct sim_setup setup;
    sim_setup_default(&setup);
    text_copy(setup.name, sizeof setup.name, board->name);
    setup.sector_size = board->sector_size;
    enum till_status status = read_measures(s, &setup);
    if (status == TILL_OK) {
        status = read_printer(s, &setup);
    }
    if (status != TILL_OK) {
        return status;
    }
    const char *clock = settings_text(s, "sim", "clock", "real");
    if (strcmp(clock, "real") != 0 && strcmp(clock, "virtual") != 0) {
        settings_complain(s, "sim", "clock", "must be real or virtual");
        return TILL_E_CONFIG;
    }
    const char *bus = settings_text(s, "sim", "bus", "");
    setup.real_clock = strcmp(clock, "real") == 0;
    if (!setup.real_clock && bus[0] != '\0') {
        settings_complain(s, "sim", "clock", "must be real with a bus");
        return TILL_E_CONFIG;
    }
    opening->sim = sim_world_create(&setup);
    if (!opening->sim) {
        return TILL_E_MEMORY;
    }
    if (bus[0] == '\0') {
        return TILL_OK;
    }
    status = sim_bus_open(opening->sim, bus);
    if (status != TILL_OK) {
        settings_complain(s, "sim", "bus",
                          status == TILL_TIMEOUT          ? "the panel there doesn't say ready"
                          : status == TILL_DEVICE_OFFLINE ? "no panel listens there"
                                                          : "can't be opened");
    }
    return status;
}

static enum till_status open_device(struct opening *opening, struct board *board,
                                    enum device_class class)
{
    if (!opening->sim) {
        enum till_status status = make_world(opening, board);
        if (status != TILL_OK) {
            return status;
        }
    }
    struct board whole;
    enum till_status status = sim_world_board(opening->sim, &whole);
    if (status != TILL_OK) {
        return status;
    }
    switch (class) {
#define TAKE(number, device)                                                                       \
    case number:                                                                                   \
        board->device = whole.device;                                                              \
        break;
        TAKE(DEVICE_CLOCK, clock)
        TAKE(DEVICE_KEYPAD, keypad)
        TAKE(DEVICE_DISPLAY, display)
        TAKE(DEVICE_PRINTER, printer)
        TAKE(DEVICE_NETWORK, network)
        TAKE(DEVICE_POWER, power)
        TAKE(DEVICE_CARD, card)
        TAKE(DEVICE_METER, meter)
        TAKE(DEVICE_MODEM, modem)
        TAKE(DEVICE_SCANNER, scanner)
        TAKE(DEVICE_SOUND, sound)
        TAKE(DEVICE_POSITION, position)
        TAKE(DEVICE_COUNTER, counter)
        TAKE(DEVICE_WATCHDOG, watchdog)
        TAKE(DEVICE_STICK, stick)
#undef TAKE
    case DEVICE_CLASSES:
        break;
    }
    return TILL_OK;
}

#define OPEN(name, number)                                                                         \
    enum till_status name(struct opening *opening, struct board *board)                            \
    {                                                                                              \
        return open_device(opening, board, number);                                                \
    }
OPEN(sim_open_clock, DEVICE_CLOCK)
OPEN(sim_open_keypad, DEVICE_KEYPAD)
OPEN(sim_open_display, DEVICE_DISPLAY)
OPEN(sim_open_printer, DEVICE_PRINTER)
OPEN(sim_open_network, DEVICE_NETWORK)
OPEN(sim_open_power, DEVICE_POWER)
OPEN(sim_open_card, DEVICE_CARD)
OPEN(sim_open_meter, DEVICE_METER)
OPEN(sim_open_modem, DEVICE_MODEM)
OPEN(sim_open_scanner, DEVICE_SCANNER)
OPEN(sim_open_sound, DEVICE_SOUND)
OPEN(sim_open_position, DEVICE_POSITION)
OPEN(sim_open_counter, DEVICE_COUNTER)
OPEN(sim_open_watchdog, DEVICE_WATCHDOG)
OPEN(sim_open_stick, DEVICE_STICK)
#undef OPEN
