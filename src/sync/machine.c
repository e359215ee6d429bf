#include "machine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"
#include "text.h"
#include "when.h"

enum {
    DAY_S = 86400,
    DAY_MS = DAY_S * 1000,
    POLL_JITTER = 10,   /* the last tenth of the interval is drawn */
    CLOCK_SAID_S = 600, /* how far our clock may be from the host's without a word */
    CLOCK_JUMP_S = 2    /* less is how two clocks are rounded */
};

/* ---- life ------------------------------------------------------------------------------------ */

/* The latest day on which one of them was made: it is not earlier than that. */
static int64_t made_last_s(const char *bundle)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    struct crypto_cert cert;
    int64_t last_s = 0;
    for (size_t i = 0; crypto_bundle_at(bundle, i, pem) == TILL_OK; i++) {
        if (crypto_cert_read(pem, &cert) == TILL_OK && cert.not_before_s > last_s) {
            last_s = cert.not_before_s;
        }
    }
    return last_s;
}

enum till_status machine_adopt(struct machine *m, const struct line_identity *identity)
{
    struct crypto_cert statement;
    struct crypto_key *key = NULL;
    char authority[CRYPTO_CERT_PEM_MAX];
    if (crypto_cert_read(identity->statement_pem, &statement) != TILL_OK ||
        crypto_bundle_at(identity->authority_pem, 0, authority) != TILL_OK ||
        crypto_key_load_public(statement.public_key, &key) != TILL_OK) {
        return TILL_E_CORRUPT;
    }
    crypto_key_free(m->statement_key);
    m->statement_key = key;
    crypto_sealer(&m->host, key);
    m->identity = *identity;
    m->authority_from_s = made_last_s(identity->authority_pem);
    m->trust = line_trust_held(&m->identity, &m->host);
    m->enrolled = true;
    machine_renew_plan(m);
    return TILL_OK;
}

static void take_spooled(struct machine *m, const struct spooled_book *spooled)
{
    struct book_manifest manifest;
    struct span text = {(const uint8_t *)spooled->manifest, strlen(spooled->manifest)};
    if (manifest_read(&m->host, text, &manifest) == TILL_OK &&
        manifest.meta.revision == spooled->revision &&
        strcmp(manifest.meta.terminal, m->identity.terminal) == 0) {
        m->spooled = *spooled;
        m->spooled.since = manifest.since;
    }
}

static void take_spooled_orders(struct machine *m, const char *text)
{
    struct orders orders;
    size_t size = strlen(text);
    if (size < sizeof(m->orders_text) &&
        orders_read(&m->host, (struct span){(const uint8_t *)text, size}, &orders) == TILL_OK &&
        strcmp(orders.terminal, m->identity.terminal) == 0) {
        memcpy(m->orders_text, text, size + 1);
        m->orders_serial = orders.limits.serial;
    }
}

enum till_status machine_create(const struct machine_config *config,
                                const struct line_identity *identity,
                                const struct spooled_book *spooled, struct machine **machine_out)
{
    struct machine *m = calloc(1, sizeof(*m));
    if (m == NULL) {
        return TILL_E_MEMORY;
    }
    m->config = *config;
    m->jitter.state = config->seed;
    m->format = BATCH_FORMAT_NEWEST;
    enum till_status status = identity == NULL ? TILL_OK : machine_adopt(m, identity);
    if (status != TILL_OK) {
        machine_free(m);
        return status;
    }
    if (m->enrolled && spooled != NULL && spooled->revision != 0) {
        take_spooled(m, spooled);
    }
    if (m->enrolled && config->orders != NULL) {
        take_spooled_orders(m, config->orders);
    }
    if (m->enrolled && config->part != NULL) {
        machine_take_part(m, config->part->manifest, config->part->size);
    }
    m->bytes_today = config->bytes_today;
    m->day = config->day;
    m->config.orders = NULL; /* the caller's memory */
    m->config.part = NULL;
    *machine_out = m;
    return TILL_OK;
}

void machine_free(struct machine *m)
{
    if (m != NULL) {
        machine_enrol_forget(m);
        crypto_key_free(m->statement_key);
        free(m);
    }
}

/* ---- actions --------------------------------------------------------------------------------- */

