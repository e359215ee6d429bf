/* Rows of a file, table by table, within a transaction; import_file.c has the files. */
#include "import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_run.h"
#include "text.h"

static const struct import_table *const tables[] = {
    &import_site_table,  &import_users_table,  &import_meter_books_table, &import_customers_table,
    &import_bills_table, &import_limits_table, &import_payments_table,    &import_bank_table};
enum { TABLE_COUNT = sizeof(tables) / sizeof(tables[0]) };

/* ---- header ---------------------------------------------------------------------------------- */

static int column_of(const struct import_table *table, const char *name)
{
    for (int i = 0; i < IMPORT_COLUMNS_MAX && table->columns[i].name != NULL; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static void begin_header(const struct import_table *table, struct import_header *h)
{
    *h = (struct import_header){.table = table};
    for (int i = 0; i < IMPORT_COLUMNS_MAX; i++) {
        h->place[i] = -1;
    }
}

static bool is_complete(const struct import_header *h)
{
    const struct import_column *columns = h->table->columns;
    for (int i = 0; i < IMPORT_COLUMNS_MAX && columns[i].name != NULL; i++) {
        if (columns[i].required && h->place[i] < 0 && h->fixed[i] == NULL) {
            return false;
        }
    }
    return true;
}

static bool match(const struct import_table *table, const struct csv_row *row,
                  struct import_header *h)
{
    begin_header(table, h);
    h->count = row->count;
    h->exact = true;
    for (size_t i = 0; i < row->count; i++) {
        int column = column_of(table, row->fields[i]);
        if (column < 0 || h->place[column] >= 0) {
            return false;
        }
        h->place[column] = (int)i;
    }
    return is_complete(h);
}

bool import_header_of(const struct csv_row *row, struct import_header *header_out)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (match(tables[i], row, header_out)) {
            return true;
        }
    }
    return false;
}

/* -1: no column, or more than one, has that header. */
static int place_of(const struct csv_row *row, const char *header)
{
    int place = -1;
    for (size_t i = 0; row != NULL && i < row->count; i++) {
        if (strcmp(row->fields[i], header) == 0) {
            if (place >= 0) {
                return -1;
            }
            place = (int)i;
        }
    }
    return place;
}

/* A column that the mapping does not name may bear our own header. */
static bool map_column(const struct mapping *m, const struct csv_row *row, const char *name,
                       struct import_header *h, int column)
{
    const struct mapping_column *c = mapping_column_of(m, name);
    if (c == NULL) {
        h->place[column] = place_of(row, name);
        return true;
    }
    if (c->fixed) {
        h->fixed[column] = c->header;
        return true;
    }
    h->place[column] = c->place > 0 ? c->place - 1 : place_of(row, c->header);
    return h->place[column] >= 0;
}

bool import_header_mapped(const struct mapping *m, const struct csv_row *row,
                          struct import_header *header_out)
{
    struct import_header *h = header_out;
    const struct import_table *table = NULL;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        table = strcmp(tables[i]->name, m->table) == 0 ? tables[i] : table;
    }
    if (table == NULL) {
        return false;
    }
    for (size_t i = 0; i < m->column_count; i++) {
        if (column_of(table, m->columns[i].column) < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < m->skip_count; i++) {
        if (column_of(table, m->skips[i].column) < 0) {
            return false;
        }
    }
    begin_header(table, h);
    h->exact = row != NULL;
    h->count = row != NULL ? row->count : 0;
    for (int i = 0; i < IMPORT_COLUMNS_MAX && table->columns[i].name != NULL; i++) {
        if (!map_column(m, row, table->columns[i].name, h, i)) {
            return false;
        }
        if (row == NULL && h->place[i] >= (int)h->count) {
            h->count = (size_t)h->place[i] + 1;
        } else if (row != NULL && h->place[i] >= (int)row->count) {
            return false;
        }
    }
    return is_complete(h);
}

