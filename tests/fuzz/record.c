/* A record that is read has one spelling: written again it is the same bytes. */
#include "record.h"
#include "fuzz.h"

static void write_field(struct record_writer *w, struct record *r)
{
    const struct record_field *field = &r->fields[r->next];
    char key[RECORD_KEY_MAX + 1] = {0};
    assert(field->key.size >= 1 && field->key.size <= RECORD_KEY_MAX);
    memcpy(key, field->key.data, field->key.size);
    if (field->is_text) {
        char text[RECORD_SIZE_MAX];
        record_take_text(r, key, text, sizeof text);
        record_put_text(w, key, text);
    } else {
        record_put_integer(w, key, record_take_integer(r, key));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record r;
    struct span line = fuzz_span(data, size);
    if (record_parse(line, &r) != TILL_OK) {
        return 0;
    }
    assert(r.count <= RECORD_FIELDS_MAX);
    uint8_t memory[RECORD_SIZE_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    struct record_writer w;
    record_begin(&w, &out);
    for (size_t i = 0; i < r.count; i++) {
        write_field(&w, &r);
    }
    enum till_status finished = record_finish(&r);
    enum till_status written = record_end(&w);
    assert(finished == TILL_OK && written == TILL_OK);
    assert(out.size == size && memcmp(out.data, data, size) == 0);
    return 0;
}
