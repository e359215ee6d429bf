/*
 * Numbered paper as terminals tell of it, continued: from hand to hand.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alarm.h"
#include "stock_intake_inside.h"
#include "text.h"

struct hands {
    struct store_stock_move move;
    struct store_stock_range pieces[STOCK_PIECES_MAX];
    size_t count;
};

static enum till_status read_hands(const struct stock_intake *i, const struct stock_paper *paper,
                                   struct hands *h)
{
    struct body_stock_range b;
    enum till_status status = entry_read_stock_range(paper->entry, &b);
    bool received = paper->entry->kind == KIND_STATIONERY_RECEIVED;
    if (status != TILL_OK) {
        return status;
    }
    h->move = (struct store_stock_move){.at_s = paper->entry->at_s,
                                        .act = received ? STOCK_TAKEN_OVER : STOCK_GIVEN_ON,
                                        .type = b.type,
                                        .first = b.first,
                                        .last = b.last,
                                        .seq = paper->entry->seq};
    text_copy(h->move.series, sizeof(h->move.series), b.series);
    text_copy(h->move.giver, sizeof(h->move.giver), received ? b.other : paper->user);
    text_copy(h->move.taker, sizeof(h->move.taker), received ? paper->user : b.other);
    text_copy(h->move.terminal, sizeof(h->move.terminal), i->terminal);
    status = store_stock_overlapping(i->store, b.type, b.series, b.first, b.last, h->pieces,
                                     STOCK_PIECES_MAX, &h->count);
    return status == TILL_TOO_LARGE ? TILL_OK : status;
}

/* Nobody was logged in: then nobody is named on other terminals. */
static const char *somebody(const char *user)
{
    return strcmp(user, "-") == 0 ? "" : user;
}

/* The part of a piece that the step is about, out of it and into the taker's hands. */
static enum till_status move_piece(struct stock_intake *i, const struct hands *h,
                                   const struct store_stock_range *piece)
{
    const struct store_stock_move *m = &h->move;
    struct store_stock_range part = *piece;
    part.first = piece->first > m->first ? piece->first : m->first;
    part.last = piece->last < m->last ? piece->last : m->last;
    part.since_s = m->at_s;
    part.taken = m->act == STOCK_TAKEN_OVER;
    if (strcmp(piece->holder, m->taker) != 0) {
        part.issue = (uint64_t)m->id;
        text_copy(part.giver, sizeof(part.giver), somebody(m->giver));
        text_copy(part.holder, sizeof(part.holder), m->taker);
    }
    text_copy(part.terminal, sizeof(part.terminal), part.taken ? m->terminal : "");
    enum till_status status = stock_cut(i->store, piece, part.first, part.last);
    return status == TILL_OK ? store_stock_range_put(i->store, &part) : status;
}

/* What nobody had in hand is in the taker's now. */
static enum till_status fill_holes(struct stock_intake *i, const struct hands *h)
{
    const struct store_stock_move *m = &h->move;
    uint64_t next = m->first;
    enum till_status status = TILL_OK;
    for (size_t at = 0; at <= h->count && status == TILL_OK; at++) {
        uint64_t until = at < h->count ? h->pieces[at].first : m->last + 1;
        struct store_stock_range hole = {.type = m->type,
                                         .first = next,
                                         .last = until - 1,
                                         .issue = (uint64_t)m->id,
                                         .taken = true,
                                         .since_s = m->at_s};
        text_copy(hole.series, sizeof(hole.series), m->series);
        text_copy(hole.holder, sizeof(hole.holder), m->taker);
        text_copy(hole.giver, sizeof(hole.giver), somebody(m->giver));
        text_copy(hole.terminal, sizeof(hole.terminal), m->terminal);
        if (until > next) {
            status = store_stock_range_put(i->store, &hole);
        }
        next = at < h->count ? h->pieces[at].last + 1 : next;
    }
    return status;
}

static enum till_status tell_unissued(struct stock_intake *i, const struct store_stock_move *m)
{
    struct alarm_text text;
    char first[STOCK_TEXT_MAX], last[STOCK_TEXT_MAX];
    struct stock_number n = stock_number_at(m->type, m->series, m->first);
    stock_number_format(&n, first);
    n.number = m->last;
    stock_number_format(&n, last);
    alarm_say(&text, N_("%1 %2 to %3, taken over by %4 from %5 in record %6: some were issued to "
                        "neither"));
    alarm_add_words(&text, stock_type_text(m->type));
    alarm_add_text(&text, first);
    alarm_add_text(&text, last);
    alarm_add_text(&text, m->taker);
    alarm_add_text(&text, m->giver);
    alarm_add_number(&text, m->seq);
    return stock_intake_tell(i, text.stored);
}

enum till_status stock_hands_received(struct stock_intake *i, const struct stock_paper *paper)
{
    struct hands hands = {0}, *h = &hands;
    struct store_stock_move *m = &h->move;
    bool had = false;
    uint64_t all = 0;
    enum till_status status = read_hands(i, paper, h);
    if (status != TILL_OK) {
        return status;
    }
    struct stock_number first = stock_number_at(m->type, m->series, m->first);
    for (size_t at = 0; at < h->count; at++) {
        const struct store_stock_range *piece = &h->pieces[at];
        bool known = strcmp(piece->holder, m->taker) == 0 || strcmp(piece->holder, m->giver) == 0;
        uint64_t from = piece->first > m->first ? piece->first : m->first;
        uint64_t to = piece->last < m->last ? piece->last : m->last;
        all += known ? to - from + 1 : 0;
    }
    m->unissued = all != m->last - m->first + 1;
    if (m->unissued) {
        status = store_stock_had(i->store, &first, m->last, m->taker, m->terminal, &had);
        m->unissued = !had;
    }
    if (status == TILL_OK) {
        status = store_stock_move_put(i->store, m, &m->id);
    }
    if (status != TILL_OK) {
        return status == TILL_UNCHANGED ? TILL_OK : status;
    }
    for (size_t at = 0; at < h->count && status == TILL_OK; at++) {
        const char *holder = h->pieces[at].holder;
        if (strcmp(holder, m->taker) == 0 || strcmp(holder, m->giver) == 0) {
            status = move_piece(i, h, &h->pieces[at]);
        }
    }
    if (status == TILL_OK && m->unissued) {
        status = fill_holes(i, h);
        status = status == TILL_OK ? tell_unissued(i, m) : status;
    }
    return status;
}

/* What the giver still had is the taker's, who may take it over anywhere. */
enum till_status stock_hands_returned(struct stock_intake *i, const struct stock_paper *paper)
{
    struct hands hands = {0}, *h = &hands;
    struct store_stock_move *m = &h->move;
    enum till_status status = read_hands(i, paper, h);
    if (status == TILL_OK) {
        status = store_stock_move_put(i->store, m, &m->id);
    }
    if (status != TILL_OK) {
        return status == TILL_UNCHANGED ? TILL_OK : status;
    }
    for (size_t at = 0; at < h->count && status == TILL_OK; at++) {
        const struct store_stock_range *piece = &h->pieces[at];
        if (piece->taken && strcmp(piece->terminal, i->terminal) == 0) {
            status = move_piece(i, h, piece);
        }
    }
    return status;
}
