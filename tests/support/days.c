#include "days.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Short enough to be typed again. */
#define SEED_LIMIT UINT64_C(1000000000)

const char *const days_users[DAYS_USERS] = {"1001", "1002", "1003", "1004", "2001", "2002"};

const char *days_act_text(enum days_act act)
{
    static const char *const texts[] = {
#define X(name, text) text,
        DAYS_ACT_LIST(X)
#undef X
    };
    return texts[act];
}

/* ---- dice ------------------------------------------------------------------------------------ */

/* splitmix64: short, and each seed gives a stream of its own. */
uint32_t days_roll(struct days_dice *d)
{
    d->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = d->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) >> 16);
}

/* ---- what people do -------------------------------------------------------------------------- */

struct maker {
    struct days_script *script;
    struct days_dice dice;
    size_t capacity;
    unsigned terminal;
};

static uint32_t below(struct maker *m, uint32_t limit)
{
    return days_roll(&m->dice) % limit;
}

static struct days_action *add(struct maker *m, enum days_act act)
{
    struct days_script *s = m->script;
    if (s->count == m->capacity) {
        m->capacity = m->capacity == 0 ? 256 : 2 * m->capacity;
        s->list = realloc(s->list, m->capacity * sizeof(*s->list));
        assert(s->list != NULL);
    }
    struct days_action *action = &s->list[s->count++];
    *action = (struct days_action){.act = act, .terminal = m->terminal};
    for (size_t i = 0; i < DAYS_DICE; i++) {
        action->dice[i] = days_roll(&m->dice);
    }
    return action;
}

/* What may come between any two steps. */
static void add_trouble(struct maker *m)
{
    static const enum days_act troubles[] = {DAYS_CUT,   DAYS_CUT,   DAYS_CUT,  DAYS_START,
                                             DAYS_CLOCK, DAYS_LOGIN, DAYS_SEND, DAYS_SEND,
                                             DAYS_TRAIN, DAYS_NIGHT};
    if (below(m, 12) == 0) {
        (void)add(m, troubles[below(m, sizeof(troubles) / sizeof(troubles[0]))]);
    }
}

static void add_stops(struct maker *m)
{
    static const enum days_act acts[] = {
        DAYS_COLLECT, DAYS_COLLECT,   DAYS_COLLECT, DAYS_COLLECT,  DAYS_COLLECT,    DAYS_COLLECT,
        DAYS_COLLECT, DAYS_COLLECT,   DAYS_ADVANCE, DAYS_ADVANCE,  DAYS_BASKET,     DAYS_BASKET,
        DAYS_REVERSE, DAYS_DUPLICATE, DAYS_MARK,    DAYS_DROP,     DAYS_CASH_IN,    DAYS_CASH_OUT,
        DAYS_X,       DAYS_MANUAL,    DAYS_SPOIL,   DAYS_VOID,     DAYS_ADJUST,     DAYS_STOCK_IN,
        DAYS_COLLECT, DAYS_REVERSE,   DAYS_COLLECT, DAYS_STOCK_IN, DAYS_STOCK_COUNT};
    uint32_t stops = 2 + below(m, 14);
    for (uint32_t i = 0; i < stops; i++) {
        (void)add(m, acts[below(m, sizeof(acts) / sizeof(acts[0]))]);
        add_trouble(m);
    }
}

/* What becomes of cash that is counted. */
static void add_errands(struct maker *m)
{
    static const enum days_act acts[] = {DAYS_GIVE,    DAYS_GIVE,    DAYS_TAKE,    DAYS_TAKE,
                                         DAYS_TAKE,    DAYS_DEPOSIT, DAYS_DEPOSIT, DAYS_EXPLAIN,
                                         DAYS_EXPLAIN, DAYS_ANSWER,  DAYS_ABSENCE, DAYS_STOCK_BACK};
    uint32_t errands = 1 + below(m, 8);
    for (uint32_t i = 0; i < errands; i++) {
        (void)add(m, acts[below(m, sizeof(acts) / sizeof(acts[0]))]);
        add_trouble(m);
    }
}

/* Somebody works: mostly to the end of the shift, sometimes another goes on in between. */
static void add_turn(struct maker *m)
{
    (void)add(m, DAYS_LOGIN);
    if (below(m, 2) == 0) {
        (void)add(m, DAYS_ANSWER);
    }
    (void)add(m, DAYS_OPEN);
    add_trouble(m);
    add_stops(m);
    if (below(m, 4) == 0) {
        return;
    }
    uint32_t counts = 1 + below(m, 2);
    for (uint32_t i = 0; i < counts; i++) {
        (void)add(m, DAYS_COUNT);
        add_trouble(m);
    }
    if (below(m, 3) == 0) {
        (void)add(m, DAYS_STOCK_COUNT);
    }
    (void)add(m, DAYS_CLOSE);
    add_trouble(m);
    add_errands(m);
}

