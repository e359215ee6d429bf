/*
 * Receipts as exact bytes beside the text that a strict printer makes of them.
 *
 * tests/golden/receipt/<language>-<profile>-<sample>.bin and .txt. Drawn receipts keep a hash
 * instead of bytes: .txt ends with it. GOLDEN_UPDATE=1 writes the files anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "command.h"
#include "escpos.h"
#include "paper_picture.h"
#include "receipts.h"
#include "roll.h"
#include "test_language.h"

#define GOLDEN_FOLDER "tests/golden/receipt"

enum { TEXT_MAX = 65536, PATH_MAX_HERE = 256 };

struct job {
    const char *language;
    const struct printer_profile *profile;
    enum receipt_sample sample;
    struct receipt_sample_paper made;
    struct paper paper;
    struct escpos *escpos;
    struct buffer bytes;
    uint8_t memory[ESCPOS_BYTES_MAX];
    struct roll *roll;
};

static struct job job;

static void roll_of(const struct printer_profile *profile, struct roll_profile *roll)
{
    if (profile->dots == 384) {
        roll_profile_58(roll);
    } else {
        roll_profile_80(roll);
    }
    roll->raster_rows_max = profile->raster_rows;
    if (!profile->gb18030) {
        roll->charset = ROLL_CHARSET_ASCII;
        roll->features &= ~(unsigned)ROLL_CAN_HAN_SWITCH;
    } else {
        /* What the profile promises is two bytes: a fourth byte would be a mistake of ours. */
        roll->charset = ROLL_CHARSET_GBK;
    }
    if (!profile->native_qr) {
        roll->features &= ~(unsigned)ROLL_CAN_QR;
    }
    if (!profile->cutter) {
        roll->features &= ~(unsigned)ROLL_CAN_CUT;
    }
}

static void take_apart(void)
{
    escpos_close(job.escpos);
    roll_destroy(job.roll);
    job.escpos = NULL;
    job.roll = NULL;
}

/* Laid out, turned into bytes, printed on a strict roll; whatever the roll refuses fails. */
static void print(const char *language, const char *profile, enum receipt_sample sample)
{
    take_apart();
    language_set(language);
    job.language = language;
    job.sample = sample;
    assert_int_equal(profile_find(profile, &job.profile), TILL_OK);
    receipt_sample_make(sample, language, &job.made);
    assert_int_equal(receipt_layout(&job.made.receipt, &job.made.proof, job.made.copy,
                                    job.profile->columns, &job.paper),
                     TILL_OK);
    assert_int_equal(escpos_open(job.profile, &job.escpos), TILL_OK);
    buffer_init(&job.bytes, job.memory, sizeof job.memory);
    assert_int_equal(escpos_encode(job.escpos, &job.paper, &job.bytes), TILL_OK);
    struct roll_profile printer;
    roll_of(job.profile, &printer);
    job.roll = roll_create(&printer);
    assert_non_null(job.roll);
    size_t used = 0;
    struct span all = {job.bytes.data, job.bytes.size};
    enum till_status status = roll_put(job.roll, all, 0, &used);
    uint64_t offset = 0;
    const char *fault = roll_fault(job.roll, &offset);
    if (status != TILL_OK || fault != NULL) {
        fail_msg("%s %s %s: refused at byte %llu: %s", language, profile,
                 receipt_sample_name(sample), (unsigned long long)offset, fault ? fault : "?");
    }
    assert_true(roll_is_idle(job.roll));
}

/* ---- files ----------------------------------------------------------------------------------- */

static void compare(const char *extension, const void *data, size_t size)
{
    static uint8_t golden[ESCPOS_BYTES_MAX];
    char path[PATH_MAX_HERE];
    snprintf(path, sizeof path, GOLDEN_FOLDER "/%s-%s-%s.%s", job.language, job.profile->name,
             receipt_sample_name(job.sample), extension);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        FILE *out = fopen(path, "wb");
        assert_non_null(out);
        assert_int_equal(fwrite(data, 1, size, out), size);
        assert_int_equal(fclose(out), 0);
        return;
    }
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        fail_msg("%s is missing: make golden-update", path);
        return;
    }
    size_t golden_size = fread(golden, 1, sizeof golden, in);
    fclose(in);
    if (golden_size != size || memcmp(golden, data, size) != 0) {
        if (strcmp(extension, "txt") == 0) {
            print_message("now:\n%.*s\n", (int)size, (const char *)data);
        }
        fail_msg("%s differs: look, then make golden-update", path);
    }
}

static void compare_native(void)
{
    char *text = roll_text(job.roll, 0);
    assert_non_null(text);
    compare("txt", text, strlen(text));
    free(text);
    compare("bin", job.bytes.data, job.bytes.size);
}

