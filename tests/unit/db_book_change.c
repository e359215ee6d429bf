/*
 * Deltas: a book that was changed is the book that would have been sent whole.
 */
#include "shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_mac.h"

/* ---- a book in memory, and what it becomes --------------------------------------------------- */

enum { BOOKS_MAX = 8, CUSTOMERS_MAX = 400, DAYS = 6 };

struct world {
    uint64_t state;
    bool has_book[BOOKS_MAX];
    struct book_customer customers[CUSTOMERS_MAX]; /* account "" = none */
    struct bill bills[CUSTOMERS_MAX][3];
    size_t bill_counts[CUSTOMERS_MAX];
    bool changed[CUSTOMERS_MAX];
    char left[CUSTOMERS_MAX][ACCOUNT_MAX];
    size_t left_count;
    uint64_t revision;
    unsigned accounts; /* ever used */
};

static uint32_t below(struct world *w, uint32_t limit)
{
    w->state = w->state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(w->state >> 33) % limit;
}

static void refresh(struct world *w, size_t n)
{
    static const char *const surnames[] = {"王", "李", "单", "仇", "欧阳", "尉迟", "段"};
    static const char *const given[] = {"秀英", "伟", "建国", "春", "小红", "平"};
    struct book_customer *c = &w->customers[n];

    snprintf(c->name, sizeof(c->name), "%s%s", surnames[below(w, 7)], given[below(w, 6)]);
    snprintf(c->address, sizeof(c->address), "喜洲镇周城村%u组%u号", below(w, 9), below(w, 60));
    snprintf(c->phone, sizeof(c->phone), "138%08u", below(w, 100000000));
    snprintf(c->meter, sizeof(c->meter), "5300%08u", below(w, 100000000));
    c->balance_minor = below(w, 3) == 0 ? below(w, 5000) : 0;
    c->last_reading_cwh = below(w, 2) == 0 ? -1 : (int64_t)below(w, 1000000);
    c->latitude_e7 = 255000000 + (int32_t)below(w, 400000);
    c->longitude_e7 = 1001000000 + (int32_t)below(w, 400000);
    w->bill_counts[n] = below(w, 4);
    for (size_t i = 0; i < w->bill_counts[n]; i++)
        w->bills[n][i] = shelf_bill(202608 + (int32_t)i, 100 + below(w, 9000));
    w->changed[n] = true;
}

static bool place_is_free(const struct world *w, unsigned book, uint32_t place)
{
    char id[BOOK_ID_MAX];

    snprintf(id, sizeof(id), "CX%02u", book);
    for (size_t n = 0; n < CUSTOMERS_MAX; n++)
        if (w->customers[n].account[0] != '\0' && w->customers[n].order == place &&
            strcmp(w->customers[n].meter_book, id) == 0)
            return false;
    return true;
}

static void settle_down(struct world *w, size_t n)
{
    struct book_customer *c = &w->customers[n];
    unsigned book;
    uint32_t place;

    do {
        book = below(w, BOOKS_MAX);
        place = 1 + below(w, 900);
    } while (!w->has_book[book] || !place_is_free(w, book, place));
    snprintf(c->meter_book, sizeof(c->meter_book), "CX%02u", book);
    c->order = place;
    w->changed[n] = true;
}

static void join(struct world *w, size_t n)
{
    memset(&w->customers[n], 0, sizeof(w->customers[n]));
    settle_down(w, n);
    snprintf(w->customers[n].account, ACCOUNT_MAX, "61%08u", 7 * ++w->accounts);
    refresh(w, n);
}

static void leave(struct world *w, size_t n)
{
    memcpy(w->left[w->left_count++], w->customers[n].account, ACCOUNT_MAX);
    w->customers[n].account[0] = '\0';
    w->changed[n] = false;
}

