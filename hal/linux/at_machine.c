#include "at_machine.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "modem_options.h"
#include "text.h"

/* In the order in which they are sent. */
enum command {
    C_ECHO_OFF,
    C_ERRORS,
    C_SIM,
    C_PIN,
    C_NAMES,
    C_TELL_CIRCUIT,
    C_TELL_GPRS,
    C_TELL_EPS,
    C_TELL_EVENTS,
    C_DEACTIVATE,
    C_DETACH,
    C_CONTEXT,
    C_ATTACH,
    C_ACTIVATE,
    C_SIGNAL,
    C_CIRCUIT,
    C_GPRS,
    C_EPS,
    C_OPERATOR,
    C_ATTACHED,
    C_ACTIVE,
    /* these two are never in the set of what is due */
    C_SYNC,
    C_RESET,
    C_COUNT
};

#define BIT(command) (UINT32_C(1) << (command))

enum { CIRCUIT, GPRS, EPS };

static const uint32_t setup = BIT(C_ECHO_OFF) | BIT(C_ERRORS) | BIT(C_SIM) | BIT(C_NAMES) |
                              BIT(C_TELL_CIRCUIT) | BIT(C_TELL_GPRS) | BIT(C_TELL_EPS) |
                              BIT(C_TELL_EVENTS);
static const uint32_t poll_all = BIT(C_SIM) | BIT(C_SIGNAL) | BIT(C_CIRCUIT) | BIT(C_GPRS) |
                                 BIT(C_EPS) | BIT(C_OPERATOR) | BIT(C_ATTACHED) | BIT(C_ACTIVE);
static const uint32_t attaching = BIT(C_CONTEXT) | BIT(C_ATTACH) | BIT(C_ACTIVATE);
static const uint32_t packet_state = BIT(C_ATTACHED) | BIT(C_ACTIVE);

/* Not every modem knows the optional ones: what it refuses once is left out. PIN, APN and context
 * are put behind where a text ends open. */
static const struct {
    const char *text;
    bool network; /* waits for the network, not for the modem */
    bool optional;
} commands[C_COUNT] = {
    [C_ECHO_OFF] = {"ATE0", false, false},
    [C_ERRORS] = {"AT+CMEE=1", false, true},
    [C_SIM] = {"AT+CPIN?", false, false},
    [C_PIN] = {"AT+CPIN=", false, false},
    [C_NAMES] = {"AT+COPS=3,0", false, true},
    [C_TELL_CIRCUIT] = {"AT+CREG=2", false, true},
    [C_TELL_GPRS] = {"AT+CGREG=2", false, true},
    [C_TELL_EPS] = {"AT+CEREG=2", false, true},
    [C_TELL_EVENTS] = {"AT+CGEREP=2,1", false, true},
    [C_DEACTIVATE] = {"AT+CGACT=0,", true, false},
    [C_DETACH] = {"AT+CGATT=0", true, false},
    [C_CONTEXT] = {"AT+CGDCONT=", false, false},
    [C_ATTACH] = {"AT+CGATT=1", true, false},
    [C_ACTIVATE] = {"AT+CGACT=1,", true, false},
    [C_SIGNAL] = {"AT+CSQ", false, false},
    [C_CIRCUIT] = {"AT+CREG?", false, true},
    [C_GPRS] = {"AT+CGREG?", false, true},
    [C_EPS] = {"AT+CEREG?", false, true},
    [C_OPERATOR] = {"AT+COPS?", false, false},
    [C_ATTACHED] = {"AT+CGATT?", false, false},
    [C_ACTIVE] = {"AT+CGACT?", false, false},
    [C_SYNC] = {"AT+CMEE?", false, false},
    [C_RESET] = {"AT+CFUN=1,1", false, false},
};

enum { PAUSE_MS = 300 /* after a time-out, for what was late */, SYNC_PAUSE_MS = 1000 };

static void wipe_pin(struct at_machine *m)
{
    explicit_bzero(m->pin, sizeof m->pin);
}

void at_options_default(struct at_options *options_out)
{
    *options_out = (struct at_options){.context = 1,
                                       .hang_timeouts = 3,
                                       .poll_ms = 10000,
                                       .answer_ms = 2000,
                                       .attach_ms = 75000,
                                       .away_ms = 30000,
                                       .has_power = false};
}

