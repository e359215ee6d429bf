#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"
#include "when.h"

enum {
    CLOCK_FAR_S = 12 * 3600, /* our clock is so far from the host's: dates say nothing */
    /* What a bad GPRS link still carries: 4 ms a byte is 250 bytes a second. */
    SLOW_MS_PER_BYTE = 4
};

bool machine_clock_is_behind(struct machine_time t, int64_t authority_from_s)
{
    return t.wall_s < WHEN_MIN_S || t.wall_s < authority_from_s;
}

/* By a clock that is provably wrong no certificate is refused: its chain and name are checked, and
 * the next head says what time it is. */
bool machine_ignores_dates(const struct machine *m, struct machine_time t)
{
    return machine_clock_is_behind(t, m->authority_from_s) || m->doubt_dates ||
           m->clock_off_s > CLOCK_FAR_S || m->clock_off_s < -CLOCK_FAR_S;
}

uint32_t machine_deadline_ms(size_t body_size)
{
    return DEADLINE_MS + (uint32_t)body_size * SLOW_MS_PER_BYTE;
}

/* ---- what there is to do --------------------------------------------------------------------- */

static uint64_t host_has(const struct machine *m)
{
    return m->host_known ? m->host_seq : m->pending.acknowledged;
}

bool machine_wants_upload(const struct machine *m)
{
    return m->pending_known && !m->head_first && m->pending.head > host_has(m) &&
           m->pending.head != m->nothing_at;
}

bool machine_wants_orders(const struct machine *m)
{
    uint64_t newest = m->orders_serial > m->pending.orders ? m->orders_serial : m->pending.orders;
    return m->pending_known && m->host_known && m->host_orders > newest;
}

bool machine_wants_stick(const struct machine *m)
{
    return m->pending_known && m->pending.wants_stick && m->host_known && !m->stick_asked;
}

void machine_announce_orders(struct machine *m, struct actions *out)
{
    if (!m->connected || !m->is_ours || !m->pending_known ||
        m->orders_serial <= m->pending.orders || m->orders_told == m->orders_serial) {
        return;
    }
    m->orders_told = m->orders_serial;
    machine_send(m, 0, LOCAL_ORDERS,
                 (struct span){(const uint8_t *)m->orders_text, strlen(m->orders_text)}, out);
}

/* ---- starting -------------------------------------------------------------------------------- */

struct transport_request *machine_start(struct machine *m, struct machine_time t, enum job job,
                                        struct actions *out)
{
    struct action *a = machine_add(out, ACTION_REQUEST);
    a->request = (struct transport_request){
        .url = m->identity.url,
        .terminal = m->identity.terminal,
        .authority_pem = m->identity.authority_pem,
        .with_certificate = true,
        .ignore_dates = machine_ignores_dates(m, t),
        .deadline_ms = machine_deadline_ms(0),
        .answer_max = ANSWER_MAX,
    };
    m->job = job;
    return &a->request;
}

static void start_get(struct machine *m, struct machine_time t, enum job job, const char *path,
                      struct actions *out)
{
    struct transport_request *r = machine_start(m, t, job, out);
    snprintf(r->path, sizeof(r->path), "%s", path);
}

static void ask_batch(struct machine *m, struct machine_time t, struct actions *out)
{
    uint8_t memory[256];
    struct buffer body;
    m->want = (struct local_want){
        .from = host_has(m) + 1, .entries = machine_batch_entries(m), .format = m->format};
    m->want_id = ++m->next_id == 0 ? ++m->next_id : m->next_id;
    m->want_until_ms = t.now_ms + MACHINE_BATCH_WAIT_MS;
    m->job = JOB_WANT;
    buffer_init(&body, memory, sizeof(memory));
    enum till_status status = local_write_want(&m->want, &body);
    assert(status == TILL_OK);
    machine_send(m, m->want_id, LOCAL_WANT, (struct span){memory, body.size}, out);
    out->items[out->count - 1].message.deadline_ms = MACHINE_BATCH_WAIT_MS;
}

