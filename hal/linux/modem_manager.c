/*
 * A modem that ModemManager looks after, over the system's message bus.
 *
 * Every change that ModemManager announces makes the whole of its objects be asked for once, which
 * is some kilobytes on a local socket and one way of reading them. It moves no address onto the
 * network interface: NetworkManager does, or the board's own DHCP client (hal/README.md).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "linux_drivers.h"
#include "log.h"
#include "modem_options.h"
#include "modem_pin.h"
#include "modem_reply.h"
#include "monotonic.h"
#include "text.h"

#define MANAGER "org.freedesktop.ModemManager1"
#define ROOT "/org/freedesktop/ModemManager1"

enum {
    LOOK_MS = 10000,  /* time limit of a look */
    QUIET_MS = 200,   /* at least between two looks */
    ORDER_MS = 20000, /* time limit of an order that talks to the modem alone */
    FAILURES_MAX =
        3, /* in a row: of looks, it is hung; of attaches that took too long, the modem */
    PAUSE_MAX_MS = 900000 /* between two resets of a modem that stays dead */
};

struct modem_manager {
    struct modem modem;
    struct modem_bus bus;
    struct modem_options options;
    char wanted[64]; /* part of the modem's device or port; "" = any */
    int64_t poll_ms, attach_ms, away_ms;

    struct mm_modem now;   /* as the last look found it */
    bool is_known;         /* there was a look on this connection */
    sd_bus_slot *looking;  /* under way */
    sd_bus_slot *joining;  /* attach or detach */
    sd_bus_slot *ordering; /* reset, PIN */
    bool stale;            /* something has changed since the last look */
    int64_t next_look_ms;  /* none before */
    int64_t poll_at_ms;
    uint8_t dumb_looks, dumb_joins;
    bool pin_tried; /* the PIN's file was asked since a SIM was open */
    bool pin_sent;
    int64_t away_since_ms;  /* no modem, or one that failed; 0 = there is one */
    int64_t reset_until_ms; /* a reset is going on; 0 = none */
    int64_t pause_ms;       /* before the next reset that nobody asked for */

    int ready; /* epoll of bus and timer: the number that modem_fd() answers */
    int timer;
};

static bool has_modem(const struct modem_manager *m)
{
    return m->is_known && m->now.path[0] != '\0';
}

/* Did a call end with an error? It is logged with what it was for. *is_dumb_out: no answer came. */
static bool failed(const struct modem_manager *m, sd_bus_message *reply, const char *what,
                   bool *is_dumb_out)
{
    *is_dumb_out = false;
    if (m->bus.sd_bus_message_is_method_error(reply, NULL) <= 0) {
        return false;
    }
    const sd_bus_error *error = m->bus.sd_bus_message_get_error(reply);
    const char *name = error && error->name ? error->name : "";
    *is_dumb_out = strstr(name, "NoReply") || strstr(name, "Timeout") || strstr(name, "TimedOut");
    log_warning("modem: %s: %.60s: %.100s", what, name,
                error && error->message ? error->message : "");
    return true;
}

static void end_slot(const struct modem_manager *m, sd_bus_slot **slot)
{
    if (*slot) {
        m->bus.sd_bus_slot_unref(*slot);
        *slot = NULL;
    }
}

/* ---- looking --------------------------------------------------------------------------------- */

static void forget(struct modem_manager *m)
{
    memset(&m->now, 0, sizeof m->now);
    m->is_known = false;
}

static void seen(struct modem_manager *m, const struct mm_modem *found)
{
    bool was = has_modem(m);
    bool same = was && strcmp(m->now.path, found->path) == 0;
    m->now = *found;
    m->is_known = true;
    if (found->path[0] != '\0' && !same) {
        log_info("modem: %s is there", found->path);
        m->dumb_joins = 0;
        m->reset_until_ms = 0; /* a modem that was reset comes back as another one */
        end_slot(m, &m->joining);
    } else if (was && found->path[0] == '\0') {
        log_warning("modem: it is gone");
        end_slot(m, &m->joining);
    }
    struct modem_state state;
    modem_reply_state(found, &state);
    if (!has_modem(m) || state.sim != MODEM_SIM_READY) {
        return;
    }
    m->pin_tried = false; /* a SIM that wants it again was reset */
    if (m->pin_sent) {
        m->pin_sent = false;
        modem_pin_accepted(m->options.pin_file);
    }
}

