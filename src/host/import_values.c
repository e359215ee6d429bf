#include <stdio.h>
#include <string.h>

#include "import_rows.h"
#include "money.h"
#include "text.h"
#include "when.h"

bool import_integer(const char *text, int64_t most, int64_t *value_out)
{
    int64_t value = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        int64_t digit = *text - '0';
        if (digit > most || value > (most - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *value_out = value;
    return true;
}

/* Digits with '-' only at the places given; what is left is the number. */
static bool dashed(const char *text, const char *shape, int64_t *value_out)
{
    char digits[16];
    size_t used = 0;
    if (strlen(text) == strlen(shape)) {
        for (size_t i = 0; shape[i] != '\0'; i++) {
            if ((shape[i] == '-') != (text[i] == '-')) {
                return false;
            }
            if (shape[i] != '-' && used + 1 < sizeof(digits)) {
                digits[used++] = text[i];
            }
        }
        digits[used] = '\0';
        return import_integer(digits, 99991231, value_out);
    }
    return import_integer(text, 99991231, value_out);
}

bool import_date(const char *text, int32_t *date_out)
{
    int64_t value;
    if (!dashed(text, "yyyy-mm-dd", &value) || !when_date_is_valid((int32_t)value)) {
        return false;
    }
    *date_out = (int32_t)value;
    return true;
}

bool import_month(const char *text, int32_t *month_out)
{
    int64_t value;
    if (!dashed(text, "yyyy-mm", &value) || value > 999912 ||
        !when_date_is_valid((int32_t)value * 100 + 1)) {
        return false;
    }
    *month_out = (int32_t)value;
    return true;
}

bool import_text(const char *text, char *out, size_t capacity)
{
    size_t size = strlen(text);
    if (size >= capacity || !text_is_clean(text, size)) {
        return false;
    }
    memcpy(out, text, size + 1);
    return true;
}

int import_choice(const char *text, const char *const *choices)
{
    int count = 0;
    for (; choices[count] != NULL; count++) {
        if (strcmp(text, choices[count]) == 0) {
            return count;
        }
    }
    int64_t number;
    return import_integer(text, count - 1, &number) ? (int)number : -1;
}

bool import_degrees(const char *text, int32_t most, int32_t *degrees_e7_out)
{
    enum { DECIMALS = 7 };
    bool negative = text[0] == '-';
    const char *at = text + (negative ? 1 : 0);
    int64_t value = 0;
    int decimals = -1; /* no point yet */
    size_t whole = 0;
    for (; *at != '\0'; at++) {
        if (*at == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        whole += decimals < 0 ? 1 : 0;
        if (*at < '0' || *at > '9' || whole > 3) {
            return false;
        }
        if (decimals == DECIMALS) {
            continue; /* a centimetre is enough */
        }
        value = 10 * value + (*at - '0');
        decimals += decimals >= 0 ? 1 : 0;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < DECIMALS; i++) {
        value *= 10;
    }
    if (whole == 0 || value > most * INT64_C(10000000)) {
        return false;
    }
    *degrees_e7_out = (int32_t)(negative ? -value : value);
    return true;
}

bool import_energy(const char *text, int64_t *energy_cwh_out)
{
    /* 0.01 kWh are read like a currency of two decimals. */
    struct site hundredths;
    site_default(&hundredths);
    hundredths.exponent = 2;
    *energy_cwh_out = 0;
    return text[0] == '\0' || money_parse(&hundredths, text, energy_cwh_out) == TILL_OK;
}