static void compare_drawn(void)
{
    static char text[TEXT_MAX];
    struct buffer out;
    buffer_init(&out, text, sizeof text);
    assert_int_equal(paper_text(&job.paper, job.profile->columns, &out), TILL_OK);
    uint8_t hash[HASH_SIZE];
    char hex[2 * HASH_SIZE + 1];
    assert_int_equal(crypto_sha256((struct span){job.bytes.data, job.bytes.size}, hash), TILL_OK);
    hex_encode((struct span){hash, sizeof hash}, hex);
    char last[160];
    int size = snprintf(last, sizeof last, "%zu bytes, %u dots, SHA-256 %s\n", job.bytes.size,
                        roll_height(job.roll), hex);
    buffer_put(&out, last, (size_t)size);
    assert_int_equal(buffer_status(&out), TILL_OK);
    compare("txt", text, out.size);
}

static void compare_all(const char *profile)
{
    static const char *const languages[] = {"zh_CN", "en"};
    for (size_t l = 0; l < 2; l++) {
        for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
            print(languages[l], profile, (enum receipt_sample)sample);
            if (job.profile->gb18030) {
                compare_native();
            } else {
                compare_drawn();
            }
        }
    }
}

static void receipts_of_58_mm_in_the_printers_font_stay_as_they_are(void **state)
{
    (void)state;
    compare_all("escpos58-gb18030");
}

static void receipts_of_58_mm_drawn_in_dots_stay_as_they_are(void **state)
{
    (void)state;
    compare_all("escpos58-raster");
}

static void receipts_of_80_mm_in_the_printers_font_stay_as_they_are(void **state)
{
    (void)state;
    compare_all("escpos80-gb18030");
}

/* ---- the QR, read from the picture of the paper ---------------------------------------------- */

static void scan(int scale, char *text, size_t capacity)
{
    static struct command zbar;
    char folder[] = "/tmp/fieldtill-receipt-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[PATH_MAX_HERE];
    snprintf(path, sizeof path, "%s/receipt.png", folder);
    struct paper_picture picture = {.scale = scale, .margin = 40};
    assert_int_equal(paper_picture_save(job.roll, &picture, path), TILL_OK);
    const char *const argv[] = {"zbarimg",         "-q", "--raw", "-Sdisable",
                                "-Sqrcode.enable", path, NULL};
    command_run(&zbar, argv);
    unlink(path);
    rmdir(folder);
    /* Where there is no D-Bus it says so, before the code. */
    const char *code = strstr(zbar.output, "HTTPS://");
    if (zbar.exit_code != 0 || code == NULL) {
        fail_msg("zbarimg found no code: %s", zbar.output);
        return;
    }
    snprintf(text, capacity, "%.*s", (int)strcspn(code, "\n"), code);
}

static const char *const profiles[] = {"escpos58-gb18030", "escpos58-gb18030-rasterqr",
                                       "escpos58-raster", "escpos80-gb18030", "escpos80-raster"};
enum { PROFILES = sizeof profiles / sizeof *profiles };

static void read_back(const char *profile, enum receipt_sample sample)
{
    struct crypto_key *key = receipt_sample_key();
    struct sealer sealer;
    struct proof proof;
    char text[1024];
    crypto_sealer(&sealer, key);
    print("zh_CN", profile, sample);
    scan(1, text, sizeof text);
    assert_string_equal(text, job.paper.qr);
    assert_int_equal(proof_read(text, strlen(text), &proof), TILL_OK);
    assert_int_equal(proof_verify(&sealer, &proof), TILL_OK);
    assert_memory_equal(proof.entry.hash, job.made.proof.entry.hash, HASH_SIZE);
    assert_string_equal(proof.entry.body, job.made.proof.entry.body);
    crypto_key_free(key);
}

static void the_qr_on_every_paper_is_read_back_and_accepted(void **state)
{
    (void)state;
    for (int i = 0; i < PROFILES; i++) {
        for (int sample = SAMPLE_FULL; sample <= SAMPLE_TRAINING; sample += 3) {
            read_back(profiles[i], (enum receipt_sample)sample);
        }
    }
}

/* Papers of any length, each on one of the printers. */
static void the_qr_on_every_slip_is_read_back_and_accepted(void **state)
{
    (void)state;
    for (int sample = SAMPLE_REVERSAL; sample < SAMPLE_COUNT; sample++) {
        read_back(profiles[sample % PROFILES], (enum receipt_sample)sample);
    }
}

/* One field of a proof that was good. */
static void alter(struct proof *p, int field)
{
    switch (field) {
    case 0:
        p->terminal[3] = '2';
        break;
    case 1:
        p->entry.seq++;
        break;
    case 2:
        p->entry.at_s += 60;
        break;
    case 3:
        p->entry.kind ^= KIND_TRAINING;
        break;
    case 4:
        p->prev[31] ^= 1;
        break;
    case 5:
        p->entry.signature[40] ^= 1;
        break;
    default: {
        struct body_collection body;
        assert_int_equal(entry_read_collection(&p->entry, &body), TILL_OK);
        if (field == 6) {
            memcpy(body.account, "6100234568", 11);
        } else if (field == 7) {
            body.amount_minor -= 1;
        } else if (field == 8) {
            body.late_fee_minor += 1;
        } else {
            body.tendered_minor += 10000;
        }
        uint16_t kind = p->entry.kind;
        assert_int_equal(entry_write_collection(&p->entry, KIND_COLLECTION, &body), TILL_OK);
        p->entry.kind = kind;
    }
    }
}

