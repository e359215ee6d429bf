#include "import.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "csv.h"
#include "files.h"
#include "import_rows.h"
#include "log.h"
#include "text.h"

static const struct import_table *const tables[] = {&import_site_table, &import_users_table,
                                                    &import_meter_books_table,
                                                    &import_customers_table, &import_bills_table};
enum { TABLE_COUNT = sizeof(tables) / sizeof(tables[0]) };

/* ---- header ---------------------------------------------------------------------------------- */

/* Where each column of the table stands in the file; -1 = not there. */
struct header {
    const struct import_table *table;
    size_t count; /* fields that each row must have */
    int place[IMPORT_COLUMNS_MAX];
};

static int column_of(const struct import_table *table, const char *name)
{
    for (int i = 0; i < IMPORT_COLUMNS_MAX && table->columns[i].name != NULL; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static bool match(const struct import_table *table, const struct csv_row *row, struct header *h)
{
    h->table = table;
    h->count = row->count;
    for (int i = 0; i < IMPORT_COLUMNS_MAX; i++) {
        h->place[i] = -1;
    }
    for (size_t i = 0; i < row->count; i++) {
        int column = column_of(table, row->fields[i]);
        if (column < 0 || h->place[column] >= 0) {
            return false;
        }
        h->place[column] = (int)i;
    }
    for (int i = 0; i < IMPORT_COLUMNS_MAX && table->columns[i].name != NULL; i++) {
        if (table->columns[i].required && h->place[i] < 0) {
            return false;
        }
    }
    return true;
}

static enum till_status read_header(struct csv *c, struct header *h)
{
    struct csv_row row;
    if (csv_next(c, &row) == TILL_OK) {
        for (size_t i = 0; i < TABLE_COUNT; i++) {
            if (match(tables[i], &row, h)) {
                return TILL_OK;
            }
        }
    }
    return TILL_BAD_INPUT;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static enum till_status take_row(struct import_state *state, const struct header *h,
                                 const struct csv_row *row, struct import_report *report,
                                 const char **reason_out)
{
    const char *values[IMPORT_COLUMNS_MAX];
    bool changed = false;
    if (row->count != h->count) {
        *reason_out = N_("it has not as many fields as the header");
        return TILL_BAD_INPUT;
    }
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX; i++) {
        values[i] = h->place[i] < 0 ? "" : row->fields[h->place[i]];
    }
    enum till_status status = h->table->row(state, row->line, values, &changed, reason_out);
    if (status == TILL_OK) {
        *(changed ? &report->changed : &report->added) += 1;
    } else if (status == TILL_UNCHANGED) {
        report->unchanged++;
        status = TILL_OK;
    }
    return status;
}

static enum till_status take_rows(struct import_state *state, struct csv *c, const struct header *h,
                                  import_bad_row *bad_row, void *context,
                                  struct import_report *report)
{
    /* Ends with the content: each row consumes at least a byte of it. */
    for (;;) {
        struct csv_row row;
        const char *reason = NULL;
        enum till_status status = csv_next(c, &row);
        if (status == TILL_UNCHANGED) {
            return TILL_OK;
        }
        if (status == TILL_OK) {
            status = take_row(state, h, &row, report, &reason);
        } else {
            reason = status == TILL_TOO_LARGE
                         ? N_("the row is too long")
                         : N_("a quote is out of place, or a text is not UTF-8");
            status = TILL_BAD_INPUT;
        }
        if (status == TILL_BAD_INPUT) {
            report->bad++;
            if (bad_row != NULL) {
                bad_row(context, row.line, reason != NULL ? reason : N_("the row is not valid"));
            }
        } else if (status != TILL_OK) {
            return status;
        }
    }
}

/* The exponent decides how every other amount is read, wherever its row stands. */
static void find_exponent(struct csv *c, const struct header *h, struct import_state *state)
{
    struct csv_row row;
    int64_t exponent;
    enum till_status status;
    while ((status = csv_next(c, &row)) != TILL_UNCHANGED) {
        if (status == TILL_OK && row.count == h->count &&
            strcmp(row.fields[h->place[0]], "exponent") == 0 &&
            import_integer(row.fields[h->place[1]], 4, &exponent)) {
            state->site.exponent = (uint8_t)exponent;
        }
    }
}

static enum till_status take_table(struct import_state *state, struct span content, struct csv *c,
                                   import_bad_row *bad_row, void *context,
                                   struct import_report *report)
{
    struct header h;
    csv_begin(c, content);
    enum till_status status = read_header(c, &h);
    if (status != TILL_OK) {
        return status;
    }
    report->table = h.table->name;
    uint8_t exponent = state->site.exponent;
    if (h.table == &import_site_table) {
        find_exponent(c, &h, state);
        csv_begin(c, content);
        status = read_header(c, &h);
    }
    bool other_exponent = state->site.exponent != exponent;
    if (status == TILL_OK) {
        status = take_rows(state, c, &h, bad_row, context, report);
    }
    report->changed += other_exponent ? 1 : 0;
    if (status == TILL_OK && h.table->end != NULL) {
        status = h.table->end(state, report->added + report->changed > 0);
    }
    return status;
}

enum till_status import_content(struct store *s, struct span content, uint64_t number,
                                int64_t now_s, import_bad_row *bad_row, void *context,
                                struct import_report *report_out)
{
    struct import_state *state = calloc(1, sizeof(*state));
    struct csv *c = calloc(1, sizeof(*c));
    *report_out = (struct import_report){0};
    enum till_status status = state == NULL || c == NULL ? TILL_E_MEMORY : TILL_OK;
    if (status == TILL_OK) {
        state->store = s;
        state->number = number;
        state->now_s = now_s;
        status = store_site_get(s, &state->site);
    }
    if (status == TILL_NOT_FOUND) {
        site_default(&state->site);
        status = TILL_OK;
    }
    if (status == TILL_OK) {
        status = take_table(state, content, c, bad_row, context, report_out);
    }
    free(state);
    free(c);
    return status;
}

/* ---- the record of imports ------------------------------------------------------------------- */

static uint64_t counter(struct store *s, const char *key)
{
    char value[24];
    return store_value_get(s, key, value, sizeof(value)) == TILL_OK ? strtoull(value, NULL, 10) : 0;
}

static enum till_status raise_counter(struct store *s, const char *key)
{
    char value[24];
    (void)snprintf(value, sizeof(value), "%" PRIu64, counter(s, key) + 1);
    return store_value_put(s, key, value);
}

uint64_t import_count(struct store *s)
{
    return counter(s, "imports");
}

uint64_t import_generation(struct store *s)
{
    return counter(s, "generation");
}

enum till_status import_raise_generation(struct store *s)
{
    return raise_counter(s, "generation");
}

/* Number of the last posting: numbers only go up, so halving finds it. */
static enum till_status last_posting(struct store *s, int64_t *last_out)
{
    struct store_posting *p = malloc(sizeof(*p));
    int64_t below = 0, above = INT64_MAX; /* something is above `below`, nothing above `above` */
    enum till_status status = p == NULL ? TILL_E_MEMORY : TILL_OK;
    while (status == TILL_OK && below < above) {
        int64_t middle = below + (above - below) / 2;
        int64_t number;
        status = store_posting_next(s, middle, &number, p);
        if (status == TILL_OK) {
            below = number;
        } else if (status == TILL_NOT_FOUND) {
            above = middle;
            status = TILL_OK;
        }
    }
    free(p);
    *last_out = below;
    return status;
}

static enum till_status keep_content(const char *dir, struct span content,
                                     const uint8_t hash[HASH_SIZE])
{
    char path[FILES_PATH_MAX], name[sizeof("imports/.csv") + (size_t)2 * HASH_SIZE];
    char hex[2 * HASH_SIZE + 1];
    hex_encode((struct span){hash, HASH_SIZE}, hex);
    enum till_status status = files_path(dir, "imports", path);
    if (status == TILL_OK) {
        status = files_folder(path);
    }
    (void)snprintf(name, sizeof(name), "imports/%s.csv", hex);
    if (status == TILL_OK) {
        status = files_path(dir, name, path);
    }
    if (status != TILL_OK || files_exist(path)) {
        return status;
    }
    return files_write(path, content);
}

/* Note what was imported, and keep the file, before the transaction ends. */
static enum till_status remember(struct store *s, const char *dir, struct span content,
                                 const struct import_past *past)
{
    char key[STORE_KEY_MAX], value[2 * HASH_SIZE + 64], hex[2 * HASH_SIZE + 1];
    enum till_status status = keep_content(dir, content, past->hash);
    if (status != TILL_OK) {
        return status;
    }
    hex_encode((struct span){past->hash, HASH_SIZE}, hex);
    (void)snprintf(key, sizeof(key), "import/%" PRIu64, past->number);
    (void)snprintf(value, sizeof(value), "%s %" PRId64 " %" PRId64, hex, past->at_s, past->after);
    status = store_value_put(s, key, value);
    return status == TILL_OK ? raise_counter(s, "imports") : status;
}

enum till_status import_past(struct store *s, uint64_t number, struct import_past *past_out)
{
    char key[STORE_KEY_MAX], value[2 * HASH_SIZE + 64];
    (void)snprintf(key, sizeof(key), "import/%" PRIu64, number);
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    if (status != TILL_OK) {
        return status;
    }
    past_out->number = number;
    if (strlen(value) < (size_t)2 * HASH_SIZE ||
        hex_decode(value, (size_t)2 * HASH_SIZE, past_out->hash, HASH_SIZE) != TILL_OK) {
        return TILL_E_CORRUPT;
    }
    char *at = value + (size_t)2 * HASH_SIZE;
    past_out->at_s = strtoll(at, &at, 10);
    past_out->after = strtoll(at, &at, 10);
    return *at == '\0' ? TILL_OK : TILL_E_CORRUPT;
}

/* ---- one file -------------------------------------------------------------------------------- */

static enum till_status import_transaction(struct store *s, const char *dir, struct span content,
                                           int64_t now_s, import_bad_row *bad_row, void *context,
                                           struct import_report *report)
{
    struct import_past past = {.number = import_count(s) + 1, .at_s = now_s};
    enum till_status status = crypto_sha256(content, past.hash);
    if (status == TILL_OK) {
        status = last_posting(s, &past.after);
    }
    if (status == TILL_OK) {
        status = import_content(s, content, past.number, now_s, bad_row, context, report);
    }
    if (status != TILL_OK || report->added + report->changed == 0) {
        return status;
    }
    if (strcmp(report->table, import_users_table.name) != 0) {
        status = remember(s, dir, content, &past);
    }
    return status == TILL_OK ? import_raise_generation(s) : status;
}

enum till_status import_file(struct store *s, const char *dir, const char *path, int64_t now_s,
                             import_bad_row *bad_row, void *context,
                             struct import_report *report_out)
{
    char *content = NULL;
    size_t size = 0;
    *report_out = (struct import_report){0};
    enum till_status status = files_read(path, IMPORT_SIZE_MAX, &content, &size);
    if (status != TILL_OK) {
        return status;
    }
    status = store_begin(s);
    if (status == TILL_OK) {
        status = import_transaction(s, dir, (struct span){(const uint8_t *)content, size}, now_s,
                                    bad_row, context, report_out);
        if (status == TILL_OK) {
            status = store_commit(s);
        } else {
            store_rollback(s);
        }
    }
    explicit_bzero(content, size); /* PINs */
    free(content);
    return status;
}
