/*
 * What gpsd says, or somebody on its port: any bytes.
 *   input  the stream; besides, its first 24 bytes are read as a number
 */
#include "fuzz.h"
#include "gpsd_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    struct gpsd_reader reader;
    int64_t value = 0;
    if (gpsd_number((const char *)data, size < 24 ? size : 24, 7, 1800000000, &value)) {
        assert(value >= -1800000000 && value <= 1800000000);
    }
    gpsd_reader_init(&reader);
    while (input.size > 0) {
        struct position_fix fix = {.age_s = 1};
        bool has = false;
        if (!gpsd_reader_put(&reader, fuzz_byte(&input))) {
            continue;
        }
        if (gpsd_report_read(reader.line, &fix, &has) == GPSD_FIX) {
            assert(fix.latitude_e7 >= -900000000 && fix.latitude_e7 <= 900000000);
            assert(fix.longitude_e7 >= -1800000000 && fix.longitude_e7 <= 1800000000);
            assert(fix.age_s == 0 && (fix.dimensions == 2 || fix.dimensions == 3));
        }
    }
    return 0;
}
