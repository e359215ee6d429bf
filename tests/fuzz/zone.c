/*
 * Zone rules come from the host and from settings: one that is accepted gives a moment's civil
 * time within a day of UTC, and never a date that does not exist.
 *   input  moment (8 bytes), rule
 */
#include "fuzz.h"
#include "when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    uint64_t moment = 0;
    for (int i = 0; i < 8; i++) {
        moment = moment << 8 | fuzz_byte(&input);
    }
    int64_t at_s = WHEN_MIN_S + (int64_t)(moment % (uint64_t)(WHEN_MAX_S - WHEN_MIN_S));
    char *zone = fuzz_text(input);
    if (when_zone_check(zone) == TILL_OK) {
        int32_t offset_s = when_offset_s(zone, at_s);
        assert(offset_s > -26 * 3600 && offset_s < 26 * 3600);
        struct civil civil;
        when_civil(zone, at_s, &civil);
        assert(when_from_utc(&civil) == at_s + offset_s);
        assert(when_date_is_valid(when_date(zone, at_s)));
        char text[WHEN_TEXT_MAX];
        when_format_minute(zone, at_s, text);
        assert(strlen(text) == strlen("2026-11-22 09:41"));
    }
    free(zone);
    return 0;
}