static void exchange_places(struct world *w, size_t a, size_t b)
{
    struct book_customer was = w->customers[a];

    w->customers[a].order = w->customers[b].order;
    memcpy(w->customers[a].meter_book, w->customers[b].meter_book, BOOK_ID_MAX);
    w->customers[b].order = was.order;
    memcpy(w->customers[b].meter_book, was.meter_book, BOOK_ID_MAX);
    w->changed[a] = w->changed[b] = true;
}

static bool is_there(const struct world *w, size_t n)
{
    return w->customers[n].account[0] != '\0';
}

/* What a day changes: people come, go, move, are renamed, pay. */
static void pass_a_day(struct world *w)
{
    memset(w->changed, 0, sizeof(w->changed));
    w->left_count = 0;
    w->revision++;
    for (int i = 0; i < 40; i++) {
        size_t n = below(w, CUSTOMERS_MAX), m = below(w, CUSTOMERS_MAX);

        if (!is_there(w, n))
            join(w, n);
        else if (w->changed[n])
            continue;
        else if (below(w, 4) == 0)
            leave(w, n);
        else if (below(w, 3) == 0)
            settle_down(w, n);
        else if (below(w, 2) == 0 && is_there(w, m) && m != n)
            exchange_places(w, n, m);
        else
            refresh(w, n);
    }
}

static struct world *new_world(uint64_t seed)
{
    struct world *w = calloc(1, sizeof(*w));

    assert_non_null(w);
    w->state = seed;
    w->revision = 1;
    for (size_t i = 0; i < BOOKS_MAX - 2; i++)
        w->has_book[i] = true;
    for (size_t n = 0; n < CUSTOMERS_MAX * 3 / 4; n++)
        join(w, n);
    return w;
}

static struct book_meta meta_of(const struct world *w)
{
    struct book_meta meta = shelf_meta(0);

    meta.revision = w->revision;
    memset(meta.hash, (int)w->revision, sizeof(meta.hash));
    for (size_t n = 0; n < CUSTOMERS_MAX; n++)
        meta.customers += is_there(w, n) ? 1 : 0;
    return meta;
}

/* ---- the same book in two ways --------------------------------------------------------------- */

static void put_whole(struct book_builder *b, const struct world *w, size_t n)
{
    assert_int_equal(book_builder_customer(b, &w->customers[n]), TILL_OK);
    for (size_t i = 0; i < w->bill_counts[n]; i++)
        shelf_put_bill(b, w->customers[n].account, w->bills[n][i]);
}

