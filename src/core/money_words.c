#include <assert.h>

#include "bytes.h"
#include "money.h"

/* Amounts in words, as the paper wants them. */

/* ---- Chinese --------------------------------------------------------------------------------- */

static const char *const capitals[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

/* One to four digits: 1007 -> 壹仟零柒. A 零 stands for each run of zeros inside; where digits went
 * before (inner), also for one at the front. */
static void put_section(struct buffer *b, unsigned section, bool inner)
{
    static const char *const places[] = {"仟", "佰", "拾", ""};
    static const unsigned weights[] = {1000, 100, 10, 1};
    bool begun = inner;
    bool zero = false;
    for (int i = 0; i < 4; i++) {
        unsigned digit = section / weights[i] % 10;
        if (digit == 0) {
            zero = begun;
            continue;
        }
        if (zero) {
            buffer_put_text(b, capitals[0]);
        }
        buffer_put_text(b, capitals[digit]);
        buffer_put_text(b, places[i]);
        zero = false;
        begun = true;
    }
}

/* Sections of four digits with 亿 and 万: MONEY_MAX_MINOR has three at most. A section of zeros
 * leaves its unit out; the next one then begins with 零. */
static void put_chinese_whole(struct buffer *b, uint64_t whole)
{
    static const char *const units[] = {"亿", "万", ""};
    static const uint64_t weights[] = {100000000, 10000, 1};
    bool begun = false;
    bool skipped = false;
    for (int i = 0; i < 3; i++) {
        unsigned section = (unsigned)(whole / weights[i] % 10000);
        if (section == 0) {
            skipped = begun;
            continue;
        }
        if (skipped && section >= 1000) {
            buffer_put_text(b, capitals[0]);
        }
        put_section(b, section, begun);
        buffer_put_text(b, units[i]);
        begun = true;
        skipped = false;
    }
}

/* The bank's rule (Payment and Settlement Measures, annex 1): 整 after 元 or 角, never after 分;
 * 零 where 角 is missing between 元 and 分. */
static void put_chinese(struct buffer *b, const struct site *site, uint64_t amount)
{
    static const char *const parts[SITE_EXPONENT_MAX] = {"角", "分", "厘", "毫"};
    uint64_t unit = (uint64_t)site_unit_minor(site);
    uint64_t whole = amount / unit;
    uint64_t part = amount % unit;
    put_chinese_whole(b, whole);
    if (whole > 0) {
        buffer_put_text(b, "元");
    } else if (part == 0) {
        buffer_put_text(b, "零元");
    }
    bool zero = false;
    bool exact = true; /* nothing below 角 */
    bool begun = whole > 0;
    int place = 0;
    for (uint64_t weight = unit / 10; weight > 0; weight /= 10, place++) {
        uint64_t digit = part / weight;
        part %= weight;
        if (digit == 0) {
            zero = begun;
            continue;
        }
        if (zero) {
            buffer_put_text(b, capitals[0]);
        }
        buffer_put_text(b, capitals[digit]);
        buffer_put_text(b, parts[place]);
        zero = false;
        begun = true;
        exact = place == 0;
    }
    if (exact) {
        buffer_put_text(b, "整");
    }
}

/* ---- English --------------------------------------------------------------------------------- */

static void put_word(struct buffer *b, const char *word)
{
    if (b->size > 0) {
        buffer_put_u8(b, ' ');
    }
    buffer_put_text(b, word);
}

static void put_below_hundred(struct buffer *b, unsigned value)
{
    static const char *const ones[] = {"zero",    "one",     "two",       "three",    "four",
                                       "five",    "six",     "seven",     "eight",    "nine",
                                       "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                       "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
    static const char *const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                       "fifty", "sixty", "seventy", "eighty", "ninety"};
    if (value < 20) {
        put_word(b, ones[value]);
        return;
    }
    put_word(b, tens[value / 10]);
    if (value % 10 != 0) {
        buffer_put_u8(b, '-');
        buffer_put_text(b, ones[value % 10]);
    }
}

static void put_english(struct buffer *b, const struct site *site, uint64_t amount)
{
    static const char *const units[] = {"billion", "million", "thousand", ""};
    static const uint64_t weights[] = {1000000000, 1000000, 1000, 1};
    uint64_t unit = (uint64_t)site_unit_minor(site);
    uint64_t whole = amount / unit;
    if (whole == 0) {
        put_below_hundred(b, 0);
    }
    for (int i = 0; i < 4; i++) {
        unsigned section = (unsigned)(whole / weights[i] % 1000);
        if (section >= 100) {
            put_below_hundred(b, section / 100);
            put_word(b, "hundred");
        }
        if (section % 100 != 0) {
            put_below_hundred(b, section % 100);
        }
        if (section != 0 && units[i][0] != '\0') {
            put_word(b, units[i]);
        }
    }
    put_word(b, site->unit);
    if (site->exponent > 0) {
        buffer_put_u8(b, ' ');
        for (uint64_t weight = unit / 10; weight > 0; weight /= 10) {
            buffer_put_u8(b, (uint8_t)('0' + amount / weight % 10));
        }
        buffer_put_u8(b, '/');
        buffer_put_decimal(b, (int64_t)unit);
    }
}

void money_words(const struct site *site, int64_t amount_minor, char *out)
{
    struct buffer b;
    buffer_init(&b, out, MONEY_WORDS_MAX);
    bool negative = amount_minor < 0;
    if (amount_minor < -MONEY_MAX_MINOR || amount_minor > MONEY_MAX_MINOR) {
        out[0] = '\0';
        return;
    }
    uint64_t amount = (uint64_t)(negative ? -amount_minor : amount_minor);
    switch (site->words) {
    case SITE_WORDS_CHINESE:
        buffer_put_text(&b, negative ? "负" : "");
        put_chinese(&b, site, amount);
        break;
    case SITE_WORDS_ENGLISH:
        buffer_put_text(&b, negative ? "minus" : "");
        put_english(&b, site, amount);
        break;
    case SITE_WORDS_NONE:
    default:
        break;
    }
    buffer_put_u8(&b, '\0');
    assert(!b.overflow);
}
