/*
 * Board and program settings: what is read is within its limits, numbers within their range, and
 * who asks for everything leaves nothing unused.
 */
#include "settings.h"
#include "fuzz.h"

static void ask_all(struct settings *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct settings_entry *e = &s->entries[i];
        assert(strlen(e->section) < sizeof e->section && strlen(e->value) <= SETTINGS_LINE_MAX);
        const char *value = settings_text(s, e->section, e->key, NULL);
        assert(value != NULL && settings_has_section(s, e->section));
        int64_t number = 7;
        if (settings_integer(s, e->section, e->key, 0, -5, 100000, &number) == TILL_OK) {
            assert(number >= -5 && number <= 100000);
        } else {
            assert(number == 7);
        }
        bool flag = false;
        (void)!settings_flag(s, e->section, e->key, false, &flag);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct settings s;
    memset(&s, 0, sizeof s);
    enum till_status status = settings_parse(fuzz_span(data, size), "fuzz.conf", &s);
    assert(strlen(s.message) < sizeof s.message);
    if (status != TILL_OK) {
        assert(s.message[0] != '\0');
        return 0;
    }
    assert(s.count <= SETTINGS_ENTRIES_MAX);
    ask_all(&s);
    enum till_status unused = settings_unused(&s);
    assert(unused == TILL_OK);
    char *override = fuzz_text(fuzz_span(data, size));
    (void)!settings_override(&s, override);
    free(override);
    assert(s.count <= SETTINGS_ENTRIES_MAX);
    return 0;
}