static int on_objects(sd_bus_message *reply, void *context, sd_bus_error *unused)
{
    struct modem_manager *m = context;
    struct mm_modem found;
    bool is_dumb = false;
    (void)unused;
    end_slot(m, &m->looking);
    if (failed(m, reply, "ModemManager", &is_dumb)) {
        m->dumb_looks = (uint8_t)(is_dumb && m->dumb_looks < FAILURES_MAX ? m->dumb_looks + 1 : 0);
        if (!is_dumb || m->dumb_looks == FAILURES_MAX) {
            forget(m);
        }
        return 0;
    }
    m->dumb_looks = 0;
    if (modem_reply_read(&m->bus, reply, m->wanted, &found) != TILL_OK) {
        log_error("modem: ModemManager's answer can't be read");
        forget(m);
        return 0;
    }
    seen(m, &found);
    return 0;
}

static void look(struct modem_manager *m, int64_t now_ms)
{
    sd_bus_message *call = NULL;
    if (m->looking || now_ms < m->next_look_ms || (!m->stale && now_ms < m->poll_at_ms)) {
        return;
    }
    m->stale = false;
    m->next_look_ms = now_ms + QUIET_MS;
    m->poll_at_ms = now_ms + m->poll_ms;
    if (m->bus.sd_bus_message_new_method_call(m->bus.bus, &call, MANAGER, ROOT,
                                              "org.freedesktop.DBus.ObjectManager",
                                              "GetManagedObjects") < 0) {
        return;
    }
    (void)modem_bus_call(&m->bus, call, LOOK_MS, on_objects, m, &m->looking);
    m->bus.sd_bus_message_unref(call);
}

static int on_change(sd_bus_message *signal, void *context, sd_bus_error *unused)
{
    struct modem_manager *m = context;
    (void)signal;
    (void)unused;
    m->stale = true;
    return 0;
}

/* ModemManager came, went or was started again. */
static int on_owner(sd_bus_message *signal, void *context, sd_bus_error *unused)
{
    struct modem_manager *m = context;
    (void)signal;
    (void)unused;
    forget(m);
    end_slot(m, &m->looking);
    end_slot(m, &m->joining);
    end_slot(m, &m->ordering);
    m->dumb_looks = 0;
    m->stale = true;
    return 0;
}

static int on_watching(sd_bus_message *reply, void *context, sd_bus_error *unused)
{
    bool is_dumb = false;
    (void)unused;
    (void)failed(context, reply, "the bus", &is_dumb);
    return 0;
}

static void greet(struct modem_manager *m)
{
    static const char objects[] = "type='signal',sender='" MANAGER "',path='" ROOT "',"
                                  "interface='org.freedesktop.DBus.ObjectManager'";
    static const char values[] = "type='signal',sender='" MANAGER "',path_namespace='" ROOT "',"
                                 "interface='org.freedesktop.DBus.Properties'";
    static const char owner[] = "type='signal',sender='org.freedesktop.DBus',"
                                "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
                                "arg0='" MANAGER "'";
    struct modem_bus *b = &m->bus;
    forget(m);
    m->stale = true;
    if (b->sd_bus_add_match_async(b->bus, NULL, objects, on_change, on_watching, m) < 0 ||
        b->sd_bus_add_match_async(b->bus, NULL, values, on_change, on_watching, m) < 0 ||
        b->sd_bus_add_match_async(b->bus, NULL, owner, on_owner, on_watching, m) < 0) {
        log_warning("modem: changes can't be watched, they are asked for");
    }
}

/* ---- orders ---------------------------------------------------------------------------------- */