static enum till_status read_header(struct import_run *run)
{
    const struct mapping *m = run->mapping;
    struct csv_row row;
    if (m != NULL && !m->header) {
        return import_header_mapped(m, NULL, &run->header) ? TILL_OK : TILL_BAD_INPUT;
    }
    enum till_status status = csv_next(&run->csv, &row);
    if (status != TILL_OK) {
        return status == TILL_UNCHANGED || status == TILL_TOO_LARGE ? TILL_BAD_INPUT : status;
    }
    bool known = m == NULL ? import_header_of(&row, &run->header)
                           : import_header_mapped(m, &row, &run->header);
    if (known && run->header_raw == NULL && row.raw.size > 0) {
        run->header_raw = malloc(row.raw.size);
        run->header_raw_size = run->header_raw == NULL ? 0 : row.raw.size;
        if (run->header_raw == NULL) {
            return TILL_E_MEMORY;
        }
        memcpy(run->header_raw, row.raw.data, row.raw.size);
    }
    return known ? TILL_OK : TILL_BAD_INPUT;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const char *mapped_value(struct import_run *run, size_t column, const char *value)
{
    const struct import_column *c = &run->header.table->columns[column];
    char *memory = run->values[column];
    value += strspn(value, " ");
    size_t size = strlen(value);
    while (size > 0 && value[size - 1] == ' ') {
        size--;
    }
    if (value[size] != '\0' && size < sizeof(run->values[column])) {
        memcpy(memory, value, size);
        memory[size] = '\0';
        value = memory;
    }
    value = mapping_value_of(run->mapping, c->name, value);
    char turned[MAPPING_VALUE_MAX];
    if (c->type == IMPORT_TEXT || strlen(value) >= sizeof(turned)) {
        return value;
    }
    if (c->type == IMPORT_AMOUNT) {
        mapping_amount(run->mapping, value, run->state.site.exponent, turned);
    } else {
        mapping_date(run->mapping, value, c->type == IMPORT_MONTH, turned);
    }
    text_copy(memory, sizeof(run->values[column]), turned);
    return memory;
}

/* values[i] of the table's column i; "" where the file has no such column. */
static bool gather(struct import_run *run, const struct csv_row *row,
                   const char *values[IMPORT_COLUMNS_MAX])
{
    const struct import_header *h = &run->header;
    if (h->exact ? row->count != h->count : row->count < h->count) {
        return false;
    }
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX; i++) {
        values[i] = h->fixed[i] != NULL ? h->fixed[i]
                    : h->place[i] < 0   ? ""
                                        : row->fields[h->place[i]];
        if (run->mapping != NULL && h->fixed[i] == NULL && h->place[i] >= 0) {
            values[i] = mapped_value(run, i, values[i]);
        }
    }
    return true;
}

/* A row of theirs that is none of the table, a total; it may have fewer fields than the others. */
static bool is_skipped(const struct import_run *run, const struct csv_row *row)
{
    const struct import_header *h = &run->header;
    if (run->mapping == NULL || run->mapping->skip_count == 0) {
        return false;
    }
    for (int i = 0; i < IMPORT_COLUMNS_MAX && h->table->columns[i].name != NULL; i++) {
        int place = h->fixed[i] == NULL ? h->place[i] : -1;
        if (place >= 0 && (size_t)place < row->count &&
            mapping_skips(run->mapping, h->table->columns[i].name, row->fields[place])) {
            return true;
        }
    }
    return false;
}

static enum till_status take_row(struct import_run *run, const struct csv_row *row,
                                 const char **reason_out)
{
    const char *values[IMPORT_COLUMNS_MAX];
    struct import_report *report = run->report;
    bool changed = false;
    if (is_skipped(run, row)) {
        report->skipped++;
        return TILL_OK;
    }
    if (!gather(run, row, values)) {
        *reason_out = N_("it has not as many fields as the header");
        return TILL_BAD_INPUT;
    }
    enum till_status status =
        run->header.table->row(&run->state, row->line, values, &changed, reason_out);
    if (status == TILL_OK) {
        *(changed ? &report->changed : &report->added) += 1;
    } else if (status == TILL_UNCHANGED) {
        report->unchanged++;
        status = TILL_OK;
    }
    return status;
}

static enum till_status refuse_row(struct import_run *run, const struct csv_row *row,
                                   const char *reason)
{
    run->report->bad++;
    if (run->bad_row != NULL) {
        run->bad_row(run->context, row->line, reason != NULL ? reason : N_("the row is not valid"));
    }
    if (run->set_aside == NULL || row->raw.size == 0) {
        return TILL_OK;
    }
    run->report->set_aside++;
    return run->set_aside(run, row->raw);
}

static enum till_status take_or_refuse(struct import_run *run, enum till_status status,
                                       const struct csv_row *row)
{
    const char *reason = NULL;
    if (status == TILL_OK) {
        status = take_row(run, row, &reason);
    } else if (status == TILL_TOO_LARGE) {
        reason = N_("the row is too long");
        status = TILL_BAD_INPUT;
    } else if (status == TILL_BAD_INPUT) {
        reason = run->csv.charset == NULL ? N_("a quote is out of place, or a text is not UTF-8")
                                          : N_("a quote is out of place, or a text is not GB18030");
    }
    return status == TILL_BAD_INPUT ? refuse_row(run, row, reason) : status;
}

