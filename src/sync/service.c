#include "service.h"

#include <assert.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto.h"
#include "log.h"
#include "machine.h"
#include "spool.h"

enum {
    ROUNDS_MAX = 16,          /* of actions that answer at once */
    MESSAGES_AT_ONCE = 32,    /* from the terminal, before the loop looks elsewhere */
    LONGEST_SLEEP_MS = 60000, /* so that time spent suspended is noticed */
    SPENT_STEP = 16 * 1024,   /* bytes between two notes of what was carried */
    MS = 1000
};

struct service {
    struct event_base *base;
    const struct line_store *store;
    const struct transport *transport;
    struct machine *machine;
    char socket_path[LOCAL_PATH_MAX];
    int listener;
    int client; /* -1: no terminal */
    bool greeted;
    struct local_hello hello; /* what it said */
    bool drop;                /* the terminal could not be written to */
    struct event *on_listener;
    struct event *on_client;
    struct event *timer;
    struct actions actions;
    char file[LINE_FILES_PATH_MAX];
    uint64_t spent_noted;
    uint8_t memory[LOCAL_MESSAGE_MAX];
};

/* What an action answers at once; it becomes the machine's next event. */
enum followup_type {
    FOLLOWUP_NONE,
    FOLLOWUP_ANSWERED,
    FOLLOWUP_SAVED,
    FOLLOWUP_KEPT,
    FOLLOWUP_CSR
};
struct followup {
    enum followup_type type;
    enum till_status status;
    char csr[CRYPTO_CSR_PEM_MAX];
    uint8_t line_public[PUBLIC_KEY_SIZE];
    char path[LINE_FILES_PATH_MAX];
};

/* ---- time ------------------------------------------------------------------------------------ */

static struct machine_time time_now(void)
{
    struct timespec mono;
    struct timespec wall;
    /* BOOTTIME goes on while the handheld sleeps. */
    clock_gettime(CLOCK_BOOTTIME, &mono);
    clock_gettime(CLOCK_REALTIME, &wall);
    return (struct machine_time){.now_ms = (int64_t)mono.tv_sec * MS + mono.tv_nsec / 1000000,
                                 .wall_s = wall.tv_sec};
}

static void plan_wake(struct service *s)
{
    int64_t wake_ms = machine_wake_ms(s->machine);
    if (wake_ms < 0) {
        event_del(s->timer);
        return;
    }
    int64_t delay_ms = wake_ms - time_now().now_ms;
    delay_ms = delay_ms < 0 ? 0 : delay_ms > LONGEST_SLEEP_MS ? LONGEST_SLEEP_MS : delay_ms;
    struct timeval delay = {delay_ms / MS, (delay_ms % MS) * 1000};
    event_add(s->timer, &delay);
}

/* ---- performing actions ---------------------------------------------------------------------- */

static void run_actions(struct service *s);

/* Not at each answer: flash wears. */
static void note_spent(struct service *s, uint64_t step)
{
    int64_t day = 0;
    uint64_t bytes = machine_spent(s->machine, &day);
    if (bytes < s->spent_noted) {
        s->spent_noted = 0; /* another day */
    }
    if (bytes >= s->spent_noted + step) {
        s->spent_noted = bytes;
        spool_keep_spent(s->store->spool, day, bytes);
    }
}

static void on_answer(void *context, const struct transport_answer *answer)
{
    struct service *s = context;
    machine_answered(s->machine, time_now(), answer, &s->actions);
    run_actions(s);
    note_spent(s, SPENT_STEP);
}

static void perform_send(struct service *s, const struct local_message *message)
{
    if (s->client < 0 || s->drop) {
        return;
    }
    enum till_status status = local_send(s->client, message);
    if (status != TILL_OK) {
        /* It does not read, or is gone. What was lost is asked for again when it comes back. */
        log_warning("line: the terminal can't be told: %s", status_name(status));
        s->drop = true;
    }
}

static void perform_request(struct service *s, struct action *a, struct followup *f)
{
    enum till_status status = TILL_OK;
    if (a->to_spool) {
        status = spool_part_path(s->store->spool, s->file);
        a->request.file = s->file;
    }
    if (status == TILL_OK) {
        status = s->transport->start(s->transport->context, &a->request, on_answer, s);
    }
    if (status != TILL_OK) {
        *f = (struct followup){.type = FOLLOWUP_ANSWERED, .status = status};
    }
}