/* Nothing comes back where nothing is new. A head that was lost is asked for whole. */
static void ask_news(struct machine *m, struct machine_time t, struct actions *out)
{
    char path[TRANSPORT_PATH_MAX] = "/v1/head";
    bool whole = m->head_first || m->doubt_dates || m->plain_heads || m->host_tag[0] == '\0' ||
                 m->host_seq < m->pending.acknowledged;
    if (!whole) {
        snprintf(path, sizeof(path), "/v1/head/%s", m->host_tag);
    }
    start_get(m, t, JOB_HEAD, path, out);
}

/* What is urgent first: what somebody waits for, what the office orders, money, then reports and
 * books. */
void machine_step(struct machine *m, struct machine_time t, struct actions *out)
{
    assert(m->job == JOB_NONE && machine_has_network(m));
    if (m->enrolling.active) {
        machine_enrol_step(m, t, out);
    } else if (m->query.active) {
        machine_query_step(m, t, out);
    } else if (m->trusting.open || m->trusting.wanted) {
        machine_trust_step(m, t, out);
    } else if (m->renewing.must) {
        machine_renew_step(m, out);
    } else if (m->head_first || m->doubt_dates) {
        ask_news(m, t, out);
    } else if (machine_wants_orders(m) && t.now_ms >= m->orders.until_ms) {
        start_get(m, t, JOB_ORDERS, "/v1/orders", out);
    } else if (machine_wants_upload(m) && !machine_money_waits(m) &&
               t.now_ms >= m->upload.until_ms) {
        ask_batch(m, t, out);
    } else if (machine_wants_report(m) && !machine_wants_upload(m) && !machine_books_wait(m) &&
               t.now_ms >= m->sending.wait.until_ms) {
        machine_report_step(m, t, out);
    } else if (machine_wants_trust(m) && t.now_ms >= m->trusting.wait.until_ms) {
        machine_trust_step(m, t, out);
    } else if (machine_wants_to_tell(m) && t.now_ms >= m->trusting.wait.until_ms) {
        machine_tell_step(m, t, out);
    } else if (machine_renew_due_ms(m) >= 0 && t.now_ms >= machine_renew_due_ms(m)) {
        machine_renew_step(m, out);
    } else if (machine_wants_book(m) && !machine_books_wait(m) && t.now_ms >= m->books.until_ms) {
        machine_ask_book(m, t, out);
    } else if (machine_wants_stick(m)) {
        m->stick_asked = true;
        start_get(m, t, JOB_STICK, "/v1/stick", out);
    } else {
        ask_news(m, t, out);
    }
}

/* ---- a batch on its way ---------------------------------------------------------------------- */

/* Is it what was asked for? Sets where it ends. The host checks the rest. */
static enum till_status inspect(struct machine *m, struct span packed)
{
    struct batch *b = NULL;
    enum till_status status = batch_open(packed, &b);
    if (status != TILL_OK) {
        return status;
    }
    const struct batch_header *h = batch_header(b);
    if (strcmp(h->terminal, m->identity.terminal) != 0 || h->from != m->want.from) {
        status = TILL_E_PROTOCOL;
    }
    m->batch_last = h->from + h->count - 1;
    batch_close(b);
    return status;
}

void machine_take_batch(struct machine *m, struct machine_time t, struct span packed,
                        struct actions *out)
{
    if (packed.size == 0) {
        m->nothing_at = m->pending.head;
        return;
    }
    enum till_status status = inspect(m, packed);
    if (status != TILL_OK) {
        log_error("line: the terminal's batch is refused here: %s", status_name(status));
        m->upload_status = status;
        backoff_fail(&m->upload, t.now_ms, &m->jitter);
        return;
    }
    memcpy(m->batch, packed.data, packed.size);
    m->batch_size = packed.size;
    struct transport_request *r = machine_start(m, t, JOB_JOURNAL, out);
    snprintf(r->path, sizeof(r->path), "/v1/journal");
    r->is_post = true;
    r->body = (struct span){m->batch, m->batch_size};
    r->content_type = CONTENT_BATCH;
    r->deadline_ms = machine_deadline_ms(packed.size);
}
