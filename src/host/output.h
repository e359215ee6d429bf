/*
 * What commands print: lines for people, or one JSON array of flat objects (--json).
 */
#ifndef TILL_HOST_OUTPUT_H
#define TILL_HOST_OUTPUT_H

#include "record.h"

/* One list on standard output. */
struct output {
    bool json;
    bool first;
    struct buffer bytes;
    struct record_writer row;
    uint8_t memory[RECORD_SIZE_MAX];
};

void output_begin(struct output *o, bool json);
/* A row of the JSON: begin, record_put_… on &o->row, end. */
void output_row(struct output *o);
void output_row_end(struct output *o);
void output_end(struct output *o);

/* "fieldtill-host: what: TEXT" on standard error, in the operator's language. */
void output_error(const char *what, enum till_status status);

#endif