/* A key for the certificate that comes next, kept until it is in force. */
static void perform_csr(const struct service *s, struct followup *f)
{
    struct line_identity identity;
    struct crypto_key *key = NULL;
    *f = (struct followup){.type = FOLLOWUP_CSR};
    f->status = line_store_load(s->store, &identity);
    if (f->status == TILL_OK) {
        f->status = line_store_renewing_key(s->store, &key);
    }
    if (f->status == TILL_OK) {
        f->status = crypto_csr_create(key, identity.terminal, f->csr);
        crypto_key_public(key, f->line_public);
    }
    crypto_key_free(key);
}

static void perform(struct service *s, struct action *a, struct followup *f)
{
    switch (a->type) {
    case ACTION_SEND:
        perform_send(s, &a->message);
        return;
    case ACTION_REQUEST:
        perform_request(s, a, f);
        return;
    case ACTION_CANCEL:
        s->transport->cancel(s->transport->context);
        return;
    case ACTION_SAVE:
        *f = (struct followup){.type = FOLLOWUP_SAVED};
        f->status = line_store_commit(s->store, a->identity);
        return;
    case ACTION_SAVE_TRUST:
        *f = (struct followup){.type = FOLLOWUP_SAVED};
        f->status = line_store_trust(s->store, a->identity);
        return;
    case ACTION_KEEP_BOOK:
        *f = (struct followup){.type = FOLLOWUP_KEPT};
        f->status = spool_keep(s->store->spool, a->manifest, a->manifest_text, f->path);
        return;
    case ACTION_DROP_BOOK:
        spool_drop(s->store->spool, a->revision);
        return;
    case ACTION_KEEP_ORDERS:
        spool_keep_orders(s->store->spool, a->orders_text);
        return;
    case ACTION_BEGIN_PART:
        spool_begin_part(s->store->spool, a->manifest_text);
        return;
    case ACTION_MAKE_CSR:
        perform_csr(s, f);
        return;
    }
}

static void feed(struct service *s, const struct followup *f)
{
    struct machine_time t = time_now();
    struct transport_answer failed = {.status = f->status};
    switch (f->type) {
    case FOLLOWUP_NONE:
        return;
    case FOLLOWUP_ANSWERED:
        machine_answered(s->machine, t, &failed, &s->actions);
        return;
    case FOLLOWUP_SAVED:
        machine_saved(s->machine, t, f->status, &s->actions);
        return;
    case FOLLOWUP_KEPT:
        machine_book_kept(s->machine, t, f->status, f->path, &s->actions);
        return;
    case FOLLOWUP_CSR:
        machine_csr(s->machine, t, f->status, f->csr, f->line_public, &s->actions);
        return;
    }
}

static void close_client(struct service *s)
{
    event_free(s->on_client);
    close(s->client);
    s->on_client = NULL;
    s->client = -1;
    s->greeted = false;
    s->drop = false;
}

static void run_actions(struct service *s)
{
    for (int round = 0;; round++) {
        assert(round < ROUNDS_MAX);
        struct followup f = {.type = FOLLOWUP_NONE};
        for (size_t i = 0; i < s->actions.count; i++) {
            perform(s, &s->actions.items[i], &f);
        }
        if (f.type != FOLLOWUP_NONE) {
            feed(s, &f);
        } else if (s->drop) {
            close_client(s);
            machine_disconnected(s->machine, time_now(), &s->actions);
        } else {
            break;
        }
    }
    plan_wake(s);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    struct service *s = context;
    machine_woken(s->machine, time_now(), &s->actions);
    run_actions(s);
}

/* ---- the terminal's messages ----------------------------------------------------------------- */

static void refuse(struct service *s, uint32_t id, enum till_status status, const char *text)
{
    uint8_t memory[512];
    struct buffer body;
    struct wire_error e = {.status = status};
    snprintf(e.text, sizeof(e.text), "%s", text);
    buffer_init(&body, memory, sizeof(memory));
    if (wire_error_write(&e, &body) == TILL_OK) {
        perform_send(s, &(struct local_message){
                            .id = id, .type = LOCAL_REFUSED, .body = {memory, body.size}});
    }
}

