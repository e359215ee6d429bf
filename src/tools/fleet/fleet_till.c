#include "fleet_till.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto.h"
#include "line_store.h"
#include "log.h"
#include "machine.h"
#include "record.h"
#include "transport_curl.h"

enum {
    BEARER_4G = 3,
    MS = 1000,
    ROUNDS_MAX = 32,
    LONGEST_SLEEP_MS = 60000,
    EAGER_MS = 5,
    DAYS_FILE_MAX = 512,
    HTTP_OK = 200
};

struct fleet_till {
    const struct fleet_work *work;
    uint32_t index;
    struct enrol_ticket ticket;
    fleet_till_done *done;
    void *context;

    char folder[LINE_FILES_PATH_MAX];
    struct line_store store;
    bool store_open;
    struct line_identity identity;
    struct crypto_key *journal_key, *statement_key;
    struct sealer host;
    struct fleet_journal journal;
    uint32_t days_left;

    struct transport transport;
    struct machine *machine;
    struct actions actions;
    struct event *timer, *ended;
    int64_t began_ms, until_ms;
    struct fleet_result result;
    bool is_done;
    bool failing; /* the line waits after a failure */

    uint8_t body[BATCH_PACKED_MAX];
    size_t body_size; /* of a batch that was prepared */
    uint8_t head[STATEMENT_MAX];
    size_t head_size; /* what its host answered */
};

/* What an action answers at once; it becomes the machine's next event. */
struct followup {
    enum { FOLLOW_NONE, FOLLOW_ANSWERED, FOLLOW_SAVED, FOLLOW_BATCH, FOLLOW_PENDING } type;
    enum till_status status;
    uint32_t id;
    struct span batch;
};

static struct machine_time time_now(void)
{
    struct timespec mono;
    clock_gettime(CLOCK_MONOTONIC, &mono);
    return (struct machine_time){.now_ms = (int64_t)mono.tv_sec * MS + mono.tv_nsec / 1000000,
                                 .wall_s = time(NULL)};
}

/* ---- what is kept ---------------------------------------------------------------------------- */

static enum till_status save_day(const struct fleet_till *f)
{
    uint8_t memory[DAYS_FILE_MAX];
    char hash[2 * HASH_SIZE + 1];
    struct buffer out;
    struct record_writer w;
    hex_encode((struct span){f->journal.before_hash, HASH_SIZE}, hash);
    buffer_init(&out, memory, sizeof(memory));
    record_begin(&w, &out);
    record_put_integer(&w, "day", f->journal.day);
    record_put_integer(&w, "receipts", f->journal.receipts);
    record_put_integer(&w, "opens_at_s", f->journal.opens_at_s);
    record_put_integer(&w, "before_seq", (int64_t)f->journal.before_seq);
    record_put_integer(&w, "before_at_s", f->journal.before_at_s);
    record_put_text(&w, "before_hash", hash);
    record_put_text(&w, "currency", f->journal.enrolled.currency);
    record_put_integer(&w, "exponent", f->journal.enrolled.exponent);
    record_put_text(&w, "zone", f->journal.enrolled.zone);
    enum till_status status = record_end(&w);
    return status == TILL_OK ? line_files_write(f->folder, "days", (struct span){memory, out.size})
                             : status;
}

static enum till_status load_day(struct fleet_till *f)
{
    char text[DAYS_FILE_MAX], hash[2 * HASH_SIZE + 1];
    size_t size = 0;
    struct record r;
    struct fleet_journal *j = &f->journal;
    enum till_status status = line_files_read(f->folder, "days", text, sizeof(text), &size);
    if (status == TILL_OK) {
        status = record_parse((struct span){(const uint8_t *)text, size}, &r);
    }
    if (status != TILL_OK) {
        return status;
    }
    j->day = (uint32_t)record_take_integer(&r, "day");
    j->receipts = (uint32_t)record_take_integer(&r, "receipts");
    j->opens_at_s = record_take_integer(&r, "opens_at_s");
    j->before_seq = (uint64_t)record_take_integer(&r, "before_seq");
    j->before_at_s = record_take_integer(&r, "before_at_s");
    record_take_text(&r, "before_hash", hash, sizeof(hash));
    record_take_text(&r, "currency", j->enrolled.currency, sizeof(j->enrolled.currency));
    j->enrolled.exponent = (uint8_t)record_take_integer(&r, "exponent");
    record_take_text(&r, "zone", j->enrolled.zone, sizeof(j->enrolled.zone));
    status = record_finish(&r);
    return status == TILL_OK ? hex_decode(hash, strlen(hash), j->before_hash, HASH_SIZE) : status;
}

