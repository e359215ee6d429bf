#include "utility.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "seal.h"
#include "text.h"

enum { SMALL = 16 * 1024, MESSAGES_A_STEP = 64 };

/* ---- opening --------------------------------------------------------------------------------- */

struct utility *utility_open(const char *dir, const char *terminal)
{
    struct crypto_cert cert;
    struct utility *u = calloc(1, sizeof *u);
    assert_non_null(u);
    u->entries = calloc(UTILITY_ENTRIES_MAX, sizeof *u->entries);
    u->memory = malloc(LOCAL_MESSAGE_MAX);
    assert_true(u->entries && u->memory);
    certs_party(&u->authority, "authority", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&u->statements, "statements", CRYPTO_USAGE_STATEMENT, &u->authority);
    text_copy(u->terminal, sizeof u->terminal, terminal ? terminal : UTILITY_TERMINAL);
    certs_party(&u->line, u->terminal, CRYPTO_USAGE_CLIENT, &u->authority);
    assert_int_equal(crypto_cert_read(u->authority.pem, &cert), TILL_OK);
    memcpy(u->authority_hash, cert.fingerprint, HASH_SIZE);
    memset(u->secret, 0x5e, HASH_SIZE);
    memcpy(u->secret, u->terminal, strlen(u->terminal));
    assert_int_equal(crypto_key_create(&u->stick), TILL_OK);
    text_copy(u->dir, sizeof u->dir, dir);
    snprintf(u->socket_path, sizeof u->socket_path, "%.180s/line.sock", dir);
    u->fd = -1;
    u->batch_most = BATCH_ENTRIES_MAX;
    assert_int_equal(local_listen(u->socket_path, &u->listener), TILL_OK);
    return u;
}

void utility_close(struct utility *u)
{
    if (!u)
        return;
    if (u->fd >= 0)
        close(u->fd);
    close(u->listener);
    crypto_key_free(u->journal);
    crypto_key_free(u->stick);
    certs_free(&u->authority);
    certs_free(&u->statements);
    certs_free(&u->line);
    free(u->entries);
    free(u->plain);
    free(u->memory);
    free(u);
}

void utility_ticket(const struct utility *u, bool typed, char out[256])
{
    struct enrol_ticket ticket = {.code = UTILITY_CODE, .whole = !typed};
    text_copy(ticket.terminal, sizeof ticket.terminal, u->terminal);
    if (!typed)
        text_copy(ticket.url, sizeof ticket.url, UTILITY_URL);
    memcpy(ticket.authority, u->authority_hash, HASH_SIZE);
    enrol_typed_digits(u->authority_hash, ticket.typed);
    assert_int_equal(enrol_ticket_write(&ticket, out, 256), TILL_OK);
}

/* ---- the line -------------------------------------------------------------------------------- */

static void hang_up(struct utility *u)
{
    if (u->fd >= 0)
        close(u->fd);
    u->fd = -1;
    u->wanted = u->book_told = u->orders_told = false;
    u->head_due = true; /* each contact begins with what the office has */
    memset(&u->hello, 0, sizeof u->hello);
    memset(&u->network, 0, sizeof u->network);
    memset(&u->pending, 0, sizeof u->pending);
    memset(&u->link, 0, sizeof u->link);
}

void utility_restart_line(struct utility *u)
{
    hang_up(u);
}

static void tell(struct utility *u, uint16_t type, uint32_t id, struct span body)
{
    struct local_message m = {.id = id, .type = type, .body = body};
    enum till_status status = local_send(u->fd, &m);
    if (status == TILL_DEVICE_OFFLINE)
        hang_up(u);
    else
        assert_int_equal(status, TILL_OK);
}

static bool has_line(const struct utility *u)
{
    return u->fd >= 0 && u->network.bearer > 0 && !u->network.airplane;
}

static void tell_link(struct utility *u)
{
    uint8_t memory[512];
    struct buffer out;
    struct local_link link = {.last_contact_s = u->link.last_contact_s};
    if (!has_line(u)) {
        link.state = LINK_NO_NETWORK;
    } else if (!u->enrolled) {
        link.state = LINK_NOT_ENROLLED;
    } else if (u->down) {
        link.state = LINK_BACKING_OFF;
        link.status = u->down_status != 0 ? u->down_status : TILL_TIMEOUT;
    } else {
        link.state = LINK_IDLE;
        link.last_contact_s = u->now_s;
    }
    if (u->fd < 0 || (link.state == u->link.state && link.status == u->link.status))
        return;
    u->link = link;
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(local_write_link(&link, &out), TILL_OK);
    tell(u, LOCAL_LINK, 0, (struct span){out.data, out.size});
}

