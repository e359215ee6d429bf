/* The board: names of its values, closing it, and whether it is whole. */
#include <assert.h>
#include <string.h>

#include "card.h"
#include "checked.h"
#include "clock.h"
#include "counter.h"
#include "display.h"
#include "keypad.h"
#include "meter.h"
#include "modem.h"
#include "network.h"
#include "position.h"
#include "power.h"
#include "printer.h"
#include "scanner.h"
#include "sound.h"
#include "stick.h"
#include "watchdog.h"

static const char *const bearer_names[] = {"none", "gprs", "4g", "wired"};

const char *network_bearer_name(enum network_bearer bearer)
{
    assert(bearer <= NETWORK_WIRED);
    return bearer_names[bearer];
}

int network_bearer_from_name(const char *name)
{
    for (int i = 0; i <= NETWORK_WIRED; i++) {
        if (strcmp(name, bearer_names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

const char *sound_name(enum sound_pattern pattern)
{
    static const char *const names[] = {
#define X(name, number, text) [number] = text,
        SOUND_LIST(X)
#undef X
    };
    assert(pattern < SOUND_COUNT);
    return names[pattern];
}

/* One line an operation: NULL where the device has it or the board has no such device. */
#define NEEDS(device, operation)                                                                   \
    if (board->device && !board->device->operation) {                                              \
        return #device "." #operation;                                                             \
    }

static const char *lines_missing(const struct board *board)
{
    NEEDS(card, fd)
    NEEDS(card, present)
    NEEDS(card, connect)
    NEEDS(card, transmit)
    NEEDS(card, disconnect)
    NEEDS(card, close)
    NEEDS(meter, exchange)
    NEEDS(meter, set_line)
    NEEDS(meter, close)
    NEEDS(modem, fd)
    NEEDS(modem, state)
    NEEDS(modem, attach)
    NEEDS(modem, detach)
    NEEDS(modem, reset)
    NEEDS(modem, close)
    NEEDS(scanner, fd)
    NEEDS(scanner, poll)
    NEEDS(scanner, aim)
    NEEDS(scanner, close)
    NEEDS(sound, play)
    NEEDS(sound, volume)
    NEEDS(sound, close)
    NEEDS(position, read)
    NEEDS(position, enable)
    NEEDS(position, close)
    NEEDS(counter, read)
    NEEDS(counter, increase)
    NEEDS(counter, close)
    NEEDS(stick, present)
    NEEDS(stick, list)
    NEEDS(stick, read)
    NEEDS(stick, write)
    NEEDS(stick, remove)
    NEEDS(stick, release)
    NEEDS(stick, close)
    NEEDS(watchdog, arm)
    NEEDS(watchdog, feed)
    NEEDS(watchdog, disarm)
    NEEDS(watchdog, close)
    return NULL;
}

const char *board_missing(const struct board *board)
{
    if (!board->keypad) {
        return "keypad";
    }
    if (!board->display) {
        return "display";
    }
    if (!board->clock) {
        return "clock";
    }
    NEEDS(keypad, fd)
    NEEDS(keypad, poll)
    NEEDS(keypad, close)
    NEEDS(display, shape)
    NEEDS(display, show)
    NEEDS(display, backlight)
    NEEDS(display, close)
    NEEDS(clock, now_s)
    NEEDS(clock, now_ms)
    NEEDS(clock, set)
    NEEDS(clock, close)
    NEEDS(printer, fd)
    NEEDS(printer, state)
    NEEDS(printer, write)
    NEEDS(printer, settle)
    NEEDS(printer, reset)
    NEEDS(printer, close)
    NEEDS(network, fd)
    NEEDS(network, state)
    NEEDS(network, close)
    NEEDS(power, fd)
    NEEDS(power, state)
    NEEDS(power, close)
    return lines_missing(board);
}

#undef NEEDS

#define CLOSE(device)                                                                              \
    if (board->device) {                                                                           \
        board->device->close(board->device->context);                                              \
        board->device = NULL;                                                                      \
    }

void board_close_devices(struct board *board)
{
    CLOSE(keypad)
    CLOSE(display)
    CLOSE(printer)
    CLOSE(network)
    CLOSE(power)
    CLOSE(card)
    CLOSE(meter)
    CLOSE(modem)
    CLOSE(scanner)
    CLOSE(sound)
    CLOSE(position)
    CLOSE(counter)
    CLOSE(watchdog)
    CLOSE(stick)
    CLOSE(clock)
}
