/*
 * A modem that speaks AT commands, or claims to: any bytes, at any time, between any wishes.
 *   input  0xFF n: time goes on by n * 50 ms; 0xFE n: a wish; every other byte is the modem's
 */
#include "at_machine.h"
#include "fuzz.h"

static void wish(struct at_machine *m, uint8_t which, int64_t now_ms)
{
    static const char *const apns[] = {"cmnet", "3gnet", "no\"apn", ""};
    if (which < 4) {
        enum till_status status = at_machine_attach(m, apns[which]);
        assert(status == TILL_OK || status == TILL_BUSY || status == TILL_REFUSED ||
               status == TILL_DEVICE_OFFLINE || status == TILL_BAD_INPUT);
    } else if (which == 4) {
        (void)!at_machine_detach(m);
    } else if (which == 5) {
        (void)!at_machine_reset(m, now_ms);
    } else if (which == 6) {
        at_machine_connected(m, now_ms);
    }
}

static void look(const struct at_machine *m, int64_t now_ms)
{
    const struct modem_state *s = &m->state;
    assert(m->out_size <= sizeof m->out && at_machine_wait_ms(m, now_ms) >= 0);
    assert(s->registration <= MODEM_ROAMING && s->sim <= MODEM_SIM_BLOCKED);
    assert(s->access <= MODEM_ACCESS_5G && modem_bars(s) <= 4);
    assert(s->signal_dbm == 0 || (s->signal_dbm >= -113 && s->signal_dbm <= -51));
    assert(memchr(s->operator_name, '\0', sizeof s->operator_name));
    assert(!s->attached || s->sim == MODEM_SIM_READY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    struct at_machine m;
    struct at_options options;
    int64_t now_ms = 1;
    bool may_ask = true; /* for the PIN: at first, and where the SIM has been open since */
    at_options_default(&options);
    options.has_power = size % 2 == 1;
    at_machine_init(&m, &options, now_ms);
    while (input.size > 0) {
        uint8_t byte = fuzz_byte(&input);
        if (byte == 0xFF) {
            now_ms += (int64_t)fuzz_byte(&input) * 50;
        } else if (byte == 0xFE) {
            wish(&m, fuzz_byte(&input) % 8, now_ms);
        } else {
            at_machine_take(&m, fuzz_span(&byte, 1), now_ms);
        }
        if (m.wants_pin) {
            assert(may_ask);
            may_ask = false;
            at_machine_pin(&m, "2468");
        }
        at_machine_step(&m, now_ms);
        at_machine_sent(&m, m.out_size);
        if (m.wants_power_cycle) {
            assert(options.has_power);
            at_machine_power_cycled(&m, now_ms);
        }
        look(&m, now_ms);
        may_ask = may_ask || m.state.sim == MODEM_SIM_READY;
    }
    return 0;
}
