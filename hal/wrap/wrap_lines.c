/* The wrapped devices behind a line, and the small ones. */
#include "wrap_private.h"

static int card_wait(void *context)
{
    struct wrap *w = context;
    return w->inner.card->fd(w->inner.card->context);
}

static enum till_status card_look(void *context, bool *present_out)
{
    struct wrap *w = context;
    WRAP(w, "card.present", status, w->inner.card->present(w->inner.card->context, present_out))
    return wrap_after(w, "card.present", status, "%s",
                      status == TILL_OK && *present_out ? "yes" : "");
}

static enum till_status card_power_up(void *context, struct card_atr *atr_out)
{
    struct wrap *w = context;
    WRAP(w, "card.connect", status, w->inner.card->connect(w->inner.card->context, atr_out))
    return wrap_after(w, "card.connect", status, "%s", "");
}

static enum till_status card_exchange(void *context, struct span command, uint8_t *response_out,
                                      size_t capacity, size_t *size_out)
{
    struct wrap *w = context;
    WRAP(w, "card.transmit", status,
         w->inner.card->transmit(w->inner.card->context, command, response_out, capacity, size_out))
    /* Sizes only: a PIN may be in the command, a key in the response. */
    return wrap_after(w, "card.transmit", status, "%zu bytes", command.size);
}

static void card_power_down(void *context)
{
    struct wrap *w = context;
    w->inner.card->disconnect(w->inner.card->context);
    (void)wrap_after(w, "card.disconnect", TILL_OK, "%s", "");
}

static void card_shut(void *context)
{
    struct wrap *w = context;
    w->inner.card->close(w->inner.card->context);
}

static enum till_status meter_ask(void *context, struct span request, uint32_t timeout_ms,
                                  uint8_t *answer_out, size_t capacity, size_t *size_out)
{
    struct wrap *w = context;
    WRAP(w, "meter.exchange", status,
         w->inner.meter->exchange(w->inner.meter->context, request, timeout_ms, answer_out,
                                  capacity, size_out))
    return wrap_after(w, "meter.exchange", status, "%zu bytes", request.size);
}

static enum till_status meter_change_line(void *context, const struct link_line *line)
{
    struct wrap *w = context;
    WRAP(w, "meter.set_line", status, w->inner.meter->set_line(w->inner.meter->context, line))
    return wrap_after(w, "meter.set_line", status, "%u", (unsigned)line->baud);
}

static void meter_shut(void *context)
{
    struct wrap *w = context;
    w->inner.meter->close(w->inner.meter->context);
}

static int modem_wait(void *context)
{
    struct wrap *w = context;
    return w->inner.modem->fd(w->inner.modem->context);
}

static enum till_status modem_look(void *context, struct modem_state *state_out)
{
    struct wrap *w = context;
    WRAP(w, "modem.state", status, w->inner.modem->state(w->inner.modem->context, state_out))
    return wrap_after(w, "modem.state", status, "%s", "");
}

static enum till_status modem_join(void *context, const char *apn)
{
    struct wrap *w = context;
    WRAP(w, "modem.attach", status, w->inner.modem->attach(w->inner.modem->context, apn))
    return wrap_after(w, "modem.attach", status, "%.60s", apn);
}

static enum till_status modem_leave(void *context)
{
    struct wrap *w = context;
    WRAP(w, "modem.detach", status, w->inner.modem->detach(w->inner.modem->context))
    return wrap_after(w, "modem.detach", status, "%s", "");
}

static enum till_status modem_restart(void *context)
{
    struct wrap *w = context;
    WRAP(w, "modem.reset", status, w->inner.modem->reset(w->inner.modem->context))
    return wrap_after(w, "modem.reset", status, "%s", "");
}

static void modem_shut(void *context)
{
    struct wrap *w = context;
    w->inner.modem->close(w->inner.modem->context);
}

static int scanner_wait(void *context)
{
    struct wrap *w = context;
    return w->inner.scanner->fd(w->inner.scanner->context);
}

static enum till_status scanner_next(void *context, struct scanner_text *text_out)
{
    struct wrap *w = context;
    WRAP(w, "scanner.poll", status, w->inner.scanner->poll(w->inner.scanner->context, text_out))
    return wrap_after(w, "scanner.poll", status, "%zu bytes",
                      status == TILL_OK ? text_out->size : (size_t)0);
}

static enum till_status scanner_light(void *context, bool on)
{
    struct wrap *w = context;
    WRAP(w, "scanner.aim", status, w->inner.scanner->aim(w->inner.scanner->context, on))
    return wrap_after(w, "scanner.aim", status, "%s", on ? "on" : "off");
}

static void scanner_shut(void *context)
{
    struct wrap *w = context;
    w->inner.scanner->close(w->inner.scanner->context);
}

static enum till_status sound_start(void *context, enum sound_pattern pattern)
{
    struct wrap *w = context;
    WRAP(w, "sound.play", status, w->inner.sound->play(w->inner.sound->context, pattern))
    return wrap_after(w, "sound.play", status, "%s", sound_name(pattern));
}