static void tell_want(struct utility *u)
{
    uint8_t memory[256];
    struct buffer out;
    struct local_want want = {
        .from = u->head + 1, .entries = u->batch_most, .format = BATCH_FORMAT_NEWEST};
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(local_write_want(&want, &out), TILL_OK);
    u->wanted = true;
    tell(u, LOCAL_WANT, ++u->next_id, (struct span){out.data, out.size});
}

static void sign_head(struct utility *u)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct sealer sealer;
    struct head head = {.seq = u->head,
                        .at_s = u->now_s,
                        .serial = ++u->serial,
                        .book_revision = u->revision,
                        .stopped = u->stopped};
    text_copy(head.terminal, sizeof head.terminal, u->terminal);
    memcpy(head.hash, u->head ? u->entries[u->head - 1].hash : u->genesis, HASH_SIZE);
    crypto_sealer(&sealer, u->statements.key);
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(head_write(&sealer, &head, &out), TILL_OK);
    u->head_due = false;
    memcpy(u->before_head, u->last_head, sizeof u->before_head);
    u->before_head_size = u->last_head_size;
    memcpy(u->last_head, memory, sizeof memory);
    u->last_head_size = out.size;
}

static void tell_head(struct utility *u)
{
    sign_head(u);
    tell(u, LOCAL_HEAD, 0, (struct span){u->last_head, u->last_head_size});
}

/* ---- a stick --------------------------------------------------------------------------------- */

static void tell_stick_key(struct utility *u)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct sealer sealer;
    struct stick_key key = {.at_s = u->now_s};
    crypto_sealer(&sealer, u->statements.key);
    crypto_key_public(u->stick, key.point);
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(stick_key_write(&sealer, &key, &out), TILL_OK);
    u->pending.wants_stick = false;
    tell(u, LOCAL_STICK, 0, (struct span){out.data, out.size});
}

static void take_batch(struct utility *u, struct span packed);

unsigned utility_take_stick(struct utility *u, const struct stick *stick)
{
    static struct stick_name names[STICK_FILES_MAX];
    static uint8_t sealed[STICK_FILE_MAX], plain[BATCH_PACKED_MAX];
    size_t count = 0;
    unsigned taken = 0;
    assert_int_equal(stick_list(stick, STICK_OUT, names, STICK_FILES_MAX, &count), TILL_OK);
    /* In the order of their numbers, as far as they join up: again and again. */
    for (size_t round = 0; round <= count; round++) {
        for (size_t i = 0; i < count; i++) {
            struct stick_file file;
            char path[STICK_PATH_MAX];
            size_t size = 0;
            struct buffer out;
            if (!stick_file_read_name(names[i].text, &file) || file.from > u->head + 1 ||
                file.to <= u->head)
                continue;
            snprintf(path, sizeof path, STICK_OUT "/%s", names[i].text);
            assert_int_equal(stick_read(stick, path, sealed, sizeof sealed, &size), TILL_OK);
            buffer_init(&out, plain, sizeof plain);
            assert_int_equal(crypto_unseal(u->stick, (struct span){sealed, size}, &out), TILL_OK);
            take_batch(u, (struct span){plain, out.size});
            taken++;
        }
    }
    return taken;
}

void utility_put_ack(struct utility *u, const struct stick *stick)
{
    char name[STICK_FILE_NAME_MAX], path[STICK_PATH_MAX];
    static uint8_t memory[STICK_ACK_MAX];
    struct buffer out;
    struct sealer sealer;
    sign_head(u);
    buffer_init(&out, memory, sizeof memory);
    buffer_put(&out, u->last_head, u->last_head_size);
    crypto_sealer(&sealer, u->statements.key);
    if (u->orders.limits.serial > 0)
        assert_int_equal(orders_write(&sealer, &u->orders, &out), TILL_OK);
    stick_ack_name(u->terminal, name);
    snprintf(path, sizeof path, STICK_IN "/%s", name);
    assert_int_equal(stick_write(stick, path, (struct span){out.data, out.size}), TILL_OK);
}

/* What somebody on the way had kept. */
static void tell_old_head(struct utility *u)
{
    u->replay_head = false;
    assert_true(u->before_head_size > 0);
    tell(u, LOCAL_HEAD, 0, (struct span){u->before_head, u->before_head_size});
}

static void tell_orders(struct utility *u)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct sealer sealer;
    crypto_sealer(&sealer, u->statements.key);
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(orders_write(&sealer, &u->orders, &out), TILL_OK);
    u->orders_told = true;
    tell(u, LOCAL_ORDERS, 0, (struct span){out.data, out.size});
}

