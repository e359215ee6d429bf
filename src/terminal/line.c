/*
 * The socket to fieldtill-sync. Nothing here is truth: what is lost with either process is asked
 * for again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "parts.h"
#include "text.h"
#include "when.h"

enum { RETRY_MS = 1000, MESSAGES_A_STEP = 16, SMALL_BODY = 8 * 1024 };

static void drop(struct app *app)
{
    struct line *line = &app->line;
    if (line->fd >= 0)
        close(line->fd);
    line->fd = -1;
    line->retry_at_ms = app->facts.now_ms + RETRY_MS;
    line->link.state = LINK_NO_NETWORK;
}

static void send_message(struct app *app, const struct local_message *message)
{
    struct line *line = &app->line;
    if (line->fd < 0)
        return;
    enum till_status status = local_send(line->fd, message);
    if (status == TILL_DEVICE_OFFLINE || status == TILL_E_IO)
        drop(app);
    else if (status != TILL_OK)
        log_debug("to sync: %s", status_text(status));
}

static void send_body(struct app *app, uint16_t type, uint32_t id, struct span body)
{
    const struct local_message message = {.id = id, .type = type, .body = body};
    send_message(app, &message);
}

static void tell_hello(struct app *app)
{
    uint8_t memory[SMALL_BODY];
    struct buffer out;
    struct local_hello hello = {.version = FIELDTILL_VERSION, .protocol = 1};
    if (app->journal)
        text_copy(hello.terminal, sizeof hello.terminal, journal_terminal(app->journal));
    buffer_init(&out, memory, sizeof memory);
    if (local_write_hello(&hello, &out) == TILL_OK)
        send_body(app, LOCAL_HELLO, 0, (struct span){out.data, out.size});
}

/* Sync holds a key and a book of the number that was ended here. */
static void tell_ended(struct app *app)
{
    uint8_t memory[SMALL_BODY];
    struct buffer out;
    struct local_hello ended = {.version = FIELDTILL_VERSION, .protocol = 1};
    size_t size = 0;
    if (file_read(app->dir, ENDED_FILE, ended.terminal, sizeof ended.terminal, &size) != TILL_OK)
        return;
    buffer_init(&out, memory, sizeof memory);
    if (local_write_hello(&ended, &out) == TILL_OK)
        send_body(app, LOCAL_ENDED, 0, (struct span){out.data, out.size});
}

static void on_forgotten(const struct app *app)
{
    char path[PATH_ROOM + 32];
    snprintf(path, sizeof path, "%s/%s", app->dir, ENDED_FILE);
    if (unlink(path) != 0)
        log_warning("%s stays", path);
}

/* What sync is to know of the network; the signal in quarters, so that it need not be told of each
 * flicker. */
static struct local_network network_of(const struct app *app)
{
    enum { QUARTER = 25, WEAKEST_DBM = -113, STRONGEST_DBM = -51 };
    struct local_network n = {.bearer = (int)app->network.bearer,
                              .airplane = app->network.airplane,
                              .budget_bytes = (uint64_t)app->settings.data_kb * 1024};
    int dbm = app->radio.is_there ? app->radio.modem.signal_dbm : 0;
    n.has_signal = n.bearer == NETWORK_GPRS || n.bearer == NETWORK_4G;
    if (dbm != 0)
        n.signal = (dbm - WEAKEST_DBM) * 100 / (STRONGEST_DBM - WEAKEST_DBM) / QUARTER * QUARTER;
    else if (app->network.bars > 0)
        n.signal = app->network.bars * QUARTER;
    else
        n.has_signal = false;
    n.signal = n.signal < 0 ? 0 : n.signal > 100 ? 100 : n.signal;
    if (app->journal)
        text_copy(n.zone, sizeof n.zone, journal_fold(app->journal)->enrolled.zone);
    return n;
}

static bool network_is_told(const struct app *app)
{
    struct local_network n = network_of(app);
    const struct local_network *told = &app->line.told_network;
    return told->bearer == n.bearer && told->airplane == n.airplane &&
           told->has_signal == n.has_signal && told->signal == n.signal &&
           told->budget_bytes == n.budget_bytes && strcmp(told->zone, n.zone) == 0;
}

static void tell_network(struct app *app)
{
    uint8_t memory[256];
    struct buffer out;
    struct local_network network = network_of(app);
    app->line.told_network = network;
    buffer_init(&out, memory, sizeof memory);
    if (local_write_network(&network, &out) == TILL_OK)
        send_body(app, LOCAL_NETWORK, 0, (struct span){out.data, out.size});
}