struct action *machine_add(struct actions *out, enum action_type type)
{
    assert(out->count < MACHINE_ACTIONS_MAX);
    struct action *a = &out->items[out->count++];
    *a = (struct action){.type = type};
    return a;
}

void machine_send(struct machine *m, uint32_t id, enum local_type type, struct span body,
                  struct actions *out)
{
    struct span copy = {m->messages + m->bodies.size, body.size};
    buffer_put(&m->bodies, body.data, body.size);
    assert(!m->bodies.overflow);
    struct action *a = machine_add(out, ACTION_SEND);
    a->message = (struct local_message){.id = id, .type = (uint16_t)type, .body = copy};
}

void machine_refuse(struct machine *m, uint32_t id, int status, const char *text,
                    struct actions *out)
{
    uint8_t memory[1024];
    struct buffer body;
    struct wire_error e = {.status = status};
    text_copy(e.text, sizeof(e.text), text);
    buffer_init(&body, memory, sizeof(memory));
    enum till_status written = wire_error_write(&e, &body);
    assert(written == TILL_OK);
    machine_send(m, id, LOCAL_REFUSED, (struct span){memory, body.size}, out);
}

void machine_cancel(struct machine *m, struct actions *out)
{
    m->job = JOB_NONE;
    machine_add(out, ACTION_CANCEL);
}

/* ---- the way to the host --------------------------------------------------------------------- */

bool machine_has_network(const struct machine *m)
{
    return m->connected && m->network.bearer != 0 && !m->network.airplane;
}

static void plan_poll(struct machine *m, int64_t now_ms)
{
    int64_t interval_ms = machine_poll_interval_ms(m);
    m->poll_ms = now_ms + interval_ms -
                 (int64_t)jitter_below(&m->jitter, (uint64_t)interval_ms / POLL_JITTER);
}

bool machine_is_shut_out(int status)
{
    return status == TILL_REVOKED || status == TILL_NOT_ENROLLED || status == TILL_CERT_EXPIRED ||
           status == TILL_REFUSED || status == TILL_AUTHORITY_GONE;
}

void machine_line_failed(struct machine *m, struct machine_time t, int status)
{
    m->status = status;
    m->renewing.must = m->renewing.must || status == TILL_CERT_EXPIRED;
    if (machine_is_shut_out(status) && status != TILL_REFUSED) {
        backoff_fail_long(&m->line, t.now_ms);
    } else {
        backoff_fail(&m->line, t.now_ms, &m->jitter);
    }
    log_info("line: %s; next try in %lld s", status_name(status),
             (long long)((m->line.until_ms - t.now_ms) / 1000));
}

static int clock_status(const struct machine *m)
{
    bool off = m->clock_off_s > CLOCK_SAID_S || m->clock_off_s < -CLOCK_SAID_S;
    return off ? TILL_CLOCK_WRONG : TILL_OK;
}

void machine_line_worked(struct machine *m, struct machine_time t)
{
    backoff_reset(&m->line);
    m->status = clock_status(m);
    m->last_contact_s = t.wall_s;
    plan_poll(m, t.now_ms);
}

static void forget_waiting(struct machine *m, struct machine_time t)
{
    backoff_reset(&m->line);
    backoff_reset(&m->upload);
    backoff_reset(&m->books);
    backoff_reset(&m->orders);
    backoff_reset(&m->enrolling.wait);
    backoff_reset(&m->renewing.wait);
    backoff_reset(&m->trusting.wait);
    backoff_reset(&m->sending.wait);
    m->poll_ms = t.now_ms;
    m->needs_earlier = 0;
    m->upload_status = TILL_OK;
}

/* ---- around each event ----------------------------------------------------------------------- */

/* The budget's day is the site's: it ends at midnight there. Before the terminal has said where
 * that is nothing is carried, and what was kept of the day stays. */
static void look_at_day(struct machine *m)
{
    if (!m->zone_known) {
        return;
    }
    int64_t local_s = m->now.wall_s;
    local_s += m->zone[0] == '\0' ? 0 : when_offset_s(m->zone, m->now.wall_s);
    m->day_ends_ms = m->now.now_ms + DAY_MS - (local_s % DAY_S) * 1000;
    if (m->day != local_s / DAY_S) {
        m->day = local_s / DAY_S;
        m->bytes_today = 0;
    }
}