/* What the rows in hand are about, so that the store can look at all of it at once. */
static enum till_status tell_ahead(struct import_run *run, struct import_ahead *a)
{
    char source[IMPORT_SOURCE_MAX];
    const char *values[IMPORT_COLUMNS_MAX];
    struct csv_row row;
    if (run->header.table->ahead == NULL) {
        return TILL_OK;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (import_ahead_get(a, i, &row) == TILL_OK && gather(run, &row, values)) {
            run->header.table->ahead(&run->state, values, a);
        }
    }
    import_source(&run->state, 0, source);
    return import_ahead_tell(a, run->state.store, source);
}

static enum till_status take_rows(struct import_run *run)
{
    struct import_ahead *a = NULL;
    struct csv_row row;
    enum till_status status = import_ahead_open(&a);
    /* Ends with the content: each row consumes at least a byte of it. */
    while (status == TILL_OK && a->ended == TILL_OK) {
        import_ahead_read(a, &run->csv);
        status = tell_ahead(run, a);
        for (size_t i = 0; status == TILL_OK && i < a->count; i++) {
            enum till_status read = import_ahead_get(a, i, &row);
            status = take_or_refuse(run, read, &row);
        }
    }
    if (status == TILL_OK && a->ended != TILL_UNCHANGED) {
        status = a->ended;
    }
    import_ahead_close(a);
    return status;
}

/* The exponent decides how every other amount is read, wherever its row stands. */
static enum till_status find_exponent(struct import_run *run)
{
    const char *values[IMPORT_COLUMNS_MAX];
    struct csv_row row;
    int64_t exponent;
    for (;;) {
        enum till_status status = csv_next(&run->csv, &row);
        if (status == TILL_UNCHANGED) {
            return TILL_OK;
        }
        if (status == TILL_OK && gather(run, &row, values) && strcmp(values[0], "exponent") == 0 &&
            import_integer(values[1], 4, &exponent)) {
            run->state.site.exponent = (uint8_t)exponent;
        }
        if (status != TILL_OK && status != TILL_BAD_INPUT && status != TILL_TOO_LARGE) {
            return status;
        }
    }
}

/* From the file's beginning to behind its header. */
static enum till_status begin_rows(struct import_run *run)
{
    enum till_status status = run->rewind(run);
    if (status == TILL_OK) {
        status = csv_open(&run->csv, run->read, run->source, run->charset);
    }
    if (run->mapping != NULL) {
        run->csv.delimiter = run->mapping->delimiter;
    }
    return status == TILL_OK ? read_header(run) : status;
}

enum till_status import_rows(struct import_run *run)
{
    enum till_status status = store_site_get(run->state.store, &run->state.site);
    if (status == TILL_NOT_FOUND) {
        site_default(&run->state.site);
        status = TILL_OK;
    }
    if (status == TILL_OK) {
        status = begin_rows(run);
    }
    if (status != TILL_OK) {
        return status;
    }
    uint8_t exponent = run->state.site.exponent;
    run->report->table = run->header.table->name;
    if (run->header.table == &import_site_table) {
        status = find_exponent(run);
        if (status == TILL_OK) {
            status = begin_rows(run);
        }
    }
    bool other_exponent = run->state.site.exponent != exponent;
    if (status == TILL_OK) {
        status = take_rows(run);
    }
    run->report->changed += other_exponent ? 1 : 0;
    if (status == TILL_OK && run->header.table->end != NULL) {
        status = run->header.table->end(&run->state, run->report->added + run->report->changed > 0);
    }
    return status;
}

/* ---- counters -------------------------------------------------------------------------------- */

uint64_t import_count(struct store *s)
{
    return store_value_number(s, "imports");
}

enum till_status import_raise_count(struct store *s)
{
    return store_value_raise(s, "imports");
}

uint64_t import_generation(struct store *s)
{
    return store_value_number(s, "generation");
}

uint64_t import_rows_generation(struct store *s)
{
    return store_value_number(s, "generation/rows");
}

enum till_status import_raise_rows(struct store *s)
{
    return store_value_raise(s, "generation/rows");
}

enum till_status import_raise_generation(struct store *s)
{
    return store_value_raise(s, "generation");
}
