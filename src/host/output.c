#include "output.h"

#include "commands.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

enum { TYPED_MAX = 1024, COMPLAINT_MAX = 1024 };

static bool wants_json;

void output_use_json(void)
{
    wants_json = true;
}

bool output_is_json(void)
{
    return wants_json;
}

void output_begin(struct output *o, bool json)
{
    o->json = json;
    o->first = true;
    if (json) {
        (void)fputs("[", stdout);
    }
}

void output_row(struct output *o)
{
    buffer_init(&o->bytes, o->memory, sizeof(o->memory));
    record_begin(&o->row, &o->bytes);
}

void output_row_end(struct output *o)
{
    /* What the store gives is clean and short: a row that can't be spelled is left out. */
    if (record_end(&o->row) == TILL_OK) {
        (void)fputs(o->first ? "\n" : ",\n", stdout);
        (void)fwrite(o->bytes.data, 1, o->bytes.size, stdout);
        o->first = false;
    }
}

/* Into JSON whatever it is: line ends are blanks, other controls and what is no UTF-8 a '?'. */
static void put_typed(struct record_writer *row, const char *key, const char *value)
{
    char clean[TYPED_MAX];
    const char *end = value + strlen(value);
    size_t used = 0;
    while (value < end && used + 4 < sizeof(clean)) {
        const char *from = value;
        (void)text_next(&value, end);
        size_t size = (size_t)(value - from);
        if (text_is_clean(from, size)) {
            memcpy(clean + used, from, size);
            used += size;
        } else {
            clean[used++] = *from == '\n' ? ' ' : '?';
        }
    }
    clean[used] = '\0';
    record_put_text(row, key, clean);
}

void output_put_typed(struct output *o, const char *key, const char *value)
{
    put_typed(&o->row, key, value);
}

void output_end(struct output *o)
{
    if (o->json) {
        (void)fputs("\n]\n", stdout);
    }
}

bool output_one(struct output *o)
{
    if (!wants_json) {
        return false;
    }
    output_begin(o, true);
    output_row(o);
    return true;
}

void output_one_end(struct output *o)
{
    output_row_end(o);
    output_end(o);
}

static void complain_json(const char *what, enum till_status status, const char *text)
{
    uint8_t memory[RECORD_SIZE_MAX];
    struct buffer bytes;
    struct record_writer row;
    buffer_init(&bytes, memory, sizeof(memory));
    record_begin(&row, &bytes);
    put_typed(&row, "what", what);
    record_put_text(&row, "status", status_name((int)status));
    put_typed(&row, "text", text);
    if (record_end(&row) == TILL_OK) {
        (void)fprintf(stderr, "%.*s\n", (int)bytes.size, (const char *)bytes.data);
    }
}

void output_error(const char *what, enum till_status status)
{
    const char *text = _(status_text((int)status));
    if (wants_json) {
        complain_json(what, status, text);
        return;
    }
    (void)fprintf(stderr, "fieldtill-host: %s: %s\n", what, text);
}

void output_complain(const char *what, enum till_status status, const char *format, ...)
{
    char text[COMPLAINT_MAX];
    va_list more;
    va_start(more, format);
    (void)vsnprintf(text, sizeof(text), format, more);
    va_end(more);
    text[strcspn(text, "\n")] = '\0';
    if (wants_json) {
        complain_json(what, status, text);
        return;
    }
    (void)fprintf(stderr, "%s\n", text);
}

int command_ended(const char *what, enum till_status status)
{
    if (status == TILL_OK) {
        return EXIT_DONE;
    }
    output_error(what, status);
    /* What can be wrong with a number or a url is the caller's to mend. */
    bool asked_wrong = status == TILL_BAD_INPUT || status == TILL_TOO_LARGE;
    bool said_no = status == TILL_UNCHANGED || status == TILL_NOT_FOUND || status == TILL_REFUSED;
    return asked_wrong ? EXIT_USAGE : said_no ? EXIT_FOUND_WRONG : EXIT_ENVIRONMENT;
}
