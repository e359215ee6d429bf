/*
 * Inside of the machine: shared by machine*.c, by nobody else.
 */
#ifndef TILL_MACHINE_INSIDE_H
#define TILL_MACHINE_INSIDE_H

#include "backoff.h"
#include "crypto.h"
#include "line_trust.h"
#include "machine.h"

#define CONTENT_JSON "application/json"
#define CONTENT_BATCH "application/vnd.fieldtill.batch"
#define CONTENT_CSV "text/csv"

enum {
    ANSWER_MAX = 16 * 1024, /* of a head, a manifest, an enrolment */
    DEADLINE_MS = 30 * 1000,
    MESSAGES_SIZE = 48 * 1024, /* all bodies of one event: an enrolment answer is the largest */
    BEARER_GPRS = 1            /* as LOCAL_NETWORK numbers them */
};

enum job {
    JOB_NONE,
    JOB_AUTHORITY, /* GET /v1/authority, nobody checked */
    JOB_ENROL,     /* POST /v1/enrol */
    JOB_SAVE,      /* the driver stores the identity */
    JOB_HEAD,      /* GET /v1/head, GET /v1/head/TAG */
    JOB_WANT,      /* the terminal makes a batch */
    JOB_JOURNAL,   /* POST /v1/journal */
    JOB_ORDERS,    /* GET /v1/orders */
    JOB_STICK,     /* GET /v1/stick */
    JOB_MANIFEST,  /* GET /v1/book, GET /v1/book/since/REV */
    JOB_BOOK,      /* GET /v1/book/REV, GET /v1/book/REV/SINCE */
    JOB_KEEP,      /* the driver checks and stores the book */
    JOB_QUERY,     /* GET of what somebody waits for */
    JOB_CSR,       /* the driver makes a key to be certified next */
    JOB_RENEW,     /* POST /v1/renew */
    JOB_SAVE_RENEWED,
    JOB_TRUST,      /* GET /v1/trust */
    JOB_TRUST_OPEN, /* the same, nobody checked */
    JOB_SAVE_TRUST,
    JOB_TELL,  /* GET /v1/trust/SERIAL: what we hold */
    JOB_REPORT /* POST /v1/reports/NAME/USER/AT */
};

/* What the terminal asked the host, by its own words. */
struct querying {
    bool active; /* nobody has answered yet */
    uint32_t id;
    int64_t until_ms;
    char path[TRANSPORT_PATH_MAX];
};

/* A report as a file that is on its way; only while the terminal is connected. */
struct sending {
    bool active;
    uint32_t id;
    struct backoff wait;
    char path[TRANSPORT_PATH_MAX];
    size_t size;
    uint8_t content[LOCAL_REPORT_SIZE_MAX];
};

/* A new certificate for the line, before the one in force runs out. */
struct renewing {
    int64_t from_s, until_s; /* when to begin; when the present one ends. 0: no date is known */
    bool must;               /* the host says that it has run out */
    bool refused;            /* it does not renew it: somebody at the office must allow that */
    struct backoff wait;
    uint8_t line_public[PUBLIC_KEY_SIZE];
    char request[ENROL_PEM_MAX + 64];
    size_t request_size;
    struct line_identity identity;
};

/* Another authority. */
struct trusting {
    bool open;   /* the host's certificate is by one that we don't know: ask nobody in particular */
    bool wanted; /* a renewal failed for lack of it */
    bool told;   /* the host knows which statement we hold */
    struct backoff wait;
    struct line_identity identity;
};

struct enrolling {
    bool active;
    uint32_t id;
    int64_t until_ms; /* after which the terminal gets its refusal */
    struct backoff wait;
    struct enrol_ticket ticket;
    uint8_t line_public[PUBLIC_KEY_SIZE];
    bool has_authority;
    char authority_pem[ENROL_PEM_MAX];
    int64_t authority_from_s;
    uint8_t request[ENROL_MESSAGE_MAX];
    size_t request_size;
    uint8_t answer[ENROL_MESSAGE_MAX]; /* holds the device secret until it is passed on */
    size_t answer_size;
    struct line_identity identity;
};

struct machine {
    struct machine_config config;
    struct jitter jitter;
    struct machine_time now; /* of the event that came last */

    /* who we are */
    bool enrolled;
    struct line_identity identity;
    struct crypto_key *statement_key;
    struct sealer host; /* over statement_key */
    int64_t authority_from_s;
    struct enrolling enrolling;
    struct trust trust; /* the statement that we hold; serial 0: none */
    struct trusting trusting;

    /* the terminal, as it last said */
    bool connected;
    bool is_ours; /* it bears the number that we are enrolled under */
    struct local_network network;
    bool pending_known;
    struct local_pending pending;

