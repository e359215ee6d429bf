#include "journal_story.h"

#include <stdio.h>
#include <string.h>

struct journal_options story_options(const char *vfs, const char *path, const struct sealer *sealer)
{
    return (struct journal_options){.path = path, .vfs = vfs, .sealer = *sealer};
}

enum till_status story_create(const struct journal_options *options,
                              const uint8_t public_key[PUBLIC_KEY_SIZE],
                              struct journal **journal_out)
{
    struct body_enrolled body = {
        .terminal = STORY_TERMINAL, .currency = "CNY", .exponent = 2, .zone = "CST-8"};

    memcpy(body.public_key, public_key, PUBLIC_KEY_SIZE);
    memset(body.authority, 0xA5, HASH_SIZE);
    return journal_create(options, STORY_BEGIN_S, &body, journal_out);
}

static enum till_status append(struct journal *j, struct span text, struct entry *entry)
{
    int64_t at_s = STORY_BEGIN_S + 45 * (int64_t)journal_fold(j)->seq;

    return journal_append(j, at_s, false, text, entry);
}

enum till_status story_login(struct journal *j)
{
    struct entry entry;
    enum till_status status =
        entry_write_login(&entry, KIND_LOGIN, &(struct body_login){.user = "1001"});

    return status == TILL_OK ? append(j, (struct span){0}, &entry) : status;
}

enum till_status story_open_shift(struct journal *j)
{
    struct entry entry;
    struct body_shift_opened body = {.business_date = 20261122,
                                     .shift = journal_fold(j)->last_shift + 1,
                                     .opening_minor = 20000};
    enum till_status status = entry_write_shift_opened(&entry, &body);

    return status == TILL_OK ? append(j, (struct span){0}, &entry) : status;
}

/* Nearly consecutive within a meter book, as in life. */
void story_account(uint32_t n, char account_out[ACCOUNT_MAX])
{
    snprintf(account_out, ACCOUNT_MAX, "61002%05u", n * 7 % 99991);
}

int64_t story_amount_minor(uint32_t n)
{
    return 3000 + (int64_t)n * 7919 % 40000;
}

void story_text(uint32_t n, char text_out[STORY_TEXT_SIZE])
{
    for (size_t i = 0; i < STORY_TEXT_SIZE; i++)
        text_out[i] = (char)('a' + (n + i) % 26);
}

enum till_status story_collect(struct journal *j, uint32_t n, struct entry *entry_out)
{
    struct body_collection body = {.amount_minor = story_amount_minor(n)};
    char text[STORY_TEXT_SIZE];
    struct entry entry;

    story_account(n, body.account);
    story_text(n, text);
    body.tendered_minor = n % 2 == 0 ? body.amount_minor : (body.amount_minor / 10000 + 1) * 10000;
    enum till_status status = entry_write_collection(&entry, KIND_COLLECTION, &body);
    if (status == TILL_OK)
        status = append(j, (struct span){(const uint8_t *)text, sizeof text}, &entry);
    if (status == TILL_OK && entry_out != NULL)
        *entry_out = entry;
    return status;
}

enum till_status story_basket(struct journal *j, uint32_t n, size_t count)
{
    static struct journal_item items[JOURNAL_GROUP_MAX];
    static char texts[JOURNAL_GROUP_MAX][STORY_TEXT_SIZE];
    uint64_t first = journal_fold(j)->seq + 1;

    if (count > JOURNAL_GROUP_MAX)
        return TILL_TOO_LARGE;
    for (size_t i = 0; i < count; i++) {
        uint32_t customer = n + (uint32_t)i;
        struct body_collection body = {.amount_minor = story_amount_minor(customer),
                                       .tendered_minor = story_amount_minor(customer),
                                       .basket = first};

        story_account(customer, body.account);
        story_text(customer, texts[i]);
        items[i].receipt_text = (struct span){(const uint8_t *)texts[i], STORY_TEXT_SIZE};
        enum till_status status = entry_write_collection(&items[i].entry, KIND_COLLECTION, &body);
        if (status != TILL_OK)
            return status;
    }
    return journal_append_all(j, STORY_BEGIN_S + 45 * (int64_t)first, false, items, count);
}

enum till_status story_reverse(struct journal *j, uint32_t n)
{
    struct body_reversal body = {.seq = fold_current(journal_fold(j))->own_latest_seq,
                                 .amount_minor = story_amount_minor(n),
                                 .cash_minor = story_amount_minor(n),
                                 .way = REVERSAL_OWN_PAPER,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    char text[STORY_TEXT_SIZE];
    struct entry entry;

    story_account(n, body.account);
    story_text(n, text);
    enum till_status status = entry_write_reversal(&entry, &body);
    return status == TILL_OK ? append(j, (struct span){(const uint8_t *)text, sizeof text}, &entry)
                             : status;
}

enum till_status story_print_done(struct journal *j)
{
    struct entry entry;
    struct body_print body = {.seq = journal_fold(j)->last_receipt_seq};
    enum till_status status = entry_write_print(&entry, KIND_PRINT_DONE, &body);

    return status == TILL_OK ? append(j, (struct span){0}, &entry) : status;
}
