/*
 * A whole handheld in one process: the simulated world, the terminal's application on it, and an
 * office at the other end of its line. Tests press keys as a person does and look at the screen,
 * the paper and the journal.
 *
 * Journal and book lie on the disk whose power can be cut (cut_vfs.h), one for all handhelds of a
 * process; keys and settings lie in a temporary folder. Time stands still until a test moves it.
 * Whatever a helper expects and does not find fails the test with the screen that stood there.
 */
#ifndef TILL_HANDHELD_H
#define TILL_HANDHELD_H

#include "app.h"
#include "fold.h"
#include "journal.h"
#include "proof.h"
#include "sim.h"
#include "utility.h"

enum {
    PERSON_MS = 500, /* between two keys of a person: longer than a fresh press needs */
    HANDHELD_PATH_MAX = 128
};

struct handheld_setup {
    const char *language;        /* NULL: en */
    const struct sim_setup *sim; /* NULL: 320 x 240, 58 mm */
    bool pixels;                 /* paint too */
    bool no_ticket;              /* no enrolment file in the state folder */
    const char *serial;          /* of the hardware; NULL: it tells none */
    bool idle_lock;              /* lock where nobody touches a key */
    const char *terminal;        /* NULL: UTILITY_TERMINAL */
    bool beside;                 /* another handheld is there already: its disk has room for both */
};

struct handheld {
    struct handheld_setup setup;
    char dir[HANDHELD_PATH_MAX], state_dir[HANDHELD_PATH_MAX + 8];
    char locale_dir[512];
    struct sim_world *world;
    struct board board;
    struct app *app; /* NULL: switched off */
    struct utility *utility;
    unsigned keys; /* pressed since it was made; tests set it to 0 and count */
    void (*watch)(void *context, struct handheld *h); /* after each step of the application */
    void *watch_context;
};

/* ---- life ------------------------------------------------------------------------------------ */

/* A new one, switched on, 4G, an enrolment ticket in its folder, a book waiting at the office. */
void handheld_make(struct handheld *h, const struct handheld_setup *setup);
void handheld_free(struct handheld *h);
void handheld_start(struct handheld *h);
/* Start it and say how that went, for tests of broken data. */
enum till_status handheld_try_start(struct handheld *h) TILL_CHECKED;
/* Switched off in order. */
void handheld_stop(struct handheld *h);
/* The battery is pulled: what the application had in hand is lost, on disk, printer and line. */
void handheld_cut_power(struct handheld *h);

/* Steps of terminal and office in turn until nothing moves any more, or the disk is dark. */
void handheld_settle(struct handheld *h);
void handheld_wait(struct handheld *h, int64_t ms);
void handheld_signal(struct handheld *h, enum network_bearer bearer);

/* ---- hands ----------------------------------------------------------------------------------- */

/* One key, after PERSON_MS. */
void handheld_press(struct handheld *h, enum key key);
/* Names of keys.h with blanks between: "2 0 0 ok". */
void handheld_keys(struct handheld *h, const char *names);
/* Characters: digits and *. */
void handheld_type(struct handheld *h, const char *text);
void handheld_scan(struct handheld *h, const char *text);
/* The arrow down to the line of a list that begins so, and OK. */
void handheld_choose(struct handheld *h, const char *label);

/* To the end of a part of the day, with what it asserts on the way. */
void handheld_enrol(struct handheld *h);
void handheld_login(struct handheld *h);
/* Opening cash as a sum, "250*50", counted in as few notes as it takes; "" = none. */
void handheld_open_shift(struct handheld *h, const char *opening);
/* All of it: home stands, 100.00 of opening cash. */
void handheld_begin_day(struct handheld *h, const struct handheld_setup *setup);
/* A whole day from the enrolment on that comes by every screen and most of what they can say. */
void handheld_spend_day(struct handheld *h);
/* From home into a meter book (0: CX01, 1: CX02). */
void handheld_walk(struct handheld *h, unsigned meter_book);
/* From home to a customer by typing the whole account. */
void handheld_open_customer(struct handheld *h, unsigned customer);

/* ---- eyes ------------------------------------------------------------------------------------ */

const char *handheld_screen(const struct handheld *h);
const char *handheld_text(const struct handheld *h);
bool handheld_sees(const struct handheld *h, const char *text);
void handheld_expect(const struct handheld *h, const char *text);
void handheld_expect_not(const struct handheld *h, const char *text);
void handheld_expect_screen(const struct handheld *h, const char *name);

void handheld_expect_paper(const struct handheld *h, const char *text);
void handheld_expect_no_paper(const struct handheld *h);
/* The paper's text, and the paper is gone. The caller frees it. */
char *handheld_tear_off(struct handheld *h);
unsigned handheld_times(const char *text, const char *part);

/* ---- the journal ----------------------------------------------------------------------------- */

const struct fold *handheld_fold(const struct handheld *h);
uint64_t handheld_head(const struct handheld *h);
void handheld_entry(const struct handheld *h, uint64_t seq, struct entry *out);
unsigned handheld_count(const struct handheld *h, enum entry_kind kind);
/* Kinds from seq on: "login shift_opened collection print_done". Static memory. */
const char *handheld_kinds(const struct handheld *h, uint64_t from_seq);
void handheld_expect_kinds(const struct handheld *h, uint64_t from_seq, const char *kinds);
/* The money entry with this number. */
void handheld_collection(const struct handheld *h, uint64_t seq, struct body_collection *out);
int64_t handheld_cash(const struct handheld *h);
/* Every byte of it; the handheld must be off. Without signatures it takes a tenth of the time. */
void handheld_audit(const struct handheld *h, bool signatures);
/* The number as it stands on paper and screens. */
const char *handheld_number(uint64_t seq, char out[RECEIPT_NUMBER_MAX]);
/* What the square code on the paper of that record says. */
const char *handheld_code(const struct handheld *h, uint64_t seq, char out[PROOF_TEXT_MAX]);

#endif
