#include "collected.h"

#include <string.h>

enum { VERSION = 1, BODY_MAX = COLLECTED_BYTES_MAX - SIGNATURE_SIZE };

static const char prefix[] = "FTC1:";
enum { PREFIX_SIZE = sizeof(prefix) - 1 };

/* ---- the same rules before writing and after reading ----------------------------------------- */

static bool page_is_valid(const struct collected_page *p)
{
    if (!terminal_is_valid(p->terminal) || p->at_s < 0 || p->page < 1 || p->page > p->pages ||
        p->pages > COLLECTED_PAGES_MAX || p->count < 1 || p->count > COLLECTED_ACCOUNTS_MAX) {
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        if (!account_is_valid(p->accounts[i]) ||
            (i > 0 && strcmp(p->accounts[i - 1], p->accounts[i]) >= 0)) {
            return false;
        }
    }
    return true;
}

static enum till_status hash_of(const struct sealer *sealer, struct span body,
                                uint8_t hash_out[HASH_SIZE])
{
    uint8_t memory[1 + sizeof(COLLECTED_TAG) + BODY_MAX];
    struct buffer bytes;
    buffer_init(&bytes, memory, sizeof(memory));
    buffer_put_u8(&bytes, sizeof(COLLECTED_TAG) - 1);
    buffer_put_text(&bytes, COLLECTED_TAG);
    buffer_put(&bytes, body.data, body.size);
    return bytes.overflow
               ? TILL_TOO_LARGE
               : sealer->digest(sealer->context, (struct span){memory, bytes.size}, hash_out);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_text(struct buffer *out, const char *text)
{
    buffer_put_u8(out, (uint8_t)strlen(text));
    buffer_put_text(out, text);
}

static size_t shared_with(const char *before, const char *account)
{
    size_t shared = 0;
    while (before[shared] != '\0' && before[shared] == account[shared]) {
        shared++;
    }
    return shared;
}

static void put_account(struct buffer *out, const char *before, const char *account)
{
    size_t shared = shared_with(before, account);
    buffer_put_u8(out, (uint8_t)shared);
    put_text(out, account + shared);
}

static void put_head(struct buffer *out, const struct collected_page *p)
{
    buffer_put_u8(out, VERSION);
    put_text(out, p->terminal);
    buffer_put_u64(out, (uint64_t)p->at_s);
    buffer_put_u8(out, p->page);
    buffer_put_u8(out, p->pages);
    buffer_put_u8(out, (uint8_t)p->count);
}

size_t collected_fit(const char *terminal, const char (*accounts)[ACCOUNT_MAX], size_t count)
{
    return collected_fit_within(terminal, accounts, count, COLLECTED_CHARACTERS_MAX);
}

/* Of so many characters: 5 bits each, less the signature. */
static size_t body_room(size_t characters)
{
    size_t bytes = characters <= PREFIX_SIZE ? 0 : (characters - PREFIX_SIZE) * 5 / 8;
    size_t room = bytes <= SIGNATURE_SIZE ? 0 : bytes - SIGNATURE_SIZE;
    return room < BODY_MAX ? room : BODY_MAX;
}

size_t collected_fit_within(const char *terminal, const char (*accounts)[ACCOUNT_MAX], size_t count,
                            size_t characters)
{
    uint8_t memory[BODY_MAX];
    struct collected_page head = {.page = 1, .pages = 1};
    struct buffer out;
    size_t fit = 0;
    memcpy(head.terminal, terminal, strnlen(terminal, TERMINAL_MAX - 1));
    buffer_init(&out, memory, body_room(characters));
    put_head(&out, &head);
    while (fit < count && fit < COLLECTED_ACCOUNTS_MAX) {
        put_account(&out, fit == 0 ? "" : accounts[fit - 1], accounts[fit]);
        if (out.overflow) {
            break;
        }
        fit++;
    }
    return fit;
}

enum till_status collected_write(const struct sealer *sealer, const struct collected_page *page,
                                 char out[COLLECTED_TEXT_MAX])
{
    uint8_t memory[COLLECTED_BYTES_MAX], hash[HASH_SIZE], signature[SIGNATURE_SIZE];
    struct buffer bytes;
    if (!page_is_valid(page)) {
        return TILL_BAD_INPUT;
    }
    buffer_init(&bytes, memory, BODY_MAX);
    put_head(&bytes, page);
    for (size_t i = 0; i < page->count; i++) {
        put_account(&bytes, i == 0 ? "" : page->accounts[i - 1], page->accounts[i]);
    }
    if (bytes.overflow) {
        return TILL_TOO_LARGE;
    }
    enum till_status status = hash_of(sealer, (struct span){memory, bytes.size}, hash);
    if (status == TILL_OK) {
        status = sealer->sign(sealer->context, hash, signature);
    }
    if (status != TILL_OK) {
        return status;
    }
    memcpy(memory + bytes.size, signature, SIGNATURE_SIZE);
    memcpy(out, prefix, PREFIX_SIZE);
    base32_encode((struct span){memory, bytes.size + SIGNATURE_SIZE}, out + PREFIX_SIZE);
    return TILL_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void take_text(struct reader *r, char *out, size_t capacity, size_t from)
{
    struct span text = reader_take(r, reader_u8(r));
    bool cut = text.size > 0 && memchr(text.data, '\0', text.size) != NULL;
    if (cut || from + text.size >= capacity) {
        r->failed = true;
        return;
    }
    if (text.size > 0) {
        memcpy(out + from, text.data, text.size);
    }
    out[from + text.size] = '\0';
}

static void take_accounts(struct reader *r, struct collected_page *p)
{
    for (size_t i = 0; i < p->count && !r->failed; i++) {
        const char *before = i == 0 ? "" : p->accounts[i - 1];
        size_t shared = reader_u8(r);
        if (shared > strlen(before)) {
            r->failed = true;
            return;
        }
        memcpy(p->accounts[i], before, shared);
        take_text(r, p->accounts[i], ACCOUNT_MAX, shared);
        /* One spelling: what is shared is said. */
        r->failed = r->failed || shared_with(before, p->accounts[i]) != shared;
    }
}

/* *body_out: what is signed, in memory. */
static enum till_status unpack(const char *text, size_t size, uint8_t memory[COLLECTED_BYTES_MAX],
                               struct span *body_out, struct collected_page *page)
{
    size_t used = 0;
    struct reader r;
    if (size <= PREFIX_SIZE || size > COLLECTED_CHARACTERS_MAX ||
        memcmp(text, prefix, PREFIX_SIZE) != 0 ||
        base32_decode(text + PREFIX_SIZE, size - PREFIX_SIZE, memory, COLLECTED_BYTES_MAX, &used) !=
            TILL_OK ||
        used <= SIGNATURE_SIZE) {
        return TILL_E_PROTOCOL;
    }
    *body_out = (struct span){memory, used - SIGNATURE_SIZE};
    *page = (struct collected_page){.count = 0};
    reader_init(&r, *body_out);
    bool known = reader_u8(&r) == VERSION;
    take_text(&r, page->terminal, sizeof(page->terminal), 0);
    uint64_t at_s = reader_u64(&r);
    page->at_s = at_s <= INT64_MAX ? (int64_t)at_s : -1;
    page->page = reader_u8(&r);
    page->pages = reader_u8(&r);
    page->count = reader_u8(&r);
    if (!known || page->count > COLLECTED_ACCOUNTS_MAX) {
        return TILL_E_PROTOCOL;
    }
    take_accounts(&r, page);
    return !r.failed && r.left.size == 0 && page_is_valid(page) ? TILL_OK : TILL_E_PROTOCOL;
}

enum till_status collected_whose(const char *text, size_t size, char terminal_out[TERMINAL_MAX])
{
    uint8_t memory[COLLECTED_BYTES_MAX];
    struct collected_page page;
    struct span body;
    enum till_status status = unpack(text, size, memory, &body, &page);
    if (status == TILL_OK) {
        memcpy(terminal_out, page.terminal, TERMINAL_MAX);
    }
    return status;
}

enum till_status collected_read(const struct sealer *sealer, const char *text, size_t size,
                                struct collected_page *page_out)
{
    uint8_t memory[COLLECTED_BYTES_MAX], hash[HASH_SIZE];
    struct collected_page page;
    struct span body;
    enum till_status status = unpack(text, size, memory, &body, &page);
    if (status == TILL_OK) {
        status = hash_of(sealer, body, hash);
    }
    if (status == TILL_OK) {
        status = sealer->verify(sealer->context, hash, body.data + body.size);
    }
    if (status == TILL_OK) {
        *page_out = page;
    }
    return status;
}