static void tell_pending(struct app *app)
{
    uint8_t memory[256];
    struct buffer out;
    struct line *line = &app->line;
    struct local_pending pending;
    if (!app->journal)
        return;
    pending.head = line->told_head = journal_fold(app->journal)->seq;
    pending.acknowledged = line->told_ack = journal_acknowledged(app->journal)->seq;
    /* Who has no base for a delta says so: the whole book comes. */
    pending.book = line->told_book =
        app->book && !line->whole_book ? book_meta(app->book)->revision : 0;
    pending.orders = line->told_orders = app->ordered.serial;
    pending.wants_stick = line->told_stick = stick_wants_key(app);
    buffer_init(&out, memory, sizeof memory);
    if (local_write_pending(&pending, &out) == TILL_OK)
        send_body(app, LOCAL_PENDING, 0, (struct span){out.data, out.size});
}

/* ---- enrolment ------------------------------------------------------------------------------- */

static void enrol_failed(struct app *app, enum till_status status)
{
    app->line.enrol_id = 0;
    stack_event(app, &(struct flow_event){.type = EVENT_ENROLLED, .status = status});
}

/* The run of digits that a person types names no server: the setting does. */
static enum till_status whole_ticket(const struct app *app, const char *text,
                                     struct local_enrol *enrol, struct enrol_ticket *ticket)
{
    enum till_status status = enrol_ticket_read(text, strlen(text), ticket);
    if (status == TILL_OK && ticket->url[0] == '\0') {
        text_copy(ticket->url, sizeof ticket->url, app->host_url);
        if (ticket->url[0] == '\0')
            return TILL_E_CONFIG;
    }
    return status == TILL_OK ? enrol_ticket_write(ticket, enrol->ticket, sizeof enrol->ticket)
                             : status;
}

static enum till_status ask_enrolment(struct app *app)
{
    uint8_t memory[SMALL_BODY];
    struct buffer out;
    struct local_enrol enrol;
    struct enrol_ticket ticket;
    enum till_status status = whole_ticket(app, app->line.ticket, &enrol, &ticket);
    if (status == TILL_OK)
        status = crypto_csr_create(app->identity.journal, ticket.terminal, enrol.journal_csr);
    buffer_init(&out, memory, sizeof memory);
    if (status == TILL_OK)
        status = local_write_enrol(&enrol, &out);
    if (status != TILL_OK)
        return status;
    app->line.enrol_id = line_new_id(app);
    send_body(app, LOCAL_ENROL, app->line.enrol_id, (struct span){out.data, out.size});
    return TILL_OK;
}

void line_enrol(struct app *app, const char *ticket)
{
    text_copy(app->line.ticket, sizeof app->line.ticket, ticket);
    enum till_status status = ask_enrolment(app);
    if (status != TILL_OK)
        enrol_failed(app, status);
}

/* Sync has looked before it spoke TLS; who pins the authority looks once more. */
static enum till_status check_ticket(const struct app *app, const struct enrol_answer *answer)
{
    struct enrol_ticket ticket;
    struct crypto_cert authority;
    const char *text = app->line.ticket;
    enum till_status status = enrol_ticket_read(text, strlen(text), &ticket);
    if (status == TILL_OK)
        status = crypto_cert_read(answer->authority_cert, &authority);
    if (status == TILL_OK && (!enrol_authority_matches(&ticket, authority.fingerprint) ||
                              strcmp(ticket.terminal, answer->terminal) != 0))
        status = TILL_WRONG_HOST;
    return status;
}

/* Keys and secret first, the journal last: it says that enrolment is complete. */
static enum till_status take_enrolment(struct app *app, const struct enrol_answer *answer)
{
    struct body_enrolled body = {.exponent = answer->exponent,
                                 .predecessor_seq = answer->predecessor_seq};
    struct journal_options options = {.path = app->journal_path, .vfs = app->options.vfs};
    enum till_status status = check_ticket(app, answer);
    if (status == TILL_OK)
        status = identity_keep(app->dir, answer, &app->identity);
    if (status != TILL_OK)
        return status;
    text_copy(body.terminal, sizeof body.terminal, answer->terminal);
    text_copy(body.currency, sizeof body.currency, answer->currency);
    text_copy(body.zone, sizeof body.zone, answer->zone);
    text_copy(body.predecessor, sizeof body.predecessor, answer->predecessor);
    memcpy(body.authority, app->identity.authority, HASH_SIZE);
    crypto_key_public(app->identity.journal, body.public_key);
    options.sealer = app->sealer;
    facts_refresh(app);
    status = journal_create(&options, app->facts.now_s, &body, &app->journal);
    if (status == TILL_OK)
        status = ledger_start(app, 0);
    if (status == TILL_OK)
        start_check_device(app);
    return status;
}

