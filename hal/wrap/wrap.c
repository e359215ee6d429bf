#include "wrap.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrap_private.h"

enum till_status wrap_before(struct wrap *wrap, const char *operation)
{
    return wrap->hook.before ? wrap->hook.before(wrap->hook.context, operation) : TILL_OK;
}

enum till_status wrap_after(struct wrap *wrap, const char *operation, enum till_status status,
                            const char *format, ...)
{
    if (wrap->hook.after) {
        char detail[96];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(detail, sizeof detail, format, arguments);
        va_end(arguments);
        wrap->hook.after(wrap->hook.context, operation, status, detail);
    }
    return status;
}

static int keypad_wait(void *context)
{
    struct wrap *w = context;
    return w->inner.keypad->fd(w->inner.keypad->context);
}

static enum till_status keypad_next(void *context, struct keypad_event *event_out)
{
    struct wrap *w = context;
    struct keypad_event event = {PAD_NONE, false, 0};
    WRAP(w, "keypad.poll", status, w->inner.keypad->poll(w->inner.keypad->context, &event))
    if (status == TILL_OK) {
        *event_out = event;
    }
    return wrap_after(w, "keypad.poll", status, "%s %s", key_name((int)event.key),
                      event.down ? "down" : "up");
}

static void keypad_shut(void *context)
{
    struct wrap *w = context;
    w->inner.keypad->close(w->inner.keypad->context);
}

static void display_measure(void *context, struct display_shape *shape_out)
{
    struct wrap *w = context;
    w->inner.display->shape(w->inner.display->context, shape_out);
}

static enum till_status display_paint(void *context, const uint32_t *pixels, size_t stride,
                                      struct display_area area)
{
    struct wrap *w = context;
    WRAP(w, "display.show", status,
         w->inner.display->show(w->inner.display->context, pixels, stride, area))
    return wrap_after(w, "display.show", status, "%u,%u %ux%u", area.x, area.y, area.width,
                      area.height);
}

static enum till_status display_light(void *context, uint8_t percent)
{
    struct wrap *w = context;
    WRAP(w, "display.backlight", status,
         w->inner.display->backlight(w->inner.display->context, percent))
    return wrap_after(w, "display.backlight", status, "%u", percent);
}

static void display_tell(void *context, const char *screen, const char *text)
{
    struct wrap *w = context;
    w->inner.display->describe(w->inner.display->context, screen, text);
    (void)wrap_after(w, "display.describe", TILL_OK, "%.40s", screen);
}

static void display_shut(void *context)
{
    struct wrap *w = context;
    w->inner.display->close(w->inner.display->context);
}

static int printer_wait(void *context)
{
    struct wrap *w = context;
    return w->inner.printer->fd(w->inner.printer->context);
}

static enum till_status printer_look(void *context, struct printer_state *state_out)
{
    struct wrap *w = context;
    WRAP(w, "printer.state", status, w->inner.printer->state(w->inner.printer->context, state_out))
    return wrap_after(w, "printer.state", status, "%s",
                      status == TILL_OK ? status_name(state_out->status) : "");
}

static enum till_status printer_send(void *context, struct span bytes, size_t *taken_out)
{
    struct wrap *w = context;
    *taken_out = 0;
    WRAP(w, "printer.write", status,
         w->inner.printer->write(w->inner.printer->context, bytes, taken_out))
    return wrap_after(w, "printer.write", status, "%zu of %zu", *taken_out, bytes.size);
}

static enum till_status printer_finish(void *context)
{
    struct wrap *w = context;
    WRAP(w, "printer.settle", status, w->inner.printer->settle(w->inner.printer->context))
    return wrap_after(w, "printer.settle", status, "%s", "");
}

static enum till_status printer_forget(void *context)
{
    struct wrap *w = context;
    WRAP(w, "printer.reset", status, w->inner.printer->reset(w->inner.printer->context))
    return wrap_after(w, "printer.reset", status, "%s", "");
}

