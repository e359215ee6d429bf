/*
 * The stored receipt: what unpacks packs to the same bytes; what can be laid out becomes ESC/POS
 * that the strict printer takes to its end.
 *   input  profile (1 byte), packed receipt
 */
#include <stdio.h>

#include "escpos.h"
#include "fuzz.h"
#include "receipt.h"
#include "roll.h"

static const char *const profile_names[] = {"escpos58-gb18030", "escpos80-gb18030"};
static const struct roll_profile rolls[] = {
    {384, ROLL_CHARSET_GB18030, (1 << 13) - 1, 8, 2303, 700},
    {576, ROLL_CHARSET_GB18030, (1 << 13) - 1, 8, 2303, 700},
};
static struct escpos *encoders[2]; /* their glyph caches are kept from input to input */

/* fontconfig keeps what it has read of fonts until the end, in tables that LSan can't follow. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

static struct receipt r;
static struct paper paper;
static uint8_t bytes[ESCPOS_BYTES_MAX];

/* The proof of a collection whose amount is what the lines add up to. false: none can be. */
static bool make_proof(struct proof *proof)
{
    struct body_collection b = {.account = "6100234567"};
    b.amount_minor = r.advance_minor;
    for (size_t i = 0; i < r.item_count; i++) {
        if (__builtin_add_overflow(b.amount_minor, r.items[i].amount_minor, &b.amount_minor) ||
            __builtin_add_overflow(b.amount_minor, r.items[i].late_fee_minor, &b.amount_minor) ||
            __builtin_add_overflow(b.late_fee_minor, r.items[i].late_fee_minor,
                                   &b.late_fee_minor)) {
            return false;
        }
    }
    b.tendered_minor = b.amount_minor;
    memset(proof, 0, sizeof *proof);
    memcpy(proof->terminal, "0031", sizeof "0031");
    proof->entry.seq = 4127;
    proof->entry.at_s = 1795311666;
    return entry_write_collection(&proof->entry, KIND_COLLECTION, &b) == TILL_OK;
}

static void print(size_t which)
{
    if (encoders[which] == NULL) {
        const struct printer_profile *profile = NULL;
        enum till_status found = profile_find(profile_names[which], &profile);
        assert(found == TILL_OK);
        enum till_status opened = escpos_open(profile, &encoders[which]);
        assert(opened == TILL_OK);
    }
    struct buffer out;
    buffer_init(&out, bytes, sizeof bytes);
    if (escpos_encode(encoders[which], &paper, &out) != TILL_OK) {
        return;
    }
    struct roll *roll = roll_create(&rolls[which]);
    assert(roll != NULL);
    size_t used = 0;
    enum till_status status = roll_put(roll, fuzz_span(out.data, out.size), 0, &used);
    if (status != TILL_OK) {
        fprintf(stderr, "refused: %s\n", roll_fault(roll, NULL));
    }
    assert(status == TILL_OK && used == out.size && roll_is_idle(roll));
    roll_destroy(roll);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    size_t which = fuzz_byte(&input) % 2;
    memset(&r, 0, sizeof r);
    if (receipt_unpack(input, &r) != TILL_OK) {
        return 0;
    }
    uint8_t memory[RECEIPT_PACKED_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    enum till_status packed = receipt_pack(&r, &out);
    assert(packed == TILL_OK);
    assert(out.size == input.size && memcmp(out.data, input.data, out.size) == 0);

    struct proof proof;
    struct receipt_copy copy = {.number = input.size % 3 == 0 ? 1 : 0};
    if (make_proof(&proof) &&
        receipt_layout(&r, &proof, copy, which == 0 ? 32 : 48, &paper) == TILL_OK) {
        print(which);
    }
    return 0;
}
