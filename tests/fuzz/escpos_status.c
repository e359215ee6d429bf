/*
 * What a printer answers: any bytes, between questions, leave a status that a driver may report.
 *   input  0xFF n asks DLE EOT n mod 4 + 1; every other byte is the printer's
 */
#include "escpos_status.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    struct escpos_status s;
    escpos_status_init(&s);
    while (input.size > 0) {
        uint8_t byte = fuzz_byte(&input);
        if (byte == 0xFF) {
            (void)escpos_status_ask(&s, (uint8_t)(fuzz_byte(&input) % 4 + 1));
        } else {
            escpos_status_put(&s, byte);
        }
        assert(s.asked_count <= ESCPOS_ASKED_MAX && s.automatic_size <= sizeof s.automatic);
        enum till_status status = escpos_status_of(&s);
        assert(status == TILL_OK || status == TILL_COVER_OPEN || status == TILL_PAPER_OUT ||
               status == TILL_PRINTER_HOT || status == TILL_E_DEVICE ||
               status == TILL_DEVICE_OFFLINE);
    }
    return 0;
}