void utility_order(struct utility *u, const char *message)
{
    struct orders *o = &u->orders;
    text_copy(o->terminal, sizeof o->terminal, u->terminal);
    o->limits.serial++;
    o->at_s = u->now_s;
    if (message) {
        size_t kept =
            o->message_count < ORDERS_MESSAGES_MAX ? o->message_count : ORDERS_MESSAGES_MAX - 1;
        uint64_t last = o->message_count ? o->messages[0].id : 0;
        memmove(&o->messages[1], &o->messages[0], kept * sizeof o->messages[0]);
        o->messages[0] = (struct orders_message){.id = last + 1, .at_s = u->now_s};
        text_copy(o->messages[0].text, sizeof o->messages[0].text, message);
        o->message_count = kept + 1;
    }
    u->orders_told = false;
    u->head_due = true;
}

static void tell_book(struct utility *u)
{
    uint8_t memory[SMALL];
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(local_write_book(&u->book, &out), TILL_OK);
    u->book_told = true;
    tell(u, LOCAL_BOOK, 0, (struct span){out.data, out.size});
}

void utility_tell_head(struct utility *u)
{
    u->head_due = true;
}

/* ---- enrolment ------------------------------------------------------------------------------- */

static void refuse(struct utility *u, uint32_t id, enum till_status status)
{
    uint8_t memory[512];
    struct buffer out;
    struct wire_error error = {.status = status};
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(wire_error_write(&error, &out), TILL_OK);
    tell(u, LOCAL_REFUSED, id, (struct span){out.data, out.size});
}

/* The same device may ask again with the same code, as after a power cut. */
static enum till_status check_request(struct utility *u, const struct local_enrol *enrol)
{
    struct enrol_ticket ticket;
    char name[CRYPTO_NAME_MAX];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct sealer sealer;
    assert_int_equal(enrol_ticket_read(enrol->ticket, strlen(enrol->ticket), &ticket), TILL_OK);
    assert_string_equal(ticket.url, UTILITY_URL);
    if (!u->impostor && !enrol_authority_matches(&ticket, u->authority_hash))
        return TILL_WRONG_HOST;
    if (strcmp(ticket.code, UTILITY_CODE) != 0)
        return TILL_CODE_WRONG;
    assert_int_equal(crypto_csr_read(enrol->journal_csr, name, point), TILL_OK);
    assert_string_equal(name, u->terminal);
    if (u->enrolled && memcmp(u->journal_public, point, sizeof point) != 0)
        return TILL_CODE_WRONG;
    memcpy(u->journal_public, point, sizeof point);
    crypto_key_free(u->journal);
    assert_int_equal(crypto_key_load_public(point, &u->journal), TILL_OK);
    crypto_sealer(&sealer, u->statements.key);
    assert_int_equal(chain_genesis(&sealer, u->terminal, point, u->authority_hash, u->genesis),
                     TILL_OK);
    u->enrolled = true;
    return TILL_OK;
}

static void enrol(struct utility *u, const struct local_message *m)
{
    static struct local_enrol request;
    uint8_t memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    assert_int_equal(local_read_enrol(m->body, &request), TILL_OK);
    enum till_status status = check_request(u, &request);
    if (status != TILL_OK) {
        refuse(u, m->id, status);
        return;
    }
    struct enrol_answer answer = {
        .currency = "CNY", .exponent = 2, .zone = "CST-8", .at_s = u->now_s};
    text_copy(answer.terminal, sizeof answer.terminal, u->terminal);
    text_copy(answer.line_cert, sizeof answer.line_cert, u->line.pem);
    text_copy(answer.authority_cert, sizeof answer.authority_cert, u->authority.pem);
    text_copy(answer.statement_cert, sizeof answer.statement_cert, u->statements.pem);
    memcpy(answer.secret, u->secret, HASH_SIZE);
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(enrol_answer_write(&answer, &out), TILL_OK);
    tell(u, LOCAL_ENROLLED, m->id, (struct span){out.data, out.size});
}

/* ---- the ledger ------------------------------------------------------------------------------ */

static void keep(struct utility *u, const struct entry *e)
{
    assert_true(e->seq >= 1 && e->seq <= UTILITY_ENTRIES_MAX);
    if (e->seq <= u->head) {
        if (memcmp(u->entries[e->seq - 1].hash, e->hash, HASH_SIZE) != 0)
            fail_msg("number %llu came with other content", (unsigned long long)e->seq);
        u->again++;
        return;
    }
    if (e->seq != u->head + 1)
        fail_msg("%llu came after %llu", (unsigned long long)e->seq, (unsigned long long)u->head);
    assert_int_equal(entry_check_body(e), TILL_OK);
    u->entries[u->head++] = *e;
}