static void forget_network(struct at_machine *m)
{
    enum modem_sim sim = m->state.sim;
    memset(&m->state, 0, sizeof m->state);
    memset(m->registered, 0, sizeof m->registered);
    m->state.sim = sim;
    m->packet = m->active = false;
}

static void enter(struct at_machine *m, enum at_phase phase, int64_t now_ms)
{
    m->phase = phase;
    m->phase_ms = now_ms;
    m->command = -1;
    if (phase != AT_PHASE_READY) {
        m->due = 0;
        wipe_pin(m);
        at_reader_init(&m->reader);
        m->attach = m->attach == AT_ATTACH_GOING_ON ? AT_ATTACH_FAILED : m->attach;
    }
}

void at_machine_init(struct at_machine *m, const struct at_options *options, int64_t now_ms)
{
    memset(m, 0, sizeof *m);
    m->options = *options;
    m->may_try_pin = true;
    at_machine_connected(m, now_ms);
}

void at_machine_connected(struct at_machine *m, int64_t now_ms)
{
    m->timeouts = 0;
    m->resets = 0;
    m->lacks = 0;
    m->next_ms = now_ms;
    m->out_size = 0;
    m->wants_power_cycle = false;
    m->state.sim = MODEM_SIM_NONE;
    forget_network(m);
    enter(m, AT_PHASE_SYNC, now_ms);
}

bool at_machine_answers(const struct at_machine *m)
{
    /* A single time-out is no reason to show a modem that goes away and comes back. */
    return m->phase == AT_PHASE_READY ||
           (m->phase == AT_PHASE_SYNC && m->timeouts > 0 &&
            m->timeouts < m->options.hang_timeouts && m->state.registration != MODEM_IDLE);
}

/* ---- what came ------------------------------------------------------------------------------- */

static void sum_up(struct at_machine *m)
{
    /* Which one counts: data goes over EPS or GPRS, but an older modem tells of circuits alone. */
    static const uint8_t rank[] = {[MODEM_IDLE] = 0,      [MODEM_UNKNOWN] = 1, [MODEM_DENIED] = 2,
                                   [MODEM_SEARCHING] = 3, [MODEM_ROAMING] = 4, [MODEM_HOME] = 5};
    enum modem_registration best = MODEM_IDLE;
    enum modem_access access = MODEM_ACCESS_UNKNOWN;
    for (int i = 0; i < 3; i++) {
        const struct at_registration *r = &m->registered[i];
        if (rank[r->registration] > rank[best]) {
            best = r->registration;
        }
        if (r->registration == MODEM_HOME || r->registration == MODEM_ROAMING) {
            access = r->access > access ? r->access : access;
        }
    }
    m->state.registration = best;
    if (access != MODEM_ACCESS_UNKNOWN || !modem_is_registered(&m->state)) {
        m->state.access = access;
    }
    if (!modem_is_registered(&m->state)) {
        m->state.operator_name[0] = '\0';
    }
    m->state.attached = m->packet && m->active && m->state.sim == MODEM_SIM_READY;
}

static bool take_registration(struct at_machine *m, const char *line)
{
    static const char *const prefixes[] = {"+CREG:", "+CGREG:", "+CEREG:"};
    for (int i = 0; i < 3; i++) {
        struct at_registration r = {MODEM_IDLE, MODEM_ACCESS_UNKNOWN};
        if (at_line_registration(line, prefixes[i], &r)) {
            bool registered = r.registration == MODEM_HOME || r.registration == MODEM_ROAMING;
            if (i == EPS && registered && r.access == MODEM_ACCESS_UNKNOWN) {
                r.access = MODEM_ACCESS_LTE;
            }
            m->registered[i] = r;
            return true;
        }
    }
    return false;
}

static void set_sim(struct at_machine *m, enum modem_sim sim)
{
    bool was_ready = m->state.sim == MODEM_SIM_READY;
    m->state.sim = sim;
    if (sim != MODEM_SIM_READY) {
        forget_network(m);
        return;
    }
    m->may_try_pin = true; /* it is open: when it wants its PIN again, it was reset */
    if (!was_ready) {
        m->due |= poll_all & ~BIT(C_SIM);
    }
}

