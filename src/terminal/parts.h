/*
 * The application's parts, for its own files only (app.h is what others see).
 *
 *   app.c      open, step, close; the bar and the painting
 *   stack.c    flows on the stack, events to them
 *   facts.c    what flows may know
 *   gate.c     may money be taken now, and if not, what to do
 *   perform.c  effects carried out
 *   roster.c   book rows with the journal laid over them
 *   rounds.c   who of a meter book still owes, remembered
 *   ledger.c   commits: entries, PINs, what a start finds
 *   clock_work.c  the wall clock: may it be believed, who sets it (clock_work.h)
 *   ledger_money.c  commits that take money: receipts, baskets
 *   ledger_plain.c  commits that take no money
 *   ledger_shift.c  the end of a shift: prepared entries, totals and Z
 *   shift_work.c    a shift's sums out of the journal
 *   ledger_carry.c  commits of cash from hand to hand and to the bank
 *   carry_look.c    which Zs, hand-overs and differences that cash is about
 *   carry_book.c    what the book tells of them
 *   blind.c         what nobody sees before it is counted
 *   stock_look.c    numbered paper, as journal and book have it
 *   ledger_stock.c  numbers that prints take, and what ends them
 *   ledger_manual.c  receipts that were written by hand
 *   receipt_look.c  what is known of a paper
 *   approvals.c     codes from afar
 *   job.c      a paper on its way through the printer
 *   line.c     the socket to fieldtill-sync: batches, heads, books, enrolment
 *   ask.c      questions to the office
 *   orders.c   limits and messages of the office
 *   stopped.c  are new collections stopped
 *   stick_work.c  records to a USB stick, confirmations from it; lists both ways
 *   report_work.c   the file of the reports, read on while nobody works; what flows ask of it
 *   report_about.c  what an exception is about, from its record
 *   report_print.c  a report on paper
 *   report_files.c  the same as files to a USB stick
 *   report_send.c   the same as a table to the office
 *   report_team.c   a team's report, as the office tells it
 *   report_cells.c  its rows as cells of a table
 *   list_make.c   a list of collected accounts for the next holder of a meter book
 *   list_take.c   such lists of earlier holders, kept
 *   book_apply.c  a book from the spool, in slices
 *   identity.c keys and secrets in files
 */
#ifndef TILL_PARTS_H
#define TILL_PARTS_H

#include "app.h"
#include "batch.h"
#include "book.h"
#include "clock.h"
#include "clock_work.h"
#include "crypto.h"
#include "escpos.h"
#include "flow.h"
#include "keymap.h"
#include "keypad.h"
#include "local.h"
#include "network.h"
#include "painter.h"
#include "power.h"
#include "printer.h"
#include "radio.h"
#include "receipt.h"
#include "scanner.h"
#include "shift_sums.h"
#include "statement.h"
#include "stick_file.h"

enum { PATH_ROOM = 512 };

/* ---- identity.c ---- */

struct identity {
    struct crypto_key *journal;   /* ours; made before enrolment */
    struct crypto_key *statement; /* the host's, public; NULL before enrolment */
    uint8_t secret[HASH_SIZE];    /* of the device, for PIN checks; wiped on close */
    uint8_t authority[HASH_SIZE];
};
/* Load what is there; make the journal key if there is none.
 *   may_make  false where there is a journal: its key is lost, and evidence stays as it is
 * TILL_E_CRYPTO: that key is lost. */
enum till_status identity_open(const char *dir, bool may_make, struct identity *out) TILL_CHECKED;
/* Keep what an enrolment brought; each file is whole or absent. */
enum till_status identity_keep(const char *dir, const struct enrol_answer *answer,
                               struct identity *identity) TILL_CHECKED;
void identity_close(struct identity *identity);
/* Write a file aside, sync, rename, sync the folder; mode 0600. Also used for settings. */
enum till_status file_replace(const char *dir, const char *name, const void *data,
                              size_t size) TILL_CHECKED;
/* Whole file, terminated. TILL_NOT_FOUND, TILL_TOO_LARGE, TILL_E_IO. */
enum till_status file_read(const char *dir, const char *name, char *out, size_t capacity,
                           size_t *size_out) TILL_CHECKED;

/* ---- line.c ---- */

struct line {
    int fd; /* -1: not connected */
    int64_t retry_at_ms;
    uint32_t next_id;
    uint32_t enrol_id; /* of the request under way; 0 = none */
    char ticket[512];  /* kept to be asked again after sync was restarted */
    struct local_link link;
    uint64_t told_head, told_ack, told_book, told_orders;
    bool told_stick;
    struct local_network told_network;
    uint8_t *memory;                    /* LOCAL_MESSAGE_MAX, receive */
    uint8_t *packed;                    /* BATCH_PACKED_MAX, a batch on its way out */
    struct book_work *book_work;        /* a book on its way in; NULL = none */
    int book_percent;                   /* of it, while there is one */
    bool whole_book;                    /* a delta did not fit: ask for all of it */
    bool book_was_odd, orders_were_odd; /* journalled in this run */
    struct crypto_mac *book_key;        /* of the seals of its rows; made when first needed */
    struct book_mac book_mac;
};