static void on_enrolled(struct app *app, struct span body)
{
    struct enrol_answer answer;
    if (!app->line.enrol_id || app->journal)
        return;
    enum till_status status = enrol_answer_read(body, &answer);
    if (status == TILL_OK)
        status = take_enrolment(app, &answer);
    crypto_wipe(&answer, sizeof answer);
    app->line.enrol_id = 0;
    if (status == TILL_OK)
        tell_pending(app);
    stack_event(app, &(struct flow_event){.type = EVENT_ENROLLED, .status = status});
}

/* ---- questions ------------------------------------------------------------------------------- */

uint32_t line_new_id(struct app *app)
{
    return ++app->line.next_id;
}

enum till_status line_ask(struct app *app, uint32_t id, uint32_t deadline_ms,
                          const struct local_query *query)
{
    uint8_t memory[512];
    struct buffer out;
    struct local_message message = {.id = id, .type = LOCAL_QUERY, .deadline_ms = deadline_ms};
    buffer_init(&out, memory, sizeof memory);
    enum till_status status = local_write_query(query, &out);
    if (status != TILL_OK)
        return status;
    message.body = (struct span){out.data, out.size};
    send_message(app, &message);
    return app->line.fd < 0 ? TILL_DEVICE_OFFLINE : TILL_OK;
}

enum till_status line_send_report(struct app *app, uint32_t id, const struct local_report *report)
{
    struct buffer out;
    buffer_init(&out, app->line.packed, BATCH_PACKED_MAX);
    enum till_status status = local_write_report(report, &out);
    if (status == TILL_OK)
        send_body(app, LOCAL_REPORT, id, (struct span){out.data, out.size});
    return status == TILL_OK && app->line.fd < 0 ? TILL_DEVICE_OFFLINE : status;
}

/* ---- batches and heads ----------------------------------------------------------------------- */

enum till_status line_fill_batch(struct app *app, const struct local_want *want, struct buffer *out,
                                 uint32_t *count_out)
{
    struct batch_writer *writer = NULL;
    struct entry entry;
    uint8_t prev[HASH_SIZE];
    uint64_t head = journal_fold(app->journal)->seq;
    enum till_status status = TILL_OK;
    *count_out = 0;
    for (uint64_t n = 0; n < want->entries && want->from + n <= head; n++) {
        status = journal_read(app->journal, want->from + n, &entry, prev);
        if (status == TILL_OK && !writer)
            status = batch_begin(journal_terminal(app->journal), prev, &writer);
        if (status != TILL_OK)
            break;
        status = batch_add(writer, &entry);
        if (status == TILL_TOO_LARGE) { /* the batch is full: what is in it goes */
            status = TILL_OK;
            break;
        }
        *count_out += status == TILL_OK;
    }
    if (!writer)
        return status;
    if (status == TILL_OK)
        return batch_finish_as(writer, want->format, out);
    batch_abandon(writer);
    return status;
}

static void on_want(struct app *app, const struct local_message *m)
{
    struct local_want want;
    struct buffer out;
    if (!app->journal || local_read_want(m->body, &want) != TILL_OK || want.from == 0)
        return;
    buffer_init(&out, app->line.packed, BATCH_PACKED_MAX);
    uint32_t count = 0;
    enum till_status status = line_fill_batch(app, &want, &out, &count);
    if (status != TILL_OK) {
        log_error("batch from %llu: %s", (unsigned long long)want.from, status_text(status));
        out.size = 0;
    }
    send_body(app, LOCAL_BATCH, m->id, (struct span){out.data, out.size});
}

static enum till_status statement_sealer(const struct app *app, struct sealer *out)
{
    if (!app->identity.statement)
        return TILL_NOT_ENROLLED;
    crypto_sealer(out, app->identity.statement);
    return TILL_OK;
}

/* Said once a run: each record of it goes up and brings the next head. */
static void found_fork(struct app *app, const char *text)
{
    if (!app->forked)
        ledger_anomaly(app, TILL_E_FORK, text);
    app->forked = true;
    stopped_set(app, true);
}

