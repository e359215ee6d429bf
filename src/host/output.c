#include "output.h"

#include "commands.h"

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