/* ---- job.c ---- */

struct job {
    bool active;
    bool go_on;   /* the next original of a basket has begun and is to be started */
    uint64_t seq; /* 0 = a plain page */
    uint32_t copy;
    uint8_t *bytes;
    size_t size, sent;
    int64_t progress_at_ms; /* when the printer last took or finished something */
};

/* ---- ask.c ---- */

/* A question to the office that somebody waits for. */
struct question {
    bool active;
    uint32_t id;
    struct local_query query;
    int64_t until_ms;
    size_t depth;      /* of the flow that asked, on the stack, */
    enum flow_id flow; /* and which one it is */
};
/* What the office said that a customer owes. */
enum { OFFICE_BALANCES = 8 };
struct office_balance {
    char account[ACCOUNT_MAX];
    int64_t at_s, due_minor;
    int32_t date;
};

/* ---- report_work.c, report_files.c ---- */

struct report_work; /* the open file, and who waits for an answer */
struct report_file; /* a report on its way to a stick */

/* ---- list_make.c, list_take.c ---- */

struct made_list;  /* the list that was made last */
struct taken_list; /* what earlier holders' lists say, and pages of one that is not whole yet */

/* ---- pin.c ---- */

/* When the latest wrong PIN or code at a number came, in this run. */
enum { PIN_FAILURES_MAX = FOLD_FAILURES_MAX + 1 };
struct pin_failure {
    char user[USER_MAX]; /* as the fold counts it; "" = those that share a count */
    int64_t at_ms;       /* 0 = free */
};

/* ---- the whole ---- */

struct app {
    struct app_options options;
    const struct board *board;
    char dir[PATH_ROOM], journal_path[PATH_ROOM], book_path[PATH_ROOM];
    char language[8], host_url[ENROL_URL_MAX], locale_dir[PATH_ROOM], socket_path[PATH_ROOM];

    struct identity identity;
    struct sealer sealer;    /* over identity.journal */
    struct journal *journal; /* NULL before enrolment */
    struct book *book;       /* NULL until there is one */
    bool signed_in;          /* someone has given a PIN since the start */
    bool recovered;          /* a power cut's paper has been shown */
    bool stopped;            /* by the host, or by what was found; kept over a restart */
    bool forked;             /* found in this run: no head undoes it */
    struct approval asked;   /* limit that a code was asked for; stands until it is lifted */
    uint32_t asked_in_shift; /* of whoever asked */
    struct fold no_fold;     /* what facts point to before enrolment */

    uint64_t kept_seq; /* a copy that is printed on the numbers of the one before: */
    uint32_t kept_copy;
    uint64_t numbers_seq, numbers_head; /* of which paper, and when, facts.paper_number is */

    /* What facts are made of (facts.c), each filled by whoever knows it. */
    struct limits ordered; /* of the office's signed orders, as they came; serial 0 = none */
    struct flow_message messages[FLOW_MESSAGES_MAX]; /* of the orders, newest first */
    size_t message_count;
    struct settings_kept settings; /* facts_open sets what holds where none are kept */
    struct flow_queue queue;
    bool training;
    bool must_change_pin; /* of who is logged in */
    int64_t started_ms;   /* this run */
    struct pin_failure pin_failures[PIN_FAILURES_MAX];
    char pin_user[USER_MAX]; /* whose PIN or code was tried last */
    uint64_t pin_rounds;     /* of PBKDF2 in this run: a check costs as many for whoever it is */
    int64_t key_at_ms;       /* the latest key */
    bool has_team;
    struct book_holder holders[BOOK_HOLDERS_MAX]; /* of the book: who has not reported yet */
    size_t holder_count;
    bool has_position;
    int32_t latitude_e7, longitude_e7;
    bool scanner_away;      /* as it last said */
    int64_t keypad_away_ms; /* since when it is unplugged; 0 = it is there */
    bool keypad_said;       /* a notice of that stands */
    bool restart;           /* wiped: whoever runs the app opens it anew */
    const char *below;      /* name of the screen under the help */
    bool power_known;       /* `power` was asked and answered */
    bool read_only;         /* newer software wrote the journal */

    struct escpos *escpos;   /* opened with the first paper */
    struct painter *painter; /* NULL with no_pixels */
    struct screen screen;
    char shown[24]; /* question that stands, for the fresh press */
    struct keymap keymap;
    bool dirty;

