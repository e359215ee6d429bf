#include "output.h"

#include <stdio.h>

#include "text.h"

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

void output_end(struct output *o)
{
    if (o->json) {
        (void)fputs("\n]\n", stdout);
    }
}

void output_error(const char *what, enum till_status status)
{
    (void)fprintf(stderr, "fieldtill-host: %s: %s\n", what, _(status_text((int)status)));
}