/* Somebody has set our clock: what was noted by the old one is told by the new. */
static void look_at_clock(struct machine *m)
{
    int64_t epoch_s = m->now.wall_s - m->now.now_ms / 1000;
    int64_t jump_s = epoch_s - m->epoch_s;
    bool jumped = m->epoch_known && (jump_s > CLOCK_JUMP_S || jump_s < -CLOCK_JUMP_S);
    if (m->epoch_known && !jumped) {
        return;
    }
    m->epoch_s = epoch_s;
    if (!m->epoch_known) {
        m->epoch_known = true;
        return;
    }
    if (m->last_contact_s > 0) {
        m->last_contact_s += jump_s;
    }
    if (m->clock_told) {
        m->clock_off_s += jump_s;
    }
    if (m->status == TILL_OK || m->status == TILL_CLOCK_WRONG) {
        m->status = clock_status(m);
    }
}

static void begin(struct machine *m, struct machine_time t, struct actions *out)
{
    out->count = 0;
    buffer_init(&m->bodies, m->messages, sizeof(m->messages));
    m->now = t;
    look_at_clock(m);
    look_at_day(m);
}

static void finish(struct machine *m, struct machine_time t, struct actions *out)
{
    if (m->query.active && m->job != JOB_QUERY && t.now_ms >= m->query.until_ms) {
        machine_query_refuse(m, TILL_TIMEOUT, out);
    }
    if (m->pending_known && !machine_wants_upload(m) && !machine_wants_book(m)) {
        m->insisted = false;
    }
    machine_announce_book(m, out);
    machine_announce_orders(m, out);
    int64_t due_ms = m->job == JOB_NONE ? machine_due_ms(m) : -1;
    if (due_ms >= 0 && due_ms <= t.now_ms) {
        machine_step(m, t, out);
    }
    machine_say_link(m, t, out);
}

/* ---- events ---------------------------------------------------------------------------------- */

void machine_connected(struct machine *m, struct machine_time t, const struct local_hello *hello,
                       struct actions *out)
{
    begin(m, t, out);
    if (m->job != JOB_NONE) {
        machine_cancel(m, out);
    }
    machine_enrol_forget(m);
    m->sending.active = false;
    m->connected = true;
    m->is_ours = m->enrolled && strcmp(hello->terminal, m->identity.terminal) == 0;
    if (m->enrolled && !m->is_ours && hello->terminal[0] != '\0') {
        log_warning("line: the terminal says it is %s, the line is enrolled as %s", hello->terminal,
                    m->identity.terminal);
    }
    m->network = (struct local_network){0};
    m->pending_known = false;
    m->announced = false;
    m->orders_told = 0;
    m->link_said = false;
    m->nothing_at = 0;
    m->poll_ms = t.now_ms;
    finish(m, t, out);
}

void machine_disconnected(struct machine *m, struct machine_time t, struct actions *out)
{
    begin(m, t, out);
    m->connected = false;
    m->query.active = false;
    m->sending.active = false;
    m->pending_known = false;
    m->network = (struct local_network){0};
    machine_enrol_forget(m);
    machine_cancel(m, out);
    finish(m, t, out);
}

void machine_network(struct machine *m, struct machine_time t, const struct local_network *network,
                     struct actions *out)
{
    begin(m, t, out);
    bool had = machine_has_network(m);
    m->network = *network;
    m->zone_known = true;
    text_copy(m->zone, sizeof(m->zone), network->zone);
    look_at_day(m);
    bool has = machine_has_network(m);
    if (!has) {
        /* Also where nothing runs: a kept connection would talk on in silence. */
        machine_cancel(m, out);
        machine_query_refuse(m, TILL_NO_NETWORK, out);
        if (m->enrolling.active) {
            machine_enrol_failed(m, t, TILL_NO_NETWORK, "no network", out);
        }
    } else if (!had) {
        forget_waiting(m, t);
    }
    finish(m, t, out);
}

void machine_pending(struct machine *m, struct machine_time t, const struct local_pending *pending,
                     struct actions *out)
{
    begin(m, t, out);
    bool by_stick = m->pending_known && pending->acknowledged > m->pending.acknowledged;
    if (m->host_known && by_stick && pending->acknowledged > m->host_seq) {
        /* A head that came another way than through here. */
        m->host_seq = pending->acknowledged;
    }
    m->pending = *pending;
    m->pending_known = true;
    m->stick_asked = m->stick_asked && pending->wants_stick; /* a later wish is another one */
    if (pending->head != m->nothing_at) {
        m->nothing_at = 0;
    }
    machine_drop_spooled(m, out);
    finish(m, t, out);
}

