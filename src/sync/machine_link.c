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
    if (m->query.active) {
        return 0; /* somebody waits: it is tried whatever failed before */
    }
    if (m->trusting.open) {
        return 0;
    }
    bool at_once = m->head_first || m->doubt_dates;
    int64_t due_ms = at_once ? 0 : m->poll_ms;
    int64_t renew_ms = machine_renew_due_ms(m);
    if (m->renewing.must && !m->trusting.wanted) {
        return renew_ms > m->line.until_ms ? renew_ms : m->line.until_ms;
    }
    if (renew_ms >= 0) {
        due_ms = min_ms(due_ms, renew_ms);
    }
    if (machine_wants_trust(m) || machine_wants_to_tell(m)) {
        due_ms = min_ms(due_ms, m->trusting.wait.until_ms);
    }
    if (machine_wants_upload(m)) {
        due_ms = min_ms(due_ms, machine_money_waits(m) ? m->day_ends_ms : m->upload.until_ms);
    }
    if (machine_wants_report(m) && !machine_wants_upload(m)) {
        due_ms = min_ms(due_ms, machine_books_wait(m) ? m->day_ends_ms : m->sending.wait.until_ms);
    }
    if (machine_wants_orders(m)) {
        due_ms = min_ms(due_ms, m->orders.until_ms);
    }
    if (machine_wants_book(m)) {
        due_ms = min_ms(due_ms, machine_books_wait(m) ? m->day_ends_ms : m->books.until_ms);
    }
    if (machine_wants_stick(m)) {
        due_ms = 0;
    }
    return due_ms > m->line.until_ms ? due_ms : m->line.until_ms;
}

int64_t machine_wake_ms(const struct machine *m)
{
    int64_t wake_ms = m->job == JOB_WANT   ? m->want_until_ms
                      : m->job == JOB_NONE ? machine_due_ms(m)
                                           : -1;
    /* A question whose time runs out behind other work. */
    if (m->query.active && m->job != JOB_QUERY && (wake_ms < 0 || m->query.until_ms < wake_ms)) {
        wake_ms = m->query.until_ms;
    }
    return wake_ms;
}

static bool budget_holds_back(const struct machine *m)
{
    return (machine_wants_upload(m) && machine_money_waits(m)) ||
           ((machine_wants_book(m) || machine_wants_report(m)) && machine_books_wait(m));
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
    bool waits = m->line.until_ms > t.now_ms || budget_holds_back(m) ||
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
        return m->network.airplane ? TILL_AIRPLANE : TILL_NO_NETWORK;
    }
    bool clear = m->status == TILL_OK || m->status == TILL_CLOCK_WRONG;
    if (clear && m->upload_status != TILL_OK) {
        return m->upload_status;
    }
    return clear && budget_holds_back(m) ? TILL_BUDGET : m->status;
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
    struct local_link link = {.state = link_state(m, t),
                              .bytes_today = m->bytes_today,
                              .budget_bytes = m->network.budget_bytes};
    int64_t due_ms = m->job == JOB_NONE ? machine_due_ms(m) : -1;
    link.status = link_status(m, link.state);
    link.last_contact_s =
        m->last_contact_s < 0 || m->last_contact_s > WHEN_MAX_S ? 0 : m->last_contact_s;
    bool same = m->link_said && m->link.state == link.state && m->link.status == link.status &&
                m->link_due_ms == due_ms && m->link.budget_bytes == link.budget_bytes;
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