    struct flow_stack stack;
    struct rounds *rounds; /* rounds.h; NULL = nothing is remembered */
    struct flow_facts facts;
    struct line line;
    struct job job;
    struct stick_work *stick_work; /* NULL: none under way */
    struct question question;
    struct office_balance balances[OFFICE_BALANCES];
    size_t balances_next;
    struct report_work *report_work; /* NULL: not wanted in this run yet */
    struct team_work *team_work;     /* NULL: no team's report was asked for yet */
    struct report_file *report_file; /* NULL: none */
    struct question report_sent;     /* a report that goes to the office; no query, no time */
    struct made_list *made;          /* NULL: none */
    struct taken_list *taken;        /* NULL: none */
    int64_t stick_key_at_s;          /* of the office's key for sticks; 0 = it is not here yet */
    int64_t stick_looked_s;          /* when the office was last asked for it; 0 = never */
    bool stick_host_known;           /* a head came by stick in this run: */
    uint64_t stick_host_seq;         /* through which the host has our records */

    struct radio radio;
    struct network_state network;
    struct power_state power;
    struct printer_state printer;
    int64_t looked_at_ms;   /* devices without a descriptor */
    int64_t painted_minute; /* ages on the bar */
    struct clock_work clock;
};

/* facts.c */
void facts_open(struct app *app);
void facts_refresh(struct app *app);

/* stack.c */
void stack_home(struct app *app);
void stack_go(struct app *app, enum flow_id id, const struct flow_args *args, bool replace);
void stack_event(struct app *app, const struct flow_event *event); /* to the flow on top */
void stack_back(struct app *app, int64_t value);
void stack_help(struct app *app); /* of the screen that stands */
void stack_lock(struct app *app); /* where someone is logged in */
/* The battery ran down: over whatever stands, unless a paper is on its way. */
void stack_power(struct app *app);
/* A device of the terminal's own is broken: said once, over whatever stands. */
void stack_fault(struct app *app, const char *heading, const char *text);
struct flow_frame *stack_top(struct app *app);
/* Does that flow still stand there, with covers over it at most? */
bool stack_hears(const struct app *app, size_t depth, enum flow_id id);

/* perform.c */
void perform(struct app *app, const struct flow_effect *effect);

/* ledger_money.c: the gate (gate.h) is asked once more at the commit itself. */
/* A collection or an advance, by what the customer owes now. TILL_BAD_INPUT: the months that were
 * chosen can't be paid so any more. What the gate refuses: its status. */
enum till_status ledger_commit_money(struct app *app, const struct flow_effect *effect,
                                     struct entry *entry) TILL_CHECKED;
/* A basket, all or none. TILL_BAD_INPUT also: an account twice. first_out: its first entry. */
enum till_status ledger_commit_group(struct app *app, const struct flow_group *group,
                                     struct entry *first_out) TILL_CHECKED;

/* roster.c */
enum till_status roster_customer(struct app *app, const char *account,
                                 struct customer_view *out) TILL_CHECKED;
/* No late fee is asked of assessed arrears while the office owes an answer, or an earlier holder
 * its report. */
void roster_spare(struct customer_view *view);
void roster_window(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                   struct flow_row rows[FLOW_WINDOW_MAX]);
void roster_find(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                 struct flow_row rows[FLOW_WINDOW_MAX]);
void roster_books(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                  struct flow_book rows[FLOW_BOOKS_MAX]);

/* ledger.c */
enum till_status ledger_append(struct app *app, struct entry *entry) TILL_CHECKED;
/* The same for kinds with a paper: what stands on it. */
enum till_status ledger_append_paper(struct app *app, const struct receipt *receipt,
                                     struct entry *entry) TILL_CHECKED;
/* Several together, all or none. */
enum till_status ledger_append_items(struct app *app, struct journal_item *items,
                                     size_t count) TILL_CHECKED;
/* The part of a paper that is the site's, the collector's, the shift's, and the customer's (NULL:
 * nobody's). */
void ledger_begin_receipt(struct app *app, const struct book_customer *customer, struct receipt *r);
void ledger_commit(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                   struct entry *entry);
/* After journal_open: opened, what the power cut left, a clock that went back.
 *   repaired_from  of journal_found; 0 = the tail was whole */
enum till_status ledger_start(struct app *app, uint64_t repaired_from) TILL_CHECKED;
void ledger_anomaly(struct app *app, enum till_status code, const char *text);

/* ledger_plain.c: all kinds but collection and advance. Money that goes back or away is checked
 * here once more: an original of the user's open shift, cash that is in the bag. TILL_REFUSED: not
 * of this shift, undone already, or made in training. TILL_LIMIT_REACHED: not alone any more.
 * TILL_TOO_LARGE: more than is in hand. */