void machine_try_now(struct machine *m, struct machine_time t, struct actions *out)
{
    begin(m, t, out);
    forget_waiting(m, t);
    m->nothing_at = 0;
    m->insisted = true;
    finish(m, t, out);
}

void machine_book_applied(struct machine *m, struct machine_time t, uint64_t revision,
                          struct actions *out)
{
    begin(m, t, out);
    if (revision > m->pending.book) {
        m->pending.book = revision;
    }
    machine_drop_spooled(m, out);
    finish(m, t, out);
}

void machine_enrol(struct machine *m, struct machine_time t,
                   const struct machine_enrolment *enrolment, struct actions *out)
{
    begin(m, t, out);
    if (m->job != JOB_NONE) {
        machine_cancel(m, out);
    }
    machine_enrol_begin(m, t, enrolment, out);
    finish(m, t, out);
}

void machine_batch(struct machine *m, struct machine_time t, uint32_t id, struct span packed,
                   struct actions *out)
{
    begin(m, t, out);
    if (m->job == JOB_WANT && id == m->want_id) {
        m->job = JOB_NONE;
        machine_take_batch(m, t, packed, out);
    }
    finish(m, t, out);
}

void machine_answered(struct machine *m, struct machine_time t,
                      const struct transport_answer *answer, struct actions *out)
{
    begin(m, t, out);
    enum job job = m->job;
    m->job = JOB_NONE;
    m->bytes_today += answer->bytes;
    if (job == JOB_AUTHORITY || job == JOB_ENROL) {
        machine_enrol_answered(m, t, job, answer, out);
    } else {
        machine_take_answer(m, t, job, answer, out);
    }
    finish(m, t, out);
}

void machine_saved(struct machine *m, struct machine_time t, enum till_status status,
                   struct actions *out)
{
    begin(m, t, out);
    enum job job = m->job;
    assert(job == JOB_SAVE || job == JOB_SAVE_RENEWED || job == JOB_SAVE_TRUST);
    m->job = JOB_NONE;
    if (job == JOB_SAVE_RENEWED) {
        machine_renew_saved(m, t, status, out);
    } else if (job == JOB_SAVE_TRUST) {
        machine_trust_saved(m, t, status, out);
    } else {
        machine_enrol_saved(m, t, status, out);
    }
    finish(m, t, out);
}

void machine_query(struct machine *m, struct machine_time t, uint32_t id, uint32_t deadline_ms,
                   const struct local_query *query, struct actions *out)
{
    begin(m, t, out);
    machine_query_begin(m, t, id, deadline_ms, query, out);
    finish(m, t, out);
}

void machine_report(struct machine *m, struct machine_time t, uint32_t id,
                    const struct local_report *report, struct actions *out)
{
    begin(m, t, out);
    machine_report_begin(m, id, report, out);
    finish(m, t, out);
}

void machine_csr(struct machine *m, struct machine_time t, enum till_status status, const char *csr,
                 const uint8_t line_public[PUBLIC_KEY_SIZE], struct actions *out)
{
    begin(m, t, out);
    if (m->job == JOB_CSR) {
        m->job = JOB_NONE;
        machine_renew_csr(m, t, status, csr, line_public, out);
    }
    finish(m, t, out);
}

uint64_t machine_spent(const struct machine *m, int64_t *day_out)
{
    *day_out = m->day;
    return m->bytes_today;
}

void machine_book_kept(struct machine *m, struct machine_time t, enum till_status status,
                       const char *path, struct actions *out)
{
    begin(m, t, out);
    assert(m->job == JOB_KEEP);
    m->job = JOB_NONE;
    machine_take_kept(m, t, status, path);
    machine_drop_spooled(m, out);
    finish(m, t, out);
}

void machine_woken(struct machine *m, struct machine_time t, struct actions *out)
{
    begin(m, t, out);
    if (m->job == JOB_WANT && t.now_ms >= m->want_until_ms) {
        /* The terminal is busy or lost it; the same question is asked again a little later. */
        m->job = JOB_NONE;
        backoff_fail(&m->upload, t.now_ms, &m->jitter);
    }
    finish(m, t, out);
}