/* Whatever a line says is true, whoever asked for it. */
static void take_news(struct at_machine *m, const char *line)
{
    enum modem_sim sim = m->state.sim;
    if (at_line_sim(line, &sim)) {
        set_sim(m, sim);
    } else if (at_line_attached(line, &m->packet)) {
        m->active = m->active && m->packet;
    } else if (at_line_went(line)) {
        m->due |= packet_state;
    } else if (!take_registration(m, line) && !at_line_signal(line, &m->state.signal_dbm) &&
               !at_line_operator(line, m->state.operator_name, &m->state.access)) {
        (void)at_line_active(line, m->options.context, &m->active);
    }
    sum_up(m);
}

static void attach_failed(struct at_machine *m, const char *why)
{
    m->attach = AT_ATTACH_FAILED;
    m->due = (m->due & ~attaching) | packet_state;
    log_warning("modem: attaching to %s failed: %s", m->apn, why);
}

static void finish_sim(struct at_machine *m, bool fine, int error)
{
    enum modem_sim sim = m->state.sim;
    if (!fine && error != AT_SIM_BUSY) {
        sim = MODEM_SIM_NONE;
        (void)at_error_sim(error, &sim);
    }
    set_sim(m, sim);
    m->wants_pin = m->wants_pin || (sim == MODEM_SIM_PIN && m->may_try_pin);
}

static void finish_failed(struct at_machine *m, int command, int error)
{
    char why[32];
    snprintf(why, sizeof why, "error %d", error);
    if (commands[command].optional) {
        m->lacks |= BIT(command);
    }
    if ((attaching & BIT(command)) != 0) {
        attach_failed(m, why);
    } else if (command == C_PIN) {
        m->pin_refused = true;
        log_error("modem: the SIM's PIN was refused (%s); it isn't tried again", why);
        m->due |= BIT(C_SIM);
    }
    enum modem_sim sim;
    if (command != C_SIM && command != C_PIN && at_error_sim(error, &sim)) {
        m->due |= BIT(C_SIM);
    }
}

static void finish(struct at_machine *m, bool fine, int error, int64_t now_ms)
{
    int command = m->command;
    m->command = -1;
    m->timeouts = 0;
    m->is_quiet = m->is_quiet || !m->echoed;
    switch (command) {
    case C_SYNC:
        m->is_quiet = false;
        if (m->phase == AT_PHASE_RESET || m->resets > 0) {
            log_info("modem: answers again");
        }
        m->resets = 0;
        enter(m, AT_PHASE_READY, now_ms);
        m->due = setup | poll_all;
        m->poll_ms = now_ms + m->options.poll_ms;
        return;
    case C_SIM:
        finish_sim(m, fine, error);
        break;
    case C_PIN:
        if (fine) {
            log_info("modem: the SIM took its PIN");
            m->due |= poll_all;
            m->next_ms = now_ms + SYNC_PAUSE_MS; /* the SIM is read anew meanwhile */
        }
        break;
    case C_ACTIVATE:
        m->attach = fine ? AT_ATTACH_NONE : m->attach;
        m->due |= packet_state;
        break;
    case C_DEACTIVATE:
    case C_DETACH:
        m->due |= packet_state;
        break;
    case C_ACTIVE:
        /* Contexts that aren't active may be left out: then there was no line. */
        m->active = m->active && m->answered && fine;
        break;
    default:
        break;
    }
    if (!fine) {
        finish_failed(m, command, error);
    }
    sum_up(m);
}

/* An echo where there was none before: the modem has restarted by itself. */
static void take_echo(struct at_machine *m)
{
    m->echoed = true;
    if (m->phase == AT_PHASE_READY && m->is_quiet) {
        log_warning("modem: it has restarted");
        m->is_quiet = false;
        m->lacks = 0;
        m->due |= setup;
    }
}

