#include "text.h"

#include <assert.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* UAX #11 W and F, Unicode 14; unassigned code points inside a run go with their neighbours. */
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA4C6},   {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAD9},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6B},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x1B2FB}, {0x1F004, 0x1F004},
    {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F320},
    {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA},
    {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E},
    {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E},
    {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4},
    {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2},
    {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7F0},
    {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAF6},
    {0x20000, 0x3FFFD},
};

/* Marks that sit on the character before, joiners and direction marks: of the scripts that a
 * thermal printer or the device's font can set at all. */
static const struct range zero[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x0300, 0x036F}, {0x0483, 0x0489},   {0x0591, 0x05BD},
    {0x05BF, 0x05BF}, {0x05C1, 0x05C2}, {0x05C4, 0x05C5}, {0x05C7, 0x05C7},   {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC}, {0x06DF, 0x06E4},   {0x06E7, 0x06E8},
    {0x06EA, 0x06ED}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},   {0x0EB1, 0x0EB1},
    {0x0EB4, 0x0EBC}, {0x0EC8, 0x0ECD}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},   {0x200B, 0x200F},
    {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20F0}, {0x302A, 0x302D},   {0x3099, 0x309A},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t c)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last) {
            low = middle + 1;
        } else if (c < ranges[middle].first) {
            high = middle;
        } else {
            return true;
        }
    }
    return false;
}

static int cells_of(uint32_t c)
{
    if (c >= 0x20 && c < 0x7F) {
        return 1;
    }
    if (in_ranges(zero, sizeof(zero) / sizeof(zero[0]), c)) {
        return 0;
    }
    return in_ranges(wide, sizeof(wide) / sizeof(wide[0]), c) ? 2 : 1;
}

/* One character by RFC 3629 §4; its length in bytes, 0 where the bytes are none. */
static size_t decode(const unsigned char *at, size_t size, uint32_t *character_out)
{
    assert(size > 0);
    uint32_t c = at[0];
    if (c < 0x80) {
        *character_out = c;
        return 1;
    }
    size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || length > size) {
        return 0;
    }
    c &= 0x7Fu >> length;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (at[i] & 0x3Fu);
    }
    /* Longer than needed, a surrogate, or beyond Unicode. */
    bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
    if (overlong || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) {
        return 0;
    }
    *character_out = c;
    return length;
}

bool text_is_clean(const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text;
    while (size > 0) {
        uint32_t c = 0;
        if (*at >= 0x20 && *at < 0x7F) {
            at++;
            size--;
            continue;
        }
        size_t length = decode(at, size, &c);
        if (length == 0 || c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
            return false;
        }
        at += length;
        size -= length;
    }
    return true;
}

uint32_t text_next(const char **at, const char *end)
{
    assert(*at < end);
    uint32_t c = 0;
    size_t length = decode((const unsigned char *)*at, (size_t)(end - *at), &c);
    if (length == 0) {
        *at += 1;
        return 0xFFFD;
    }
    *at += length;
    return c;
}

int text_cells(const char *text)
{
    const char *end = text + strlen(text);
    int cells = 0;
    while (text < end) {
        cells += cells_of(text_next(&text, end));
    }
    return cells;
}

size_t text_fit(const char *text, int cells)
{
    const char *end = text + strlen(text);
    const char *at = text;
    while (at < end) {
        const char *next = at;
        cells -= cells_of(text_next(&next, end));
        if (cells < 0) {
            break;
        }
        at = next;
    }
    return (size_t)(at - text);
}

/* Append one character's bytes if all of them fit beside the terminator. */
static bool append(char *out, size_t capacity, size_t *size, const char *from, size_t length)
{
    if (length >= capacity - *size) {
        return false;
    }
    memcpy(out + *size, from, length);
    *size += length;
    out[*size] = '\0';
    return true;
}

void text_copy(char *out, size_t capacity, const char *text)
{
    assert(capacity > 0);
    const char *end = text + strlen(text);
    size_t size = 0;
    out[0] = '\0';
    while (text < end) {
        const char *from = text;
        (void)text_next(&text, end);
        if (!append(out, capacity, &size, from, (size_t)(text - from))) {
            return;
        }
    }
}

void text_ellipsis(char *out, size_t capacity, const char *text, int cells)
{
    static const char ellipsis[] = "…";
    enum { ELLIPSIS_SIZE = sizeof(ellipsis) - 1 };
    assert(capacity > 0);
    size_t length = strlen(text);
    if (length < capacity && text_fit(text, cells) == length) {
        memcpy(out, text, length + 1);
        return;
    }
    out[0] = '\0';
    if (cells < 1 || capacity <= ELLIPSIS_SIZE) {
        return;
    }
    size_t keep = text_fit(text, cells - 1);
    size_t room = capacity - ELLIPSIS_SIZE; /* its terminator is the ellipsis' first byte */
    const char *at = text;
    size_t size = 0;
    while ((size_t)(at - text) < keep) {
        const char *from = at;
        (void)text_next(&at, text + length);
        if (!append(out, room, &size, from, (size_t)(at - from))) {
            break;
        }
    }
    (void)append(out, capacity, &size, ellipsis, ELLIPSIS_SIZE);
}

void text_mask_name(char *out, size_t capacity, const char *name)
{
    enum { STARS_MAX = 3 };
    assert(capacity > 0);
    const char *end = name + strlen(name);
    const char *at = name;
    size_t size = 0;
    out[0] = '\0';
    if (at == end) {
        return;
    }
    /* Han: the first character stays. Other scripts: the first word and one letter more. */
    bool han = cells_of(text_next(&at, end)) == 2;
    if (!han) {
        const char *space = strchr(name, ' ');
        if (space != NULL && space + 1 < end) {
            at = space + 1;
            (void)text_next(&at, end);
        }
    }
    if (!append(out, capacity, &size, name, (size_t)(at - name))) {
        return;
    }
    int stars = 0;
    do {
        stars++;
        if (at < end) {
            (void)text_next(&at, end);
        }
    } while (stars < STARS_MAX && (!han || at < end));
    for (; stars > 0; stars--) {
        (void)append(out, capacity, &size, "*", 1);
    }
}

void text_mask_phone(char *out, size_t capacity, const char *phone)
{
    enum { HEAD = 3, TAIL = 4, SHORTEST = 7, STARS_MIN = 4 };
    assert(capacity > 0);
    size_t length = strlen(phone);
    size_t head = length < SHORTEST ? 0 : HEAD;
    size_t tail = length < HEAD + STARS_MIN ? 0 : length - HEAD - STARS_MIN;
    if (tail > TAIL) {
        tail = TAIL;
    }
    size_t size = 0;
    out[0] = '\0';
    for (size_t i = 0; i < length; i++) {
        bool shown = i < head || i >= length - tail;
        (void)append(out, capacity, &size, shown ? phone + i : "*", 1);
    }
}

void text_group_account(char *out, size_t capacity, const char *account)
{
    enum { GROUP = 4 };
    assert(capacity > 0);
    const char *end = account + strlen(account);
    size_t size = 0;
    out[0] = '\0';
    for (size_t i = 0; account < end; i++) {
        const char *from = account;
        (void)text_next(&account, end);
        if (i > 0 && i % GROUP == 0 && !append(out, capacity, &size, " ", 1)) {
            return;
        }
        if (!append(out, capacity, &size, from, (size_t)(account - from))) {
            return;
        }
    }
}