static void take_batch(struct utility *u, struct span packed)
{
    struct batch *batch;
    struct entry e;
    struct sealer sealer;
    uint8_t prev[HASH_SIZE];
    enum till_status status;
    u->wanted = false;
    if (packed.size == 0)
        return;
    assert_int_equal(batch_open(packed, &batch), TILL_OK);
    const struct batch_header *h = batch_header(batch);
    assert_string_equal(h->terminal, u->terminal);
    crypto_sealer(&sealer, u->journal);
    memcpy(prev, h->prev, HASH_SIZE);
    assert_true(h->from >= 1 && h->from <= u->head + 1);
    assert_memory_equal(prev, h->from == 1 ? u->genesis : u->entries[h->from - 2].hash, HASH_SIZE);
    while ((status = batch_next(batch, &e)) == TILL_OK) {
        assert_int_equal(chain_hash(&sealer, u->terminal, &e, prev, e.hash), TILL_OK);
        memcpy(prev, e.hash, HASH_SIZE);
        keep(u, &e);
    }
    assert_int_equal(status, TILL_UNCHANGED);
    assert_memory_equal(prev, h->hash, HASH_SIZE);
    assert_int_equal(sealer.verify(sealer.context, h->hash, h->signature), TILL_OK);
    batch_close(batch);
    u->head_due = true;
}

/* ---- questions ------------------------------------------------------------------------------- */

static enum till_status say_customer(struct utility *u, struct buffer *out)
{
    struct query_customer said = {.at_s = u->now_s};
    text_copy(said.account, sizeof said.account, u->question.argument);
    enum till_status status = utility_arrears(u, said.account, &said.arrears);
    return status == TILL_OK ? query_customer_write(&said, out) : status;
}

static enum till_status say_receipt(struct utility *u, struct buffer *out)
{
    struct query_receipt said = {.at_s = u->now_s, .state = QUERY_UNKNOWN};
    char argument[LOCAL_ARGUMENT_MAX];
    uint8_t hash[HASH_SIZE];
    text_copy(argument, sizeof argument, u->question.argument);
    char *seq = strchr(argument, '/');
    assert_non_null(seq);
    *seq++ = '\0';
    char *hex = strchr(seq, '/');
    assert_non_null(hex);
    *hex++ = '\0';
    assert_int_equal(hex_decode(hex, strlen(hex), hash, sizeof hash), TILL_OK);
    text_copy(said.terminal, sizeof said.terminal, argument);
    said.seq = strtoull(seq, NULL, 10);
    if (u->told.seq == said.seq && strcmp(u->told.terminal, said.terminal) == 0)
        said = u->told;
    else if (strcmp(said.terminal, u->terminal) == 0 && said.seq >= 1 && said.seq <= u->head)
        said.state = memcmp(u->entries[said.seq - 1].hash, hash, HASH_SIZE) == 0
                         ? QUERY_ACKNOWLEDGED
                         : QUERY_OTHER;
    said.at_s = u->now_s;
    return query_receipt_write(&said, out);
}

/* "collector/20261101/20261130/0/0-0" */
static enum till_status say_report(struct utility *u, struct buffer *out)
{
    enum { PARTS = 5 };
    struct query_page said = u->team_page;
    char text[LOCAL_ARGUMENT_MAX], *part[PARTS], *at = text;
    text_copy(text, sizeof text, u->question.argument);
    for (int i = 0; i < PARTS; i++) {
        part[i] = at;
        at += strcspn(at, "/");
        if (*at == '/')
            *at++ = '\0';
    }
    assert_true(query_page_ask_read(part[0], part[1], part[2], part[3], part[4], &said.ask));
    for (size_t i = said.ask.offset; i < said.total && said.count < QUERY_PAGE_ROWS_MAX; i++)
        said.rows[said.count++] = u->team_rows[i];
    return query_page_write(&said, out);
}

void utility_answer(struct utility *u, uint32_t id)
{
    uint8_t memory[LOCAL_ANSWER_MAX];
    struct buffer out;
    enum till_status status = (enum till_status)u->refuses;
    buffer_init(&out, memory, sizeof memory);
    if (!has_line(u) || u->down)
        status = TILL_NO_NETWORK;
    else if (status == TILL_OK && u->question.what == QUERY_CUSTOMER)
        status = say_customer(u, &out);
    else if (status == TILL_OK && u->question.what == QUERY_RECEIPT)
        status = say_receipt(u, &out);
    else if (status == TILL_OK && u->question.what == QUERY_REPORT)
        status = say_report(u, &out);
    else if (status == TILL_OK)
        status = query_team_write(&u->team_today, &out);
    if (status == TILL_OK)
        tell(u, LOCAL_ANSWER, id, (struct span){out.data, out.size});
    else
        refuse(u, id, status);
}

