#include "mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum section {
    SECTION_NONE,
    SECTION_FILE,
    SECTION_COLUMNS,
    SECTION_FIXED,
    SECTION_SKIP,
    SECTION_VALUES
};

struct reading {
    struct mapping *m;
    enum section section;
    char column[MAPPING_NAME_MAX]; /* of [values COLUMN] */
};

/* ---- lines ----------------------------------------------------------------------------------- */

static char *trim(char *text)
{
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r", text[size - 1]) != NULL) {
        text[--size] = '\0';
    }
    return text + strspn(text, " \t");
}

static bool copy(char *out, size_t capacity, const char *text)
{
    size_t size = strlen(text);
    if (size >= capacity || !text_is_clean(text, size)) {
        return false;
    }
    memcpy(out, text, size + 1);
    return true;
}

/* Which of `names` (NULL-terminated) it is; -1 if none. */
static int choice(const char *text, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(text, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static const char *read_section(struct reading *r, char *name)
{
    static const char values[] = "values ";
    static const char *const names[] = {"file", "columns", "fixed", "skip", NULL};
    int which = choice(name, names);
    if (which >= 0) {
        r->section = (enum section)(SECTION_FILE + which);
        return NULL;
    }
    r->section = SECTION_VALUES;
    if (strncmp(name, values, sizeof(values) - 1) != 0 ||
        !copy(r->column, sizeof(r->column), trim(name + sizeof(values) - 1)) ||
        r->column[0] == '\0') {
        return N_("a section must be [file], [columns], [fixed], [skip] or [values COLUMN]");
    }
    return NULL;
}

static const char *read_file_key(struct mapping *m, const char *key, const char *value)
{
    static const char *const keys[] = {"table", "encoding", "delimiter", "header",
                                       "dates", "amounts",  NULL};
    static const char *const delimiters[] = {"comma", "semicolon", "tab", NULL};
    static const char *const truths[] = {"no", "yes", NULL};
    static const char *const orders[] = {"ymd", "dmy", "mdy", NULL};
    static const char *const amounts[] = {"decimal", "grouped", "minor", NULL};
    int at = -1;
    switch (choice(key, keys)) {
    case 0:
        at = copy(m->table, sizeof(m->table), value) ? 0 : -1;
        break;
    case 1:
        m->charset = charset_named(value);
        at = m->charset != CHARSET_UNKNOWN ? 0 : -1;
        break;
    case 2:
        at = choice(value, delimiters);
        m->delimiter = at >= 0 ? ",;\t"[at] : m->delimiter;
        break;
    case 3:
        at = choice(value, truths);
        m->header = at != 0;
        break;
    case 4:
        at = choice(value, orders);
        m->dates = at >= 0 ? (enum mapping_dates)at : m->dates;
        break;
    case 5:
        at = choice(value, amounts);
        m->amounts = at >= 0 ? (enum mapping_amounts)at : m->amounts;
        break;
    default:
        return N_("[file] knows table, encoding, delimiter, header, dates and amounts");
    }
    return at >= 0 ? NULL : N_("this is no value for that key");
}

static bool place_of(const char *value, int *place_out)
{
    size_t digits = strspn(value + 1, "0123456789");
    if (digits == 0 || digits > 3 || value[1 + digits] != '\0') {
        return false;
    }
    *place_out = (int)strtol(value + 1, NULL, 10);
    return *place_out >= 1 && *place_out <= MAPPING_PLACE_MAX;
}

static const char *read_column(struct mapping *m, const char *key, const char *value, bool fixed)
{
    if (mapping_column_of(m, key) != NULL) {
        return N_("this column is there already");
    }
    if (m->column_count == MAPPING_COLUMNS_MAX) {
        return N_("there are too many of them");
    }
    struct mapping_column *c = &m->columns[m->column_count];
    *c = (struct mapping_column){.fixed = fixed};
    bool placed = !fixed && value[0] == '#';
    if (!copy(c->column, sizeof(c->column), key) || (!fixed && value[0] == '\0') ||
        (placed ? !place_of(value, &c->place) : !copy(c->header, sizeof(c->header), value))) {
        return N_("a column is their header, or # and its place from 1");
    }
    m->column_count++;
    return NULL;
}

static const char *read_value(struct mapping *m, const char *column, const char *theirs,
                              const char *ours)
{
    if (m->value_count == MAPPING_VALUES_MAX) {
        return N_("there are too many of them");
    }
    struct mapping_value *v = &m->values[m->value_count];
    if (!copy(v->column, sizeof(v->column), column) ||
        !copy(v->theirs, sizeof(v->theirs), theirs) || !copy(v->ours, sizeof(v->ours), ours)) {
        return N_("this text is too long");
    }
    m->value_count++;
    return NULL;
}

static const char *read_skip(struct mapping *m, const char *column, const char *theirs)
{
    if (m->skip_count == MAPPING_SKIPS_MAX) {
        return N_("there are too many of them");
    }
    struct mapping_value *v = &m->skips[m->skip_count];
    if (theirs[0] == '\0' || !copy(v->column, sizeof(v->column), column) ||
        !copy(v->theirs, sizeof(v->theirs), theirs)) {
        return N_("this is no value for that key");
    }
    m->skip_count++;
    return NULL;
}

static const char *read_line(struct reading *r, char *text)
{
    char *line = trim(text);
    size_t size = strlen(line);
    if (size == 0 || line[0] == '#' || line[0] == ';') {
        return NULL;
    }
    if (line[0] == '[' && line[size - 1] == ']') {
        line[size - 1] = '\0';
        return read_section(r, trim(line + 1));
    }
    char *equals = strchr(line, '=');
    if (equals == NULL) {
        return N_("a line must be a [section], or a name, = and a value");
    }
    *equals = '\0';
    const char *key = trim(line), *value = trim(equals + 1);
    if (key[0] == '\0') {
        return N_("a line must be a [section], or a name, = and a value");
    }
    switch (r->section) {
    case SECTION_FILE:
        return read_file_key(r->m, key, value);
    case SECTION_COLUMNS:
    case SECTION_FIXED:
        return read_column(r->m, key, value, r->section == SECTION_FIXED);
    case SECTION_SKIP:
        return read_skip(r->m, key, value);
    case SECTION_VALUES:
        return read_value(r->m, r->column, key, value);
    default:
        return N_("a section must be [file], [columns], [fixed], [skip] or [values COLUMN]");
    }
}

/* ---- the file -------------------------------------------------------------------------------- */

/* UTF-8 and terminated, in memory that the caller frees. */
static enum till_status as_text(struct span bytes, char **text_out)
{
    struct charset_guess guess = {0};
    struct charset *charset = NULL;
    struct buffer out;
    size_t room = 2 * bytes.size + 1;
    char *text = malloc(room);
    if (text == NULL) {
        return TILL_E_MEMORY;
    }
    charset_guess_feed(&guess, bytes);
    enum till_status status = charset_open(charset_guess_end(&guess), &charset);
    buffer_init(&out, text, room - 1);
    if (status == TILL_OK) {
        status = charset_to_utf8(charset, bytes, &out);
    }
    charset_close(charset);
    text[out.size] = '\0';
    if (status != TILL_OK || strlen(text) != out.size) {
        free(text);
        return status == TILL_OK ? TILL_BAD_INPUT : status;
    }
    *text_out = text;
    return TILL_OK;
}

enum till_status mapping_read(struct span text, struct mapping *mapping_out, uint32_t *line_out,
                              const char **reason_out)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct reading r = {.m = mapping_out};
    char *memory = NULL;
    *mapping_out = (struct mapping){.delimiter = ',', .header = true};
    *line_out = 1;
    *reason_out = N_("this is no text");
    if (text.size > MAPPING_SIZE_MAX) {
        return TILL_TOO_LARGE;
    }
    enum till_status status = as_text(text, &memory);
    if (status != TILL_OK) {
        return status;
    }
    char *at = memory + (strncmp(memory, mark, sizeof(mark) - 1) == 0 ? sizeof(mark) - 1 : 0);
    *reason_out = NULL;
    for (*line_out = 1; *at != '\0' && *reason_out == NULL; (*line_out)++) {
        size_t size = strcspn(at, "\n");
        bool last = at[size] == '\0';
        at[size] = '\0';
        *reason_out = read_line(&r, at);
        at += size + (last ? 0 : 1);
    }
    if (*reason_out != NULL) {
        (*line_out)--; /* the loop had gone on */
    } else if (mapping_out->table[0] == '\0') {
        *reason_out = N_("[file] must say which table it is");
        *line_out = 1;
    }
    free(memory);
    return *reason_out == NULL ? TILL_OK : TILL_BAD_INPUT;
}

const struct mapping_column *mapping_column_of(const struct mapping *m, const char *column)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (strcmp(m->columns[i].column, column) == 0) {
            return &m->columns[i];
        }
    }
    return NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