static sd_bus_message *order(const struct modem_manager *m, const char *path, const char *interface,
                             const char *name)
{
    sd_bus_message *call = NULL;
    if (m->bus.sd_bus_message_new_method_call(m->bus.bus, &call, MANAGER, path, interface, name) <
        0) {
        return NULL;
    }
    return call;
}

static bool give(struct modem_manager *m, sd_bus_message *call, int64_t limit_ms,
                 sd_bus_message_handler_t then, sd_bus_slot **slot)
{
    bool given = call && modem_bus_call(&m->bus, call, (uint32_t)limit_ms, then, m, slot);
    if (call) {
        m->bus.sd_bus_message_unref(call);
    }
    return given;
}

static void pulse(struct modem_manager *m)
{
    int64_t now_ms = monotonic_ms();
    if (modem_pulse_start(&m->options.pulse, now_ms) == TILL_OK) {
        log_warning("modem: reset by its power");
        m->reset_until_ms = now_ms + m->away_ms;
    } else {
        m->reset_until_ms = 0;
    }
}

static int on_reset(sd_bus_message *reply, void *context, sd_bus_error *unused)
{
    struct modem_manager *m = context;
    bool is_dumb = false;
    (void)unused;
    end_slot(m, &m->ordering);
    if (failed(m, reply, "reset", &is_dumb)) {
        pulse(m);
    }
    return 0;
}

static enum till_status begin_reset(struct modem_manager *m)
{
    int64_t now_ms = monotonic_ms();
    if (m->reset_until_ms != 0) {
        return TILL_BUSY;
    }
    m->dumb_joins = 0;
    end_slot(m, &m->joining);
    m->reset_until_ms = now_ms + m->away_ms;
    if (!has_modem(m)) {
        pulse(m);
        return m->reset_until_ms != 0 ? TILL_OK : TILL_DEVICE_OFFLINE;
    }
    log_warning("modem: reset by ModemManager");
    end_slot(m, &m->ordering);
    if (!give(m, order(m, m->now.path, MANAGER ".Modem", "Reset"), ORDER_MS, on_reset,
              &m->ordering)) {
        pulse(m);
    }
    return TILL_OK;
}

static int on_joined(sd_bus_message *reply, void *context, sd_bus_error *unused)
{
    struct modem_manager *m = context;
    bool is_dumb = false;
    (void)unused;
    end_slot(m, &m->joining);
    m->stale = true;
    bool wrong = failed(m, reply, "attaching", &is_dumb);
    m->dumb_joins = (uint8_t)(wrong && is_dumb ? m->dumb_joins + 1 : 0);
    if (m->dumb_joins >= FAILURES_MAX) {
        (void)!begin_reset(m);
    }
    return 0;
}

static int on_pin(sd_bus_message *reply, void *context, sd_bus_error *unused)
{
    struct modem_manager *m = context;
    bool is_dumb = false;
    (void)unused;
    end_slot(m, &m->ordering);
    m->stale = true;
    if (failed(m, reply, "the SIM's PIN", &is_dumb)) {
        m->pin_sent = false;
    }
    return 0;
}

static void give_pin(struct modem_manager *m)
{
    char pin[MODEM_PIN_MAX + 1];
    m->pin_tried = true;
    if (m->options.pin_file[0] == '\0' || modem_pin_take(m->options.pin_file, pin) != TILL_OK) {
        return;
    }
    sd_bus_message *call = order(m, m->now.sim, MANAGER ".Sim", "SendPin");
    m->pin_sent = call && m->bus.sd_bus_message_append(call, "s", pin) >= 0;
    explicit_bzero(pin, sizeof pin);
    m->pin_sent = give(m, call, ORDER_MS, on_pin, &m->ordering) && m->pin_sent;
}

/* ---- what is due ----------------------------------------------------------------------------- */

static bool is_dead(const struct modem_manager *m)
{
    return !has_modem(m) ||
           (m->now.state == MM_STATE_FAILED && m->now.failed_reason != MM_FAILED_SIM_MISSING &&
            m->now.failed_reason != MM_FAILED_SIM_ERROR);
}

