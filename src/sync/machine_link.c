#include <assert.h>

#include "machine_inside.h"
#include "when.h"

static int64_t min_ms(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t machine_due_ms(const struct machine *m)
{
    if (!machine_has_network(m)) {
        return -1;
    }
    if (m->enrolling.active) {
        return m->enrolling.wait.until_ms;
    }
    if (!m->enrolled || !m->is_ours || !m->pending_known) {
        return -1;
    }
    int64_t due_ms = m->head_first ? 0 : m->poll_ms;
    if (machine_wants_upload(m)) {
        due_ms = min_ms(due_ms, m->upload.until_ms);
    }
    if (machine_wants_orders(m)) {
        due_ms = min_ms(due_ms, m->orders.until_ms);
    }
    if (machine_wants_book(m)) {
        due_ms = min_ms(due_ms, m->books.until_ms);
    }
    return due_ms > m->line.until_ms ? due_ms : m->line.until_ms;
}

int64_t machine_wake_ms(const struct machine *m)
{
    if (m->job == JOB_WANT) {
        return m->want_until_ms;
    }
    return m->job == JOB_NONE ? machine_due_ms(m) : -1;
}

static enum local_link_state link_state(const struct machine *m, struct machine_time t)
{
    if (!machine_has_network(m)) {
        return LINK_NO_NETWORK;
    }
    if (m->job != JOB_NONE) {
        return LINK_WORKING;
    }
    bool enrol_waits = m->enrolling.active && m->enrolling.wait.until_ms > t.now_ms;
    bool waits = m->line.until_ms > t.now_ms ||
                 (machine_wants_upload(m) && m->upload.until_ms > t.now_ms) ||
                 (machine_wants_orders(m) && m->orders.until_ms > t.now_ms) ||
                 (machine_wants_book(m) && m->books.until_ms > t.now_ms);
    if (enrol_waits || (m->enrolled && m->is_ours && waits)) {
        return LINK_BACKING_OFF;
    }
    return m->enrolled && m->is_ours ? LINK_IDLE : LINK_NOT_ENROLLED;
}

static int link_status(const struct machine *m, enum local_link_state state)
{
    if (state == LINK_NO_NETWORK) {
        return TILL_NO_NETWORK;
    }
    return m->status == TILL_OK ? m->upload_status : m->status;
}

/* A moment of the monotonic clock in UTC, as far as JSON and the reader take it. */
static int64_t wall_of(struct machine_time t, int64_t at_ms)
{
    int64_t wall_s = at_ms < 0 ? 0 : t.wall_s + (at_ms - t.now_ms + 999) / 1000;
    return wall_s < 0 || wall_s > WHEN_MAX_S ? 0 : wall_s;
}

void machine_say_link(struct machine *m, struct machine_time t, struct actions *out)
{
    if (!m->connected) {
        return;
    }
    struct local_link link = {.state = link_state(m, t), .bytes_today = m->bytes_today};
    int64_t due_ms = m->job == JOB_NONE ? machine_due_ms(m) : -1;
    link.status = link_status(m, link.state);
    link.last_contact_s =
        m->last_contact_s < 0 || m->last_contact_s > WHEN_MAX_S ? 0 : m->last_contact_s;
    bool same = m->link_said && m->link.state == link.state && m->link.status == link.status &&
                m->link_due_ms == due_ms;
    /* While it works the figures change with each answer; the last of them is said at its end. */
    if (link.state != LINK_WORKING) {
        same = same && m->link.last_contact_s == link.last_contact_s &&
               m->link.bytes_today == link.bytes_today;
    }
    if (same) {
        return;
    }
    uint8_t memory[512];
    struct buffer body;
    link.next_try_s = wall_of(t, due_ms);
    buffer_init(&body, memory, sizeof(memory));
    enum till_status status = local_write_link(&link, &body);
    assert(status == TILL_OK);
    machine_send(m, 0, LOCAL_LINK, (struct span){memory, body.size}, out);
    m->link_said = true;
    m->link = link;
    m->link_due_ms = due_ms;
}