const char *mapping_value_of(const struct mapping *m, const char *column, const char *theirs)
{
    for (size_t i = 0; i < m->value_count; i++) {
        if (strcmp(m->values[i].column, column) == 0 && strcmp(m->values[i].theirs, theirs) == 0) {
            return m->values[i].ours;
        }
    }
    return theirs;
}

bool mapping_skips(const struct mapping *m, const char *column, const char *theirs)
{
    theirs += strspn(theirs, " ");
    for (size_t i = 0; i < m->skip_count; i++) {
        const struct mapping_value *v = &m->skips[i];
        size_t size = strlen(v->theirs);
        bool begins = v->theirs[size - 1] == '*';
        if (strcmp(v->column, column) == 0 &&
            (begins ? strncmp(v->theirs, theirs, size - 1) == 0
                    : strncmp(v->theirs, theirs, size) == 0 &&
                          strspn(theirs + size, " ") == strlen(theirs + size))) {
            return true;
        }
    }
    return false;
}

/* Up to three numbers of at most four digits with anything but digits between them. */
static int numbers_of(const char *text, int numbers_out[3])
{
    enum { DIGITS_MOST = 4 };
    int count = 0;
    while (count < 3) {
        text += strcspn(text, "0123456789");
        size_t digits = strspn(text, "0123456789");
        if (digits == 0) {
            break;
        }
        if (digits > DIGITS_MOST) {
            return 0;
        }
        numbers_out[count++] = (int)strtol(text, NULL, 10);
        text += digits;
    }
    return count;
}

