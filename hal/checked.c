#include "checked.h"

#include <assert.h>
#include <string.h>

#include "clock.h"
#include "counter.h"
#include "display.h"
#include "keypad.h"
#include "network.h"
#include "position.h"
#include "power.h"
#include "printer.h"
#include "scanner.h"
#include "sound.h"
#include "watchdog.h"
#include "when.h"

/* Every driver answers a status of the list; a stray number would end up in the journal. */
static enum till_status known(enum till_status status)
{
    assert(strcmp(status_name(status), "TILL_?") != 0);
    return status;
}

int64_t clock_now_s(const struct clock_device *clock)
{
    return clock->now_s(clock->context);
}

int64_t clock_now_ms(const struct clock_device *clock)
{
    int64_t now_ms = clock->now_ms(clock->context);
    assert(now_ms >= 0);
    return now_ms;
}

enum till_status clock_set(const struct clock_device *clock, int64_t at_s)
{
    if (at_s < WHEN_MIN_S || at_s >= WHEN_MAX_S) {
        return TILL_BAD_INPUT;
    }
    return known(clock->set(clock->context, at_s));
}

void display_shape(const struct display *display, struct display_shape *shape_out)
{
    display->shape(display->context, shape_out);
    assert(shape_out->width > 0 && shape_out->height > 0);
    assert(shape_out->scale == 1 || shape_out->scale == 2);
}

enum till_status display_show(const struct display *display, const uint32_t *pixels, size_t stride,
                              struct display_area area)
{
    struct display_shape shape;
    display_shape(display, &shape);
    assert(pixels && stride >= shape.width);
    assert(area.width > 0 && area.height > 0);
    assert(area.x + area.width <= shape.width && area.y + area.height <= shape.height);
    return known(display->show(display->context, pixels, stride, area));
}

enum till_status display_backlight(const struct display *display, uint8_t percent)
{
    assert(percent <= 100);
    return known(display->backlight(display->context, percent));
}

void display_describe(const struct display *display, const char *screen, const char *text)
{
    assert(screen && text && screen[0] != '\0');
    assert(strlen(screen) <= 64 && !strpbrk(screen, "\n "));
    if (display->describe) {
        display->describe(display->context, screen, text);
    }
}

int keypad_fd(const struct keypad *keypad)
{
    return keypad->fd(keypad->context);
}

enum till_status keypad_poll(const struct keypad *keypad, struct keypad_event *event_out)
{
    struct keypad_event event = {PAD_NONE, false, 0};
    enum till_status status = known(keypad->poll(keypad->context, &event));
    if (status == TILL_OK) {
        assert(event.key > PAD_NONE && event.key < PAD_COUNT);
        *event_out = event;
    }
    return status;
}

int printer_fd(const struct printer *printer)
{
    return printer->fd(printer->context);
}

enum till_status printer_state(const struct printer *printer, struct printer_state *state_out)
{
    struct printer_state state = {.status = TILL_OK};
    enum till_status status = known(printer->state(printer->context, &state));
    if (status == TILL_OK) {
        known(state.status);
        assert((state.flags & ~(unsigned)PRINTER_FLAGS) == 0);
        *state_out = state;
    }
    return status;
}

enum till_status printer_write(const struct printer *printer, struct span bytes, size_t *taken_out)
{
    assert(bytes.data || bytes.size == 0);
    size_t taken = 0;
    enum till_status status = known(printer->write(printer->context, bytes, &taken));
    assert(taken <= bytes.size);
    *taken_out = taken;
    return status;
}

enum till_status printer_settle(const struct printer *printer)
{
    return known(printer->settle(printer->context));
}

enum till_status printer_reset(const struct printer *printer)
{
    return known(printer->reset(printer->context));
}

int network_fd(const struct network *network)
{
    return network->fd(network->context);
}

enum till_status network_state(const struct network *network, struct network_state *state_out)
{
    struct network_state state = {NETWORK_NONE, 0, false};
    enum till_status status = known(network->state(network->context, &state));
    if (status == TILL_OK) {
        assert(state.bearer <= NETWORK_WIRED && state.bars <= 4);
        *state_out = state;
    }
    return status;
}

int power_fd(const struct power *power)
{
    return power->fd(power->context);
}

enum till_status power_state(const struct power *power, struct power_state *state_out)
{
    struct power_state state = {.percent = 0};
    enum till_status status = known(power->state(power->context, &state));
    if (status == TILL_OK) {
        assert(state.percent <= 100);
        *state_out = state;
    }
    return status;
}

int scanner_fd(const struct scanner *scanner)
{
    return scanner->fd(scanner->context);
}

enum till_status scanner_poll(const struct scanner *scanner, struct scanner_text *text_out)
{
    enum till_status status = known(scanner->poll(scanner->context, text_out));
    if (status == TILL_OK) {
        assert(text_out->size > 0 && text_out->size <= SCANNER_TEXT_MAX);
        assert(text_out->bytes[text_out->size] == '\0');
    }
    return status;
}

enum till_status scanner_aim(const struct scanner *scanner, bool on)
{
    return known(scanner->aim(scanner->context, on));
}

int sound_fd(const struct sound *sound)
{
    return sound->fd ? sound->fd(sound->context) : -1;
}

enum till_status sound_step(const struct sound *sound)
{
    assert((sound->fd == NULL) == (sound->step == NULL));
    return sound->step ? known(sound->step(sound->context)) : TILL_OK;
}

enum till_status sound_play(const struct sound *sound, enum sound_pattern pattern)
{
    assert(pattern < SOUND_COUNT);
    return known(sound->play(sound->context, pattern));
}

enum till_status sound_volume(const struct sound *sound, uint8_t percent)
{
    assert(percent <= 100);
    return known(sound->volume(sound->context, percent));
}

enum till_status position_read(const struct position *position, struct position_fix *fix_out)
{
    struct position_fix fix = {.age_s = 0};
    enum till_status status = known(position->read(position->context, &fix));
    if (status == TILL_OK) {
        assert(fix.latitude_e7 >= -900000000 && fix.latitude_e7 <= 900000000);
        assert(fix.longitude_e7 >= -1800000000 && fix.longitude_e7 <= 1800000000);
        *fix_out = fix;
    }
    return status;
}

enum till_status position_enable(const struct position *position, bool on)
{
    return known(position->enable(position->context, on));
}

enum till_status counter_read(const struct counter *counter, uint64_t *value_out)
{
    uint64_t value = 0;
    enum till_status status = known(counter->read(counter->context, &value));
    if (status == TILL_OK) {
        *value_out = value;
    }
    return status;
}

enum till_status counter_increase(const struct counter *counter, uint64_t *value_out)
{
    uint64_t value = 0;
    enum till_status status = known(counter->increase(counter->context, &value));
    if (status == TILL_OK) {
        assert(value > 0);
        *value_out = value;
    }
    return status;
}

enum till_status watchdog_arm(const struct watchdog *watchdog, uint32_t timeout_s,
                              uint32_t *timeout_s_out)
{
    uint32_t took_s = 0;
    assert(timeout_s >= 1 && timeout_s <= WATCHDOG_MOST_S);
    enum till_status status = known(watchdog->arm(watchdog->context, timeout_s, &took_s));
    if (status == TILL_OK) {
        assert(took_s >= 1);
        *timeout_s_out = took_s;
    }
    return status;
}

enum till_status watchdog_feed(const struct watchdog *watchdog)
{
    return known(watchdog->feed(watchdog->context));
}

enum till_status watchdog_disarm(const struct watchdog *watchdog)
{
    return known(watchdog->disarm(watchdog->context));
}
