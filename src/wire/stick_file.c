#include "stick_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SUFFIX "fts"
#define LIST_SUFFIX ".ftc"

enum till_status stick_file_name(const struct stick_file *file, char out[STICK_FILE_NAME_MAX])
{
    if (!terminal_is_valid(file->terminal) || file->from == 0 || file->to < file->from ||
        file->to > INT64_MAX) {
        return TILL_BAD_INPUT;
    }
    int size = snprintf(out, STICK_FILE_NAME_MAX, "%s-%" PRIu64 "-%" PRIu64 "." SUFFIX,
                        file->terminal, file->from, file->to);
    return size < STICK_FILE_NAME_MAX ? TILL_OK : TILL_BAD_INPUT;
}

/* A number without leading zeros, up to `end` that is taken too. */
static bool take_number(const char **text, char end, uint64_t *out)
{
    enum { DIGITS_MAX = 18 };
    const char *at = *text;
    uint64_t value = 0;
    if (*at == '0') {
        return false;
    }
    for (; *at >= '0' && *at <= '9' && at - *text < DIGITS_MAX; at++) {
        value = value * 10 + (uint64_t)(*at - '0');
    }
    if (at == *text || *at != end) {
        return false;
    }
    *text = at + 1;
    *out = value;
    return true;
}

bool stick_file_read_name(const char *name, struct stick_file *file_out)
{
    struct stick_file f = {.from = 0};
    size_t size = strcspn(name, "-");
    if (size >= sizeof(f.terminal) || name[size] != '-') {
        return false;
    }
    memcpy(f.terminal, name, size);
    const char *at = name + size + 1;
    if (!terminal_is_valid(f.terminal) || !take_number(&at, '-', &f.from) ||
        !take_number(&at, '.', &f.to) || f.to < f.from || strcmp(at, SUFFIX) != 0) {
        return false;
    }
    *file_out = f;
    return true;
}

void stick_ack_name(const char *terminal, char out[STICK_FILE_NAME_MAX])
{
    (void)snprintf(out, STICK_FILE_NAME_MAX, "%s.ack", terminal);
}

void stick_list_name(const char *terminal, int64_t at_s, char out[STICK_FILE_NAME_MAX])
{
    (void)snprintf(out, STICK_FILE_NAME_MAX, "%s-%" PRId64 LIST_SUFFIX, terminal, at_s);
}

bool stick_is_list_name(const char *name)
{
    size_t size = strlen(name), end = sizeof(LIST_SUFFIX) - 1;
    return size > end && strcmp(name + size - end, LIST_SUFFIX) == 0;
}

/* The size of the first two lines; 0: there are none. */
static size_t two_lines(struct span text)
{
    size_t size = 0;
    for (int line = 0; line < 2; line++) {
        const uint8_t *end =
            size == text.size ? NULL : memchr(text.data + size, '\n', text.size - size);
        if (end == NULL) {
            return 0;
        }
        size = (size_t)(end - text.data) + 1;
    }
    return size;
}

enum till_status stick_ack_split(struct span text, struct span *head_out, struct span *orders_out)
{
    size_t size = text.size > STICK_ACK_MAX ? 0 : two_lines(text);
    struct span rest = {text.data + size, text.size - size};
    if (size == 0 || (rest.size > 0 && two_lines(rest) != rest.size)) {
        return TILL_E_PROTOCOL;
    }
    *head_out = (struct span){text.data, size};
    *orders_out = rest;
    return TILL_OK;
}

/* ---- the key --------------------------------------------------------------------------------- */

enum till_status stick_key_write(const struct sealer *sealer, const struct stick_key *key,
                                 struct buffer *out)
{
    uint8_t memory[256];
    char digits[2 * PUBLIC_KEY_SIZE + 1];
    struct buffer record;
    struct record_writer w;
    buffer_init(&record, memory, sizeof(memory));
    record_begin(&w, &record);
    record_put_integer(&w, "at_s", key->at_s);
    hex_encode((struct span){key->point, PUBLIC_KEY_SIZE}, digits);
    record_put_text(&w, "key", digits);
    enum till_status status = record_end(&w);
    return status == TILL_OK ? statement_write(sealer, STATEMENT_TAG_STICK,
                                               (struct span){record.data, record.size}, out)
                             : status;
}

enum till_status stick_key_read(const struct sealer *sealer, struct span text,
                                struct stick_key *key_out)
{
    struct span line;
    struct record r;
    struct stick_key key;
    char digits[2 * PUBLIC_KEY_SIZE + 1];
    enum till_status status = statement_read(sealer, STATEMENT_TAG_STICK, text, &line);
    if (status == TILL_OK) {
        status = record_parse(line, &r);
    }
    if (status != TILL_OK) {
        return status;
    }
    key.at_s = record_take_integer(&r, "at_s");
    record_take_text(&r, "key", digits, sizeof(digits));
    status = record_finish(&r);
    if (status == TILL_OK) {
        status = hex_decode(digits, strlen(digits), key.point, PUBLIC_KEY_SIZE);
    }
    if (status == TILL_OK && key.point[0] != 0x04) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        *key_out = key;
    }
    return status;
}
