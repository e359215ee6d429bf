/*
 * What the office knows of cash that was handed on here, as far as the book tells: where it was
 * taken over, and which differences need no more explaining.
 */
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

enum till_status carry_elsewhere(struct app *app, uint64_t given, struct book_taken *out)
{
    if (!app->book)
        return TILL_NOT_FOUND;
    enum till_status status = book_taken(app->book, given, out);
    if (status != TILL_OK && status != TILL_NOT_FOUND)
        log_warning("where %llu was taken over can't be told: %s", (unsigned long long)given,
                    status_text(status));
    return status;
}

bool carry_is_elsewhere(struct app *app, const struct entry *given)
{
    enum { TOLD_S = BOOK_TAKEN_DAYS * 86400 };
    struct book_taken taken;
    /* Of older ones the book says nothing: whether they wait still the office knows. */
    return given->at_s < app->facts.now_s - TOLD_S ||
           carry_elsewhere(app, given->seq, &taken) == TILL_OK;
}

void carry_explained(struct app *app, struct book_explained out[BOOK_EXPLAINED_MAX],
                     size_t *count_out)
{
    *count_out = 0;
    if (!app->book)
        return;
    enum till_status status = book_explained(app->book, out, BOOK_EXPLAINED_MAX, count_out);
    if (status != TILL_OK)
        log_warning("what the office explained can't be told: %s", status_text(status));
}

int64_t carry_left_minor(struct app *app, const char *user, uint64_t seq, int64_t open_minor)
{
    struct book_explained explained[BOOK_EXPLAINED_MAX];
    size_t count = 0;
    carry_explained(app, explained, &count);
    for (size_t i = 0; i < count; i++)
        if (explained[i].seq == seq && strcmp(explained[i].user, user) == 0)
            return book_explained_leaves(open_minor, explained[i].amount_minor);
    return open_minor;
}
