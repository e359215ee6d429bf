#include "statement.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "number_list.h"
#include "record_hex.h"

enum { SIGNATURE_DIGITS = 2 * SIGNATURE_SIZE, TAG_MAX = 64, UNAPPLIED_TEXT_MAX = RECORD_SIZE_MAX };

static enum till_status statement_hash(const struct sealer *sealer, const char *tag,
                                       struct span record, uint8_t hash_out[HASH_SIZE])
{
    uint8_t memory[1 + TAG_MAX + 4 + RECORD_SIZE_MAX];
    struct buffer bytes;
    size_t tag_size = strlen(tag);
    assert(tag_size <= TAG_MAX);
    buffer_init(&bytes, memory, sizeof(memory));
    buffer_put_u8(&bytes, (uint8_t)tag_size);
    buffer_put_text(&bytes, tag);
    buffer_put_u32(&bytes, (uint32_t)record.size);
    buffer_put(&bytes, record.data, record.size);
    if (buffer_status(&bytes) != TILL_OK) {
        return TILL_TOO_LARGE;
    }
    return sealer->digest(sealer->context, (struct span){memory, bytes.size}, hash_out);
}

enum till_status statement_write(const struct sealer *sealer, const char *tag, struct span record,
                                 struct buffer *out)
{
    assert(sealer->sign != NULL);
    uint8_t hash[HASH_SIZE];
    uint8_t signature[SIGNATURE_SIZE];
    char digits[SIGNATURE_DIGITS + 1];
    enum till_status status = statement_hash(sealer, tag, record, hash);
    if (status != TILL_OK) {
        return status;
    }
    status = sealer->sign(sealer->context, hash, signature);
    if (status != TILL_OK) {
        return status;
    }
    hex_encode((struct span){signature, sizeof(signature)}, digits);
    buffer_put(out, record.data, record.size);
    buffer_put_u8(out, '\n');
    buffer_put(out, digits, SIGNATURE_DIGITS);
    buffer_put_u8(out, '\n');
    return buffer_status(out);
}