static void build_whole(const struct world *w, const char *path)
{
    struct book_builder *b = NULL;
    struct book_meta meta = meta_of(w);
    struct site site = shelf_site();
    char id[BOOK_ID_MAX];

    assert_int_equal(book_builder_open(path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    for (unsigned book = 0; book < BOOKS_MAX; book++) {
        snprintf(id, sizeof(id), "CX%02u", book);
        if (w->has_book[book])
            shelf_put_meter_book(b, id);
    }
    for (unsigned book = 0; book < BOOKS_MAX; book++) {
        snprintf(id, sizeof(id), "CX%02u", book);
        for (uint32_t place = 1; place <= 1000; place++)
            for (size_t n = 0; n < CUSTOMERS_MAX; n++)
                if (is_there(w, n) && w->customers[n].order == place &&
                    strcmp(w->customers[n].meter_book, id) == 0)
                    put_whole(b, w, n);
    }
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

static void put_changed(struct book_change *c, const struct world *w, size_t n)
{
    assert_int_equal(book_change_customer(c, &w->customers[n]), TILL_OK);
    for (size_t i = w->bill_counts[n]; i-- > 0;)
        assert_int_equal(book_change_bill(c, w->customers[n].account, &w->bills[n][i]), TILL_OK);
}

static struct book_change *begin_change(void)
{
    struct book_change *c = NULL;

    assert_int_equal(book_change_open(shelf_path, NULL, fake_mac(1), &c), TILL_OK);
    return c;
}

static void put_head(struct book_change *c, const struct world *w)
{
    struct site site = shelf_site();

    assert_int_equal(book_change_site(c, &site), TILL_OK);
    for (unsigned book = 0; book < BOOKS_MAX; book++) {
        struct book_meter_book m = {.name = ""};

        snprintf(m.id, sizeof(m.id), "CX%02u", book);
        snprintf(m.name, sizeof(m.name), "喜洲 %s", m.id);
        if (w->has_book[book])
            assert_int_equal(book_change_meter_book(c, &m), TILL_OK);
    }
}

static void put_day(struct book_change *c, const struct world *w)
{
    for (size_t n = 0; n < CUSTOMERS_MAX; n++)
        if (is_there(w, n) && w->changed[n])
            put_changed(c, w, n);
    for (size_t i = 0; i < w->left_count; i++)
        assert_int_equal(book_change_gone(c, w->left[i]), TILL_OK);
}

static void change(const struct world *w, bool with_head)
{
    struct book_change *c = begin_change();
    struct book_meta meta = meta_of(w);

    if (with_head)
        put_head(c, w);
    put_day(c, w);
    assert_int_equal(book_change_finish(c, &meta), TILL_OK);
}

/* ---- are they the same? ---------------------------------------------------------------------- */

static int by_account(const void *a, const void *b)
{
    const struct book_line *x = a, *y = b;

    return strcmp(x->customer.account, y->customer.account);
}

static void assert_same_lines(struct book_line *a, struct book_line *b, size_t count, bool sorted)
{
    if (!sorted) {
        qsort(a, count, sizeof(*a), by_account);
        qsort(b, count, sizeof(*b), by_account);
    }
    for (size_t i = 0; i < count; i++) {
        shelf_assert_same_customer(&a[i].customer, &b[i].customer);
        assert_int_equal(a[i].owed_minor, b[i].owed_minor);
        assert_int_equal(a[i].months, b[i].months);
        assert_int_equal(a[i].match, b[i].match);
        assert_int_equal(a[i].distance_m, b[i].distance_m);
    }
}

/* Each kind for itself: among all kinds the order of the rows decides as what one is shown. */
static void assert_same_found(struct book *a, struct book *b, const char *query)
{
    static struct book_line x[BOOK_FOUND_MAX], y[BOOK_FOUND_MAX];

    for (unsigned kind = BOOK_MATCH_ACCOUNT; kind < BOOK_MATCH_KINDS; kind++) {
        size_t count_a = 0, count_b = 0;

        assert_int_equal(book_find_kinds(a, query, 1u << kind, 0, x, BOOK_FOUND_MAX, &count_a),
                         TILL_OK);
        assert_int_equal(book_find_kinds(b, query, 1u << kind, 0, y, BOOK_FOUND_MAX, &count_b),
                         TILL_OK);
        if (count_a != count_b)
            print_error("%s, kind %u: %zu and %zu\n", query, kind, count_a, count_b);
        assert_int_equal(count_a, count_b);
        /* A full page is cut where the order of the rows says. */
        if (count_a < BOOK_FOUND_MAX)
            assert_same_lines(x, y, count_a, false);
    }
}

static void assert_same_windows(struct book *a, struct book *b)
{
    static struct book_line x[CUSTOMERS_MAX], y[CUSTOMERS_MAX];
    struct book_meter_book m, other;

    for (size_t i = 0;; i++) {
        size_t count_a = 0, count_b = 0;
        enum till_status st = book_meter_book_at(a, i, &m);

        assert_int_equal(book_meter_book_at(b, i, &other), st);
        if (st == TILL_NOT_FOUND)
            return;
        assert_string_equal(m.id, other.id);
        assert_string_equal(m.name, other.name);
        assert_int_equal(m.customers, other.customers);
        assert_int_equal(book_window(a, m.id, 0, x, CUSTOMERS_MAX, &count_a), TILL_OK);
        assert_int_equal(book_window(b, m.id, 0, y, CUSTOMERS_MAX, &count_b), TILL_OK);
        assert_int_equal(count_a, m.customers);
        assert_int_equal(count_a, count_b);
        assert_same_lines(x, y, count_a, true);
        assert_int_equal(book_window(a, m.id, 7, y, 5, &count_b), TILL_OK);
        assert_same_lines(x + 7, y, count_b, true);
    }
}

static void assert_same_customers(struct book *a, struct book *b, const struct world *w)
{
    for (size_t n = 0; n < CUSTOMERS_MAX; n++) {
        struct book_customer x, y;
        struct arrears s, t;

        if (!is_there(w, n))
            continue;
        assert_int_equal(book_customer(a, w->customers[n].account, &x), TILL_OK);
        assert_int_equal(book_customer(b, w->customers[n].account, &y), TILL_OK);
        shelf_assert_same_customer(&x, &y);
        assert_int_equal(book_arrears(a, w->customers[n].account, &s), TILL_OK);
        assert_int_equal(book_arrears(b, w->customers[n].account, &t), TILL_OK);
        assert_int_equal(s.count, t.count);
        assert_int_equal(s.balance_minor, t.balance_minor);
        assert_memory_equal(s.bills, t.bills, s.count * sizeof(s.bills[0]));
    }
    for (size_t i = 0; i < w->left_count; i++) {
        struct book_customer x;

        assert_int_equal(book_customer(a, w->left[i], &x), TILL_NOT_FOUND);
    }
}

static void assert_same_nearest(struct book *a, struct book *b)
{
    static struct book_line x[BOOK_FOUND_MAX], y[BOOK_FOUND_MAX];
    size_t count_a = 0, count_b = 0;

    assert_int_equal(book_nearest(a, 255100000, 1001200000, 900, x, BOOK_FOUND_MAX, &count_a),
                     TILL_OK);
    assert_int_equal(book_nearest(b, 255100000, 1001200000, 900, y, BOOK_FOUND_MAX, &count_b),
                     TILL_OK);
    assert_int_equal(count_a, count_b);
    assert_same_lines(x, y, count_a, false);
}

static void assert_same_book(const struct world *w)
{
    static const char *const queries[] = {"秀英", "欧阳",    "shan", "7426", "wxy",     "138",
                                          "5300", "周城村3", "尉迟", "yc",   "jianguo", "王"};
    char other[SHELF_PATH_SIZE + 8], digits[8];
    struct book *a = NULL, *b = NULL;

    snprintf(other, sizeof(other), "%s.whole", shelf_path);
    build_whole(w, other);
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &a), TILL_OK);
    assert_int_equal(book_open(other, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_meta(a)->revision, book_meta(b)->revision);
    assert_int_equal(book_meta(a)->customers, book_meta(b)->customers);
    assert_memory_equal(book_meta(a)->hash, book_meta(b)->hash, HASH_SIZE);
    assert_same_windows(a, b);
    assert_same_customers(a, b, w);
    assert_same_nearest(a, b);
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
        assert_same_found(a, b, queries[i]);
    for (unsigned i = 0; i < 1000; i += 37) {
        snprintf(digits, sizeof(digits), "%03u", i);
        assert_same_found(a, b, digits);
    }
    book_close(a);
    book_close(b);
    assert_int_equal(remove(other), 0);
}

static void days_of_deltas_give_the_book_that_is_sent_whole(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct world *w = new_world(seed);

        build_whole(w, shelf_path);
        for (int day = 0; day < DAYS; day++) {
            pass_a_day(w);
            change(w, false);
            assert_same_book(w);
        }
        free(w);
        shelf_clear(NULL);
    }
}

static void a_head_brings_new_meter_books_and_takes_empty_ones_away(void **state)
{
    struct world *w = new_world(4);

    (void)state;
    build_whole(w, shelf_path);
    pass_a_day(w);
    w->has_book[BOOKS_MAX - 1] = true;
    for (size_t n = 0; n < CUSTOMERS_MAX; n++)
        if (is_there(w, n) && strcmp(w->customers[n].meter_book, "CX02") == 0) {
            w->has_book[2] = false;
            settle_down(w, n);
        }
    change(w, true);
    assert_same_book(w);
    pass_a_day(w);
    change(w, false);
    assert_same_book(w);
    free(w);
}

static void a_new_head_replaces_users_and_team_and_none_keeps_them(void **state)
{
    const struct book_user yang = {.user = "1001", .name = "杨丽", .role = 2, .rounds = 1000};
    const struct book_user duan = {
        .user = "1002", .name = "段春", .role = 1, .rounds = 1000, .must_change_pin = true};
    const struct book_team team = {.terminal = "0032", .approval_key = {1, 2, 3}};
    struct world *w = new_world(5);
    struct book_change *c;
    struct book_meta meta;
    struct book_user user;
    struct book_team read;
    struct book *b;

    (void)state;
    build_whole(w, shelf_path);
    pass_a_day(w);
    c = begin_change();
    put_head(c, w);
    assert_int_equal(book_change_user(c, &yang), TILL_OK);
    assert_int_equal(book_change_user(c, &duan), TILL_OK);
    assert_int_equal(book_change_team(c, &team), TILL_OK);
    put_day(c, w);
    meta = meta_of(w);
    assert_int_equal(book_change_finish(c, &meta), TILL_OK);
    pass_a_day(w);
    change(w, false);
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_find_user(b, "1002", &user), TILL_OK);
    assert_string_equal(user.name, "段春");
    assert_true(user.must_change_pin);
    assert_int_equal(book_team_find(b, "0032", &read), TILL_OK);
    assert_memory_equal(read.approval_key, team.approval_key, HASH_SIZE);
    assert_int_equal(book_team_find(b, "0033", &read), TILL_NOT_FOUND);
    book_close(b);
    pass_a_day(w);
    change(w, true); /* a head without them */
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_find_user(b, "1002", &user), TILL_NOT_FOUND);
    assert_int_equal(book_team_find(b, "0032", &read), TILL_NOT_FOUND);
    book_close(b);
    free(w);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static size_t anyone(const struct world *w, size_t from)
{
    while (!is_there(w, from))
        from++;
    return from;
}

