#include "enrol.h"

#include <stdio.h>
#include <string.h>

#include "control.h"
#include "text.h"
#include "when.h"

#define TICKET_MARK "FIELDTILL1 "
#define URL_SCHEME "https://"
#define PEM_BEGIN "-----BEGIN "

enum {
    CODE_TYPED_DIGITS = 8,
    CODE_DIGITS_MAX = ENROL_CODE_MAX - 1,
    FINGERPRINT_BYTES = 7,
    AUTHORITY_DIGITS = 2 * HASH_SIZE,
    TICKET_TEXT_MAX = 256
};
#define TYPED_MODULUS UINT64_C(10000000000000000)

/* ---- rules ----------------------------------------------------------------------------------- */

static bool all_digits(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return true;
}

static bool code_is_valid(const char *code)
{
    size_t size = strlen(code);
    return size >= CODE_TYPED_DIGITS && size <= CODE_DIGITS_MAX && all_digits(code, size);
}

/* https://host or https://host:port; what could smuggle in a path, a user or a blank is refused. */
static bool url_is_valid(const char *url)
{
    size_t scheme = strlen(URL_SCHEME);
    size_t size = strnlen(url, ENROL_URL_MAX);
    if (size >= ENROL_URL_MAX || strncmp(url, URL_SCHEME, scheme) != 0) {
        return false;
    }
    return size > scheme &&
           strspn(url + scheme, "0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:[]") == size - scheme;
}

static bool pem_is_valid(const char *pem)
{
    return strncmp(pem, PEM_BEGIN, strlen(PEM_BEGIN)) == 0 &&
           strnlen(pem, ENROL_PEM_MAX) < ENROL_PEM_MAX;
}

/* ---- tickets --------------------------------------------------------------------------------- */