enum till_status ledger_commit_plain(struct app *app, const struct flow_effect *effect,
                                     struct entry *entry) TILL_CHECKED;

/* ledger_shift.c */
/* Entries without a paper, all or none. TILL_BAD_INPUT: none, or one with a paper. */
enum till_status ledger_commit_entries(struct app *app, const struct flow_entries *entries,
                                       struct entry *first_out) TILL_CHECKED;
/* Totals and Z of a shift whose count stands. TILL_NO_SHIFT: it is not counted, or in training. */
enum till_status ledger_close(struct app *app, const struct flow_effect *effect,
                              struct entry *z_out) TILL_CHECKED;
/* What was closed in the absence of who works here. TILL_NOT_FOUND: nothing. */
enum till_status ledger_absence(struct app *app, struct absence_view *out) TILL_CHECKED;

/* The latest count of that open shift. TILL_NOT_FOUND: there is none. Others as shift_work. */
enum till_status ledger_counted(struct app *app, uint32_t shift,
                                struct counted_view *out) TILL_CHECKED;

/* shift_work.c. From shift_opened to the last entry; about 2 us an entry and 10 a receipt on a PC.
 * Statuses of shift_sums_add and journal_read. */
enum till_status shift_work(struct app *app, const struct fold_user *owner,
                            struct shift_sums *out) TILL_CHECKED;

/* stock_look.c */
/* Numbered papers of a receipt that have not ended, at most one of each type. */
enum { PAPER_NUMBERS_MAX = 2 };
struct paper_numbers {
    struct stock_number list[PAPER_NUMBERS_MAX];
    uint32_t copies[PAPER_NUMBERS_MAX]; /* with which each came */
    size_t count;
};
/* About 1 us for each entry since the receipt. */
enum till_status stock_of(struct app *app, uint64_t seq, struct paper_numbers *out) TILL_CHECKED;
/* "B-00012345 C-00000007"; "" = none. */
enum { PAPER_NUMBERS_TEXT_MAX = PAPER_NUMBERS_MAX * STOCK_TEXT_MAX };
void stock_text(const struct paper_numbers *numbers, char out[PAPER_NUMBERS_TEXT_MAX]);
/* Papers of a payment of that class that take a number: a bit (1 << type) for each. 0: none. */
unsigned stock_types(const struct app *app, enum customer_class class);
/* Does it get a receipt on plain paper? */
bool stock_is_plain(const struct app *app, enum customer_class class);
/* The class of the payer of an entry; CUSTOMER_RESIDENT: nobody of this book's. */
enum customer_class stock_class(struct app *app, const struct entry *e);
/* What is known of one number; *view zeroed before. About 1 us for each entry about numbers. */
enum till_status stock_number(struct app *app, const struct stock_number *n,
                              struct stock_view *view) TILL_CHECKED;
/* EFFECT_STOCK, answered by EVENT_STOCK. */
void stock_look(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                struct stock_view *view);

/* ledger_stock.c: what a print takes is recorded in the transaction that begins it. */
enum { STOCK_ITEMS_MAX = 2 * PAPER_NUMBERS_MAX + 1 };
/* Behind an entry that begins copy n of a paper: the next number of each type. TILL_PAPER_OUT: a
 * type has none left. */
enum till_status stock_take(struct app *app, uint64_t seq, uint32_t copy, unsigned types,
                            struct journal_item *items, size_t *count) TILL_CHECKED;
/* A receipt's numbers end. */
enum till_status stock_end(const struct paper_numbers *numbers, uint64_t seq, int reason,
                           bool all_copies, struct journal_item *items, size_t *count) TILL_CHECKED;
/* May that prepared entry be appended? TILL_REFUSED: it ends the number of a payment that stands;
 * the reprint or the reversal does that. */
enum till_status stock_may_end(struct app *app, const struct entry *e) TILL_CHECKED;
/* Copy n begins: numbers of earlier ones end for the reason given, new ones are taken.
 * TILL_REFUSED: the receipt's number stands. TILL_UNCHANGED: the payment was reversed. */
enum till_status ledger_duplicate(struct app *app, const struct flow_effect *effect,
                                  struct entry *entry) TILL_CHECKED;
/* ledger_manual.c. What a receipt that was written by hand pays, as of the day when the money was
 * taken. The body's fee is not looked at. Statuses of roster_customer. */
enum till_status manual_allocate(struct app *app, const struct body_manual_receipt *body,
                                 struct customer_view *view_out,
                                 struct allocation *out) TILL_CHECKED;
/* items[0] is one: its fee is filled in and its lines are kept with it. TILL_NO_SHIFT: none is
 * open, it is being counted, or in training. TILL_LIMIT_REACHED: more than one receipt may take.
 * TILL_NOT_FOUND: no such account. */
