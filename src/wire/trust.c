#include "trust.h"

#include <string.h>

#include "control.h"
#include "record_hex.h"
#include "when.h"

static bool is_valid(const struct trust *t)
{
    bool in_time = t->at_s >= 0 && t->at_s <= WHEN_MAX_S && t->by_s <= WHEN_MAX_S;
    bool next = t->has_next ? t->by_s >= t->at_s && memcmp(t->next, t->authority, HASH_SIZE) != 0
                            : t->by_s == 0;
    return t->serial > 0 && t->serial <= INT64_MAX && in_time && next;
}

enum till_status trust_write(const struct sealer *sealer, const struct trust *trust,
                             struct buffer *out)
{
    uint8_t memory[TRUST_TEXT_MAX];
    struct buffer line;
    struct record_writer w;
    if (!is_valid(trust)) {
        return TILL_BAD_INPUT;
    }
    buffer_init(&line, memory, sizeof(memory));
    record_begin(&w, &line);
    record_put_integer(&w, "serial", (int64_t)trust->serial);
    record_put_integer(&w, "at_s", trust->at_s);
    record_put_hex(&w, "authority", trust->authority, HASH_SIZE);
    if (trust->has_next) {
        record_put_hex(&w, "next", trust->next, HASH_SIZE);
        record_put_integer(&w, "by_s", trust->by_s);
    }
    enum till_status status = record_end(&w);
    return status == TILL_OK
               ? statement_write(sealer, STATEMENT_TAG_TRUST, (struct span){memory, line.size}, out)
               : status;
}

enum till_status trust_read(const struct sealer *sealer, struct span text, struct trust *trust_out)
{
    struct span line;
    struct record r;
    struct trust t = {0};
    enum till_status status = statement_read(sealer, STATEMENT_TAG_TRUST, text, &line);
    if (status == TILL_OK) {
        status = record_parse(line, &r);
    }
    if (status != TILL_OK) {
        return status;
    }
    int64_t serial = record_take_integer(&r, "serial");
    t.at_s = record_take_integer(&r, "at_s");
    record_take_hex(&r, "authority", t.authority, HASH_SIZE);
    t.has_next = r.next < r.count;
    if (t.has_next) {
        record_take_hex(&r, "next", t.next, HASH_SIZE);
        t.by_s = record_take_integer(&r, "by_s");
    }
    status = record_finish(&r);
    t.serial = serial > 0 ? (uint64_t)serial : 0;
    if (status == TILL_OK && !is_valid(&t)) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        *trust_out = t;
    }
    return status;
}

const uint8_t *trust_newest(const struct trust *trust)
{
    return trust->has_next ? trust->next : trust->authority;
}

enum till_status trust_moment(const struct sealer *sealer, const struct trust *trust,
                              const char *terminal, int64_t *at_s_out)
{
    uint8_t memory[sizeof(uint64_t) + TERMINAL_MAX], hash[HASH_SIZE];
    struct buffer name;
    uint64_t drawn = 0;
    buffer_init(&name, memory, sizeof(memory));
    buffer_put_u64(&name, trust->serial);
    buffer_put_text(&name, terminal);
    enum till_status status = buffer_status(&name);
    if (status == TILL_OK) {
        status = sealer->digest(sealer->context, (struct span){memory, name.size}, hash);
    }
    if (status != TILL_OK) {
        return status;
    }
    for (size_t i = 0; i < sizeof(drawn); i++) {
        drawn = drawn << 8 | hash[i];
    }
    uint64_t span_s = trust->has_next ? (uint64_t)(trust->by_s - trust->at_s) : 0;
    *at_s_out = trust->at_s + (int64_t)(span_s == 0 ? 0 : drawn % span_s);
    return TILL_OK;
}

enum till_status trust_answer_write(const struct trust_answer *a, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_text(&w, "statement", a->statement);
    control_put_text(&w, "authority_cert", a->authority_cert);
    control_put_text(&w, "cross_cert", a->cross_cert);
    control_put_text(&w, "statement_cert", a->statement_cert);
    return control_end(&w);
}

enum till_status trust_answer_read(struct span json, struct trust_answer *out)
{
    struct control c;
    enum till_status status = control_open(json, TRUST_ANSWER_MAX, &c);
    if (status != TILL_OK) {
        return status == TILL_TOO_LARGE ? TILL_E_PROTOCOL : status;
    }
    struct trust_answer a;
    memset(&a, 0, sizeof(a));
    control_take_lines(&c, "statement", a.statement, sizeof(a.statement));
    control_take_lines(&c, "authority_cert", a.authority_cert, sizeof(a.authority_cert));
    control_take_lines(&c, "cross_cert", a.cross_cert, sizeof(a.cross_cert));
    control_take_lines(&c, "statement_cert", a.statement_cert, sizeof(a.statement_cert));
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = a;
    }
    return status;
}