enum till_status line_take_head(struct app *app, struct span text)
{
    struct sealer sealer;
    struct head head;
    struct journal_ack ack;
    if (!app->journal || statement_sealer(app, &sealer) != TILL_OK)
        return TILL_NOT_ENROLLED;
    enum till_status status = head_read(&sealer, text, &head);
    if (status == TILL_OK && strcmp(head.terminal, journal_terminal(app->journal)) != 0)
        status = TILL_E_PROTOCOL;
    if (status != TILL_OK) {
        log_error("a head that can't be believed: %s", status_text(status));
        return status;
    }
    ack = (struct journal_ack){.seq = head.seq, .at_s = head.at_s, .serial = head.serial};
    memcpy(ack.hash, head.hash, HASH_SIZE);
    /* Before the head is taken: a cut in between must not lose it. */
    uint64_t known = journal_acknowledged(app->journal)->serial;
    if (head.stopped && head.serial >= known)
        stopped_set(app, true);
    status = journal_acknowledge(app->journal, &ack);
    if (status == TILL_REFUSED)
        return status;
    app->stick_host_known = true;
    app->stick_host_seq = head.seq;
    /* The head that lifts a stop is newer than any that was here when it began. */
    if (status == TILL_OK && !head.stopped && !app->forked && head.serial > known)
        stopped_set(app, false);
    if (status == TILL_E_FORK)
        found_fork(app, "the host holds other records under our numbers");
    else if (status != TILL_OK)
        log_error("the head was not kept: %s", status_text(status));
    clock_heard(app, head.at_s);
    stack_event(app, &(struct flow_event){.type = EVENT_FACTS});
    return status;
}

/* What time it is stands in it too, where the office gave it just now. */
static void on_head(struct app *app, struct span body)
{
    struct sealer sealer;
    struct head head;
    facts_refresh(app);
    int64_t floor_s = app->facts.clock_floor_s;
    uint64_t serial = app->facts.ack ? app->facts.ack->serial : 0;
    enum till_status status = line_take_head(app, body);
    if (status == TILL_REFUSED)
        log_error("a head of the host came again: nothing of it is believed");
    bool ours = status == TILL_OK || status == TILL_E_FORK;
    if (ours && statement_sealer(app, &sealer) == TILL_OK &&
        head_read(&sealer, body, &head) == TILL_OK)
        clock_heard_head(app, &head, floor_s, serial);
}

static void book_ended(struct app *app, enum till_status status)
{
    uint8_t memory[64];
    struct buffer out;
    if (status == TILL_E_FORK)
        found_fork(app, "the book knows records that are not here");
    buffer_init(&out, memory, sizeof memory);
    if ((status == TILL_OK || status == TILL_UNCHANGED) &&
        local_write_book_applied(app->book ? book_meta(app->book)->revision : 0, &out) == TILL_OK)
        send_body(app, LOCAL_BOOK_APPLIED, 0, (struct span){out.data, out.size});
    tell_pending(app);
    /* A delta that does not fit is the line's own affair: the whole book comes. */
    if (status != TILL_UNCHANGED && status != TILL_NO_BOOK)
        stack_event(app, &(struct flow_event){.type = EVENT_BOOK, .status = status});
}

static void step_book(struct app *app)
{
    enum till_status status = TILL_OK;
    int percent = app->line.book_percent;
    if (book_apply_step(app, &status))
        book_ended(app, status);
    app->dirty = app->dirty || app->line.book_percent != percent;
}

static void on_book(struct app *app, struct span body)
{
    struct sealer sealer;
    struct local_book book;
    struct book_manifest manifest;
    if (!app->journal || journal_fold(app->journal)->retired ||
        statement_sealer(app, &sealer) != TILL_OK || local_read_book(body, &book) != TILL_OK)
        return;
    struct span text = {(const uint8_t *)book.manifest, strlen(book.manifest)};
    enum till_status status = manifest_read(&sealer, text, &manifest);
    if (status == TILL_OK)
        status = book_apply(app, book.path, &manifest);
    if (status == TILL_OK)
        step_book(app);
    else if (status != TILL_BUSY)
        book_ended(app, status);
}

static void on_refused(struct app *app, const struct local_message *m)
{
    struct wire_error error;
    if (ask_take(app, m) || report_send_take(app, m) || wire_error_read(m->body, &error) != TILL_OK)
        return;
    log_warning("refused: %s (%s)", status_name(error.status), error.text);
    if (error.status == TILL_REVOKED && app->journal) {
        stopped_set(app, true);
        stack_event(app, &(struct flow_event){.type = EVENT_FACTS});
    }
    if (app->line.enrol_id && m->id == app->line.enrol_id)
        enrol_failed(app, (enum till_status)error.status);
}

