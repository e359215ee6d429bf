/*
 * The table of bank lines: a statement, or the file of deposits that a bank sends. Nothing of it is
 * posted: it is compared with what the terminals' deposits say (bank.h).
 *
 * Where the bank numbers its lines, that number keeps one from coming in twice. Where it does not,
 * the line's own content does, and the how-manieth of its like it is within the file: a statement
 * may well have two deposits alike on one day.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "import_rows.h"
#include "money.h"
#include "store_bank.h"
#include "text.h"

enum {
    BANK_BANK,
    BANK_DATE,
    BANK_AMOUNT,
    BANK_REFERENCE,
    BANK_SLIP,
    BANK_TEXT,
    BANK_DIRECTION,
    BANK_AMOUNT_OUT
};
enum { LIKE_MOST = 1000 };
static const char runs_key[] = "bank/runs";

/* "", or how much; zero is how some statements leave a column empty. */
static bool read_side(const struct import_state *state, const char *text, int64_t *amount_out)
{
    *amount_out = 0;
    return text[0] == '\0' ||
           (money_parse(&state->site, text, amount_out) == TILL_OK && *amount_out >= 0);
}

/* In one column with its direction, or what came in and what went out in two (贷方, 借方). */
static const char *read_amount(const struct import_state *state, const char *const *values,
                               int64_t *amount_out)
{
    static const char *const directions[] = {"in", "out", NULL};
    int64_t in_minor = 0, out_minor = 0;
    int direction =
        values[BANK_DIRECTION][0] != '\0' ? import_choice(values[BANK_DIRECTION], directions) : 0;
    if (!read_side(state, values[BANK_AMOUNT], &in_minor) ||
        !read_side(state, values[BANK_AMOUNT_OUT], &out_minor) ||
        (in_minor == 0 && out_minor == 0)) {
        return N_("an amount can't be read");
    }
    if (in_minor != 0 && out_minor != 0) {
        return N_("a line is what came in or what went out, not both");
    }
    if (direction < 0) {
        return N_("the direction is in or out");
    }
    *amount_out = direction == 1 ? -in_minor - out_minor : in_minor - out_minor;
    return NULL;
}

static const char *read_line(const struct import_state *state, const char *const *values,
                             struct store_bank_line *line)
{
    if (!terminal_is_valid(values[BANK_BANK]) ||
        !import_text(values[BANK_BANK], line->bank, sizeof(line->bank))) {
        return N_("the bank account's short name is 1 to 12 digits and capitals");
    }
    if (state->site.bank_count > 0 && site_bank_of(&state->site, line->bank) == NULL) {
        return N_("the site has no bank account of that short name (bank.NAME)");
    }
    if (!import_date(values[BANK_DATE], &line->date)) {
        return N_("the date can't be read");
    }
    const char *wrong = read_amount(state, values, &line->amount_minor);
    if (wrong != NULL) {
        return wrong;
    }
    if (!import_text(values[BANK_REFERENCE], line->reference, sizeof(line->reference)) ||
        !import_text(values[BANK_SLIP], line->slip, sizeof(line->slip)) ||
        !import_text(values[BANK_TEXT], line->text, sizeof(line->text))) {
        return N_("a text is too long or can't be read");
    }
    return NULL;
}

/* A name made of what the line says, for the how-manieth of its like. */
static enum till_status name_by_content(struct store_bank_line *line, unsigned like)
{
    char content[BANK_NAME_MAX + BANK_SLIP_MAX + BANK_TEXT_MAX + 64], hex[2 * HASH_SIZE + 1];
    uint8_t hash[HASH_SIZE];
    int size = snprintf(content, sizeof(content), "%s\n%" PRId32 "\n%" PRId64 "\n%s\n%s",
                        line->bank, line->date, line->amount_minor, line->slip, line->text);
    enum till_status status =
        crypto_sha256((struct span){(const uint8_t *)content, (size_t)size}, hash);
    hex_encode((struct span){hash, sizeof(hash)}, hex);
    (void)snprintf(line->reference, sizeof(line->reference), "#%.32s-%u", hex, like);
    return status;
}

/* The line that it is, there already or not. TILL_OK with *found: there. */
static enum till_status find_line(struct store *s, struct store_bank_line *line,
                                  struct store_bank_line *there, bool *found)
{
    bool numbered = line->reference[0] != '\0';
    enum till_status status = TILL_OK;
    for (unsigned like = 1; like <= LIKE_MOST && status == TILL_OK; like++) {
        if (!numbered) {
            status = name_by_content(line, like);
        }
        if (status == TILL_OK) {
            status = store_bank_get(s, line->bank, line->reference, there);
        }
        *found = status == TILL_OK;
        /* One of its like that came earlier in this very file is another line. */
        if (status != TILL_OK || numbered || there->run != line->run) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
    }
    return status == TILL_OK ? TILL_TOO_LARGE : status;
}

static bool same_line(const struct store_bank_line *a, const struct store_bank_line *b)
{
    return a->date == b->date && a->amount_minor == b->amount_minor &&
           strcmp(a->slip, b->slip) == 0 && strcmp(a->text, b->text) == 0;
}

static enum till_status bank_row(struct import_state *state, uint32_t number,
                                 const char *const *values, bool *changed_out,
                                 const char **reason_out)
{
    struct store_bank_line line = {0}, there;
    bool found = false;
    (void)number;
    (void)changed_out;
    *reason_out = read_line(state, values, &line);
    if (*reason_out != NULL) {
        return TILL_BAD_INPUT;
    }
    line.run = (int64_t)store_value_number(state->store, runs_key) + 1;
    enum till_status status = find_line(state->store, &line, &there, &found);
    if (status == TILL_TOO_LARGE) {
        *reason_out = N_("a thousand lines alike: the bank must number them");
        return TILL_BAD_INPUT;
    }
    if (status != TILL_OK) {
        return status;
    }
    if (!found) {
        return store_bank_put(state->store, &line);
    }
    if (!same_line(&line, &there)) {
        *reason_out = N_("the bank's number is there with another content");
        return TILL_BAD_INPUT;
    }
    there.run = line.run;
    status = store_bank_put(state->store, &there);
    return status == TILL_OK ? TILL_UNCHANGED : status;
}

static enum till_status bank_end(struct import_state *state, bool any)
{
    (void)any;
    return store_value_raise(state->store, runs_key);
}

const struct import_table import_bank_table = {"bank_lines",
                                               false,
                                               {{"bank", true, IMPORT_TEXT},
                                                {"date", true, IMPORT_DATE},
                                                {"amount", true, IMPORT_AMOUNT},
                                                {"reference", false, IMPORT_TEXT},
                                                {"slip", false, IMPORT_TEXT},
                                                {"text", false, IMPORT_TEXT},
                                                {"direction", false, IMPORT_TEXT},
                                                {"amount_out", false, IMPORT_AMOUNT}},
                                               bank_row,
                                               bank_end,
                                               NULL};
