/*
 * What commands print: lines for people, or with --json one JSON array of flat objects on standard
 * output and each complaint as one object a line on standard error. docs/host.md lists the keys.
 *
 * Text in JSON is clean UTF-8: what is not (a file's name) has '?' in its place.
 */
#ifndef TILL_HOST_OUTPUT_H
#define TILL_HOST_OUTPUT_H

#include "record.h"

/* For the whole run, said once at its begin. */
void output_use_json(void);
bool output_is_json(void);

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
/* What somebody typed, or a file's name. */
void output_put_typed(struct output *o, const char *key, const char *value);
void output_end(struct output *o);

/* A list of one: false where people read, and nothing was begun. */
bool output_one(struct output *o);
void output_one_end(struct output *o);

/* "fieldtill-host: what: TEXT" on standard error, in the operator's language. */
void output_error(const char *what, enum till_status status);
/* A line of its own words there; JSON names what and status beside them. */
void output_complain(const char *what, enum till_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