static void on_link(struct app *app, struct span body)
{
    struct local_link link;
    if (local_read_link(body, &link) != TILL_OK)
        return;
    app->line.link = link;
    clock_heard(app, link.last_contact_s);
    stack_event(app, &(struct flow_event){.type = EVENT_FACTS});
}

static void on_message(struct app *app, const struct local_message *m)
{
    switch (m->type) {
    case LOCAL_LINK:
        on_link(app, m->body);
        break;
    case LOCAL_WANT:
        on_want(app, m);
        break;
    case LOCAL_HEAD:
        on_head(app, m->body);
        break;
    case LOCAL_BOOK:
        on_book(app, m->body);
        break;
    case LOCAL_STICK:
        stick_take_key(app, m->body);
        break;
    case LOCAL_ORDERS:
        orders_take(app, m->body);
        break;
    case LOCAL_ENROLLED:
        on_enrolled(app, m->body);
        break;
    case LOCAL_FORGOTTEN:
        on_forgotten(app);
        break;
    case LOCAL_REFUSED:
        on_refused(app, m);
        break;
    case LOCAL_SENT:
        if (!report_send_take(app, m))
            log_debug("a report that nobody waits for has arrived");
        break;
    case LOCAL_ANSWER:
        if (!ask_take(app, m))
            log_debug("an answer that nobody waits for");
        break;
    default:
        log_debug("sync said %u", m->type);
        break;
    }
}

/* ---- the connection -------------------------------------------------------------------------- */

enum till_status line_open(struct app *app)
{
    struct line *line = &app->line;
    line->fd = -1;
    line->memory = malloc(LOCAL_MESSAGE_MAX);
    line->packed = malloc(BATCH_PACKED_MAX);
    return line->memory && line->packed ? TILL_OK : TILL_E_MEMORY;
}

static void reconnect(struct app *app)
{
    struct line *line = &app->line;
    if (!app->socket_path[0] || app->facts.now_ms < line->retry_at_ms)
        return;
    line->retry_at_ms = app->facts.now_ms + RETRY_MS;
    if (local_connect(app->socket_path, &line->fd) != TILL_OK) {
        line->fd = -1;
        return;
    }
    tell_hello(app);
    tell_ended(app);
    tell_network(app);
    tell_pending(app);
    if (line->enrol_id && ask_enrolment(app) != TILL_OK)
        log_warning("enrolment could not be asked for again");
}

void line_tell_network(struct app *app)
{
    if (app->line.fd >= 0 && !network_is_told(app))
        tell_network(app);
}

static void tell_changes(struct app *app)
{
    struct line *line = &app->line;
    line_tell_network(app);
    if (line->fd < 0 || !app->journal)
        return;
    if (line->told_head != journal_fold(app->journal)->seq ||
        line->told_orders != app->ordered.serial || line->told_stick != stick_wants_key(app) ||
        line->told_ack != journal_acknowledged(app->journal)->seq)
        tell_pending(app);
}

void line_step(struct app *app)
{
    struct line *line = &app->line;
    struct local_message message;
    if (line->fd < 0)
        reconnect(app);
    for (int i = 0; i < MESSAGES_A_STEP && line->fd >= 0; i++) {
        enum till_status status = local_receive(line->fd, line->memory, &message);
        if (status == TILL_UNCHANGED)
            break;
        if (status == TILL_OK)
            on_message(app, &message);
        else if (status != TILL_E_PROTOCOL)
            drop(app);
    }
    /* Nothing follows the record that ends a number. */
    if (line->book_work && app->journal && journal_fold(app->journal)->retired)
        book_apply_abandon(app);
    if (line->book_work)
        step_book(app);
    ask_step(app);
    report_send_step(app);
    tell_changes(app);
}

bool line_is_busy(const struct app *app)
{
    return app->line.book_work != NULL;
}

void line_now(struct app *app)
{
    send_body(app, LOCAL_NOW, 0, (struct span){(const uint8_t *)"{}", 2});
}

void line_close(struct app *app)
{
    book_apply_abandon(app);
    if (app->line.fd >= 0)
        close(app->line.fd);
    app->line.fd = -1;
    free(app->line.memory);
    free(app->line.packed);
    app->line.memory = app->line.packed = NULL;
}