static enum till_status take_enrol(struct service *s, const struct local_message *m)
{
    struct local_enrol body;
    struct machine_enrolment e = {.id = m->id, .deadline_ms = m->deadline_ms};
    struct crypto_key *key = NULL;
    char csr[CRYPTO_CSR_PEM_MAX];
    if (local_read_enrol(m->body, &body) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = enrol_ticket_read(body.ticket, strlen(body.ticket), &e.ticket);
    if (status == TILL_OK) {
        status = line_store_enrolling_key(s->store, e.ticket.terminal, &key);
    }
    if (status == TILL_OK) {
        status = crypto_csr_create(key, e.ticket.terminal, csr);
    }
    if (status != TILL_OK) {
        crypto_key_free(key);
        refuse(s, m->id, status, "the enrolment can't begin");
        s->actions.count = 0;
        run_actions(s);
        return TILL_OK;
    }
    crypto_key_public(key, e.line_public);
    crypto_key_free(key);
    e.journal_csr = body.journal_csr;
    e.line_csr = csr;
    machine_enrol(s->machine, time_now(), &e, &s->actions);
    run_actions(s);
    return TILL_OK;
}

static enum till_status make_machine(struct service *s);

static enum till_status take_hello(struct service *s, const struct local_message *m)
{
    struct local_hello hello;
    enum till_status status = local_read_hello(m->body, &hello);
    if (status != TILL_OK) {
        return status;
    }
    if (hello.protocol != 1) {
        return TILL_UNSUPPORTED;
    }
    s->greeted = true;
    s->hello = hello;
    machine_connected(s->machine, time_now(), &hello, &s->actions);
    run_actions(s);
    return TILL_OK;
}

/* A machine that has never heard of that number takes over. What could not be removed is told again
 * with the next connection: no answer. */
static enum till_status take_ended(struct service *s, const struct local_message *m)
{
    struct local_hello ended;
    enum till_status status = local_read_hello(m->body, &ended);
    if (status != TILL_OK) {
        return status;
    }
    s->transport->cancel(s->transport->context);
    note_spent(s, 1);
    status = line_store_forget(s->store, ended.terminal);
    if (status != TILL_OK) {
        log_error("line: not all of %s is gone: %s", ended.terminal, status_name(status));
        return TILL_OK;
    }
    struct machine *known = s->machine;
    s->machine = NULL;
    status = make_machine(s);
    if (status != TILL_OK) {
        s->machine = known;
        return status;
    }
    machine_free(known);
    perform_send(s, &(struct local_message){.id = m->id, .type = LOCAL_FORGOTTEN});
    machine_connected(s->machine, time_now(), &s->hello, &s->actions);
    run_actions(s);
    return TILL_OK;
}

/* The small messages: read, hand on. */
static enum till_status take_state(struct service *s, const struct local_message *m)
{
    struct machine_time t = time_now();
    struct local_network network;
    struct local_pending pending;
    struct local_query query;
    struct local_report report;
    uint64_t revision = 0;
    enum till_status status = TILL_OK;
    switch (m->type) {
    case LOCAL_NETWORK:
        status = local_read_network(m->body, &network);
        if (status == TILL_OK) {
            machine_network(s->machine, t, &network, &s->actions);
        }
        break;
    case LOCAL_PENDING:
        status = local_read_pending(m->body, &pending);
        if (status == TILL_OK) {
            machine_pending(s->machine, t, &pending, &s->actions);
        }
        break;
    case LOCAL_BOOK_APPLIED:
        status = local_read_book_applied(m->body, &revision);
        if (status == TILL_OK) {
            machine_book_applied(s->machine, t, revision, &s->actions);
        }
        break;
    case LOCAL_QUERY:
        status = local_read_query(m->body, &query);
        if (status == TILL_OK) {
            machine_query(s->machine, t, m->id, m->deadline_ms, &query, &s->actions);
        }
        break;
    case LOCAL_REPORT:
        status = local_read_report(m->body, &report);
        if (status == TILL_OK) {
            machine_report(s->machine, t, m->id, &report, &s->actions);
        }
        break;
    case LOCAL_BATCH:
        machine_batch(s->machine, t, m->id, m->body, &s->actions);
        break;
    case LOCAL_NOW:
        machine_try_now(s->machine, t, &s->actions);
        break;
    default:
        return TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        run_actions(s);
    }
    return status;
}

static enum till_status take_message(struct service *s, const struct local_message *m)
{
    if (m->type == LOCAL_HELLO) {
        return take_hello(s, m);
    }
    if (!s->greeted) {
        return TILL_E_PROTOCOL;
    }
    switch (m->type) {
    case LOCAL_ENROL:
        return take_enrol(s, m);
    case LOCAL_ENDED:
        return take_ended(s, m);
    default:
        return take_state(s, m);
    }
}

static void lose_client(struct service *s)
{
    close_client(s);
    machine_disconnected(s->machine, time_now(), &s->actions);
    run_actions(s);
}

static void on_client(evutil_socket_t fd, short what, void *context)
{
    (void)what;
    struct service *s = context;
    for (int i = 0; i < MESSAGES_AT_ONCE && s->client == fd; i++) {
        struct local_message m;
        enum till_status status = local_receive(s->client, s->memory, &m);
        if (status == TILL_UNCHANGED) {
            return;
        }
        if (status == TILL_OK) {
            status = take_message(s, &m);
        }
        if (status != TILL_OK && s->client == fd) {
            if (status != TILL_DEVICE_OFFLINE) {
                log_warning("line: the terminal's connection is closed: %s", status_name(status));
            }
            lose_client(s);
            return;
        }
    }
}

static void on_listener(evutil_socket_t fd, short what, void *context)
{
    (void)what;
    struct service *s = context;
    int client = -1;
    enum till_status status = local_accept(fd, &client);
    if (status != TILL_OK) {
        if (status != TILL_UNCHANGED) {
            log_warning("line: accept: %s", status_name(status));
        }
        return;
    }
    if (s->client >= 0) {
        lose_client(s);
    }
    s->on_client = event_new(s->base, client, EV_READ | EV_PERSIST, on_client, s);
    if (s->on_client == NULL || event_add(s->on_client, NULL) != 0) {
        if (s->on_client != NULL) {
            event_free(s->on_client);
            s->on_client = NULL;
        }
        close(client);
        return;
    }
    s->client = client;
}

/* ---- life ------------------------------------------------------------------------------------ */

static enum till_status make_machine(struct service *s)
{
    struct machine_config config = {.version = FIELDTILL_VERSION};
    struct line_identity identity;
    struct spooled_book spooled;
    char orders[STATEMENT_MAX + 1];
    enum till_status status = crypto_random(&config.seed, sizeof(config.seed));
    if (status != TILL_OK) {
        return status;
    }
    enum till_status loaded = line_store_load(s->store, &identity);
    if (loaded != TILL_OK && loaded != TILL_NOT_ENROLLED) {
        /* It can be enrolled again, under a new number; the terminal keeps its records. */
        log_error("line: %s: %s", s->store->line, status_name(loaded));
    }
    struct spooled_part part;
    spool_load(s->store->spool, &spooled);
    spool_load_part(s->store->spool, &part);
    spool_load_spent(s->store->spool, &config.day, &config.bytes_today);
    s->spent_noted = config.bytes_today;
    config.part = part.size != 0 ? &part : NULL;
    if (spool_load_orders(s->store->spool, orders)) {
        config.orders = orders;
    }
    return machine_create(&config, loaded == TILL_OK ? &identity : NULL, &spooled, &s->machine);
}

enum till_status service_open(struct event_base *base, const struct line_store *store,
                              const struct transport *transport, const char *socket_path,
                              struct service **service_out)
{
    struct service *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return TILL_E_MEMORY;
    }
    s->base = base;
    s->store = store;
    s->transport = transport;
    s->listener = -1;
    s->client = -1;
    enum till_status status = make_machine(s);
    if (status == TILL_OK) {
        status = local_listen(socket_path, &s->listener);
    }
    if (status == TILL_OK) {
        snprintf(s->socket_path, sizeof(s->socket_path), "%s", socket_path);
        s->timer = event_new(base, -1, 0, on_timer, s);
        s->on_listener = event_new(base, s->listener, EV_READ | EV_PERSIST, on_listener, s);
        if (s->timer == NULL || s->on_listener == NULL || event_add(s->on_listener, NULL) != 0) {
            status = TILL_E_MEMORY;
        }
    }
    if (status != TILL_OK) {
        service_close(s);
        return status;
    }
    *service_out = s;
    return TILL_OK;
}

void service_close(struct service *s)
{
    if (s->client >= 0) {
        close_client(s);
    }
    if (s->on_listener != NULL) {
        event_free(s->on_listener);
    }
    if (s->timer != NULL) {
        event_free(s->timer);
    }
    if (s->listener >= 0) {
        close(s->listener);
        unlink(s->socket_path);
    }
    if (s->machine != NULL) {
        note_spent(s, 1);
    }
    machine_free(s->machine);
    free(s);
}
