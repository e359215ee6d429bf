#include "local.h"

#include <limits.h>
#include <string.h>

#include "control.h"
#include "when.h"

enum {
    BEARER_MAX = 3,
    SIGNAL_MAX = 100,
    PROTOCOL_MAX = 1000,
    LOCAL_JSON_MAX = 16 * 1024, /* the largest: a manifest, each byte of it escaped */
    SMALL_JSON_MAX = 512
};

/* ---- datagrams ------------------------------------------------------------------------------- */

enum till_status local_encode(const struct local_message *m, struct buffer *out)
{
    size_t before = out->size;
    buffer_put_u32(out, m->id);
    buffer_put_u16(out, m->type);
    buffer_put_u32(out, m->deadline_ms);
    buffer_put(out, m->body.data, m->body.size);
    if (out->size - before > LOCAL_MESSAGE_MAX) {
        return TILL_TOO_LARGE;
    }
    return buffer_status(out);
}

enum till_status local_decode(struct span datagram, struct local_message *message_out)
{
    struct reader r;
    struct local_message m = {0};
    if (datagram.size > LOCAL_MESSAGE_MAX) {
        return TILL_E_PROTOCOL;
    }
    reader_init(&r, datagram);
    m.id = reader_u32(&r);
    m.type = reader_u16(&r);
    m.deadline_ms = reader_u32(&r);
    if (r.failed) {
        return TILL_E_PROTOCOL;
    }
    m.body = r.left;
    *message_out = m;
    return TILL_OK;
}

/* ---- bodies ---------------------------------------------------------------------------------- */

/* Whatever is wrong with a body, its reader says TILL_E_PROTOCOL. */
static enum till_status open_body(struct span json, size_t most_size, struct control *c)
{
    enum till_status status = control_open(json, most_size, c);
    return status == TILL_TOO_LARGE ? TILL_E_PROTOCOL : status;
}

static void put_count(struct control_writer *w, const char *key, uint64_t value)
{
    if (value > (uint64_t)CONTROL_INTEGER_MAX) {
        w->bad = true;
        return;
    }
    control_put_integer(w, key, (int64_t)value);
}

static uint64_t take_count(struct control *c, const char *key)
{
    return (uint64_t)control_take_integer(c, key, 0, CONTROL_INTEGER_MAX);
}

enum till_status local_write_hello(const struct local_hello *v, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_text(&w, "version", v->version);
    control_put_text(&w, "terminal", v->terminal);
    control_put_integer(&w, "protocol", v->protocol);
    return control_end(&w);
}

enum till_status local_read_hello(struct span json, struct local_hello *out)
{
    struct control c;
    struct local_hello v = {0};
    enum till_status status = open_body(json, SMALL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    control_take_text(&c, "version", v.version, sizeof(v.version));
    control_take_text(&c, "terminal", v.terminal, sizeof(v.terminal));
    v.protocol = (int)control_take_integer(&c, "protocol", 1, PROTOCOL_MAX);
    if (v.terminal[0] != '\0' && !terminal_is_valid(v.terminal)) {
        c.bad = true;
    }
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = v;
    }
    return status;
}

enum till_status local_write_network(const struct local_network *v, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_integer(&w, "bearer", v->bearer);
    control_put_integer(&w, "airplane", v->airplane ? 1 : 0);
    control_put_integer(&w, "signal", v->has_signal ? v->signal : -1);
    put_count(&w, "budget", v->budget_bytes);
    if (v->zone[0] != '\0') {
        control_put_text(&w, "zone", v->zone);
    }
    return control_end(&w);
}

enum till_status local_read_network(struct span json, struct local_network *out)
{
    struct control c;
    struct local_network v = {0};
    enum till_status status = open_body(json, SMALL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    v.bearer = (int)control_take_integer(&c, "bearer", 0, BEARER_MAX);
    v.airplane = control_take_integer(&c, "airplane", 0, 1) == 1;
    v.signal = (int)control_take_integer(&c, "signal", -1, SIGNAL_MAX);
    v.has_signal = v.signal >= 0;
    v.budget_bytes = take_count(&c, "budget");
    if (control_has(&c, "zone")) {
        control_take_text(&c, "zone", v.zone, sizeof(v.zone));
        c.bad = c.bad || when_zone_check(v.zone) != TILL_OK;
    }
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = v;
    }
    return status;
}

enum till_status local_write_pending(const struct local_pending *v, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    put_count(&w, "head", v->head);
    put_count(&w, "acknowledged", v->acknowledged);
    put_count(&w, "book", v->book);
    put_count(&w, "orders", v->orders);
    if (v->wants_stick) {
        control_put_integer(&w, "stick", 1);
    }
    return control_end(&w);
}