enum till_status ledger_manual(struct app *app, struct journal_item *items,
                               size_t count) TILL_CHECKED;

/* ledger_stock.c */
/* A print ended well or not; where an original of a basket begins by it, its numbers are taken. */
enum till_status ledger_print_end(struct app *app, enum entry_kind kind,
                                  const struct body_print *body,
                                  struct entry *entry_out) TILL_CHECKED;

/* ledger_carry.c: looked at once more against journal and book: entry, its count before it and its
 * paper together. entry_out: the one with the paper; the explanation.
 *   TILL_TOO_LARGE  more than is held, kept or open
 *   TILL_NOT_FOUND  nobody of that number, no such bank, no such hand-over
 *   TILL_REFUSED    to or from oneself, not theirs, in training, of a bag that is being counted
 *   TILL_UNCHANGED  taken over already; that slip of that bank is recorded already
 *   TILL_BAD_INPUT  Zs that are not open or not theirs, a body that can't be */
enum till_status ledger_carry(struct app *app, const struct flow_carry *carry,
                              struct entry *entry_out) TILL_CHECKED;

/* carry_look.c: up to five passes over the latest records, about 1 us each on a PC. */
enum till_status carry_look(struct app *app, struct carry_view *out) TILL_CHECKED;
/* Who that number is: TILL_NOT_FOUND, nobody in the book; TILL_REFUSED, somebody who has no cash:
 * *out stands. */
enum till_status carry_person(struct app *app, const char *user,
                              struct carry_person *out) TILL_CHECKED;
/* Our record by which the entry of that hash was taken over; 0 = it was not. */
enum till_status carry_taken(struct app *app, const uint8_t hash[HASH_SIZE],
                             uint64_t *seq_out) TILL_CHECKED;

/* carry_book.c: where cash that was given with that record was taken over on another terminal.
 * TILL_NOT_FOUND: nowhere, as far as the book knows. */
enum till_status carry_elsewhere(struct app *app, uint64_t given,
                                 struct book_taken *out) TILL_CHECKED;
/* Does it wait here no more: taken elsewhere, or given so long ago that the book does not tell? */
bool carry_is_elsewhere(struct app *app, const struct entry *given);
/* Differences of this terminal that the office explained. */
void carry_explained(struct app *app, struct book_explained out[BOOK_EXPLAINED_MAX],
                     size_t *count_out);
/* What they leave of one, by whose record it is and which. */
int64_t carry_left_minor(struct app *app, const char *user, uint64_t seq, int64_t open_minor);

/* blind.c: cash that somebody else gave here and nobody has taken over, with its day closes:
 * how much it is, who works here now does not see. A pass over the entries of a month. */
enum { BLIND_MAX = 8 };
struct blind {
    struct blind_waiting {
        uint64_t seq;
        char giver[USER_MAX];
        char closes[CLOSES_TEXT_MAX];
    } waiting[BLIND_MAX]; /* the newest */
    size_t count;
};
void blind_look(struct app *app, struct blind *out);
bool blind_hides(const struct blind *b, const struct entry *e);
bool blind_hides_seq(struct app *app, const struct blind *b, uint64_t seq);
bool blind_hides_z(const struct blind *b, uint32_t z);
/* Has that user given something of it? */
bool blind_hides_of(const struct blind *b, const char *user);

/* receipt_look.c */
/* What the square code of our paper says. TILL_NOT_FOUND: no such paper. */
enum till_status receipt_code(struct app *app, uint64_t seq, char *out) TILL_CHECKED;
/* Who had logged in last before that record; "" = nobody. */
enum till_status receipt_who(struct app *app, uint64_t seq, char user_out[USER_MAX]) TILL_CHECKED;
/* Whom and how much an entry with a paper is about. TILL_E_PROTOCOL: none of these. */
struct receipt_figures {
    char account[ACCOUNT_MAX]; /* "" = nobody's */
    int64_t amount_minor, cash_minor;
    int tender;      /* collection, advance */
    uint64_t basket; /* collection, advance */
    uint64_t about;  /* reversal: what it undoes; 0 = nothing */
};
enum till_status receipt_figures(const struct entry *e, struct receipt_figures *out) TILL_CHECKED;
/* What a receipt says was paid, for struct report_paper; it needs no context. */
enum till_status receipt_lines(void *context, struct span packed,
                               struct allocation_line lines_out[BILLS_MAX],
                               size_t *count_out) TILL_CHECKED;
/* A scanned text, a typed number or a seq of ours: what is known of it. Never fails: the state
 * says it. */
