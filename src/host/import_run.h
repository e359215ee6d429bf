/*
 * One run of an import: rows from a source through a table into a store. Private to the import.
 */
#ifndef TILL_HOST_IMPORT_RUN_H
#define TILL_HOST_IMPORT_RUN_H

#include "import.h"
#include "import_rows.h"

struct import_run {
    struct import_state state;
    struct csv csv;
    struct import_header header;
    const struct mapping *mapping; /* NULL = none */
    struct charset *charset;
    /* The bytes: read by csv, from the beginning after rewind. */
    csv_source *read;
    enum till_status (*rewind)(struct import_run *run);
    void *source;
    /* A bad row as it stands in the file; NULL = nowhere to. */
    enum till_status (*set_aside)(struct import_run *run, struct span raw);
    import_bad_row *bad_row;
    void *context;
    struct import_report *report;
    uint8_t *header_raw; /* the header row as it stands in the file; freed by the owner */
    size_t header_raw_size;
    char values[IMPORT_COLUMNS_MAX][256]; /* values that a mapping turned round */
};

/* All rows, within the caller's transaction. TILL_BAD_INPUT: no table has this header. */
enum till_status import_rows(struct import_run *run) TILL_CHECKED;
enum till_status import_raise_count(struct store *s) TILL_CHECKED;

#endif