static enum till_status load_journal_key(struct fleet_till *f)
{
    char pem[CRYPTO_KEY_PEM_MAX];
    size_t size = 0;
    enum till_status status = line_files_read(f->folder, "journal.key", pem, sizeof(pem), &size);
    if (status == TILL_OK) {
        status = crypto_key_load(pem, &f->journal_key);
    } else if (status == TILL_NOT_FOUND) {
        status = crypto_key_create(&f->journal_key);
        if (status == TILL_OK) {
            status = crypto_key_save(f->journal_key, pem);
        }
        if (status == TILL_OK) {
            status = line_files_write(f->folder, "journal.key",
                                      (struct span){(const uint8_t *)pem, strlen(pem)});
        }
    }
    crypto_wipe(pem, sizeof(pem));
    if (status == TILL_OK) {
        crypto_sealer(&f->journal.sealer, f->journal_key);
    }
    return status;
}

/* ---- who it is ------------------------------------------------------------------------------- */

/* A new day, unless one is unfinished: its records lie before now, as if the terminal had just come
 * back into the network. */
static enum till_status begin_day(struct fleet_till *f)
{
    if (f->journal.opens_at_s != 0) {
        return TILL_OK;
    }
    fleet_journal_open_day(&f->journal, f->work->receipts, (int64_t)time(NULL));
    return save_day(f);
}

static enum till_status use_identity(struct fleet_till *f, const struct line_identity *identity)
{
    struct crypto_cert authority, statement;
    struct fleet_journal *j = &f->journal;
    enum till_status status = crypto_cert_read(identity->authority_pem, &authority);
    if (status == TILL_OK) {
        status = crypto_cert_read(identity->statement_pem, &statement);
    }
    if (status == TILL_OK) {
        status = crypto_key_load_public(statement.public_key, &f->statement_key);
    }
    if (status != TILL_OK) {
        return status;
    }
    crypto_sealer(&f->host, f->statement_key);
    f->identity = *identity;
    memcpy(j->enrolled.terminal, identity->terminal, sizeof(j->enrolled.terminal));
    memcpy(j->enrolled.authority, authority.fingerprint, HASH_SIZE);
    crypto_key_public(f->journal_key, j->enrolled.public_key);
    return TILL_OK;
}

static enum till_status begin_journal(struct fleet_till *f, const struct enrol_answer *answer)
{
    struct fleet_journal *j = &f->journal;
    memcpy(j->enrolled.currency, answer->currency, sizeof(j->enrolled.currency));
    memcpy(j->enrolled.zone, answer->zone, sizeof(j->enrolled.zone));
    j->enrolled.exponent = answer->exponent;
    enum till_status status =
        chain_genesis(&j->sealer, j->enrolled.terminal, j->enrolled.public_key,
                      j->enrolled.authority, j->before_hash);
    return status == TILL_OK ? begin_day(f) : status;
}

/* ---- an end ---------------------------------------------------------------------------------- */

static void end(struct fleet_till *f, int status)
{
    if (f->is_done) {
        return;
    }
    f->is_done = true;
    f->result.status = status;
    f->result.took_ms = time_now().now_ms - f->began_ms;
    event_active(f->ended, 0, 0);
}

static void on_ended(evutil_socket_t fd, short what, void *context)
{
    struct fleet_till *f = context;
    (void)fd;
    (void)what;
    f->done(f->context, f, &f->result);
}

/* ---- what the line says ---------------------------------------------------------------------- */