static void take_line(struct at_machine *m, int64_t now_ms)
{
    const char *line = m->reader.line;
    int error = -1;
    if (m->command < 0 || m->phase == AT_PHASE_RESET) {
        if (m->phase != AT_PHASE_RESET) {
            take_news(m, line);
        }
        if (m->command != C_SYNC) {
            return;
        }
    }
    if (strcmp(line, m->text) == 0) {
        take_echo(m);
        return;
    }
    if (m->command == C_SYNC) {
        m->answered = m->answered || at_line_after(line, "+CMEE:") != NULL;
    } else if (m->command == C_ACTIVE) {
        bool active = false;
        m->answered = m->answered || at_line_active(line, m->options.context, &active);
    }
    enum at_final final = at_line_final(line, &error);
    if (final == AT_NOT_FINAL) {
        take_news(m, line);
    } else if (final == AT_ERROR || m->answered || m->command != C_SYNC) {
        finish(m, final == AT_OK, error, now_ms);
    } /* else: the OK of an older command that comes late */
}

void at_machine_take(struct at_machine *m, struct span bytes, int64_t now_ms)
{
    for (size_t i = 0; i < bytes.size; i++) {
        if (at_reader_put(&m->reader, bytes.data[i])) {
            take_line(m, now_ms);
        }
    }
}

/* ---- what is next ---------------------------------------------------------------------------- */

static void send_command(struct at_machine *m, int command, int64_t now_ms)
{
    const struct at_options *o = &m->options;
    int size;
    switch (command) {
    case C_PIN:
        size = snprintf(m->out, sizeof m->out, "AT+CPIN=\"%s\"", m->pin);
        break;
    case C_CONTEXT:
        size = snprintf(m->out, sizeof m->out, "AT+CGDCONT=%u,\"IP\",\"%s\"", o->context, m->apn);
        break;
    case C_ACTIVATE:
    case C_DEACTIVATE:
        size = snprintf(m->out, sizeof m->out, "%s%u", commands[command].text, o->context);
        break;
    default:
        size = snprintf(m->out, sizeof m->out, "%s", commands[command].text);
        break;
    }
    assert(size > 0 && (size_t)size < sizeof m->out - 1);
    text_copy(m->text, sizeof m->text, m->out);
    m->out[size] = '\r';
    m->out_size = (size_t)size + 1;
    m->command = command;
    m->answered = m->echoed = false;
    m->until_ms = now_ms + (commands[command].network ? o->attach_ms : o->answer_ms);
    m->due &= ~(command < C_SYNC ? BIT(command) : 0);
    if (command == C_PIN) {
        wipe_pin(m);
        explicit_bzero(m->text, sizeof m->text);
    }
}

/* How long a modem that stays dead is left alone after so many resets. */
static int64_t reset_pause_ms(const struct at_machine *m)
{
    int64_t pause_ms = m->options.away_ms;
    for (int i = 2; i < m->resets && pause_ms < AT_RESET_PAUSE_MAX_MS; i++) {
        pause_ms *= 2;
    }
    return pause_ms < AT_RESET_PAUSE_MAX_MS ? pause_ms : AT_RESET_PAUSE_MAX_MS;
}

static void begin_reset(struct at_machine *m, int64_t now_ms)
{
    enter(m, AT_PHASE_RESET, now_ms);
    m->state.sim = MODEM_SIM_NONE;
    forget_network(m);
    m->timeouts = 0;
    m->resets = m->resets < UINT8_MAX ? (uint8_t)(m->resets + 1) : UINT8_MAX;
    m->out_size = 0;
    m->next_ms = now_ms + m->options.away_ms / 10;
    if (m->options.has_power && m->resets % 2 == 0) {
        log_warning("modem: reset by its power");
        m->wants_power_cycle = true;
        return;
    }
    log_warning("modem: reset by command");
    send_command(m, C_RESET, now_ms);
    m->command = -1; /* what it answers, if anything, is no matter */
}

static void time_out(struct at_machine *m, int64_t now_ms)
{
    int command = m->command;
    uint8_t timeouts = m->timeouts < UINT8_MAX ? (uint8_t)(m->timeouts + 1) : UINT8_MAX;
    m->out_size = 0;
    m->command = -1;
    if (m->phase == AT_PHASE_RESET) {
        m->next_ms = now_ms + SYNC_PAUSE_MS;
        return;
    }
    log_warning("modem: no answer to %s", commands[command].text);
    m->timeouts = timeouts;
    m->pin_refused = m->pin_refused || command == C_PIN;
    if (timeouts >= m->options.hang_timeouts) {
        begin_reset(m, now_ms);
        return;
    }
    enter(m, AT_PHASE_SYNC, now_ms);
    m->next_ms = now_ms + PAUSE_MS;
}

