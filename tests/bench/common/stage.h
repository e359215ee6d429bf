/*
 * A terminal as it stands in the morning: enrolled, with a book, a user who has logged in and an
 * open shift. Made with the terminal's own functions, without host or network: keys and
 * certificates of an authority that is thrown away.
 */
#ifndef TILL_BENCH_STAGE_H
#define TILL_BENCH_STAGE_H

#include "bench.h"
#include "parts.h"
#include "sim.h"

enum {
    STAGE_CUSTOMERS = 2000, /* in meter books of 60, all of them owe one to three months */
    STAGE_BOOK_SIZE = 60,
    STAGE_GLYPHS = 1600,     /* different Han characters in the names of a book of glyphs */
    STAGE_GLYPHS_A_NAME = 8, /* name and address hold the same ones */
    STAGE_GLYPH_CUSTOMERS = STAGE_GLYPHS / STAGE_GLYPHS_A_NAME,
    STAGE_COUNTY_CUSTOMERS = 1000000, /* of crowd.h */
    STAGE_COUNTY_ENTRIES = 100001     /* of another user's past, to a paper that is out; the host
                                       * has them all */
};
#define STAGE_USER "1001"
#define STAGE_PIN "2468"

/* Which customers the book has. */
enum stage_book { STAGE_TOWN, STAGE_GLYPH_BOOK, STAGE_COUNTY };

/* A state folder that fieldtill opens at its login screen, made at that moment: SIM_START_S for
 * stage_open, the system's time for the program itself. */
void stage_make(const char *dir, enum stage_book book, int64_t now_s);
/* The n-th customer's account, 0 … */
void stage_account(uint32_t n, char account_out[ACCOUNT_MAX]);
/* The name of the n-th customer of a book of glyphs. */
void stage_glyph_name(uint32_t n, char name_out[BOOK_NAME_MAX]);

/*
 * An application over such a folder, in this process: simulated board with a clock that stands
 * until it is advanced, and a printer of 60 mm a second; no pixels unless asked for.
 */
struct stage {
    struct sim_world *world;
    struct board board;
    struct app *app;
    char locale[BENCH_PATH_MAX];
};
void stage_open(struct stage *s, const struct bench_place *place, const char *dir, bool pixels);
/* Log in and open a shift, as entries. */
void stage_begin_shift(struct stage *s);
void stage_close(struct stage *s);

/* What the confirm of the tender screen asks for: all that the n-th customer owes, in cash. */
void stage_collection(struct stage *s, uint32_t n, struct flow_effect *effect_out);
/* The paper of the latest receipt is out. */
void stage_print_done(struct stage *s, uint64_t seq);

#endif