/* A supervisor looks after what the others left. */
static void add_visit(struct maker *m)
{
    struct days_action *login = add(m, DAYS_LOGIN);
    login->dice[0] = DAYS_USERS - 1 - login->dice[0] % DAYS_SUPERVISORS;
    add_errands(m);
    if (below(m, 3) == 0) {
        (void)add(m, DAYS_LOGOUT);
    }
}

static void add_day(struct maker *m)
{
    uint32_t turns = 2 + below(m, 3) + m->script->terminals;
    for (uint32_t i = 0; i < turns; i++) {
        m->terminal = below(m, m->script->terminals);
        if (below(m, 4) == 0) {
            add_visit(m);
        } else {
            add_turn(m);
        }
    }
    (void)add(m, DAYS_NIGHT);
}

void days_script_make(struct days_script *s, uint64_t seed, unsigned days)
{
    struct maker m = {.script = s, .dice = {.state = seed}};
    assert(days >= 1 && days <= 400);
    *s = (struct days_script){.seed = seed, .days = days};
    s->terminals = 1 + below(&m, DAYS_TERMINALS_MAX);
    for (unsigned day = 0; day < days; day++) {
        add_day(&m);
    }
}

void days_script_free(struct days_script *s)
{
    free(s->list);
    *s = (struct days_script){0};
}

void days_script_print(const struct days_script *s, FILE *out)
{
    fprintf(out, "# seed %llu, %u terminals, %u days, %zu actions\n", (unsigned long long)s->seed,
            s->terminals, s->days, s->count);
    for (size_t i = 0; i < s->count; i++) {
        const struct days_action *a = &s->list[i];
        fprintf(out, "# %4zu  terminal %u  %-20s %u %u %u %u\n", i, a->terminal,
                days_act_text(a->act), a->dice[0], a->dice[1], a->dice[2], a->dice[3]);
    }
}

/* ---- shrinking ------------------------------------------------------------------------------- */

static void leave_out(const struct days_script *s, size_t at, size_t count, struct days_script *out)
{
    *out = *s;
    out->count = s->count - count;
    out->list = malloc((out->count + 1) * sizeof(*out->list));
    assert(out->list != NULL);
    memcpy(out->list, s->list, at * sizeof(*out->list));
    memcpy(out->list + at, s->list + at + count, (out->count - at) * sizeof(*out->list));
}

/* Pieces of one size, from the end: what comes late is most often not needed. true: some went. */
static bool shrink_by(struct days_script *s, size_t size, days_fails *fails, void *context,
                      unsigned *tries)
{
    bool any = false;
    for (size_t end = s->count; end >= size && *tries > 0;) {
        struct days_script shorter;
        leave_out(s, end - size, size, &shorter);
        --*tries;
        if (fails(context, &shorter)) {
            free(s->list);
            *s = shorter;
            any = true;
        } else {
            free(shorter.list);
        }
        end = end - size < s->count ? end - size : s->count;
    }
    return any;
}

void days_shrink(struct days_script *s, days_fails *fails, void *context, unsigned tries)
{
    for (size_t size = s->count / 2; size > 0 && tries > 0;) {
        bool any = shrink_by(s, size, fails, context, &tries);
        size = any && size == 1 ? 1 : size / 2;
    }
}

/* ---- from outside ---------------------------------------------------------------------------- */

uint64_t days_seed(uint64_t otherwise)
{
    const char *text = getenv("FIELDTILL_SEED");
    if (text == NULL || text[0] == '\0') {
        return otherwise;
    }
    uint64_t seed = strtoull(text, NULL, 10);
    if (strcmp(text, "random") == 0) {
        ssize_t got = getrandom(&seed, sizeof(seed), 0);
        assert(got == sizeof(seed));
        seed %= SEED_LIMIT;
    }
    printf("# FIELDTILL_SEED=%llu\n", (unsigned long long)seed);
    return seed;
}

unsigned days_worlds(unsigned days, unsigned otherwise)
{
    const char *text = getenv("FIELDTILL_DAYS");
    unsigned long wanted = text == NULL ? 0 : strtoul(text, NULL, 10);
    return wanted == 0 || wanted > 10000000 ? otherwise : (unsigned)((wanted + days - 1) / days);
}