    /* the host, as its last head said */
    bool host_known;
    uint64_t host_seq;
    uint64_t host_book;
    uint64_t host_orders;
    uint64_t host_trust;
    bool head_first;             /* it lacks earlier entries: ask where to begin */
    char host_tag[HEAD_TAG_MAX]; /* of that head; "" = none */
    bool plain_heads;            /* it is older than tags */
    int64_t clock_off_s;         /* by how much our clock is ahead of it; 0 before a head */
    bool clock_told;             /* a head has said so */
    int64_t epoch_s;             /* our clock less the monotonic one; a jump changes it */
    bool epoch_known;
    bool doubt_dates; /* dates don't fit: whose clock is it? The next head says */

    /* what runs */
    enum job job;
    uint32_t next_id;
    uint32_t want_id;
    int64_t want_until_ms;
    struct local_want want;
    int format;             /* of batches: the newest, until the host says that it can't read it */
    uint64_t batch_last;    /* seq of the last entry in the batch */
    uint64_t nothing_at;    /* the terminal had nothing to send at this head; 0 = it had */
    uint32_t needs_earlier; /* NEED_EARLIER answers since a batch went through */
    struct book_manifest manifest;
    char manifest_text[4096];
    size_t manifest_size;
    uint64_t part_size; /* of the manifest's book, how much has come; the rest is asked for */
    bool has_part;      /* the manifest is of a book that comes piece by piece */
    struct querying query;
    struct sending sending;
    struct renewing renewing;
    struct spooled_book spooled;
    bool announced; /* LOCAL_BOOK was sent on this connection */
    char orders_text[STATEMENT_MAX + 1];
    uint64_t orders_serial; /* of that text; 0 = none */
    uint64_t orders_told;   /* sent on this connection */
    bool stick_asked;       /* its key was asked for in this run */

    /* when to go on */
    struct backoff line, upload, books, orders;
    int64_t poll_ms;

    /* what is said to the terminal */
    int status;
    int upload_status; /* why uploads wait; TILL_OK where they don't */
    int64_t last_contact_s;
    uint64_t bytes_today;
    int64_t day, day_ends_ms; /* in the zone of the terminal */
    char zone[SITE_ZONE_MAX]; /* kept while the terminal is away */
    bool zone_known;          /* it has said something: "" = UTC */
    bool insisted;            /* somebody pressed "send now": no budget, until all is done */
    bool link_said;
    struct local_link link;
    int64_t link_due_ms;

    uint8_t batch[BATCH_PACKED_MAX];
    size_t batch_size;
    uint8_t messages[MESSAGES_SIZE];
    struct buffer bodies; /* over messages, emptied at each event */
};

/* ---- machine.c ------------------------------------------------------------------------------- */
struct action *machine_add(struct actions *out, enum action_type type);
/* A copy of body goes to the terminal. */
void machine_send(struct machine *m, uint32_t id, enum local_type type, struct span body,
                  struct actions *out);
void machine_refuse(struct machine *m, uint32_t id, int status, const char *text,
                    struct actions *out);
void machine_cancel(struct machine *m, struct actions *out);
bool machine_has_network(const struct machine *m);
/* Take over an identity: keys for checking statements, and the dates to check clocks by. */
enum till_status machine_adopt(struct machine *m,
                               const struct line_identity *identity) TILL_CHECKED;
/* The way to the host failed, or led to it again. */
void machine_line_failed(struct machine *m, struct machine_time t, int status);
/* Does a refusal speak of this terminal, not of what it asked? Then nothing else will do either. */
bool machine_is_shut_out(int status);
void machine_line_worked(struct machine *m, struct machine_time t);

/* ---- machine_link.c -------------------------------------------------------------------------- */
/* When the next thing is to be started, if nothing runs; -1 = nothing is planned. */
int64_t machine_due_ms(const struct machine *m);
/* LOCAL_LINK, if it would say anything new. */
void machine_say_link(struct machine *m, struct machine_time t, struct actions *out);

/* ---- machine_jobs.c -------------------------------------------------------------------------- */
/* Start what is due: something is, nothing runs, and there is a way to the host. */
void machine_step(struct machine *m, struct machine_time t, struct actions *out);
bool machine_wants_upload(const struct machine *m);
bool machine_wants_book(const struct machine *m);
bool machine_wants_orders(const struct machine *m);
/* The host's key for sticks: once a run, when all else is done. */
bool machine_wants_stick(const struct machine *m);
void machine_announce_orders(struct machine *m, struct actions *out);
void machine_take_batch(struct machine *m, struct machine_time t, struct span packed,
                        struct actions *out);

/* A request to the host with our certificate; the caller sets path and body. */
struct transport_request *machine_start(struct machine *m, struct machine_time t, enum job job,
                                        struct actions *out);
bool machine_ignores_dates(const struct machine *m, struct machine_time t);

/* ---- machine_pace.c: how much at once, and how much a day ------------------------------------ */
uint32_t machine_batch_entries(const struct machine *m);
uint64_t machine_piece_size(const struct machine *m);
int64_t machine_poll_interval_ms(const struct machine *m);
/* Is the day's budget spent, for records and for books? Questions, heads and orders always go. */
bool machine_money_waits(const struct machine *m);
bool machine_books_wait(const struct machine *m);