/* Lower case only: a statement has one spelling. */
static enum till_status read_signature(const uint8_t *text, uint8_t signature_out[SIGNATURE_SIZE])
{
    for (size_t i = 0; i < SIGNATURE_DIGITS; i++) {
        if (text[i] >= 'A' && text[i] <= 'F') {
            return TILL_E_PROTOCOL;
        }
    }
    if (hex_decode((const char *)text, SIGNATURE_DIGITS, signature_out, SIGNATURE_SIZE) !=
        TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    return TILL_OK;
}

enum till_status statement_read(const struct sealer *sealer, const char *tag, struct span text,
                                struct span *record_out)
{
    size_t tail = 1 + SIGNATURE_DIGITS + 1;
    if (text.size > STATEMENT_MAX || text.size <= tail) {
        return TILL_E_PROTOCOL;
    }
    size_t record_size = text.size - tail;
    /* The only line feeds are those at the two known places. */
    if (memchr(text.data, '\n', text.size) != text.data + record_size ||
        text.data[text.size - 1] != '\n' || record_size > RECORD_SIZE_MAX) {
        return TILL_E_PROTOCOL;
    }
    uint8_t signature[SIGNATURE_SIZE];
    uint8_t hash[HASH_SIZE];
    struct span record = {text.data, record_size};
    enum till_status status = read_signature(text.data + record_size + 1, signature);
    if (status != TILL_OK) {
        return status;
    }
    status = statement_hash(sealer, tag, record, hash);
    if (status != TILL_OK) {
        return status;
    }
    status = sealer->verify(sealer->context, hash, signature);
    if (status != TILL_OK) {
        return status;
    }
    *record_out = record;
    return TILL_OK;
}

/* ---- fields that both statements have -------------------------------------------------------- */

static bool fits_record(uint64_t value)
{
    return value <= INT64_MAX;
}

static uint64_t take_unsigned(struct record *r, const char *key)
{
    int64_t value = record_take_integer(r, key);
    if (value < 0) {
        r->bad = true;
        return 0;
    }
    return (uint64_t)value;
}

/* Left out where it is 0; written out that would be a second spelling. */
static void put_unsigned_if(struct record_writer *w, const char *key, uint64_t value)
{
    if (value != 0) {
        record_put_integer(w, key, (int64_t)value);
    }
}

static uint64_t take_unsigned_if(struct record *r, const char *key)
{
    size_t before = r->next;
    int64_t value = record_take_integer_or(r, key, 0);
    if (value < 0 || (r->next != before && value == 0)) {
        r->bad = true;
        return 0;
    }
    return (uint64_t)value;
}

static void take_terminal(struct record *r, char out[TERMINAL_MAX])
{
    record_take_text(r, "terminal", out, TERMINAL_MAX);
    if (!r->bad && !terminal_is_valid(out)) {
        r->bad = true;
    }
}

static enum till_status open_record(const struct sealer *sealer, const char *tag, struct span text,
                                    struct record *record_out)
{
    struct span line;
    enum till_status status = statement_read(sealer, tag, text, &line);
    if (status != TILL_OK) {
        return status;
    }
    return record_parse(line, record_out);
}

/* ---- heads ----------------------------------------------------------------------------------- */

static enum till_status head_record(const struct head *head, struct buffer *line)
{
    if (!terminal_is_valid(head->terminal) || !fits_record(head->seq) ||
        !fits_record(head->serial) || !fits_record(head->book_revision) ||
        !fits_record(head->orders_serial) || !fits_record(head->trust_serial)) {
        return TILL_BAD_INPUT;
    }
    struct record_writer w;
    record_begin(&w, line);
    record_put_text(&w, "terminal", head->terminal);
    record_put_integer(&w, "seq", (int64_t)head->seq);
    record_put_hex(&w, "hash", head->hash, HASH_SIZE);
    record_put_integer(&w, "at_s", head->at_s);
    record_put_integer(&w, "serial", (int64_t)head->serial);
    record_put_integer(&w, "book", (int64_t)head->book_revision);
    record_put_integer(&w, "stopped", head->stopped ? 1 : 0);
    put_unsigned_if(&w, "orders", head->orders_serial);
    put_unsigned_if(&w, "trust", head->trust_serial);
    return record_end(&w);
}

enum till_status head_write(const struct sealer *sealer, const struct head *head,
                            struct buffer *out)
{
    uint8_t memory[RECORD_SIZE_MAX];
    struct buffer line;
    buffer_init(&line, memory, sizeof(memory));
    enum till_status status = head_record(head, &line);
    if (status != TILL_OK) {
        return status;
    }
    return statement_write(sealer, STATEMENT_TAG_HEAD, (struct span){memory, line.size}, out);
}

static void spell_tag(const uint8_t hash[HASH_SIZE], char tag_out[HEAD_TAG_MAX])
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i < HEAD_TAG_MAX - 1; i++) {
        tag_out[i] = signs[hash[i] & 63];
    }
    tag_out[HEAD_TAG_MAX - 1] = '\0';
}

enum till_status head_tag(const struct sealer *sealer, const struct head *head,
                          char tag_out[HEAD_TAG_MAX])
{
    uint8_t memory[RECORD_SIZE_MAX];
    uint8_t hash[HASH_SIZE];
    struct buffer line;
    struct head lasting = *head;
    lasting.at_s = 0;
    lasting.serial = 0;
    buffer_init(&line, memory, sizeof(memory));
    enum till_status status = head_record(&lasting, &line);
    if (status == TILL_OK) {
        status = sealer->digest(sealer->context, (struct span){memory, line.size}, hash);
    }
    if (status == TILL_OK) {
        spell_tag(hash, tag_out);
    }
    return status;
}

enum till_status head_read(const struct sealer *sealer, struct span text, struct head *head_out)
{
    struct record r;
    enum till_status status = open_record(sealer, STATEMENT_TAG_HEAD, text, &r);
    if (status != TILL_OK) {
        return status;
    }
    struct head head = {0};
    take_terminal(&r, head.terminal);
    head.seq = take_unsigned(&r, "seq");
    record_take_hex(&r, "hash", head.hash, HASH_SIZE);
    head.at_s = record_take_integer(&r, "at_s");
    head.serial = take_unsigned(&r, "serial");
    head.book_revision = take_unsigned(&r, "book");
    int64_t stopped = record_take_integer(&r, "stopped");
    if (stopped != 0 && stopped != 1) {
        r.bad = true;
    }
    head.stopped = stopped == 1;
    head.orders_serial = take_unsigned_if(&r, "orders"); /* heads of before have none */
    head.trust_serial = take_unsigned_if(&r, "trust");
    status = record_finish(&r);
    if (status != TILL_OK) {
        return status;
    }
    *head_out = head;
    return TILL_OK;
}