void enrol_typed_digits(const uint8_t authority[HASH_SIZE], char out[ENROL_TYPED_DIGITS + 1])
{
    uint64_t number = 0;
    for (size_t i = 0; i < FINGERPRINT_BYTES; i++) {
        number = number << 8 | authority[i];
    }
    number %= TYPED_MODULUS;
    for (size_t i = ENROL_TYPED_DIGITS; i > 0; i--) {
        out[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    out[ENROL_TYPED_DIGITS] = '\0';
}

bool enrol_authority_matches(const struct enrol_ticket *t, const uint8_t authority[HASH_SIZE])
{
    if (t->whole) {
        return memcmp(t->authority, authority, HASH_SIZE) == 0;
    }
    char digits[ENROL_TYPED_DIGITS + 1];
    enrol_typed_digits(authority, digits);
    return strcmp(t->typed, digits) == 0;
}

static bool ticket_is_valid(const struct enrol_ticket *t)
{
    if (!terminal_is_valid(t->terminal) || !code_is_valid(t->code)) {
        return false;
    }
    if (!t->whole &&
        (strlen(t->typed) != ENROL_TYPED_DIGITS || !all_digits(t->typed, ENROL_TYPED_DIGITS))) {
        return false;
    }
    if (t->url[0] != '\0') {
        return url_is_valid(t->url);
    }
    /* Without a url it is one run of digits, and those must fall apart again at the same places. */
    return !t->whole && strlen(t->code) == CODE_TYPED_DIGITS &&
           all_digits(t->terminal, strlen(t->terminal));
}

enum till_status enrol_ticket_write(const struct enrol_ticket *t, char *out, size_t capacity)
{
    if (!ticket_is_valid(t)) {
        return TILL_BAD_INPUT;
    }
    char authority[AUTHORITY_DIGITS + 1];
    hex_encode((struct span){t->authority, HASH_SIZE}, authority);
    const char *digits = t->whole ? authority : t->typed;
    int size = 0;
    if (t->url[0] == '\0') {
        size = snprintf(out, capacity, "%s%s%s", t->terminal, t->code, digits);
    } else {
        size = snprintf(out, capacity, TICKET_MARK "%s %s %s %s", t->url, t->terminal, t->code,
                        digits);
    }
    return size < 0 || (size_t)size >= capacity ? TILL_TOO_LARGE : TILL_OK;
}

/* The next word up to one space or the end; false where it does not fit or is empty. */
static bool take_word(const char **at, char *out, size_t capacity)
{
    size_t size = strcspn(*at, " ");
    if (size == 0 || size >= capacity) {
        return false;
    }
    memcpy(out, *at, size);
    out[size] = '\0';
    *at += size;
    if (**at == ' ') {
        (*at)++;
    }
    return true;
}

static bool read_line_ticket(const char *text, struct enrol_ticket *t)
{
    char authority[AUTHORITY_DIGITS + 1];
    const char *at = text + strlen(TICKET_MARK);
    if (!take_word(&at, t->url, sizeof(t->url)) ||
        !take_word(&at, t->terminal, sizeof(t->terminal)) ||
        !take_word(&at, t->code, sizeof(t->code)) ||
        !take_word(&at, authority, sizeof(authority)) || *at != '\0' || at[-1] == ' ') {
        return false;
    }
    if (strlen(authority) == ENROL_TYPED_DIGITS) {
        memcpy(t->typed, authority, ENROL_TYPED_DIGITS + 1);
        return true;
    }
    t->whole = true;
    return hex_decode(authority, strlen(authority), t->authority, HASH_SIZE) == TILL_OK;
}

static bool read_typed_ticket(const char *text, struct enrol_ticket *t)
{
    size_t size = strlen(text);
    size_t fixed = CODE_TYPED_DIGITS + ENROL_TYPED_DIGITS;
    if (size <= fixed || size - fixed >= TERMINAL_MAX) {
        return false;
    }
    memcpy(t->terminal, text, size - fixed);
    memcpy(t->code, text + size - fixed, CODE_TYPED_DIGITS);
    memcpy(t->typed, text + size - ENROL_TYPED_DIGITS, ENROL_TYPED_DIGITS);
    return true;
}

enum till_status enrol_ticket_read(const char *text, size_t size, struct enrol_ticket *ticket_out)
{
    /* A file ends with a line feed, whatever wrote it. */
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) {
        size--;
    }
    char line[TICKET_TEXT_MAX];
    if (size == 0 || size >= sizeof(line) || !text_is_clean(text, size)) {
        return TILL_BAD_INPUT;
    }
    memcpy(line, text, size);
    line[size] = '\0';
    struct enrol_ticket t = {0};
    bool is_line = strncmp(line, TICKET_MARK, strlen(TICKET_MARK)) == 0;
    bool is_read = is_line ? read_line_ticket(line, &t) : read_typed_ticket(line, &t);
    if (!is_read || !ticket_is_valid(&t)) {
        return TILL_BAD_INPUT;
    }
    *ticket_out = t;
    return TILL_OK;
}

/* ---- request --------------------------------------------------------------------------------- */

static bool request_is_valid(const struct enrol_request *r)
{
    return terminal_is_valid(r->terminal) && code_is_valid(r->code) &&
           pem_is_valid(r->journal_csr) && pem_is_valid(r->line_csr) && r->version[0] != '\0';
}

enum till_status enrol_request_write(const struct enrol_request *r, struct buffer *out)
{
    if (!request_is_valid(r)) {
        return TILL_BAD_INPUT;
    }
    struct control_writer w;
    control_begin(&w, out);
    control_put_text(&w, "terminal", r->terminal);
    control_put_text(&w, "code", r->code);
    control_put_text(&w, "journal_csr", r->journal_csr);
    control_put_text(&w, "line_csr", r->line_csr);
    control_put_text(&w, "version", r->version);
    return control_end(&w);
}

enum till_status enrol_request_read(struct span json, struct enrol_request *out)
{
    struct control c;
    enum till_status status = control_open(json, ENROL_MESSAGE_MAX, &c);
    if (status != TILL_OK) {
        return status == TILL_TOO_LARGE ? TILL_E_PROTOCOL : status;
    }
    struct enrol_request r = {0};
    control_take_text(&c, "terminal", r.terminal, sizeof(r.terminal));
    control_take_text(&c, "code", r.code, sizeof(r.code));
    control_take_lines(&c, "journal_csr", r.journal_csr, sizeof(r.journal_csr));
    control_take_lines(&c, "line_csr", r.line_csr, sizeof(r.line_csr));
    control_take_text(&c, "version", r.version, sizeof(r.version));
    status = control_close(&c);
    if (status != TILL_OK) {
        return status;
    }
    if (!request_is_valid(&r)) {
        return TILL_E_PROTOCOL;
    }
    *out = r;
    return TILL_OK;
}

/* ---- answer ---------------------------------------------------------------------------------- */

static bool currency_is_valid(const char currency[4])
{
    return strlen(currency) == 3 && strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static bool answer_is_valid(const struct enrol_answer *a)
{
    return terminal_is_valid(a->terminal) && pem_is_valid(a->line_cert) &&
           pem_is_valid(a->authority_cert) && pem_is_valid(a->statement_cert) &&
           currency_is_valid(a->currency) && a->exponent <= 4 &&
           when_zone_check(a->zone) == TILL_OK &&
           (a->predecessor[0] == '\0' || terminal_is_valid(a->predecessor)) &&
           a->predecessor_seq <= (uint64_t)CONTROL_INTEGER_MAX;
}

enum till_status enrol_answer_write(const struct enrol_answer *a, struct buffer *out)
{
    if (!answer_is_valid(a)) {
        return TILL_BAD_INPUT;
    }
    struct control_writer w;
    control_begin(&w, out);
    control_put_text(&w, "terminal", a->terminal);
    control_put_text(&w, "line_cert", a->line_cert);
    control_put_text(&w, "authority_cert", a->authority_cert);
    control_put_text(&w, "statement_cert", a->statement_cert);
    control_put_hex(&w, "secret", (struct span){a->secret, HASH_SIZE});
    control_put_text(&w, "currency", a->currency);
    control_put_integer(&w, "exponent", a->exponent);
    control_put_text(&w, "zone", a->zone);
    control_put_integer(&w, "at_s", a->at_s);
    control_put_text(&w, "predecessor", a->predecessor);
    control_put_integer(&w, "predecessor_seq", (int64_t)a->predecessor_seq);
    return control_end(&w);
}

enum till_status enrol_answer_read(struct span json, struct enrol_answer *out)
{
    struct control c;
    enum till_status status = control_open(json, ENROL_MESSAGE_MAX, &c);
    if (status != TILL_OK) {
        return status == TILL_TOO_LARGE ? TILL_E_PROTOCOL : status;
    }
    struct enrol_answer a = {0};
    control_take_text(&c, "terminal", a.terminal, sizeof(a.terminal));
    control_take_lines(&c, "line_cert", a.line_cert, sizeof(a.line_cert));
    control_take_lines(&c, "authority_cert", a.authority_cert, sizeof(a.authority_cert));
    control_take_lines(&c, "statement_cert", a.statement_cert, sizeof(a.statement_cert));
    control_take_hex(&c, "secret", a.secret, HASH_SIZE);
    control_take_text(&c, "currency", a.currency, sizeof(a.currency));
    a.exponent = (uint8_t)control_take_integer(&c, "exponent", 0, 4);
    control_take_text(&c, "zone", a.zone, sizeof(a.zone));
    a.at_s = control_take_integer(&c, "at_s", 0, WHEN_MAX_S);
    control_take_text(&c, "predecessor", a.predecessor, sizeof(a.predecessor));
    a.predecessor_seq =
        (uint64_t)control_take_integer(&c, "predecessor_seq", 0, CONTROL_INTEGER_MAX);
    status = control_close(&c);
    if (status == TILL_OK && !answer_is_valid(&a)) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        *out = a;
    }
    explicit_bzero(&a, sizeof(a));
    return status;
}

/* ---- errors ---------------------------------------------------------------------------------- */

static enum till_status write_pem(const char *key, const char *pem, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_text(&w, key, pem);
    return control_end(&w);
}

static enum till_status read_pem(struct span json, const char *key, char pem_out[ENROL_PEM_MAX])
{
    struct control c;
    char pem[ENROL_PEM_MAX];
    enum till_status status = control_open(json, ENROL_MESSAGE_MAX, &c);
    if (status != TILL_OK) {
        return status == TILL_TOO_LARGE ? TILL_E_PROTOCOL : status;
    }
    control_take_lines(&c, key, pem, sizeof(pem));
    status = control_close(&c);
    if (status == TILL_OK) {
        memcpy(pem_out, pem, sizeof(pem));
    }
    return status;
}

enum till_status renew_request_write(const struct renew_request *r, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_text(&w, "csr", r->csr);
    if (r->has_authority) {
        control_put_hex(&w, "authority", (struct span){r->authority, HASH_SIZE});
    }
    return control_end(&w);
}

enum till_status renew_request_read(struct span json, struct renew_request *out)
{
    struct control c;
    struct renew_request r = {0};
    enum till_status status = control_open(json, ENROL_MESSAGE_MAX, &c);
    if (status != TILL_OK) {
        return status == TILL_TOO_LARGE ? TILL_E_PROTOCOL : status;
    }
    control_take_lines(&c, "csr", r.csr, sizeof(r.csr));
    r.has_authority = control_has(&c, "authority");
    if (r.has_authority) {
        control_take_hex(&c, "authority", r.authority, HASH_SIZE);
    }
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = r;
    }
    return status;
}

enum till_status renew_answer_write(const char *line_cert, struct buffer *out)
{
    return write_pem("line_cert", line_cert, out);
}

enum till_status renew_answer_read(struct span json, char line_cert_out[ENROL_PEM_MAX])
{
    return read_pem(json, "line_cert", line_cert_out);
}

enum till_status wire_error_write(const struct wire_error *e, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_integer(&w, "status", e->status);
    control_put_text(&w, "text", e->text);
    return control_end(&w);
}

enum till_status wire_error_read(struct span json, struct wire_error *out)
{
    struct control c;
    enum till_status status = control_open(json, ENROL_MESSAGE_MAX, &c);
    if (status != TILL_OK) {
        return status == TILL_TOO_LARGE ? TILL_E_PROTOCOL : status;
    }
    struct wire_error e = {0};
    e.status = (int)control_take_integer(&c, "status", INT32_MIN, INT32_MAX);
    control_take_text(&c, "text", e.text, sizeof(e.text));
    status = control_close(&c);
    if (status == TILL_OK) {
        *out = e;
    }
    return status;
}