void receipt_look(struct app *app, const char *text, uint64_t seq, struct receipt_view *out);
/* What the office did with our receipt, by the book: enum book_correction; 0 = nothing known. */
int receipt_corrected(struct app *app, uint64_t seq);
/* Papers of all kinds, newest first. */
void receipt_list(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                  struct flow_receipt rows[FLOW_RECEIPTS_MAX]);

/* pin.c: wrong PINs and wrong codes in a row make that number wait (5: a minute, then 2, 4 … 60);
 * is_locked is asked before a try, and facts tell of that number's wait from then on. */
bool pin_is_locked(struct app *app, const char *user);
uint32_t pin_wait_s(struct app *app, const char *user); /* how long still; 0 = not locked */
/* A right PIN or code where nobody logs in by it: wrong ones before it stop counting. */
void pin_forgive(struct app *app, const char *user);
/* One more: appends login_failed with that user. */
enum till_status pin_note_failure(struct app *app, const char *user) TILL_CHECKED;
/* Wipes the PIN in the effect. Fills status, user and role. */
void ledger_check_pin(struct app *app, const struct flow_effect *effect, struct flow_event *event);
/* A new PIN for who is logged in; wipes it. TILL_BAD_INPUT: too easy. TILL_UNCHANGED: as it was. */
void pin_change(struct app *app, const struct flow_effect *effect, struct flow_event *event);
void ledger_logout(struct app *app);
/* Rounds with which a check takes a quarter of a second here; blocks about 10 ms. */
uint32_t pin_measure_rounds(struct app *app);
/* The check that a book brought, stretched for this board: what book.db keeps. */
enum till_status identity_wrap_pin(struct app *app, struct book_user *user) TILL_CHECKED;

/* kept.c: settings. open: defaults hold where it fails, and the caller journals that;
 * TILL_NOT_FOUND: there is no file. TILL_E_CORRUPT: altered from outside. set: journalled first;
 * TILL_BAD_INPUT: no such value. */
void kept_default(struct settings_kept *s);
enum till_status kept_open(struct app *app) TILL_CHECKED;
enum till_status kept_save(struct app *app) TILL_CHECKED;
enum till_status kept_set(struct app *app, const char *key, const char *value) TILL_CHECKED;

/* approvals.c: from afar (approval.h). `event` gets the status and, of the first and last, the
 * digits, which lie in `room`. */
void approval_ask(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                  char room[APPROVAL_CHALLENGE_MAX]);
void approval_try(struct app *app, const struct flow_effect *effect, struct flow_event *event);
void approval_give(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                   char room[APPROVAL_CHALLENGE_MAX]);

/* job.c */
/* Print copy n of an entry whose print has begun in the journal already. Its end is journalled; an
 * original of a basket that begins by that is printed next. Each end is told by EVENT_PRINTED. */
void job_start(struct app *app, uint64_t seq, uint32_t copy);
/* A plain page: no record of it. EVENT_PRINTED with seq 0 tells its end. */
void job_page(struct app *app, const struct paper *paper);
/* A print was called done without a job: the original that began by that is printed next. */
void job_go_on(struct app *app);
void job_step(struct app *app);
void job_abandon(struct app *app);

/* stopped.c. set: recorded where it is new; a stop holds at once even where that fails. open: as
 * the journal says. for: also an anomaly, and no head of this run lifts it. */
void stopped_open(struct app *app);
void stopped_set(struct app *app, bool stopped);
void stopped_for(struct app *app, const char *why);

/* start.c. count: of the board's counter, for `opened`; *suspect_out why it is suspicious, or NULL.
 * look: after journal and book are open; settings: what kept_open said. measure: PIN rounds of this
 * board, once. retire: reason 0 wipes. */
uint64_t start_count(struct app *app, const char **suspect_out);
/* Is this the hardware that was enrolled? Recorded where nothing says so yet; else it stops. */
void start_check_device(struct app *app);
void start_look(struct app *app, enum till_status settings);
/* What a power cut left of a wipe; before keys and journal are opened. */
enum till_status start_finish_wipe(struct app *app) TILL_CHECKED;
enum till_status start_measure(struct app *app) TILL_CHECKED;
void start_retire(struct app *app, int reason, struct flow_event *event);

/* page_print.c: EFFECT_PRINT_PAGE; its end comes as EVENT_PRINTED with seq 0, also where it could
 * not be laid out. */
void page_print(struct app *app, const struct flow_effect *effect);

/* line_up.c: people in line at a collection point. change: 1 to the end, -1 out, 0 all out. */
void queue_open(struct app *app);
void queue_change(struct app *app, int change, const char *account);