static void next(struct at_machine *m, int64_t now_ms)
{
    if (m->phase == AT_PHASE_RESET && now_ms - m->phase_ms >= reset_pause_ms(m)) {
        begin_reset(m, now_ms);
        return;
    }
    if (now_ms < m->next_ms || m->wants_power_cycle) {
        return;
    }
    if (m->phase != AT_PHASE_READY) {
        send_command(m, C_SYNC, now_ms);
        return;
    }
    if (now_ms >= m->poll_ms) {
        m->poll_ms = now_ms + m->options.poll_ms;
        m->due |= poll_all;
    }
    if (m->state.sim != MODEM_SIM_READY) {
        /* Nothing of the network is worth asking. */
        m->due &= setup | BIT(C_PIN);
        m->attach = m->attach == AT_ATTACH_GOING_ON ? AT_ATTACH_FAILED : m->attach;
    }
    m->due &= ~m->lacks;
    for (int command = 0; command < C_SYNC; command++) {
        if ((m->due & BIT(command)) != 0) {
            send_command(m, command, now_ms);
            return;
        }
    }
}

void at_machine_step(struct at_machine *m, int64_t now_ms)
{
    if (m->command >= 0 && now_ms >= m->until_ms) {
        time_out(m, now_ms);
    }
    if (m->command < 0 && m->out_size == 0) {
        next(m, now_ms);
    }
}

int64_t at_machine_wait_ms(const struct at_machine *m, int64_t now_ms)
{
    int64_t at_ms = m->poll_ms;
    if (m->command >= 0) {
        at_ms = m->until_ms;
    } else if (m->phase != AT_PHASE_READY || m->due != 0) {
        at_ms = m->next_ms;
    }
    return at_ms > now_ms ? at_ms - now_ms : 0;
}

void at_machine_sent(struct at_machine *m, size_t size)
{
    assert(size <= m->out_size);
    m->out_size -= size;
    memmove(m->out, m->out + size, m->out_size);
    /* It may have been the PIN. */
    explicit_bzero(m->out + m->out_size, sizeof m->out - m->out_size);
}

/* ---- wishes ---------------------------------------------------------------------------------- */

enum till_status at_machine_attach(struct at_machine *m, const char *apn)
{
    if (!modem_apn_is_fine(apn)) {
        return TILL_BAD_INPUT;
    }
    if (m->attach == AT_ATTACH_GOING_ON || m->phase == AT_PHASE_RESET) {
        return TILL_BUSY;
    }
    if (m->phase != AT_PHASE_READY) {
        return TILL_DEVICE_OFFLINE;
    }
    if (m->state.sim != MODEM_SIM_READY) {
        return TILL_REFUSED;
    }
    text_copy(m->apn, sizeof m->apn, apn);
    m->attach = AT_ATTACH_GOING_ON;
    m->due = (m->due & ~(BIT(C_DEACTIVATE) | BIT(C_DETACH))) | attaching;
    return TILL_OK;
}

enum till_status at_machine_detach(struct at_machine *m)
{
    if (m->phase != AT_PHASE_READY) {
        return TILL_DEVICE_OFFLINE;
    }
    if (m->attach == AT_ATTACH_GOING_ON) {
        return TILL_BUSY;
    }
    m->due |= BIT(C_DEACTIVATE) | BIT(C_DETACH);
    return TILL_OK;
}

enum till_status at_machine_reset(struct at_machine *m, int64_t now_ms)
{
    if (m->phase == AT_PHASE_RESET) {
        return TILL_BUSY;
    }
    begin_reset(m, now_ms);
    return TILL_OK;
}

void at_machine_pin(struct at_machine *m, const char *pin)
{
    m->wants_pin = false;
    m->may_try_pin = false;
    if (!pin) {
        return;
    }
    size_t size = strlen(pin);
    assert(size >= 4 && size <= AT_PIN_MAX && strspn(pin, "0123456789") == size);
    text_copy(m->pin, sizeof m->pin, pin);
    m->due |= BIT(C_PIN);
}

void at_machine_power_cycled(struct at_machine *m, int64_t now_ms)
{
    m->wants_power_cycle = false;
    m->phase_ms = now_ms;
    m->next_ms = now_ms + m->options.away_ms / 10;
}