static void take_question(struct utility *u, const struct local_message *m)
{
    assert_int_equal(local_read_query(m->body, &u->question), TILL_OK);
    assert_in_range(m->deadline_ms, 15000, 30000);
    u->questions++;
    u->question_id = m->id;
    if (!u->silent)
        utility_answer(u, m->id);
}

void utility_take_report(struct utility *u, uint32_t id)
{
    if (u->refuses != 0)
        refuse(u, id, (enum till_status)u->refuses);
    else
        tell(u, LOCAL_SENT, id, (struct span){NULL, 0});
}

static void take_report(struct utility *u, const struct local_message *m)
{
    assert_int_equal(local_read_report(m->body, &u->report), TILL_OK);
    memcpy(u->report_text, u->report.content.data, u->report.content.size);
    u->report_text[u->report.content.size] = '\0';
    u->reports++;
    u->report_id = m->id;
    if (!u->silent)
        utility_take_report(u, m->id);
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void take(struct utility *u, const struct local_message *m)
{
    uint64_t revision;
    switch (m->type) {
    case LOCAL_HELLO:
        assert_int_equal(local_read_hello(m->body, &u->hello), TILL_OK);
        break;
    case LOCAL_NETWORK:
        assert_int_equal(local_read_network(m->body, &u->network), TILL_OK);
        break;
    case LOCAL_PENDING:
        assert_int_equal(local_read_pending(m->body, &u->pending), TILL_OK);
        break;
    case LOCAL_BATCH:
        take_batch(u, m->body);
        break;
    case LOCAL_ENROL:
        enrol(u, m);
        break;
    case LOCAL_ENDED:
        assert_int_equal(local_read_hello(m->body, &u->ended), TILL_OK);
        tell(u, LOCAL_FORGOTTEN, m->id, (struct span){NULL, 0});
        break;
    case LOCAL_NOW:
        u->asked_now++;
        break;
    case LOCAL_QUERY:
        take_question(u, m);
        break;
    case LOCAL_REPORT:
        take_report(u, m);
        break;
    case LOCAL_BOOK_APPLIED:
        assert_int_equal(local_read_book_applied(m->body, &revision), TILL_OK);
        assert_int_equal(revision, u->revision);
        break;
    default:
        fail_msg("the terminal said %u", m->type);
    }
}

static unsigned listen_to(struct utility *u)
{
    struct local_message m;
    unsigned taken = 0;
    if (u->fd < 0) {
        if (local_accept(u->listener, &u->fd) == TILL_OK)
            taken++;
        else
            u->fd = -1;
        u->head_due = true;
    }
    for (; u->fd >= 0 && taken < MESSAGES_A_STEP; taken++) {
        enum till_status status = local_receive(u->fd, u->memory, &m);
        if (status == TILL_UNCHANGED)
            break;
        if (status == TILL_DEVICE_OFFLINE) {
            hang_up(u);
            break;
        }
        assert_int_equal(status, TILL_OK);
        take(u, &m);
    }
    return taken;
}

unsigned utility_step(struct utility *u, int64_t now_s)
{
    u->now_s = u->clock_s ? u->clock_s : now_s;
    unsigned done = listen_to(u);
    tell_link(u);
    if (!has_line(u) || u->down || !u->enrolled || u->pending.head == 0)
        return done;
    if (u->head_due) {
        tell_head(u);
        done++;
    }
    if (u->pending.head > u->head && !u->wanted) {
        tell_want(u);
        done++;
    }
    if (u->pending.wants_stick && !u->no_stick_key && u->fd >= 0) {
        tell_stick_key(u);
        done++;
    }
    if (u->replay_head && u->fd >= 0) {
        tell_old_head(u);
        done++;
    }
    if (u->orders.limits.serial > u->pending.orders && !u->orders_told && u->fd >= 0) {
        tell_orders(u);
        done++;
    }
    if (u->pending.book == 0 && u->is_delta) { /* the terminal has no base for it */
        u->book = u->whole;
        u->is_delta = u->book_told = false;
    }
    if (u->revision > u->pending.book && !u->book_told && u->fd >= 0) {
        tell_book(u);
        done++;
    }
    return done;
}