/* ---- machine_book.c -------------------------------------------------------------------------- */
void machine_ask_book(struct machine *m, struct machine_time t, struct actions *out);
void machine_take_manifest(struct machine *m, struct machine_time t,
                           const struct transport_answer *answer, struct actions *out);
void machine_take_book(struct machine *m, struct machine_time t,
                       const struct transport_answer *answer, struct actions *out);
void machine_book_broke(struct machine *m, const struct transport_answer *answer);
void machine_take_kept(struct machine *m, struct machine_time t, enum till_status status,
                       const char *path);
/* From an earlier run: the text of a manifest and how much of its book lies in the spool. */
void machine_take_part(struct machine *m, const char *manifest_text, uint64_t size);
void machine_announce_book(struct machine *m, struct actions *out);
/* A book in the spool that is applied, or is a delta over another book than the terminal's. */
void machine_drop_spooled(struct machine *m, struct actions *out);

/* ---- machine_query.c ------------------------------------------------------------------------- */
void machine_query_begin(struct machine *m, struct machine_time t, uint32_t id,
                         uint32_t deadline_ms, const struct local_query *query,
                         struct actions *out);
void machine_query_step(struct machine *m, struct machine_time t, struct actions *out);
void machine_query_answered(struct machine *m, struct machine_time t,
                            const struct transport_answer *answer, struct actions *out);
void machine_query_refuse(struct machine *m, int status, struct actions *out);

/* ---- machine_report.c ------------------------------------------------------------------------ */
void machine_report_begin(struct machine *m, uint32_t id, const struct local_report *report,
                          struct actions *out);
bool machine_wants_report(const struct machine *m);
void machine_report_step(struct machine *m, struct machine_time t, struct actions *out);
void machine_report_answered(struct machine *m, struct machine_time t,
                             const struct transport_answer *answer, struct actions *out);

/* ---- machine_renew.c ------------------------------------------------------------------------- */
void machine_renew_plan(struct machine *m);
/* When a new certificate is to be asked for; -1 = not yet. */
int64_t machine_renew_due_ms(const struct machine *m);
void machine_renew_step(struct machine *m, struct actions *out);
void machine_renew_csr(struct machine *m, struct machine_time t, enum till_status status,
                       const char *csr, const uint8_t line_public[PUBLIC_KEY_SIZE],
                       struct actions *out);
void machine_renew_answered(struct machine *m, struct machine_time t,
                            const struct transport_answer *answer, struct actions *out);
void machine_renew_saved(struct machine *m, struct machine_time t, enum till_status status,
                         struct actions *out);

/* ---- machine_trust.c ------------------------------------------------------------------------- */
bool machine_wants_trust(const struct machine *m);
/* The host counts who knows, while two authorities stand. */
bool machine_wants_to_tell(const struct machine *m);
void machine_trust_step(struct machine *m, struct machine_time t, struct actions *out);
void machine_tell_step(struct machine *m, struct machine_time t, struct actions *out);
/* open: nobody was checked, and the line stays broken unless it helps. */
void machine_trust_answered(struct machine *m, struct machine_time t, bool open,
                            const struct transport_answer *answer, struct actions *out);
void machine_trust_saved(struct machine *m, struct machine_time t, enum till_status status,
                         struct actions *out);
void machine_told(struct machine *m, struct machine_time t, const struct transport_answer *answer);

/* ---- machine_answers.c ----------------------------------------------------------------------- */
void machine_take_answer(struct machine *m, struct machine_time t, enum job job,
                         const struct transport_answer *answer, struct actions *out);
/* What a refusing HTTP answer says; TILL_E_PROTOCOL where it is none of ours. */
struct wire_error machine_read_refusal(const struct transport_answer *answer);

/* ---- machine_enrol.c ------------------------------------------------------------------------- */
void machine_enrol_begin(struct machine *m, struct machine_time t,
                         const struct machine_enrolment *enrolment, struct actions *out);
void machine_enrol_step(struct machine *m, struct machine_time t, struct actions *out);
void machine_enrol_answered(struct machine *m, struct machine_time t, enum job job,
                            const struct transport_answer *answer, struct actions *out);
void machine_enrol_failed(struct machine *m, struct machine_time t, int status, const char *text,
                          struct actions *out);
void machine_enrol_saved(struct machine *m, struct machine_time t, enum till_status status,
                         struct actions *out);
/* Wipes what was secret. */
void machine_enrol_forget(struct machine *m);

/* ---- both ------------------------------------------------------------------------------------ */
/* Dates can't be checked by a clock that is provably behind: older than this software's first day,
 * or than the authority's own certificate. */
bool machine_clock_is_behind(struct machine_time t, int64_t authority_from_s);
/* Deadline of a small exchange with so many bytes to send. */
uint32_t machine_deadline_ms(size_t body_size);

#endif