static void what_does_not_fit_the_book_is_refused_and_it_stays(void **state)
{
    struct world *w = new_world(6);
    struct book_meta meta = meta_of(w);
    struct book_change *c;
    struct book_customer one, two;

    (void)state;
    build_whole(w, shelf_path);
    one = w->customers[anyone(w, 0)];
    two = w->customers[anyone(w, 1)];

    c = begin_change(); /* who was never there leaves */
    assert_int_equal(book_change_gone(c, "6199999999"), TILL_E_PROTOCOL);
    assert_int_equal(book_change_finish(c, &meta), TILL_E_PROTOCOL);

    c = begin_change(); /* leaves, and comes */
    assert_int_equal(book_change_gone(c, one.account), TILL_OK);
    assert_int_equal(book_change_customer(c, &one), TILL_E_PROTOCOL);
    assert_int_equal(book_change_finish(c, &meta), TILL_E_PROTOCOL);

    c = begin_change(); /* a place of another */
    two.order = one.order;
    memcpy(two.meter_book, one.meter_book, sizeof(two.meter_book));
    assert_int_equal(book_change_customer(c, &two), TILL_OK);
    assert_int_equal(book_change_finish(c, &meta), TILL_E_PROTOCOL);

    c = begin_change(); /* an unknown meter book */
    snprintf(two.meter_book, sizeof(two.meter_book), "CX77");
    assert_int_equal(book_change_customer(c, &two), TILL_E_PROTOCOL);
    assert_int_equal(book_change_finish(c, &meta), TILL_E_PROTOCOL);

    c = begin_change(); /* customers other than meta says */
    assert_int_equal(book_change_gone(c, one.account), TILL_OK);
    assert_int_equal(book_change_finish(c, &meta), TILL_E_PROTOCOL);

    c = begin_change(); /* a meter book is not listed, its customers are there */
    w->has_book[0] = false;
    put_head(c, w);
    assert_int_equal(book_change_finish(c, &meta), TILL_E_PROTOCOL);
    w->has_book[0] = true;

    c = begin_change(); /* an account twice */
    assert_int_equal(book_change_customer(c, &one), TILL_OK);
    assert_int_equal(book_change_customer(c, &one), TILL_OK);
    assert_int_equal(book_change_finish(c, &meta), TILL_E_PROTOCOL);
    assert_same_book(w);
    assert_false(shelf_has_beside(".delta"));
    assert_false(shelf_has_beside(".delta.new"));
    assert_false(shelf_has_beside(".delta.part"));
    free(w);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void an_open_book_stays_as_it_was_when_a_delta_comes(void **state)
{
    struct world *w = new_world(7);
    struct book_customer c;
    struct book *old = NULL;
    size_t n = anyone(w, 0);

    (void)state;
    build_whole(w, shelf_path);
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &old), TILL_OK);
    for (int day = 0; day < 2; day++) {
        pass_a_day(w);
        if (is_there(w, n))
            refresh(w, n);
        change(w, false);
        for (size_t i = 0; i < w->left_count; i++)
            assert_int_not_equal(book_customer(old, w->left[i], &c), TILL_E_CORRUPT);
        assert_int_equal(book_meta(old)->revision, 1);
        assert_int_equal(book_customer(old, "6100000007", &c), TILL_OK);
    }
    book_close(old);
    free(w);
}