/* ---- orders ---------------------------------------------------------------------------------- */

/* Keys of the limits, by enum limit; those of messages are a letter and their place. */
static const char *const limit_keys[LIMIT_COUNT] = {
    [LIMIT_CASH] = "cash",         [LIMIT_UNSENT] = "unsent", [LIMIT_OFFLINE] = "offline",
    [LIMIT_RECEIPT] = "receipt",   [LIMIT_DAY] = "day",       [LIMIT_REVERSALS] = "reversals",
    [LIMIT_REVERSED] = "reversed",
};
enum { MESSAGE_KEY_MAX = 8 };

static void message_key(char letter, size_t place, char out[MESSAGE_KEY_MAX])
{
    (void)snprintf(out, MESSAGE_KEY_MAX, "%c%u", letter, (unsigned)place);
}

static bool orders_are_valid(const struct orders *o)
{
    if (!terminal_is_valid(o->terminal) || o->limits.serial == 0 ||
        !fits_record(o->limits.serial) || o->message_count > ORDERS_MESSAGES_MAX) {
        return false;
    }
    for (int i = 0; i < LIMIT_COUNT; i++) {
        if (o->limits.value[i] < 0 || (i == LIMIT_NONE && o->limits.value[i] != 0)) {
            return false;
        }
    }
    uint64_t above = 0;
    for (size_t i = 0; i < o->message_count; i++) {
        const struct orders_message *m = &o->messages[i];
        if (m->id == 0 || !fits_record(m->id) || (i > 0 && m->id >= above) || m->text[0] == '\0' ||
            memchr(m->text, '\0', sizeof(m->text)) == NULL) {
            return false;
        }
        above = m->id;
    }
    return true;
}

enum till_status orders_write(const struct sealer *sealer, const struct orders *orders,
                              struct buffer *out)
{
    if (!orders_are_valid(orders)) {
        return TILL_BAD_INPUT;
    }
    uint8_t memory[RECORD_SIZE_MAX];
    struct buffer line;
    struct record_writer w;
    char key[MESSAGE_KEY_MAX];
    buffer_init(&line, memory, sizeof(memory));
    record_begin(&w, &line);
    record_put_text(&w, "terminal", orders->terminal);
    record_put_integer(&w, "serial", (int64_t)orders->limits.serial);
    record_put_integer(&w, "at_s", orders->at_s);
    for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT; i++) {
        put_unsigned_if(&w, limit_keys[i], (uint64_t)orders->limits.value[i]);
    }
    for (size_t i = 0; i < orders->message_count; i++) {
        const struct orders_message *m = &orders->messages[i];
        message_key('i', i, key);
        record_put_integer(&w, key, (int64_t)m->id);
        message_key('a', i, key);
        record_put_integer(&w, key, m->at_s);
        message_key('t', i, key);
        record_put_text(&w, key, m->text);
    }
    enum till_status status = record_end(&w);
    if (status != TILL_OK) {
        return status;
    }
    return statement_write(sealer, STATEMENT_TAG_ORDERS, (struct span){memory, line.size}, out);
}

static void take_messages(struct record *r, struct orders *o)
{
    char key[MESSAGE_KEY_MAX];
    while (r->next < r->count && o->message_count < ORDERS_MESSAGES_MAX && !r->bad) {
        struct orders_message *m = &o->messages[o->message_count];
        message_key('i', o->message_count, key);
        m->id = take_unsigned(r, key);
        message_key('a', o->message_count, key);
        m->at_s = record_take_integer(r, key);
        message_key('t', o->message_count, key);
        record_take_text(r, key, m->text, sizeof(m->text));
        o->message_count++;
    }
}

enum till_status orders_read(const struct sealer *sealer, struct span text,
                             struct orders *orders_out)
{
    struct record r;
    enum till_status status = open_record(sealer, STATEMENT_TAG_ORDERS, text, &r);
    if (status != TILL_OK) {
        return status;
    }
    struct orders o;
    memset(&o, 0, sizeof(o));
    take_terminal(&r, o.terminal);
    o.limits.serial = take_unsigned(&r, "serial");
    o.at_s = record_take_integer(&r, "at_s");
    for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT; i++) {
        o.limits.value[i] = (int64_t)take_unsigned_if(&r, limit_keys[i]);
    }
    take_messages(&r, &o);
    status = record_finish(&r);
    if (status == TILL_OK && !orders_are_valid(&o)) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        *orders_out = o;
    }
    return status;
}