/* A modem that hangs is one that ModemManager gives up, or can't bring up. Where it stays so it is
 * reset, ever more seldom. While ModemManager itself is away, there is nobody to judge. */
static void care(struct modem_manager *m, int64_t now_ms)
{
    struct modem_state state;
    if (m->reset_until_ms != 0 && now_ms >= m->reset_until_ms) {
        m->reset_until_ms = 0;
        m->stale = true;
    }
    if (!m->is_known || !is_dead(m)) {
        m->away_since_ms = 0;
        m->pause_ms = m->is_known ? m->away_ms : m->pause_ms;
    } else if (m->away_since_ms == 0) {
        m->away_since_ms = now_ms;
    } else if (m->reset_until_ms == 0 && now_ms - m->away_since_ms >= m->pause_ms) {
        bool can = has_modem(m) || m->options.pulse.path[0] != '\0';
        m->pause_ms = m->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : m->pause_ms * 2;
        m->away_since_ms = now_ms;
        if (can) {
            (void)!begin_reset(m);
        }
    }
    modem_reply_state(&m->now, &state);
    if (has_modem(m) && state.sim == MODEM_SIM_PIN && !m->pin_tried && !m->ordering) {
        give_pin(m);
    }
}

static void wake_at(struct modem_manager *m, int64_t now_ms)
{
    uint64_t times;
    int64_t at_ms = modem_bus_deadline_ms(&m->bus);
    if (m->bus.bus) {
        int64_t look_ms = m->stale ? m->next_look_ms : m->poll_at_ms;
        at_ms = !m->looking && look_ms < at_ms ? look_ms : at_ms;
    }
    if (m->options.pulse.until_ms != 0 && m->options.pulse.until_ms < at_ms) {
        at_ms = m->options.pulse.until_ms;
    }
    int64_t wait_ms = at_ms <= now_ms ? 1 : at_ms - now_ms > 60000 ? 60000 : at_ms - now_ms;
    struct itimerspec at = {.it_value = {.tv_sec = (time_t)(wait_ms / 1000),
                                         .tv_nsec = (long)(wait_ms % 1000) * 1000000 + 1}};
    (void)!read(m->timer, &times, sizeof times);
    (void)timerfd_settime(m->timer, 0, &at, NULL);
}

static void lose_bus(struct modem_manager *m)
{
    end_slot(m, &m->looking);
    end_slot(m, &m->joining);
    end_slot(m, &m->ordering);
    forget(m);
}

static void pump(struct modem_manager *m)
{
    int64_t now_ms = monotonic_ms();
    if (modem_bus_connect(&m->bus, now_ms)) {
        greet(m);
    }
    if (m->bus.bus && !modem_bus_pump(&m->bus, now_ms)) {
        lose_bus(m);
    }
    if (m->bus.bus) {
        care(m, now_ms);
        look(m, now_ms);
        if (!modem_bus_pump(&m->bus, now_ms)) { /* what was just asked is sent */
            lose_bus(m);
        }
    }
    (void)modem_pulse_step(&m->options.pulse, now_ms);
    wake_at(m, now_ms);
}

/* ---- the contract ---------------------------------------------------------------------------- */

static int ready_fd(void *context)
{
    const struct modem_manager *m = context;
    return m->ready;
}

static enum till_status tell(void *context, struct modem_state *state_out)
{
    struct modem_manager *m = context;
    pump(m);
    if (!has_modem(m) || m->reset_until_ms != 0) {
        return TILL_DEVICE_OFFLINE;
    }
    modem_reply_state(&m->now, state_out);
    return TILL_OK;
}

/* May attach and detach be asked for? */
static enum till_status may_join(struct modem_manager *m)
{
    struct modem_state state;
    if (m->joining || m->reset_until_ms != 0) {
        return TILL_BUSY;
    }
    if (!m->bus.bus || !has_modem(m)) {
        return TILL_DEVICE_OFFLINE;
    }
    modem_reply_state(&m->now, &state);
    return state.sim == MODEM_SIM_READY ? TILL_OK : TILL_REFUSED;
}

