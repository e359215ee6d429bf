/* How large a QR code is: ISO/IEC 18004:2015, tables 3 and 7. */
#include <ctype.h>
#include <string.h>

#include "roll.h"

/* Data codewords by version 1..40 and level L, M, Q, H. */
static const uint16_t codewords[40][4] = {
    {19, 16, 13, 9},          {34, 28, 22, 16},         {55, 44, 34, 26},
    {80, 64, 48, 36},         {108, 86, 62, 46},        {136, 108, 76, 60},
    {156, 124, 88, 66},       {194, 154, 110, 86},      {232, 182, 132, 100},
    {274, 216, 154, 122},     {324, 254, 180, 140},     {370, 290, 206, 158},
    {428, 334, 244, 180},     {461, 365, 261, 197},     {523, 415, 295, 223},
    {589, 453, 325, 253},     {647, 507, 367, 283},     {721, 563, 397, 313},
    {795, 627, 445, 341},     {861, 669, 485, 385},     {932, 714, 512, 406},
    {1006, 782, 568, 442},    {1094, 860, 614, 464},    {1174, 914, 664, 514},
    {1276, 1000, 718, 538},   {1370, 1062, 754, 596},   {1468, 1128, 808, 628},
    {1531, 1193, 871, 661},   {1631, 1267, 911, 701},   {1735, 1373, 985, 745},
    {1843, 1455, 1033, 793},  {1955, 1541, 1115, 845},  {2071, 1631, 1171, 901},
    {2191, 1725, 1231, 961},  {2306, 1812, 1286, 986},  {2434, 1914, 1354, 1054},
    {2566, 1992, 1426, 1096}, {2702, 2102, 1502, 1142}, {2812, 2216, 1582, 1222},
    {2956, 2334, 1666, 1276},
};

enum mode { MODE_NUMERIC, MODE_ALPHANUMERIC, MODE_BYTE };

static enum mode mode_of(struct span data)
{
    bool digits = true;
    for (size_t i = 0; i < data.size; i++) {
        uint8_t c = data.data[i];
        if (!isdigit(c)) {
            digits = false;
        }
        if (!isdigit(c) && !(c >= 'A' && c <= 'Z') && (c == '\0' || !strchr(" $%*+-./:", c))) {
            return MODE_BYTE;
        }
    }
    return digits ? MODE_NUMERIC : MODE_ALPHANUMERIC;
}

/* Bits of the mode indicator, the character count and the data. */
static size_t bits_of(enum mode mode, size_t size, unsigned version)
{
    static const uint8_t count_bits[3][3] = {{10, 12, 14}, {9, 11, 13}, {8, 16, 16}};
    size_t head = 4U + count_bits[mode][version < 10 ? 0 : version < 27 ? 1 : 2];
    switch (mode) {
    case MODE_NUMERIC:
        return head + size / 3 * 10 + (size % 3 == 0 ? 0 : size % 3 == 1 ? 4 : 7);
    case MODE_ALPHANUMERIC:
        return head + size / 2 * 11 + (size % 2 == 0 ? 0 : 6);
    case MODE_BYTE:
        break;
    }
    return head + size * 8;
}

unsigned roll_qr_modules(struct span data, char level)
{
    const char *levels = "LMQH";
    const char *found = level == '\0' ? NULL : strchr(levels, level);
    if (!found || data.size == 0) {
        return 0;
    }
    enum mode mode = mode_of(data);
    for (unsigned version = 1; version <= 40; version++) {
        if (bits_of(mode, data.size, version) <=
            (size_t)codewords[version - 1][found - levels] * 8) {
            return 17 + 4 * version;
        }
    }
    return 0;
}