/* line.c */
enum till_status line_open(struct app *app) TILL_CHECKED;
void line_step(struct app *app);
/* Before a key is taken: what is asked for by it is asked of a line that knows the network. */
void line_tell_network(struct app *app);
/* Is there work to go on with at once? */
bool line_is_busy(const struct app *app);
/* A head that came by whatever way, checked and kept. TILL_REFUSED: older than one that was taken.
 * TILL_E_PROTOCOL: of another terminal, or none. TILL_E_SIGNATURE: not the office's. TILL_E_FORK:
 * taken, and it disagrees with the records here. */
enum till_status line_take_head(struct app *app, struct span text) TILL_CHECKED;
/* A batch of what is wanted; how many records it has, 0 = there are none. */
enum till_status line_fill_batch(struct app *app, const struct local_want *want, struct buffer *out,
                                 uint32_t *count_out) TILL_CHECKED;
uint32_t line_new_id(struct app *app);
/* TILL_DEVICE_OFFLINE: fieldtill-sync is not there. TILL_BAD_INPUT: no such question. */
enum till_status line_ask(struct app *app, uint32_t id, uint32_t deadline_ms,
                          const struct local_query *query) TILL_CHECKED;
/* TILL_DEVICE_OFFLINE, TILL_BAD_INPUT, TILL_TOO_LARGE. */
enum till_status line_send_report(struct app *app, uint32_t id,
                                  const struct local_report *report) TILL_CHECKED;
void line_enrol(struct app *app, const char *ticket);
void line_now(struct app *app);
void line_close(struct app *app);

/* stick_work.c: a file a step; EVENT_STICK tells the end. Blocks for as long as the stick takes to
 * write one (stick.h). open: after the keys. take_key: what the host signed. */
void stick_open(struct app *app);
void stick_take_key(struct app *app, struct span text);
bool stick_wants_key(const struct app *app);
void stick_begin(struct app *app, enum stick_way way);
void stick_step(struct app *app);
bool stick_is_busy(const struct app *app);
void stick_close(struct app *app);

/* ask.c: EFFECT_ASK, answered by EVENT_ANSWER within 21 s, at once where the line is known to be
 * down. left: the stack has become lower. take: false where the message is no answer to it. */
void ask_begin(struct app *app, const struct flow_effect *effect);
/* QUERY_REPORT alone: told to report_team.c. */
void ask_query(struct app *app, const struct local_query *query);
void ask_end(struct app *app);
void ask_left(struct app *app);
void ask_step(struct app *app);
bool ask_take(struct app *app, const struct local_message *m);
/* What the office said of that customer is out of date; NULL: of all. */
void ask_forget(struct app *app, const char *account);
void ask_lay_over(const struct app *app, struct customer_view *view);

/* report_work.c. ask: answered by EVENT_REPORT, at once where the records are read. step: a slice
 * of 15 ms for who asked, of 10 ms where nobody has touched a key for a minute and something is
 * new. catch_up: for at most that long; statuses of report_open and report_read. */
#define REPORT_FILE "report.db"
/* The number that was ended here, until sync has forgotten it. */
#define ENDED_FILE "ended"
enum { REPORT_FETCH_MAX = 64 };
void report_ask(struct app *app, const struct flow_report_ask *ask);
void report_step(struct app *app);
bool report_is_busy(const struct app *app);
void report_work_close(struct app *app);
enum till_status report_catch_up(struct app *app, unsigned budget_ms, bool *done_out) TILL_CHECKED;
/* A window of what was asked for, as far as who works here may see it, with its names.
 *   capacity  at most REPORT_FETCH_MAX
 * TILL_REFUSED: somebody counts, or it is not theirs to see. */
enum till_status report_fetch(struct app *app, const struct flow_report_ask *ask,
                              struct flow_report_row *rows_out, size_t capacity,
                              struct flow_report_page *page_out) TILL_CHECKED;

/* Names as the book has them; "" = unknown. books: of rows of TAKINGS. */
void report_name_user(struct app *app, const char *user, char name_out[BOOK_NAME_MAX]);
void report_name_books(struct app *app, struct flow_report_row *rows, size_t count);

/* report_team.c, for report_work.c and ask.c. ask: answered by EVENT_REPORT, at once where its
 * pages are here. take, fail: what became of the question that is on its way. fetch: as
 * report_fetch, of pages that are here; TILL_NOT_FOUND: they are not. */
struct team_work;
void report_team_ask(struct app *app, const struct flow_report_ask *ask);
void report_team_take(struct app *app, struct span body);
void report_team_fail(struct app *app, enum till_status status);
enum till_status report_team_fetch(struct app *app, const struct flow_report_ask *ask,
                                   struct flow_report_row *rows_out, size_t capacity,
                                   struct flow_report_page *page_out) TILL_CHECKED;
void report_team_close(struct app *app);

/* report_about.c: papers, reason and time of one exception; those that have none stay empty. */
void report_about(struct app *app, struct flow_report_row *row);