/* ---- manifests ------------------------------------------------------------------------------- */

static bool manifest_is_valid(const struct book_manifest *m)
{
    const struct book_meta *meta = &m->meta;
    if (!terminal_is_valid(meta->terminal) || meta->unapplied_count > BOOK_UNAPPLIED_MAX ||
        meta->revision == 0 || !fits_record(meta->revision) || !fits_record(meta->applied_seq) ||
        m->since >= meta->revision || !fits_record(m->packed_size) || !fits_record(m->plain_size)) {
        return false;
    }
    uint64_t before = 0;
    for (size_t i = 0; i < meta->unapplied_count; i++) {
        if (meta->unapplied[i] <= before || meta->unapplied[i] > meta->applied_seq) {
            return false;
        }
        before = meta->unapplied[i];
    }
    return true;
}

enum till_status manifest_write(const struct sealer *sealer, const struct book_manifest *manifest,
                                struct buffer *out)
{
    if (!manifest_is_valid(manifest)) {
        return TILL_BAD_INPUT;
    }
    const struct book_meta *meta = &manifest->meta;
    char unapplied[UNAPPLIED_TEXT_MAX];
    enum till_status status =
        number_list_write(meta->unapplied, meta->unapplied_count, unapplied, sizeof(unapplied));
    if (status != TILL_OK) {
        return status;
    }
    uint8_t memory[RECORD_SIZE_MAX];
    struct buffer line;
    struct record_writer w;
    buffer_init(&line, memory, sizeof(memory));
    record_begin(&w, &line);
    record_put_text(&w, "terminal", meta->terminal);
    record_put_integer(&w, "revision", (int64_t)meta->revision);
    put_unsigned_if(&w, "since", manifest->since);
    record_put_integer(&w, "as_of_s", meta->as_of_s);
    record_put_integer(&w, "applied_seq", (int64_t)meta->applied_seq);
    record_put_text(&w, "unapplied", unapplied);
    record_put_integer(&w, "customers", meta->customers);
    record_put_hex(&w, "hash", meta->hash, HASH_SIZE);
    record_put_hex(&w, "packed", manifest->content_hash, HASH_SIZE);
    if (manifest->since != 0) {
        record_put_hex(&w, "base", manifest->base_hash, HASH_SIZE);
    }
    record_put_integer(&w, "packed_size", (int64_t)manifest->packed_size);
    record_put_integer(&w, "plain_size", (int64_t)manifest->plain_size);
    status = record_end(&w);
    if (status != TILL_OK) {
        return status;
    }
    return statement_write(sealer, STATEMENT_TAG_BOOK, (struct span){memory, line.size}, out);
}

enum till_status manifest_read(const struct sealer *sealer, struct span text,
                               struct book_manifest *manifest_out)
{
    struct record r;
    enum till_status status = open_record(sealer, STATEMENT_TAG_BOOK, text, &r);
    if (status != TILL_OK) {
        return status;
    }
    struct book_manifest m = {0};
    char unapplied[UNAPPLIED_TEXT_MAX];
    take_terminal(&r, m.meta.terminal);
    m.meta.revision = take_unsigned(&r, "revision");
    m.since = take_unsigned_if(&r, "since");
    m.meta.as_of_s = record_take_integer(&r, "as_of_s");
    m.meta.applied_seq = take_unsigned(&r, "applied_seq");
    record_take_text(&r, "unapplied", unapplied, sizeof(unapplied));
    uint64_t customers = take_unsigned(&r, "customers");
    record_take_hex(&r, "hash", m.meta.hash, HASH_SIZE);
    record_take_hex(&r, "packed", m.content_hash, HASH_SIZE);
    if (m.since != 0) {
        record_take_hex(&r, "base", m.base_hash, HASH_SIZE);
    }
    m.packed_size = take_unsigned(&r, "packed_size");
    m.plain_size = take_unsigned(&r, "plain_size");
    status = record_finish(&r);
    if (status != TILL_OK) {
        return status;
    }
    m.meta.customers = (uint32_t)customers;
    if (customers > UINT32_MAX ||
        number_list_read(unapplied, m.meta.unapplied, BOOK_UNAPPLIED_MAX,
                         &m.meta.unapplied_count) != TILL_OK ||
        !manifest_is_valid(&m)) {
        return TILL_E_PROTOCOL;
    }
    *manifest_out = m;
    return TILL_OK;
}
