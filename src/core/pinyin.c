#include "pinyin.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "pinyin_table.h"
#include "text.h"

/* ---- characters ------------------------------------------------------------------------------ */

static size_t digit_of(char c)
{
    /* The quote, the question mark and the backslash are no digits. */
    return (size_t)c - 0x21 - (c > '"') - (c > '?') - (c > '\\');
}

static size_t set_in(const char rows[][PINYIN_ROW * 2 + 1], uint32_t at)
{
    const char *cell = &rows[at / PINYIN_ROW][at % PINYIN_ROW * 2];

    return digit_of(cell[0]) * PINYIN_BASE + digit_of(cell[1]);
}

static size_t set_beyond(uint32_t code)
{
    size_t low = 0, high = pinyin_beyond_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (pinyin_beyond[middle].code == code)
            return pinyin_beyond[middle].set;
        if (pinyin_beyond[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static size_t set_of(uint32_t code)
{
    if (code >= 0x4E00 && code <= 0x9FFF)
        return set_in(pinyin_rows_4e00, code - 0x4E00);
    if (code >= 0x3400 && code <= 0x4DBF)
        return set_in(pinyin_rows_3400, code - 0x3400);
    return code >= 0x3000 ? set_beyond(code) : 0;
}

/* The words of a text add to readings that are not there yet. */
static size_t add_words(const char *words, struct pinyin_reading *readings, size_t count)
{
    while (*words != '\0') {
        size_t size = strcspn(words, " ");
        bool there = false;

        for (size_t i = 0; i < count; i++)
            there =
                there || (readings[i].size == size && memcmp(readings[i].text, words, size) == 0);
        if (!there && count < PINYIN_READINGS_MAX)
            readings[count++] = (struct pinyin_reading){words, size};
        words += size + (words[size] == ' ' ? 1 : 0);
    }
    return count;
}

size_t pinyin_read(uint32_t code, struct pinyin_reading readings_out[PINYIN_READINGS_MAX])
{
    size_t set = set_of(code);

    assert(set < pinyin_set_count);
    return add_words(pinyin_sets[set], readings_out, 0);
}

/* ---- surnames -------------------------------------------------------------------------------- */

/* Those that are read otherwise than their character usually is. */
struct surname {
    const char *name;
    const char *words; /* readings of the surname; of a double one: one a character */
};
static const struct surname surnames[] = {
    {"单", "shan"},      {"仇", "qiu"},       {"解", "xie"},         {"曾", "zeng"},
    {"任", "ren"},       {"查", "zha"},       {"区", "ou"},          {"盖", "ge gai"},
    {"朴", "piao"},      {"翟", "zhai di"},   {"冼", "xian"},        {"洗", "xian"},
    {"缪", "miao"},      {"乐", "yue le"},    {"华", "hua"},         {"黑", "he"},
    {"召", "shao"},      {"折", "she"},       {"种", "chong"},       {"重", "chong"},
    {"秘", "bi"},        {"繁", "po"},        {"员", "yun"},         {"宿", "su"},
    {"纪", "ji"},        {"那", "na"},        {"牟", "mu mou"},      {"隗", "wei kui"},
    {"逄", "pang"},      {"郇", "xun huan"},  {"覃", "qin tan"},     {"谌", "chen shen"},
    {"柏", "bai bo"},    {"葛", "ge"},        {"过", "guo"},         {"颉", "xie"},
    {"燕", "yan"},       {"应", "ying"},      {"於", "yu"},          {"相", "xiang"},
    {"尹", "yin"},       {"宓", "mi fu"},     {"角", "jue"},         {"藏", "zang"},
    {"晁", "chao"},      {"祭", "zhai ji"},   {"句", "gou"},         {"呙", "guo"},
    {"钭", "tou"},       {"车", "che"},       {"降", "jiang"},       {"石", "shi"},
    {"沈", "shen"},      {"卜", "bu"},        {"强", "qiang"},       {"干", "gan"},
    {"便", "pian"},      {"大", "da"},        {"粘", "nian"},        {"都", "du"},
    {"能", "nai"},       {"訾", "zi"},        {"宁", "ning"},        {"眭", "sui"},
    {"库", "she ku"},    {"佘", "she"},       {"逯", "lu"},          {"郗", "xi chi"},
    {"尉", "wei yu"},    {"仝", "tong"},      {"妫", "gui"},         {"瞿", "qu"},
    {"盛", "sheng"},     {"占", "zhan"},      {"给", "ji"},          {"贾", "jia"},
    {"阚", "kan"},       {"长", "chang"},     {"褚", "chu"},         {"行", "xing"},
    {"术", "zhu"},       {"弗", "fei fu"},    {"费", "fei bi"},      {"俞", "yu shu"},
    {"俱", "ju"},        {"撒", "sa"},        {"哈", "ha"},          {"佴", "nai"},
    {"适", "kuo shi"},   {"教", "jiao"},      {"尽", "jin"},         {"员", "yun"},
    {"叶", "ye"},        {"万", "wan"},       {"艾", "ai"},          {"令", "ling"},
    {"万俟", "mo qi"},   {"尉迟", "yu chi"},  {"长孙", "zhang sun"}, {"单于", "chan yu"},
    {"令狐", "ling hu"}, {"澹台", "tan tai"}, {"宇文", "yu wen"},    {"皇甫", "huang fu"},
    {"鲜于", "xian yu"}, {"夏侯", "xia hou"}, {"第五", "di wu"},     {"亓官", "qi guan"},
};

/* The longest of the table that the name begins with; NULL: none. */
static const struct surname *surname_of(const char *name)
{
    const struct surname *best = NULL;

    for (size_t i = 0; i < sizeof(surnames) / sizeof(surnames[0]); i++) {
        const char *surname = surnames[i].name;

        /* Most differ in one of their first three bytes: no call for those. */
        if (surname[2] != name[2] || surname[1] != name[1] || surname[0] != name[0])
            continue;
        size_t size = strlen(surname);
        if (strncmp(name, surname, size) == 0 && (best == NULL || size > strlen(best->name)))
            best = &surnames[i];
    }
    return best;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* The surname's own readings go before what its characters are otherwise. */
static size_t put_surname(const struct surname *surname, struct pinyin_unit *units)
{
    const char *at = surname->name, *end = at + strlen(surname->name);
    const char *words = surname->words;
    size_t count = 0;
    bool is_double = (size_t)(end - at) > 3;

    while (at < end) {
        struct pinyin_unit *unit = &units[count++];
        struct pinyin_reading usual[PINYIN_READINGS_MAX];
        uint32_t code = text_next(&at, end);

        if (is_double) {
            size_t size = strcspn(words, " ");
            unit->readings[0] = (struct pinyin_reading){words, size};
            unit->count = 1;
            words += size + (words[size] == ' ' ? 1 : 0);
        } else {
            unit->count = add_words(words, unit->readings, 0);
        }
        size_t more = pinyin_read(code, usual);
        if (more > 0)
            unit->count = add_words(pinyin_sets[set_of(code)], unit->readings, unit->count);
    }
    return count;
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

size_t pinyin_name(const char *name, struct pinyin_unit units_out[PINYIN_UNITS_MAX])
{
    const char *at = name, *end = name + strlen(name);
    const struct surname *surname = end - name >= 3 ? surname_of(name) : NULL;
    size_t count = 0;

    if (surname != NULL) {
        count = put_surname(surname, units_out);
        at += strlen(surname->name);
    }
    while (at < end && count < PINYIN_UNITS_MAX) {
        struct pinyin_unit *unit = &units_out[count];

        if (is_letter(*at)) {
            const char *from = at;

            while (at < end && is_letter(*at))
                at++;
            unit->readings[0] = (struct pinyin_reading){from, (size_t)(at - from)};
            unit->count = 1;
        } else if ((*at & 0x80) == 0) {
            at++;
            continue;
        } else {
            unit->count = pinyin_read(text_next(&at, end), unit->readings);
        }
        if (unit->count > 0)
            count++;
    }
    return count;
}

char pinyin_key(char letter)
{
    return is_letter(letter) ? "22233344455566677778889999"[letter - 'a'] : '\0';
}