/* report_print.c: one paper of it; its end comes as EVENT_PRINTED with seq 0. whose: who and which
 * meter book it is about; "" = all. */
void report_print(struct app *app, const struct flow_report_ask *ask);
void report_whose(struct app *app, const struct flow_report_page *page, char out[SCREEN_TEXT_MAX]);

/* report_files.c: EVENT_STICK tells the end. step: TILL_BUSY: there is more to do; else statuses of
 * stick.h. TILL_TOO_LARGE: every name is taken. name: the last file's; NULL = there is no work. */
void report_file_begin(struct app *app, const struct flow_report_ask *ask);
enum till_status report_file_step(struct app *app, bool *begun, uint64_t *files_out) TILL_CHECKED;
const char *report_file_name(const struct app *app);
/* What its file is called, without number and ending. */
enum { REPORT_BASE_MAX = 52 };
void report_file_base(const struct app *app, const struct flow_report_page *page,
                      char out[REPORT_BASE_MAX]);
void report_file_close(struct app *app);

/* report_send.c: EVENT_REPORT_SENT tells the end. take: false where it is not about that. */
void report_send(struct app *app, const struct flow_report_ask *ask);
bool report_send_take(struct app *app, const struct local_message *m);
void report_send_step(struct app *app);

/* list_make.c: answered by EVENT_LIST. make: TILL_UNCHANGED: nothing was collected there that the
 * office may not know. TILL_TOO_LARGE: more than 99 pages. page: TILL_NOT_FOUND. */
void list_make(struct app *app, const char *meter_book);
void list_page(struct app *app, int64_t page);
/* The whole of it as a file of its name; TILL_NOT_FOUND: none was made. TILL_TOO_LARGE. */
enum till_status list_file(const struct app *app, char name_out[STICK_FILE_NAME_MAX],
                           struct buffer *out, size_t *accounts_out) TILL_CHECKED;
void list_close(struct app *app);

/* list_take.c. open: after each book that comes; what its holders no longer vouch for goes.
 * scan: answered by EVENT_LIST (flow.h, FLOW_TAKE). file: a list as a stick brings it; both:
 *   TILL_E_PROTOCOL   no list, or not whole
 *   TILL_NOT_FOUND    of a terminal that held none of these meter books
 *   TILL_E_SIGNATURE  altered, or not that terminal's
 *   TILL_REFUSED      the office knew all of it when it made the book
 *   TILL_BAD_INPUT    none of its customers is here
 *   TILL_UNCHANGED    it was taken already
 *   TILL_BUSY         scan: a page of another list than the one that is begun */
void taken_open(struct app *app);
void taken_scan(struct app *app, const char *text);
enum till_status taken_file(struct app *app, struct span text, size_t *accounts_out) TILL_CHECKED;
/* Whose list has the customer; a holder of their meter book who has not reported since. */
void taken_lay_over(const struct app *app, struct customer_view *view);
void taken_close(struct app *app);

/* app.c, bar.c */
void app_show(struct app *app);
void bar_show(struct app *app, struct screen *screen);

/* book_apply.c */
/* Begin to apply a book from the spool; the steps below do it. TILL_UNCHANGED: it is the one that
 * stands. TILL_BUSY: another is on its way. TILL_E_FORK: it knows records that are not here.
 * TILL_NO_BOOK: a delta over another book than ours. TILL_REFUSED: older than the last one. */
enum till_status book_apply(struct app *app, const char *path,
                            const struct book_manifest *manifest) TILL_CHECKED;
/* A slice of it, about 15 ms. True when it has ended, by the status; the book is then swapped. */
bool book_apply_step(struct app *app, enum till_status *status_out);
void book_apply_abandon(struct app *app);
/* Open the book that lies here, its rows sealed by this device. Statuses of book_open; one of
 * another terminal is journalled, removed, and TILL_E_CORRUPT. */
enum till_status book_load(struct app *app) TILL_CHECKED;
/* Close and remove it; it is fetched anew. */
void book_drop(struct app *app);
/* What seals the rows of this device's book; a key of its own, so that no row passes for a PIN
 * check. The caller closes *keyed_out after the last use of the mac. */
enum till_status book_seal_of(const uint8_t secret[HASH_SIZE], struct crypto_mac **keyed_out,
                              struct book_mac *mac_out) TILL_CHECKED;
/* Close the book, and what was on its way. */
void book_unload(struct app *app);
/* Journal the book that stands, where a cut came between its rename and its record. */
enum till_status book_note(struct app *app) TILL_CHECKED;

/* orders.c: limits and messages into app->ordered and app->messages. */
void orders_open(struct app *app);
void orders_take(struct app *app, struct span text); /* a signed statement, as it came */

#endif