static void take_head(struct fleet_till *f, struct span text, struct followup *next)
{
    struct head head;
    enum till_status status = head_read(&f->host, text, &head);
    if (status != TILL_OK) {
        end(f, status);
        return;
    }
    uint64_t last = fleet_journal_head(&f->journal);
    if (head.seq < last) {
        return;
    }
    f->result.entries += last - f->journal.before_seq;
    f->days_left--;
    status = fleet_journal_close_day(&f->journal);
    if (status == TILL_OK) {
        status = f->days_left == 0 ? save_day(f) : begin_day(f);
    }
    if (status != TILL_OK || f->days_left == 0) {
        end(f, status);
    } else {
        next->type = FOLLOW_PENDING;
    }
}

static void take_want(struct fleet_till *f, const struct local_message *m, struct followup *next)
{
    struct local_want want;
    struct buffer out;
    buffer_init(&out, f->body, sizeof(f->body));
    if (local_read_want(m->body, &want) != TILL_OK) {
        end(f, TILL_E_PROTOCOL);
        return;
    }
    enum till_status status =
        fleet_journal_batch(&f->journal, want.from, want.entries, want.format, &out);
    if (status != TILL_OK) {
        log_error("terminal %s: records from %llu: %s", f->ticket.terminal,
                  (unsigned long long)want.from, status_name(status));
        end(f, status);
        return;
    }
    *next = (struct followup){FOLLOW_BATCH, TILL_OK, m->id, {f->body, out.size}};
}

static void take_enrolled(struct fleet_till *f, struct span body, struct followup *next)
{
    struct enrol_answer answer;
    struct line_identity identity;
    enum till_status status = enrol_answer_read(body, &answer);
    if (status == TILL_OK) {
        status = line_store_load(&f->store, &identity);
    }
    if (status == TILL_OK) {
        status = use_identity(f, &identity);
    }
    if (status == TILL_OK) {
        status = begin_journal(f, &answer);
    }
    crypto_wipe(&answer, sizeof(answer));
    if (status != TILL_OK) {
        end(f, status);
        return;
    }
    next->type = FOLLOW_PENDING;
}

static void take_message(struct fleet_till *f, const struct local_message *m, struct followup *next)
{
    struct local_link link;
    struct wire_error refusal;
    switch (m->type) {
    case LOCAL_WANT:
        take_want(f, m, next);
        break;
    case LOCAL_HEAD:
        take_head(f, m->body, next);
        break;
    case LOCAL_ENROLLED:
        take_enrolled(f, m->body, next);
        break;
    case LOCAL_REFUSED:
        end(f, wire_error_read(m->body, &refusal) == TILL_OK ? refusal.status : TILL_E_PROTOCOL);
        break;
    case LOCAL_LINK:
        if (local_read_link(m->body, &link) == TILL_OK) {
            f->result.bytes = link.bytes_today;
            f->result.status = link.status;
            f->failing = link.state == LINK_BACKING_OFF;
        }
        break;
    default:
        break; /* books and orders: not asked for */
    }
}

/* ---- the machine's driver -------------------------------------------------------------------- */

static void run_actions(struct fleet_till *f);

static void on_answer(void *context, const struct transport_answer *answer)
{
    struct fleet_till *f = context;
    machine_answered(f->machine, time_now(), answer, &f->actions);
    run_actions(f);
}

static void perform(struct fleet_till *f, struct action *a, struct followup *next)
{
    switch (a->type) {
    case ACTION_SEND:
        take_message(f, &a->message, next);
        break;
    case ACTION_REQUEST: {
        enum till_status status =
            f->transport.start(f->transport.context, &a->request, on_answer, f);
        if (status != TILL_OK) {
            *next = (struct followup){.type = FOLLOW_ANSWERED, .status = status};
        }
        break;
    }
    case ACTION_CANCEL:
        f->transport.cancel(f->transport.context);
        break;
    case ACTION_SAVE:
        *next = (struct followup){.type = FOLLOW_SAVED};
        next->status = line_store_commit(&f->store, a->identity);
        break;
    default:
        break; /* the spool stays empty */
    }
}