enum till_status local_read_pending(struct span json, struct local_pending *out)
{
    struct control c;
    struct local_pending v = {0};
    enum till_status status = open_body(json, SMALL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    v.head = take_count(&c, "head");
    v.acknowledged = take_count(&c, "acknowledged");
    v.book = take_count(&c, "book");
    v.orders = take_count(&c, "orders");
    v.wants_stick = control_has(&c, "stick") && control_take_integer(&c, "stick", 1, 1) == 1;
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = v;
    }
    return status;
}

enum till_status local_write_want(const struct local_want *v, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    put_count(&w, "from", v->from);
    control_put_integer(&w, "entries", v->entries);
    if (v->format > BATCH_FORMAT_LINES) {
        control_put_integer(&w, "format", v->format);
    }
    return control_end(&w);
}

enum till_status local_read_want(struct span json, struct local_want *out)
{
    struct control c;
    struct local_want v = {0};
    enum till_status status = open_body(json, SMALL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    v.from = (uint64_t)control_take_integer(&c, "from", 1, CONTROL_INTEGER_MAX);
    v.entries = (uint32_t)control_take_integer(&c, "entries", 1, BATCH_ENTRIES_MAX);
    v.format = BATCH_FORMAT_LINES;
    if (control_has(&c, "format")) {
        v.format = (int)control_take_integer(&c, "format", BATCH_FORMAT_LINES, UINT8_MAX);
    }
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = v;
    }
    return status;
}

enum till_status local_write_link(const struct local_link *v, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_integer(&w, "state", v->state);
    control_put_integer(&w, "status", v->status);
    control_put_integer(&w, "last_contact_s", v->last_contact_s);
    control_put_integer(&w, "next_try_s", v->next_try_s);
    put_count(&w, "bytes_today", v->bytes_today);
    put_count(&w, "budget", v->budget_bytes);
    return control_end(&w);
}

enum till_status local_read_link(struct span json, struct local_link *out)
{
    struct control c;
    struct local_link v = {0};
    enum till_status status = open_body(json, SMALL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    v.state =
        (enum local_link_state)control_take_integer(&c, "state", LINK_NO_NETWORK, LINK_BACKING_OFF);
    v.status = (int)control_take_integer(&c, "status", INT_MIN, INT_MAX);
    v.last_contact_s = control_take_integer(&c, "last_contact_s", 0, WHEN_MAX_S);
    v.next_try_s = control_take_integer(&c, "next_try_s", 0, WHEN_MAX_S);
    v.bytes_today = take_count(&c, "bytes_today");
    v.budget_bytes = take_count(&c, "budget");
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = v;
    }
    return status;
}

enum till_status local_write_enrol(const struct local_enrol *v, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_text(&w, "ticket", v->ticket);
    control_put_text(&w, "journal_csr", v->journal_csr);
    return control_end(&w);
}

enum till_status local_read_enrol(struct span json, struct local_enrol *out)
{
    struct control c;
    struct local_enrol v = {0};
    enum till_status status = open_body(json, LOCAL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    control_take_text(&c, "ticket", v.ticket, sizeof(v.ticket));
    control_take_lines(&c, "journal_csr", v.journal_csr, sizeof(v.journal_csr));
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = v;
    }
    return status;
}

enum till_status local_write_book(const struct local_book *v, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_text(&w, "path", v->path);
    control_put_text(&w, "manifest", v->manifest);
    return control_end(&w);
}

enum till_status local_read_book(struct span json, struct local_book *out)
{
    struct control c;
    struct local_book v = {0};
    enum till_status status = open_body(json, LOCAL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    control_take_text(&c, "path", v.path, sizeof(v.path));
    control_take_lines(&c, "manifest", v.manifest, sizeof(v.manifest));
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = v;
    }
    return status;
}

/* It becomes part of a path. */
static bool argument_is_clean(const char *text)
{
    static const char allowed[] = "0123456789-./"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return text[strspn(text, allowed)] == '\0' && strstr(text, "..") == NULL;
}

enum till_status local_write_query(const struct local_query *v, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_integer(&w, "what", v->what);
    control_put_text(&w, "argument", v->argument);
    return argument_is_clean(v->argument) ? control_end(&w) : TILL_BAD_INPUT;
}

enum till_status local_read_query(struct span json, struct local_query *out)
{
    struct control c;
    struct local_query v = {0};
    enum till_status status = open_body(json, SMALL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    v.what = (enum local_query_type)control_take_integer(&c, "what", QUERY_CUSTOMER, QUERY_REPORT);
    control_take_text(&c, "argument", v.argument, sizeof(v.argument));
    status = control_close(&c);
    if (status == TILL_OK && !argument_is_clean(v.argument)) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        *out = v;
    }
    return status;
}

enum till_status local_write_book_applied(uint64_t revision, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    put_count(&w, "revision", revision);
    return control_end(&w);
}

enum till_status local_read_book_applied(struct span json, uint64_t *revision_out)
{
    struct control c;
    enum till_status status = open_body(json, SMALL_JSON_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    uint64_t revision = take_count(&c, "revision");
    status = control_close(&c);
    if (status == TILL_OK) {
        *revision_out = revision;
    }
    return status;
}