static void a_whole_book_ends_the_deltas_before_it(void **state)
{
    struct world *w = new_world(8);

    (void)state;
    build_whole(w, shelf_path);
    pass_a_day(w);
    change(w, false);
    assert_true(shelf_has_beside(".delta"));
    pass_a_day(w);
    build_whole(w, shelf_path);
    assert_false(shelf_has_beside(".delta"));
    assert_same_book(w);
    free(w);
}

static void a_delta_of_another_book_is_none(void **state)
{
    struct world *w = new_world(9);
    char delta[SHELF_PATH_SIZE + 8], kept[SHELF_PATH_SIZE + 8];

    (void)state;
    snprintf(delta, sizeof(delta), "%s.delta", shelf_path);
    snprintf(kept, sizeof(kept), "%s.kept", shelf_path);
    build_whole(w, shelf_path);
    pass_a_day(w);
    change(w, false);
    assert_int_equal(rename(delta, kept), 0);
    pass_a_day(w);
    build_whole(w, shelf_path);
    assert_int_equal(rename(kept, delta), 0); /* as a cut between the two would leave it */
    assert_same_book(w);
    pass_a_day(w);
    change(w, false);
    assert_same_book(w);
    free(w);
}

static void a_delta_in_slices_is_the_same(void **state)
{
    struct world *w = new_world(10);
    struct book_change *c;
    struct book_meta meta;
    unsigned steps = 0;
    bool done = false;

    (void)state;
    build_whole(w, shelf_path);
    pass_a_day(w);
    c = begin_change();
    assert_int_equal(book_change_over(c)->revision, 1);
    put_day(c, w);
    meta = meta_of(w);
    assert_int_equal(book_change_end(c, &meta), TILL_OK);
    for (; !done; steps++)
        assert_int_equal(book_change_step(c, 0, &done), TILL_OK);
    assert_true(steps > 10);
    assert_same_book(w);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(days_of_deltas_give_the_book_that_is_sent_whole),
        SHELF_TEST(a_head_brings_new_meter_books_and_takes_empty_ones_away),
        SHELF_TEST(a_new_head_replaces_users_and_team_and_none_keeps_them),
        SHELF_TEST(what_does_not_fit_the_book_is_refused_and_it_stays),
        SHELF_TEST(an_open_book_stays_as_it_was_when_a_delta_comes),
        SHELF_TEST(a_whole_book_ends_the_deltas_before_it),
        SHELF_TEST(a_delta_of_another_book_is_none),
        SHELF_TEST(a_delta_in_slices_is_the_same),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}