static void a_printed_qr_with_any_field_altered_is_refused(void **state)
{
    (void)state;
    enum { FIELDS = 10 };
    struct crypto_key *key = receipt_sample_key();
    struct sealer sealer;
    crypto_sealer(&sealer, key);
    print("zh_CN", "escpos58-gb18030", SAMPLE_FULL);
    for (int field = 0; field < FIELDS; field++) {
        char text[1024];
        struct proof proof;
        scan(1, text, sizeof text);
        assert_int_equal(proof_read(text, strlen(text), &proof), TILL_OK);
        alter(&proof, field);
        /* Printed again by a forger: the symbol is good, the record isn't. */
        paper_init(&job.paper);
        char forged[PROOF_TEXT_MAX];
        assert_int_equal(proof_write(job.made.receipt.url, &proof, forged), TILL_OK);
        assert_string_not_equal(forged, text);
        assert_int_equal(proof_read(forged, strlen(forged), &proof), TILL_OK);
        if (proof_verify(&sealer, &proof) != TILL_E_SIGNATURE) {
            fail_msg("altered field %d was accepted", field);
        }
    }
    crypto_key_free(key);
}

/* ---- what must hold on every paper ----------------------------------------------------------- */

static void count_in(const char *text, const char *what, int times)
{
    int found = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what)) {
        found++;
    }
    if (found != times) {
        fail_msg("\"%s\" stands %d times, not %d, in\n%s", what, found, times, text);
    }
}

static void a_duplicate_says_so_at_top_and_bottom_and_training_thrice(void **state)
{
    (void)state;
    print("zh_CN", "escpos58-gb18030", SAMPLE_DUPLICATE);
    char *text = roll_text(job.roll, 0);
    count_in(text, "补打 1 DUPLICATE", 2);
    count_in(text, "培训", 0);
    free(text);
    print("en", "escpos58-gb18030", SAMPLE_TRAINING);
    text = roll_text(job.roll, 0);
    count_in(text, "TRAINING", 3);
    count_in(text, "DUPLICATE", 0);
    free(text);
}

static void no_amount_is_lost_on_the_longest_paper(void **state)
{
    (void)state;
    print("zh_CN", "escpos58-gb18030", SAMPLE_MONTHS);
    char *text = roll_text(job.roll, 0);
    count_in(text, " 度", 30);
    count_in(text, "违约金 ", 30);
    count_in(text, "¥", 0);
    free(text);
    print("zh_CN", "escpos58-gb18030", SAMPLE_LARGE);
    text = roll_text(job.roll, 0);
    count_in(text, "8,888,888,888.88", 1);
    count_in(text, "1,111,111,111.10", 1);
    count_in(text, "9,999,999,999.99", 3);
    count_in(text, "9,876,543,210.98", 1);
    free(text);
}

static int close_all(void **state)
{
    (void)state;
    take_apart();
    return 0;
}

/* PICTURES=folder: every paper as PNG, for a person to look at. */
static void pictures_are_painted_for_whoever_asks(void **state)
{
    (void)state;
    const char *folder = getenv("PICTURES");
    if (folder == NULL) {
        skip();
    }
    static const char *const names[] = {"escpos58-gb18030", "escpos58-raster", "escpos80-gb18030",
                                        "escpos80-raster"};
    static const char *const languages[] = {"zh_CN", "en"};
    for (size_t i = 0; i < 2 * sizeof names / sizeof *names; i++) {
        for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
            print(languages[i % 2], names[i / 2], (enum receipt_sample)sample);
            char path[PATH_MAX_HERE];
            snprintf(path, sizeof path, "%s/%s-%s-%s.png", folder, languages[i % 2], names[i / 2],
                     receipt_sample_name((enum receipt_sample)sample));
            struct paper_picture picture = {.scale = 2, .margin = i / 2 < 2 ? 40 : 32};
            assert_int_equal(paper_picture_save(job.roll, &picture, path), TILL_OK);
        }
    }
}

int main(void)
{
    /* Only the device's font: what else is installed here would draw what that one lacks. */
    setenv("FONTCONFIG_FILE", "packaging/fonts.conf", 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receipts_of_58_mm_in_the_printers_font_stay_as_they_are),
        cmocka_unit_test(receipts_of_58_mm_drawn_in_dots_stay_as_they_are),
        cmocka_unit_test(receipts_of_80_mm_in_the_printers_font_stay_as_they_are),
        cmocka_unit_test(the_qr_on_every_paper_is_read_back_and_accepted),
        cmocka_unit_test(the_qr_on_every_slip_is_read_back_and_accepted),
        cmocka_unit_test(a_printed_qr_with_any_field_altered_is_refused),
        cmocka_unit_test(a_duplicate_says_so_at_top_and_bottom_and_training_thrice),
        cmocka_unit_test(no_amount_is_lost_on_the_longest_paper),
        cmocka_unit_test(pictures_are_painted_for_whoever_asks),
    };
    return cmocka_run_group_tests(tests, NULL, close_all);
}
