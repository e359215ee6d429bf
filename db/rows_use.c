#include "rows_use.h"

#include <assert.h>
#include <string.h>

#include "store_backend.h"

struct rows_use rows_of(struct store *s, enum store_statement which)
{
    struct rows_use use = {.store = s};

    s->backend->rows_start(&use, which);
    return use;
}

void rows_bind_integer(struct rows_use *use, int64_t value)
{
    use->store->backend->rows_bind_integer(use, value);
}

void rows_bind_unsigned(struct rows_use *use, uint64_t value)
{
    assert(value <= INT64_MAX);
    rows_bind_integer(use, (int64_t)value);
}

void rows_bind_text(struct rows_use *use, const char *text)
{
    use->store->backend->rows_bind_text(use, text, strlen(text));
}

void rows_bind_bytes(struct rows_use *use, const void *data, size_t size)
{
    /* A NULL pointer would bind NULL: an empty blob is not that. */
    use->store->backend->rows_bind_bytes(use, data != NULL ? data : "", size);
}

void rows_bind_null(struct rows_use *use)
{
    use->store->backend->rows_bind_null(use);
}

enum till_status rows_run(struct rows_use *use)
{
    bool dangling = false;

    return use->store->backend->rows_run(use, &dangling);
}

enum till_status rows_run_referring(struct rows_use *use)
{
    bool dangling = false;
    enum till_status st = use->store->backend->rows_run(use, &dangling);

    return dangling ? TILL_NOT_FOUND : st;
}

int64_t rows_changes(const struct rows_use *use)
{
    return use->changes;
}

enum till_status rows_next(struct rows_use *use)
{
    return use->store->backend->rows_next(use);
}

void rows_end(struct rows_use *use)
{
    use->store->backend->rows_end(use);
}

bool rows_column_is_null(const struct rows_use *use, int column)
{
    return use->store->backend->rows_kind(use, column) == ROWS_NULL;
}

int64_t rows_column_integer(const struct rows_use *use, int column)
{
    return use->store->backend->rows_integer(use, column);
}

enum till_status rows_column_unsigned(const struct rows_use *use, int column, uint64_t *value_out)
{
    int64_t value = rows_column_integer(use, column);

    if (use->store->backend->rows_kind(use, column) != ROWS_INTEGER || value < 0)
        return TILL_E_CORRUPT;
    *value_out = (uint64_t)value;
    return TILL_OK;
}

int64_t rows_column_within(const struct rows_use *use, int column, int64_t least, int64_t most,
                           bool *bad)
{
    int64_t value = rows_column_integer(use, column);

    if (value >= least && value <= most)
        return value;
    *bad = true;
    return least;
}

struct span rows_column_span(const struct rows_use *use, int column)
{
    return use->store->backend->rows_span(use, column);
}

enum till_status rows_column_text(const struct rows_use *use, int column, char *text_out,
                                  size_t capacity)
{
    struct span text = rows_column_span(use, column);

    if (rows_column_is_null(use, column) || text.size >= capacity ||
        (text.size > 0 && memchr(text.data, '\0', text.size) != NULL))
        return TILL_E_CORRUPT;
    if (text.size > 0)
        memcpy(text_out, text.data, text.size);
    text_out[text.size] = '\0';
    return TILL_OK;
}

enum till_status rows_column_exact(const struct rows_use *use, int column, void *out, size_t size)
{
    struct span bytes = rows_column_span(use, column);

    if (bytes.size != size)
        return TILL_E_CORRUPT;
    if (size > 0)
        memcpy(out, bytes.data, size);
    return TILL_OK;
}