static enum till_status join(void *context, const char *apn)
{
    struct modem_manager *m = context;
    if (!modem_apn_is_fine(apn)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = may_join(m);
    if (status != TILL_OK) {
        return status;
    }
    sd_bus_message *call = order(m, m->now.path, MANAGER ".Modem.Simple", "Connect");
    if (call && m->bus.sd_bus_message_append(call, "a{sv}", 1, "apn", "s", apn) < 0) {
        m->bus.sd_bus_message_unref(call);
        call = NULL;
    }
    status = give(m, call, m->attach_ms, on_joined, &m->joining) ? TILL_OK : TILL_E_DEVICE;
    pump(m);
    return status;
}

static enum till_status leave(void *context)
{
    struct modem_manager *m = context;
    enum till_status status = may_join(m);
    if (status != TILL_OK) {
        return status;
    }
    sd_bus_message *call = order(m, m->now.path, MANAGER ".Modem.Simple", "Disconnect");
    if (call && m->bus.sd_bus_message_append(call, "o", "/") < 0) {
        m->bus.sd_bus_message_unref(call);
        call = NULL;
    }
    status = give(m, call, m->attach_ms, on_joined, &m->joining) ? TILL_OK : TILL_E_DEVICE;
    pump(m);
    return status;
}

static enum till_status restart(void *context)
{
    struct modem_manager *m = context;
    enum till_status status = m->bus.bus ? begin_reset(m) : TILL_DEVICE_OFFLINE;
    pump(m);
    return status;
}

static void shut(void *context)
{
    struct modem_manager *m = context;
    modem_pulse_end(&m->options.pulse);
    if (m->bus.bus) {
        lose_bus(m);
        modem_bus_drop(&m->bus, 0);
    }
    modem_bus_unload(&m->bus);
    if (m->ready >= 0) {
        close(m->ready);
    }
    if (m->timer >= 0) {
        close(m->timer);
    }
    free(m);
}

static enum till_status read_options(struct opening *opening, struct modem_manager *m)
{
    struct settings *s = opening->settings;
    const char *section = opening->section;
    int64_t poll_s = 30;
    int64_t attach_s = 120;
    int64_t away_s = 60;
    enum till_status status = modem_options_read(opening, &m->options);
    text_copy(m->wanted, sizeof m->wanted, settings_text(s, section, "device", ""));
    if (status == TILL_OK) {
        status = settings_integer(s, section, "poll_s", 30, 1, 600, &poll_s);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "attach_s", 120, 1, 600, &attach_s);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "away_s", 60, 1, 600, &away_s);
    }
    m->poll_ms = poll_s * 1000;
    m->attach_ms = attach_s * 1000;
    m->away_ms = m->pause_ms = away_s * 1000;
    if (status == TILL_OK) {
        const char *address = settings_text(s, section, "bus", "");
        status = modem_bus_load(&m->bus, address, m->ready);
        if (status != TILL_OK) {
            settings_complain(s, section, "driver", "wants libsystemd, which isn't there");
            status = TILL_E_CONFIG;
        }
    }
    return status;
}

enum till_status modem_manager_open(struct opening *opening, struct board *board)
{
    struct modem_manager *m = calloc(1, sizeof *m);
    if (!m) {
        return TILL_E_MEMORY;
    }
    m->timer = timerfd_create(MONOTONIC_CLOCK, TFD_NONBLOCK | TFD_CLOEXEC);
    m->ready = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    enum till_status status =
        m->timer >= 0 && m->ready >= 0 && epoll_ctl(m->ready, EPOLL_CTL_ADD, m->timer, &event) == 0
            ? read_options(opening, m)
            : TILL_E_MEMORY;
    if (status != TILL_OK) {
        shut(m);
        return status;
    }
    m->modem = (struct modem){.context = m,
                              .apn = m->options.apn[0] != '\0' ? m->options.apn : NULL,
                              .fd = ready_fd,
                              .state = tell,
                              .attach = join,
                              .detach = leave,
                              .reset = restart,
                              .close = shut};
    board->modem = &m->modem;
    wake_at(m, monotonic_ms());
    return TILL_OK;
}