void mapping_date(const struct mapping *m, const char *theirs, bool month,
                  char out[MAPPING_VALUE_MAX])
{
    /* Where year, month and day stand among three numbers, and year and month among two. */
    static const int three[][3] = {
        [MAPPING_YMD] = {0, 1, 2}, [MAPPING_DMY] = {2, 1, 0}, [MAPPING_MDY] = {2, 0, 1}};
    static const int two[][2] = {
        [MAPPING_YMD] = {0, 1}, [MAPPING_DMY] = {1, 0}, [MAPPING_MDY] = {1, 0}};
    int n[3] = {0};
    int count = numbers_of(theirs, n);
    text_copy(out, MAPPING_VALUE_MAX, theirs);
    if (month && count == 2) {
        const int *at = two[m->dates];
        (void)snprintf(out, MAPPING_VALUE_MAX, "%04d%02d", n[at[0]], n[at[1]]);
    } else if (count == 3) {
        const int *at = three[m->dates];
        (void)snprintf(out, MAPPING_VALUE_MAX, month ? "%04d%02d" : "%04d%02d%02d", n[at[0]],
                       n[at[1]], n[at[2]]);
    }
}

/* "1,240.50", "¥1240.50", "1240.50元": what is there besides the number is left out. Groups must be
 * of three, so that "12,50" is not taken for 1250. */
static bool ungroup(const char *theirs, char out[MAPPING_VALUE_MAX])
{
    static const char *const around[] = {"¥", "￥", "元", " "};
    size_t used = 0, group = 0;
    bool grouped = false, decimals = false;
    while (*theirs != '\0') {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof(around) / sizeof(around[0]) && skip == 0; i++) {
            size_t size = strlen(around[i]);
            skip = strncmp(theirs, around[i], size) == 0 ? size : 0;
        }
        if (skip > 0) {
            theirs += skip;
            continue;
        }
        if (used + 1 >= MAPPING_VALUE_MAX) {
            return false;
        }
        bool ends_group = *theirs == ',' || *theirs == '.';
        if (ends_group && (decimals || (grouped && group != 3) || (*theirs == ',' && group == 0))) {
            return false;
        }
        grouped = grouped || *theirs == ',';
        decimals = decimals || *theirs == '.';
        group = ends_group ? 0 : group + 1;
        if (*theirs != ',') {
            out[used++] = *theirs;
        }
        theirs++;
    }
    out[used] = '\0';
    return decimals || !grouped || group == 3;
}

void mapping_amount(const struct mapping *m, const char *theirs, unsigned exponent,
                    char out[MAPPING_VALUE_MAX])
{
    size_t digits = strspn(theirs, "0123456789");
    text_copy(out, MAPPING_VALUE_MAX, theirs);
    if (m->amounts == MAPPING_GROUPED && !ungroup(theirs, out)) {
        text_copy(out, MAPPING_VALUE_MAX, theirs);
    }
    if (m->amounts == MAPPING_MINOR && digits > 0 && theirs[digits] == '\0' && digits < 19) {
        long long minor = strtoll(theirs, NULL, 10), unit = 1;
        for (unsigned i = 0; i < exponent; i++) {
            unit *= 10;
        }
        if (exponent > 0) {
            (void)snprintf(out, MAPPING_VALUE_MAX, "%lld.%0*lld", minor / unit, (int)exponent,
                           minor % unit);
        }
    } else if (m->amounts == MAPPING_MINOR && theirs[0] != '\0') {
        (void)snprintf(out, MAPPING_VALUE_MAX, "?"); /* "12.50" of fen is no amount */
    }
}
