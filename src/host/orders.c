#include "orders.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Kept as values:
 *   orders/TERMINAL      SERIAL AT_S LIMIT… (one for each of enum limit) ID… (newest first)
 *   message/TERMINAL/ID  AT_S TEXT */

static void key_of(const char *terminal, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "orders/%s", terminal);
}

static void message_key(const char *terminal, uint64_t id, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "message/%s/%" PRIu64, terminal, id);
}

uint64_t orders_next_serial(uint64_t last, int64_t clock)
{
    uint64_t now = clock > 0 ? (uint64_t)clock : 0;
    return now > last ? now : last + 1;
}

static enum till_status load_message(struct store *s, const char *terminal,
                                     struct orders_message *m)
{
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX];
    char *at = NULL;
    message_key(terminal, m->id, key);
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status;
    }
    m->at_s = strtoll(value, &at, 10);
    if (*at != ' ' || strlen(at + 1) >= sizeof(m->text)) {
        return TILL_E_CORRUPT;
    }
    text_copy(m->text, sizeof(m->text), at + 1);
    return TILL_OK;
}

enum till_status orders_get(struct store *s, const char *terminal, struct orders *orders_out)
{
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX];
    struct orders *o = orders_out;
    memset(o, 0, sizeof(*o));
    text_copy(o->terminal, sizeof(o->terminal), terminal);
    key_of(terminal, key);
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    if (status != TILL_OK) {
        return status;
    }
    char *at = value;
    o->limits.serial = strtoull(at, &at, 10);
    o->at_s = strtoll(at, &at, 10);
    for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT; i++) {
        o->limits.value[i] = strtoll(at, &at, 10);
    }
    while (*at == ' ' && o->message_count < ORDERS_MESSAGES_MAX) {
        struct orders_message *m = &o->messages[o->message_count];
        m->id = strtoull(at, &at, 10);
        status = load_message(s, terminal, m);
        if (status != TILL_OK) {
            return status;
        }
        o->message_count++;
    }
    return *at == '\0' && o->limits.serial > 0 ? TILL_OK : TILL_E_CORRUPT;
}

uint64_t orders_serial(struct store *s, const char *terminal)
{
    char key[STORE_KEY_MAX];
    key_of(terminal, key);
    return store_value_number(s, key);
}

/* With the next serial. */
static enum till_status save(struct store *s, struct orders *o, int64_t now_s)
{
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX];
    struct buffer out;
    o->limits.serial = orders_next_serial(o->limits.serial, now_s);
    o->at_s = now_s;
    buffer_init(&out, value, sizeof(value) - 1);
    buffer_put_decimal(&out, (int64_t)o->limits.serial);
    buffer_put_u8(&out, ' ');
    buffer_put_decimal(&out, o->at_s);
    for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT; i++) {
        buffer_put_u8(&out, ' ');
        buffer_put_decimal(&out, o->limits.value[i]);
    }
    for (size_t i = 0; i < o->message_count; i++) {
        buffer_put_u8(&out, ' ');
        buffer_put_decimal(&out, (int64_t)o->messages[i].id);
    }
    enum till_status status = buffer_status(&out);
    value[out.size] = '\0';
    key_of(o->terminal, key);
    return status == TILL_OK ? store_value_put(s, key, value) : status;
}

static enum till_status load_for(struct store *s, const char *terminal, struct orders *o)
{
    struct store_terminal t;
    enum till_status status = store_terminal_get(s, terminal, &t);
    if (status != TILL_OK) {
        return status;
    }
    status = orders_get(s, t.terminal, o);
    explicit_bzero(&t, sizeof(t)); /* its secret */
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status orders_set_limits(struct store *s, const char *terminal,
                                   const bool named[LIMIT_COUNT], const int64_t values[LIMIT_COUNT],
                                   int64_t now_s)
{
    struct orders o;
    enum till_status status = load_for(s, terminal, &o);
    for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT && status == TILL_OK; i++) {
        if (named[i] && values[i] < 0) {
            status = TILL_BAD_INPUT;
        } else if (named[i]) {
            o.limits.value[i] = values[i];
        }
    }
    return status == TILL_OK ? save(s, &o, now_s) : status;
}

enum till_status orders_send(struct store *s, const char *terminal, const char *text, int64_t now_s)
{
    struct orders o;
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX];
    size_t size = strlen(text);
    if (size == 0 || size >= ORDERS_MESSAGE_MAX || !text_is_clean(text, size)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = load_for(s, terminal, &o);
    if (status != TILL_OK) {
        return status;
    }
    uint64_t last = o.message_count > 0 ? o.messages[0].id : 0;
    if (o.message_count == ORDERS_MESSAGES_MAX) {
        message_key(o.terminal, o.messages[--o.message_count].id, key);
        status = store_value_remove(s, key);
    }
    if (status != TILL_OK) {
        return status;
    }
    memmove(&o.messages[1], &o.messages[0], o.message_count * sizeof(o.messages[0]));
    o.message_count++;
    o.messages[0].id = orders_next_serial(last, now_s);
    message_key(o.terminal, o.messages[0].id, key);
    (void)snprintf(value, sizeof(value), "%" PRId64 " %s", now_s, text);
    status = store_value_put(s, key, value);
    return status == TILL_OK ? save(s, &o, now_s) : status;
}

enum till_status orders_statement(struct store *s, const struct sealer *statement,
                                  const char *terminal, struct buffer *out)
{
    struct orders o;
    enum till_status status = orders_get(s, terminal, &o);
    if (status != TILL_OK) {
        return status;
    }
    size_t before = out->size;
    while ((status = orders_write(statement, &o, out)) == TILL_TOO_LARGE && o.message_count > 0) {
        o.message_count--;
        out->size = before;
        out->overflow = false;
    }
    return status;
}