static void printer_shut(void *context)
{
    struct wrap *w = context;
    w->inner.printer->close(w->inner.printer->context);
}

static int64_t clock_wall(void *context)
{
    struct wrap *w = context;
    return w->inner.clock->now_s(w->inner.clock->context);
}

static int64_t clock_monotonic(void *context)
{
    struct wrap *w = context;
    return w->inner.clock->now_ms(w->inner.clock->context);
}

static enum till_status clock_change(void *context, int64_t at_s)
{
    struct wrap *w = context;
    WRAP(w, "clock.set", status, w->inner.clock->set(w->inner.clock->context, at_s))
    return wrap_after(w, "clock.set", status, "%lld", (long long)at_s);
}

static void clock_shut(void *context)
{
    struct wrap *w = context;
    w->inner.clock->close(w->inner.clock->context);
}

static int network_wait(void *context)
{
    struct wrap *w = context;
    return w->inner.network->fd(w->inner.network->context);
}

static enum till_status network_look(void *context, struct network_state *state_out)
{
    struct wrap *w = context;
    WRAP(w, "network.state", status, w->inner.network->state(w->inner.network->context, state_out))
    return wrap_after(w, "network.state", status, "%s",
                      status == TILL_OK ? network_bearer_name(state_out->bearer) : "");
}

static void network_shut(void *context)
{
    struct wrap *w = context;
    w->inner.network->close(w->inner.network->context);
}

static int power_wait(void *context)
{
    struct wrap *w = context;
    return w->inner.power->fd(w->inner.power->context);
}

static enum till_status power_look(void *context, struct power_state *state_out)
{
    struct wrap *w = context;
    WRAP(w, "power.state", status, w->inner.power->state(w->inner.power->context, state_out))
    return wrap_after(w, "power.state", status, "%u",
                      status == TILL_OK ? (unsigned)state_out->percent : 0U);
}

static void power_shut(void *context)
{
    struct wrap *w = context;
    w->inner.power->close(w->inner.power->context);
}

static void wrap_front(struct wrap *w, struct board *board)
{
    if (board->keypad) {
        w->keypad = (struct keypad){w, keypad_wait, keypad_next, keypad_shut};
        board->keypad = &w->keypad;
    }
    if (board->display) {
        w->display = (struct display){.context = w,
                                      .shape = display_measure,
                                      .show = display_paint,
                                      .backlight = display_light,
                                      .describe = board->display->describe ? display_tell : NULL,
                                      .close = display_shut};
        board->display = &w->display;
    }
    if (board->printer) {
        w->printer = (struct printer){.context = w,
                                      .fd = printer_wait,
                                      .state = printer_look,
                                      .write = printer_send,
                                      .settle = printer_finish,
                                      .reset = printer_forget,
                                      .close = printer_shut};
        text_copy(w->printer.profile, sizeof w->printer.profile, board->printer->profile);
        board->printer = &w->printer;
    }
    if (board->clock) {
        w->clock = (struct clock_device){w, clock_wall, clock_monotonic, clock_change, clock_shut};
        board->clock = &w->clock;
    }
    if (board->network) {
        w->network = (struct network){w, network_wait, network_look, network_shut};
        board->network = &w->network;
    }
    if (board->power) {
        w->power = (struct power){w, power_wait, power_look, power_shut};
        board->power = &w->power;
    }
}

struct wrap *wrap_board(struct board *board, const struct wrap_hook *hook)
{
    struct wrap *wrap = calloc(1, sizeof *wrap);
    if (!wrap) {
        return NULL;
    }
    wrap->hook = *hook;
    wrap->inner = *board;
    wrap_front(wrap, board);
    wrap_lines(wrap, board);
    wrap_stick(wrap, board);
    return wrap;
}

void wrap_close(struct wrap *wrap)
{
    while (wrap) {
        struct wrap *under = wrap->under;
        if (wrap->hook.close) {
            wrap->hook.close(wrap->hook.context);
        }
        free(wrap);
        wrap = under;
    }
}
