/* Mapping files: refused with a line and a reason, or texts that may be stored; whatever they turn
 * round fits and ends. */
#include "mapping.h"
#include "fuzz.h"
#include "text.h"

static void check(const struct mapping *m)
{
    char out[MAPPING_VALUE_MAX];
    assert(m->table[0] != '\0' && m->column_count <= MAPPING_COLUMNS_MAX);
    assert(m->value_count <= MAPPING_VALUES_MAX);
    for (size_t i = 0; i < m->column_count; i++) {
        const struct mapping_column *c = &m->columns[i];
        assert(mapping_column_of(m, c->column) == c);
        assert(text_is_clean(c->header, strlen(c->header)));
        assert(c->place >= 0 && c->place <= MAPPING_PLACE_MAX);
    }
    for (size_t i = 0; i < m->value_count; i++) {
        const struct mapping_value *v = &m->values[i];
        (void)mapping_value_of(m, v->column, v->theirs);
        mapping_date(m, v->theirs, i % 2 == 0, out);
        assert(strlen(out) < sizeof(out));
        mapping_amount(m, v->theirs, (unsigned)(i % 5), out);
        assert(strlen(out) < sizeof(out));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mapping m;
    uint32_t line = 0;
    const char *reason = NULL;
    enum till_status status = mapping_read(fuzz_span(data, size), &m, &line, &reason);
    if (status == TILL_OK) {
        check(&m);
    } else if (status == TILL_BAD_INPUT) {
        assert(reason != NULL && line >= 1 && line <= size + 1);
    }
    return 0;
}