static void feed(struct fleet_till *f, const struct followup *next)
{
    struct machine_time t = time_now();
    struct transport_answer failed = {.status = next->status};
    /* Newer than anything the host may have: nothing is fetched. */
    struct local_pending pending = {.book = UINT64_MAX, .orders = UINT64_MAX};
    switch (next->type) {
    case FOLLOW_ANSWERED:
        machine_answered(f->machine, t, &failed, &f->actions);
        break;
    case FOLLOW_SAVED:
        machine_saved(f->machine, t, next->status, &f->actions);
        break;
    case FOLLOW_BATCH:
        machine_batch(f->machine, t, next->id, next->batch, &f->actions);
        break;
    case FOLLOW_PENDING:
        pending.head = fleet_journal_head(&f->journal);
        pending.acknowledged = f->journal.before_seq;
        machine_pending(f->machine, t, &pending, &f->actions);
        break;
    case FOLLOW_NONE:
        break;
    }
}

static void plan_wake(struct fleet_till *f)
{
    int64_t now_ms = time_now().now_ms;
    int64_t wake_ms = machine_wake_ms(f->machine);
    if (f->is_done) {
        event_del(f->timer);
        return;
    }
    if (f->work->eager && f->failing) {
        wake_ms = now_ms + EAGER_MS;
    }
    if (wake_ms < 0 || wake_ms > f->until_ms) {
        wake_ms = f->until_ms;
    }
    int64_t delay_ms = wake_ms < now_ms ? 0 : wake_ms - now_ms;
    delay_ms = delay_ms > LONGEST_SLEEP_MS ? LONGEST_SLEEP_MS : delay_ms;
    struct timeval delay = {delay_ms / MS, (delay_ms % MS) * MS};
    event_add(f->timer, &delay);
}

static void run_actions(struct fleet_till *f)
{
    for (int round = 0;; round++) {
        assert(round < ROUNDS_MAX);
        struct followup next = {.type = FOLLOW_NONE};
        for (size_t i = 0; i < f->actions.count; i++) {
            perform(f, &f->actions.items[i], &next);
        }
        if (next.type == FOLLOW_NONE || f->is_done) {
            break;
        }
        feed(f, &next);
    }
    plan_wake(f);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    struct fleet_till *f = context;
    struct machine_time t = time_now();
    (void)fd;
    (void)what;
    if (t.now_ms >= f->until_ms) {
        end(f, f->result.status == TILL_OK ? TILL_TIMEOUT : f->result.status);
        return;
    }
    if (f->work->eager && f->failing) {
        f->failing = false;
        machine_try_now(f->machine, t, &f->actions);
    } else {
        machine_woken(f->machine, t, &f->actions);
    }
    run_actions(f);
}

/* ---- life ------------------------------------------------------------------------------------ */

static enum till_status ask_enrolment(struct fleet_till *f)
{
    struct crypto_key *line_key = NULL;
    char journal_csr[CRYPTO_CSR_PEM_MAX], line_csr[CRYPTO_CSR_PEM_MAX];
    struct machine_enrolment e = {.id = 1,
                                  .deadline_ms = (uint32_t)f->work->patience_ms,
                                  .ticket = f->ticket,
                                  .journal_csr = journal_csr,
                                  .line_csr = line_csr};
    enum till_status status = line_store_enrolling_key(&f->store, f->ticket.terminal, &line_key);
    if (status == TILL_OK) {
        status = crypto_csr_create(line_key, f->ticket.terminal, line_csr);
    }
    if (status == TILL_OK) {
        status = crypto_csr_create(f->journal_key, f->ticket.terminal, journal_csr);
    }
    if (status == TILL_OK) {
        crypto_key_public(line_key, e.line_public);
        machine_enrol(f->machine, time_now(), &e, &f->actions);
        run_actions(f);
    }
    crypto_key_free(line_key);
    return status;
}

