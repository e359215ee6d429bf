#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"
#include "when.h"

enum {
    ENTRIES_GPRS = 200,
    ENTRIES_FAST = 400,
    /* What a bad GPRS link still carries: 4 ms a byte is 250 bytes a second. */
    SLOW_MS_PER_BYTE = 4
};

bool machine_clock_is_behind(struct machine_time t, int64_t authority_from_s)
{
    return t.wall_s < WHEN_MIN_S || t.wall_s < authority_from_s;
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

static uint64_t newest_book(const struct machine *m)
{
    return m->spooled.revision > m->pending.book ? m->spooled.revision : m->pending.book;
}

bool machine_wants_book(const struct machine *m)
{
    return m->pending_known && m->host_known && m->host_book > newest_book(m);
}

bool machine_wants_orders(const struct machine *m)
{
    uint64_t newest = m->orders_serial > m->pending.orders ? m->orders_serial : m->pending.orders;
    return m->pending_known && m->host_known && m->host_orders > newest;
}

void machine_drop_spooled(struct machine *m, struct actions *out)
{
    bool applied = m->spooled.revision <= m->pending.book;
    bool without_base = m->spooled.since != 0 && m->spooled.since != m->pending.book;
    if (m->spooled.revision == 0 || (!applied && !without_base)) {
        return;
    }
    machine_add(out, ACTION_DROP_BOOK)->revision = m->spooled.revision;
    m->spooled = (struct spooled_book){0};
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

void machine_announce_book(struct machine *m, struct actions *out)
{
    if (!m->connected || !m->is_ours || !m->pending_known || m->announced ||
        m->spooled.revision <= m->pending.book) {
        return;
    }
    uint8_t memory[16 * 1024];
    struct buffer body;
    struct local_book book;
    snprintf(book.path, sizeof(book.path), "%s", m->spooled.path);
    snprintf(book.manifest, sizeof(book.manifest), "%s", m->spooled.manifest);
    buffer_init(&body, memory, sizeof(memory));
    m->announced = true;
    if (local_write_book(&book, &body) != TILL_OK) {
        log_error("line: the book's path can't be told");
        return;
    }
    machine_send(m, 0, LOCAL_BOOK, (struct span){memory, body.size}, out);
}

/* ---- starting -------------------------------------------------------------------------------- */

static struct transport_request *start(struct machine *m, struct machine_time t, enum job job,
                                       struct actions *out)
{
    struct action *a = machine_add(out, ACTION_REQUEST);
    a->request = (struct transport_request){
        .url = m->identity.url,
        .terminal = m->identity.terminal,
        .authority_pem = m->identity.authority_pem,
        .with_certificate = true,
        .ignore_dates = machine_clock_is_behind(t, m->authority_from_s),
        .deadline_ms = machine_deadline_ms(0),
        .answer_max = ANSWER_MAX,
    };
    m->job = job;
    return &a->request;
}

static void start_get(struct machine *m, struct machine_time t, enum job job, const char *path,
                      struct actions *out)
{
    struct transport_request *r = start(m, t, job, out);
    snprintf(r->path, sizeof(r->path), "%s", path);
}

/* What the terminal has is named: then what changed since may do. */
static void ask_manifest(struct machine *m, struct machine_time t, struct actions *out)
{
    char path[TRANSPORT_PATH_MAX] = "/v1/book";
    if (m->pending.book != 0) {
        snprintf(path, sizeof(path), "/v1/book/since/%" PRIu64, m->pending.book);
    }
    start_get(m, t, JOB_MANIFEST, path, out);
}

static void ask_batch(struct machine *m, struct machine_time t, struct actions *out)
{
    uint8_t memory[256];
    struct buffer body;
    m->want = (struct local_want){.from = host_has(m) + 1,
                                  .entries = m->network.bearer == BEARER_GPRS ? ENTRIES_GPRS
                                                                              : ENTRIES_FAST,
                                  .format = m->format};
    m->want_id = ++m->next_id == 0 ? ++m->next_id : m->next_id;
    m->want_until_ms = t.now_ms + MACHINE_BATCH_WAIT_MS;
    m->job = JOB_WANT;
    buffer_init(&body, memory, sizeof(memory));
    enum till_status status = local_write_want(&m->want, &body);
    assert(status == TILL_OK);
    machine_send(m, m->want_id, LOCAL_WANT, (struct span){memory, body.size}, out);
    out->items[out->count - 1].message.deadline_ms = MACHINE_BATCH_WAIT_MS;
}

void machine_step(struct machine *m, struct machine_time t, struct actions *out)
{
    assert(m->job == JOB_NONE && machine_has_network(m));
    if (m->enrolling.active) {
        machine_enrol_step(m, t, out);
    } else if (m->head_first) {
        start_get(m, t, JOB_HEAD, "/v1/head", out);
    } else if (machine_wants_upload(m) && t.now_ms >= m->upload.until_ms) {
        ask_batch(m, t, out);
    } else if (machine_wants_orders(m) && t.now_ms >= m->orders.until_ms) {
        start_get(m, t, JOB_ORDERS, "/v1/orders", out);
    } else if (machine_wants_book(m) && t.now_ms >= m->books.until_ms) {
        ask_manifest(m, t, out);
    } else {
        assert(t.now_ms >= m->poll_ms);
        start_get(m, t, JOB_HEAD, "/v1/head", out);
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
    struct transport_request *r = start(m, t, JOB_JOURNAL, out);
    snprintf(r->path, sizeof(r->path), "/v1/journal");
    r->is_post = true;
    r->body = (struct span){m->batch, m->batch_size};
    r->content_type = CONTENT_BATCH;
    r->deadline_ms = machine_deadline_ms(packed.size);
}
