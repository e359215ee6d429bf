#include "book_site.h"

#include <assert.h>
#include <string.h>

#include "money.h"
#include "site_record.h"

/* Sixteen amounts of twelve digits with their commas. */
enum { NOTES_TEXT_MAX = SITE_NOTES_MAX * 13 + 1 };

static enum till_status write_notes(const struct site *site, char text_out[NOTES_TEXT_MAX])
{
    struct buffer b;

    buffer_init(&b, text_out, NOTES_TEXT_MAX - 1);
    for (size_t i = 0; i < site->note_count; i++) {
        if (i > 0)
            buffer_put_u8(&b, ',');
        buffer_put_decimal(&b, site->notes_minor[i]);
    }
    text_out[b.size] = '\0';
    return buffer_status(&b);
}

static bool read_notes(const char *text, struct site *site)
{
    site->note_count = 0;
    while (*text != '\0') {
        int64_t value = 0;
        size_t digits = 0;

        while (*text >= '0' && *text <= '9') {
            value = 10 * value + (*text++ - '0');
            if (++digits > 12)
                return false;
        }
        if (digits == 0 || site->note_count == SITE_NOTES_MAX)
            return false;
        site->notes_minor[site->note_count++] = value;
        if (*text == '\0')
            return true;
        if (*text++ != ',' || *text == '\0')
            return false;
    }
    return true;
}

enum till_status book_site_write(const struct site *site, char *text_out)
{
    char notes[NOTES_TEXT_MAX];
    struct buffer b;
    struct record_writer w;
    enum till_status st = site_check(site);

    if (st != TILL_OK)
        return TILL_BAD_INPUT;
    st = write_notes(site, notes);
    if (st != TILL_OK)
        return TILL_BAD_INPUT;

    buffer_init(&b, text_out, RECORD_SIZE_MAX - 1);
    record_begin(&w, &b);
    record_put_text(&w, "currency", site->currency);
    record_put_integer(&w, "exponent", site->exponent);
    record_put_text(&w, "symbol", site->symbol);
    record_put_text(&w, "unit", site->unit);
    record_put_text(&w, "zone", site->zone);
    record_put_text(&w, "notes", notes);
    record_put_integer(&w, "words", (int64_t)site->words);
    record_put_text(&w, "payee", site->payee);
    record_put_text(&w, "branch", site->branch);
    record_put_text(&w, "hotline", site->hotline);
    record_put_text(&w, "receipt_url", site->receipt_url);
    record_put_integer(&w, "receipt_max", site->receipt_max_minor);
    record_put_integer(&w, "late_resident", site->late_fee_resident_ppm);
    record_put_integer(&w, "late_other", site->late_fee_other_ppm);
    record_put_integer(&w, "late_cross_year", site->late_fee_cross_year_ppm);
    record_put_integer(&w, "late_minimum", site->late_fee_minimum_minor);
    if (site->tolerance_minor != 0)
        record_put_integer(&w, "tolerance", site->tolerance_minor);
    site_put_cash(&w, site);
    st = record_end(&w);
    text_out[b.size] = '\0';
    return st == TILL_OK ? TILL_OK : TILL_BAD_INPUT;
}

static uint32_t take_u32(struct record *r, const char *key)
{
    int64_t value = record_take_integer(r, key);

    if (value < 0 || value > UINT32_MAX) {
        r->bad = true;
        return 0;
    }
    return (uint32_t)value;
}

enum till_status book_site_read(struct span text, struct site *site_out)
{
    struct record r;
    char notes[NOTES_TEXT_MAX];
    uint32_t exponent, words;

    memset(site_out, 0, sizeof(*site_out));
    if (record_parse(text, &r) != TILL_OK)
        return TILL_E_CORRUPT;
    record_take_text(&r, "currency", site_out->currency, sizeof(site_out->currency));
    exponent = take_u32(&r, "exponent");
    record_take_text(&r, "symbol", site_out->symbol, sizeof(site_out->symbol));
    record_take_text(&r, "unit", site_out->unit, sizeof(site_out->unit));
    record_take_text(&r, "zone", site_out->zone, sizeof(site_out->zone));
    record_take_text(&r, "notes", notes, sizeof(notes));
    words = take_u32(&r, "words");
    record_take_text(&r, "payee", site_out->payee, sizeof(site_out->payee));
    record_take_text(&r, "branch", site_out->branch, sizeof(site_out->branch));
    record_take_text(&r, "hotline", site_out->hotline, sizeof(site_out->hotline));
    record_take_text(&r, "receipt_url", site_out->receipt_url, sizeof(site_out->receipt_url));
    site_out->receipt_max_minor = record_take_integer(&r, "receipt_max");
    site_out->late_fee_resident_ppm = take_u32(&r, "late_resident");
    site_out->late_fee_other_ppm = take_u32(&r, "late_other");
    site_out->late_fee_cross_year_ppm = take_u32(&r, "late_cross_year");
    site_out->late_fee_minimum_minor = record_take_integer(&r, "late_minimum");
    site_out->tolerance_minor = record_take_integer_or(&r, "tolerance", 0);
    site_take_cash(&r, site_out);
    if (record_finish(&r) != TILL_OK || exponent > UINT8_MAX || words > SITE_WORDS_ENGLISH ||
        !read_notes(notes, site_out))
        return TILL_E_CORRUPT;
    site_out->exponent = (uint8_t)exponent;
    site_out->words = (enum site_words)words;
    return site_check(site_out) == TILL_OK ? TILL_OK : TILL_E_CORRUPT;
}