/* Connect the made-up terminal to its line and say what there is to do. */
static enum till_status begin_line(struct fleet_till *f, bool enrolled)
{
    struct machine_config config = {.version = FIELDTILL_VERSION};
    struct local_hello hello = {.version = FIELDTILL_VERSION, .protocol = 1};
    struct local_network network = {.bearer = BEARER_4G};
    enum till_status status = crypto_random(&config.seed, sizeof(config.seed));
    if (status == TILL_OK) {
        status = transport_curl_open(f->work->base, f->store.cert_path, f->store.key_path,
                                     &f->transport);
    }
    if (status == TILL_OK) {
        status = machine_create(&config, enrolled ? &f->identity : NULL, NULL, &f->machine);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (enrolled) {
        memcpy(hello.terminal, f->identity.terminal, sizeof(hello.terminal));
    }
    machine_connected(f->machine, time_now(), &hello, &f->actions);
    run_actions(f);
    if (enrolled) {
        feed(f, &(struct followup){.type = FOLLOW_PENDING});
        run_actions(f);
    }
    machine_network(f->machine, time_now(), &network, &f->actions);
    run_actions(f);
    return enrolled ? TILL_OK : ask_enrolment(f);
}

static enum till_status open_files(struct fleet_till *f, bool *enrolled_out)
{
    struct line_identity identity;
    enum till_status status = line_files_path(f->work->dir, f->ticket.terminal, f->folder);
    if (status == TILL_OK) {
        status = line_store_open(f->folder, &f->store);
    }
    f->store_open = status == TILL_OK;
    if (status == TILL_OK) {
        status = load_journal_key(f);
    }
    if (status == TILL_OK) {
        status = line_store_load(&f->store, &identity);
    }
    *enrolled_out = status == TILL_OK;
    if (status == TILL_NOT_ENROLLED) {
        return TILL_OK;
    }
    if (status == TILL_OK) {
        status = load_day(f);
    }
    if (status == TILL_OK) {
        status = begin_day(f);
    }
    if (status == TILL_NOT_FOUND) {
        /* Cut off between certificate and journal: the host gives the same answer once more. */
        *enrolled_out = false;
        return TILL_OK;
    }
    return status == TILL_OK ? use_identity(f, &identity) : status;
}

/* What a terminal has before it has a line. */
static enum till_status create(const struct fleet_work *work, uint32_t index,
                               const struct enrol_ticket *ticket, fleet_till_done *done,
                               void *context, struct fleet_till **till_out)
{
    struct fleet_till *f = calloc(1, sizeof(*f));
    if (f == NULL) {
        return TILL_E_MEMORY;
    }
    f->work = work;
    f->index = index;
    f->ticket = *ticket;
    f->done = done;
    f->context = context;
    f->days_left = work->days;
    f->journal.accounts = &work->accounts;
    f->journal.seed = work->seed;
    f->journal.index = index;
    f->began_ms = time_now().now_ms;
    f->until_ms = f->began_ms + work->patience_ms;
    f->ended = evtimer_new(work->base, on_ended, f);
    if (f->ended == NULL) {
        free(f);
        return TILL_E_MEMORY;
    }
    *till_out = f;
    return TILL_OK;
}

enum till_status fleet_till_start(const struct fleet_work *work, uint32_t index,
                                  const struct enrol_ticket *ticket, fleet_till_done *done,
                                  void *context, struct fleet_till **till_out)
{
    struct fleet_till *f = NULL;
    bool enrolled = false;
    enum till_status status = create(work, index, ticket, done, context, &f);
    if (status != TILL_OK) {
        return status;
    }
    f->timer = evtimer_new(work->base, on_timer, f);
    status = f->timer == NULL ? TILL_E_MEMORY : open_files(f, &enrolled);
    if (status == TILL_OK) {
        status = begin_line(f, enrolled);
    }
    if (status != TILL_OK) {
        fleet_till_free(f);
        return status;
    }
    *till_out = f;
    return TILL_OK;
}

/* ---- prepared -------------------------------------------------------------------------------- */

static void on_prepared(void *context, const struct transport_answer *answer)
{
    struct fleet_till *f = context;
    bool taken = answer->status == TILL_OK && answer->http == HTTP_OK;
    f->head_size = 0;
    if (taken && answer->body.size <= sizeof(f->head)) {
        memcpy(f->head, answer->body.data, answer->body.size);
        f->head_size = answer->body.size;
    }
    f->result.bytes += answer->bytes;
    end(f, taken ? TILL_OK : answer->status != TILL_OK ? (int)answer->status : TILL_E_PROTOCOL);
}

static enum till_status ask(struct fleet_till *f, const char *path, struct span body)
{
    struct transport_request request = {.url = f->identity.url,
                                        .is_post = body.size > 0,
                                        .body = body,
                                        .terminal = f->identity.terminal,
                                        .authority_pem = f->identity.authority_pem,
                                        .with_certificate = true,
                                        .deadline_ms = (uint32_t)f->work->patience_ms,
                                        .answer_max = sizeof(f->head)};
    (void)snprintf(request.path, sizeof(request.path), "%s", path);
    f->is_done = false;
    f->began_ms = time_now().now_ms;
    return f->transport.start(f->transport.context, &request, on_prepared, f);
}

/* The whole day, in the format that a terminal of today writes. */
static enum till_status pack_day(struct fleet_till *f)
{
    struct buffer out;
    uint64_t from = f->journal.before_seq + 1, head = fleet_journal_head(&f->journal);
    if (head - from >= BATCH_ENTRIES_MAX) {
        return TILL_TOO_LARGE;
    }
    buffer_init(&out, f->body, sizeof(f->body));
    enum till_status status = fleet_journal_batch(&f->journal, from, (uint32_t)(head - from + 1),
                                                  BATCH_FORMAT_COLUMNS, &out);
    f->body_size = out.size;
    return status;
}

enum till_status fleet_till_prepare(const struct fleet_work *work, uint32_t index,
                                    const struct enrol_ticket *ticket, fleet_till_done *done,
                                    void *context, struct fleet_till **till_out)
{
    struct fleet_till *f = NULL;
    bool enrolled = false;
    enum till_status status = create(work, index, ticket, done, context, &f);
    if (status != TILL_OK) {
        return status;
    }
    status = open_files(f, &enrolled);
    if (status == TILL_OK) {
        status = enrolled ? pack_day(f) : TILL_NOT_ENROLLED;
    }
    if (status == TILL_OK) {
        status =
            transport_curl_open(work->base, f->store.cert_path, f->store.key_path, &f->transport);
    }
    if (status == TILL_OK) {
        status = ask(f, "/v1/authority", (struct span){NULL, 0});
    }
    if (status != TILL_OK) {
        fleet_till_free(f);
        return status;
    }
    *till_out = f;
    return TILL_OK;
}

enum till_status fleet_till_send(struct fleet_till *f)
{
    return ask(f, "/v1/journal", (struct span){f->body, f->body_size});
}

enum till_status fleet_till_settle(struct fleet_till *f)
{
    struct head head;
    enum till_status status = head_read(&f->host, (struct span){f->head, f->head_size}, &head);
    if (status == TILL_OK && head.seq != fleet_journal_head(&f->journal)) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        f->result.entries = head.seq - f->journal.before_seq;
        status = fleet_journal_close_day(&f->journal);
    }
    return status == TILL_OK ? save_day(f) : status;
}

const struct fleet_result *fleet_till_result(const struct fleet_till *f)
{
    return &f->result;
}

const char *fleet_till_number(const struct fleet_till *f)
{
    return f->ticket.terminal;
}

void fleet_till_free(struct fleet_till *f)
{
    if (f == NULL) {
        return;
    }
    if (f->transport.close != NULL) {
        f->transport.close(f->transport.context);
    }
    machine_free(f->machine);
    if (f->timer != NULL) {
        event_free(f->timer);
    }
    if (f->ended != NULL) {
        event_free(f->ended);
    }
    if (f->store_open) {
        line_store_close(&f->store);
    }
    crypto_key_free(f->journal_key);
    crypto_key_free(f->statement_key);
    crypto_wipe(f, sizeof(*f));
    free(f);
}