static int sound_wait(void *context)
{
    struct wrap *w = context;
    return w->inner.sound->fd(w->inner.sound->context);
}

/* No call of the program's own wish: it would fill the spy's pages. */
static enum till_status sound_go_on(void *context)
{
    struct wrap *w = context;
    return w->inner.sound->step(w->inner.sound->context);
}

static enum till_status sound_loudness(void *context, uint8_t percent)
{
    struct wrap *w = context;
    WRAP(w, "sound.volume", status, w->inner.sound->volume(w->inner.sound->context, percent))
    return wrap_after(w, "sound.volume", status, "%u", percent);
}

static void sound_shut(void *context)
{
    struct wrap *w = context;
    w->inner.sound->close(w->inner.sound->context);
}

static enum till_status position_look(void *context, struct position_fix *fix_out)
{
    struct wrap *w = context;
    WRAP(w, "position.read", status, w->inner.position->read(w->inner.position->context, fix_out))
    return wrap_after(w, "position.read", status, "%s", "");
}

static enum till_status position_switch(void *context, bool on)
{
    struct wrap *w = context;
    WRAP(w, "position.enable", status, w->inner.position->enable(w->inner.position->context, on))
    return wrap_after(w, "position.enable", status, "%s", on ? "on" : "off");
}

static void position_shut(void *context)
{
    struct wrap *w = context;
    w->inner.position->close(w->inner.position->context);
}

static enum till_status counter_look(void *context, uint64_t *value_out)
{
    struct wrap *w = context;
    WRAP(w, "counter.read", status, w->inner.counter->read(w->inner.counter->context, value_out))
    return wrap_after(w, "counter.read", status, "%s", "");
}

static enum till_status counter_add(void *context, uint64_t *value_out)
{
    struct wrap *w = context;
    WRAP(w, "counter.increase", status,
         w->inner.counter->increase(w->inner.counter->context, value_out))
    return wrap_after(w, "counter.increase", status, "%s", "");
}

static void counter_shut(void *context)
{
    struct wrap *w = context;
    w->inner.counter->close(w->inner.counter->context);
}

static enum till_status watchdog_begin(void *context, uint32_t timeout_s, uint32_t *timeout_s_out)
{
    struct wrap *w = context;
    WRAP(w, "watchdog.arm", status,
         w->inner.watchdog->arm(w->inner.watchdog->context, timeout_s, timeout_s_out))
    return wrap_after(w, "watchdog.arm", status, "%u", (unsigned)timeout_s);
}

static enum till_status watchdog_nourish(void *context)
{
    struct wrap *w = context;
    WRAP(w, "watchdog.feed", status, w->inner.watchdog->feed(w->inner.watchdog->context))
    return wrap_after(w, "watchdog.feed", status, "%s", "");
}

static enum till_status watchdog_end(void *context)
{
    struct wrap *w = context;
    WRAP(w, "watchdog.disarm", status, w->inner.watchdog->disarm(w->inner.watchdog->context))
    return wrap_after(w, "watchdog.disarm", status, "%s", "");
}

static void watchdog_shut(void *context)
{
    struct wrap *w = context;
    w->inner.watchdog->close(w->inner.watchdog->context);
}

void wrap_lines(struct wrap *w, struct board *board)
{
    if (board->card) {
        w->card = (struct card_reader){.context = w,
                                       .fd = card_wait,
                                       .present = card_look,
                                       .connect = card_power_up,
                                       .transmit = card_exchange,
                                       .disconnect = card_power_down,
                                       .close = card_shut};
        board->card = &w->card;
    }
    if (board->meter) {
        w->meter = (struct meter_port){w, meter_ask, meter_change_line, meter_shut};
        board->meter = &w->meter;
    }
    if (board->modem) {
        w->modem = (struct modem){.context = w,
                                  .apn = board->modem->apn,
                                  .fd = modem_wait,
                                  .state = modem_look,
                                  .attach = modem_join,
                                  .detach = modem_leave,
                                  .reset = modem_restart,
                                  .close = modem_shut};
        board->modem = &w->modem;
    }
    if (board->scanner) {
        w->scanner = (struct scanner){w, scanner_wait, scanner_next, scanner_light, scanner_shut};
        board->scanner = &w->scanner;
    }
    if (board->sound) {
        bool steps = board->sound->step != NULL;
        w->sound = (struct sound){.context = w,
                                  .fd = steps ? sound_wait : NULL,
                                  .play = sound_start,
                                  .step = steps ? sound_go_on : NULL,
                                  .volume = sound_loudness,
                                  .close = sound_shut};
        board->sound = &w->sound;
    }
    if (board->position) {
        w->position = (struct position){w, position_look, position_switch, position_shut};
        board->position = &w->position;
    }
    if (board->counter) {
        w->counter = (struct counter){w, counter_look, counter_add, counter_shut};
        board->counter = &w->counter;
    }
    if (board->watchdog) {
        w->watchdog = (struct watchdog){.context = w,
                                        .arm = watchdog_begin,
                                        .feed = watchdog_nourish,
                                        .disarm = watchdog_end,
                                        .close = watchdog_shut};
        board->watchdog = &w->watchdog;
    }
}
