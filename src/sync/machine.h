/*
 * The line's state machine: what to send, to whom, and when.
 *
 * Pure: events go in with the time, actions come out; it knows no clock, socket, file or curl, and
 * its randomness is a seed. Who drives it performs the actions in their order and then tells it
 * what became of them.
 *
 *   upload    while the terminal has entries that the host has not: WANT -> BATCH -> POST -> HEAD.
 *             Where to go on is what the host's latest head says, even if that is lower than what
 *             was acknowledged once (a host restored from its backup).
 *   orders    when a head names newer ones: the statement into the spool, LOCAL_ORDERS once on each
 *             connection until the terminal has that serial.
 *   book      when a head names a newer one: manifest, content into the spool, LOCAL_BOOK. What the
 *             terminal has is named, so that the host may give what changed since.
 *   news      GET /v1/head/TAG when there was no contact for a while: nothing comes back while
 *             nothing is new.
 *   questions of the terminal go before all else: somebody waits.
 *   renewal   POST /v1/renew when a third of the line certificate's life is left, or when another
 *             authority is to certify it.
 *   trust     GET /v1/trust when a head names newer word on the authorities; also, with nobody
 *             checked, where the host's certificate is by one that is not known: what comes proves
 *             itself, and nothing is sent.
 *   pace      batches and pieces of books are as large as the link is good; what a SIM may carry in
 *             a day is kept to: books wait first, then records, orders and heads never.
 *   failures  of the way to the host hold everything back, of a batch only uploads, of a book only
 *             books. LOCAL_NOW, a network that came back, and success end the waiting.
 *
 * Without a terminal on the socket, or with a terminal that says there is no network, nothing is
 * attempted and no connection stays open: the terminal owns the radio.
 *
 * Memory: spans and pointers in actions are valid until the next call.
 */
#ifndef TILL_MACHINE_H
#define TILL_MACHINE_H

#include "line_identity.h"
#include "local.h"
#include "statement.h"
#include "transport.h"

enum {
    MACHINE_ACTIONS_MAX = 12,
    MACHINE_POLL_MS = 15 * 60 * 1000,
    MACHINE_POLL_GPRS_MS = 30 * 60 * 1000,
    MACHINE_BATCH_WAIT_MS = 10 * 1000,
    MACHINE_POLL_SPENT_MS = 2 * 3600 * 1000, /* the day's budget is used up */
    MACHINE_ENROL_MS = 60 * 1000,            /* where LOCAL_ENROL names no deadline */
    MACHINE_QUERY_MS = 15 * 1000             /* where LOCAL_QUERY names none */
};
#define MACHINE_BOOK_PACKED_MAX (UINT64_C(64) << 20)
#define MACHINE_BOOK_PLAIN_MAX (UINT64_C(1) << 30)

struct machine_time {
    int64_t now_ms; /* monotonic */
    int64_t wall_s; /* UTC, as this device believes */
};

enum action_type {
    ACTION_SEND,        /* message to the terminal */
    ACTION_REQUEST,     /* start request; its answer comes to machine_answered */
    ACTION_CANCEL,      /* forget the running request, close all connections */
    ACTION_SAVE,        /* store identity with the enrolling key; tell machine_saved */
    ACTION_KEEP_BOOK,   /* check the fetched book against the manifest and store both durably; tell
                         machine_book_kept */
    ACTION_DROP_BOOK,   /* revision is applied or replaced: remove it from the spool */
    ACTION_KEEP_ORDERS, /* store the text; nothing is told back: it can be fetched again */
    ACTION_BEGIN_PART,  /* a book begins to come: drop what lies of another, store the manifest's
                           text beside; nothing is told back */
    ACTION_MAKE_CSR,    /* make or find the key that is certified next; tell machine_csr */
    ACTION_SAVE_TRUST   /* store identity's authorities, its key stays; tell machine_saved */
};

struct action {
    enum action_type type;
    struct local_message message;     /* SEND */
    struct transport_request request; /* REQUEST; where to_spool, the driver sets request.file */
    bool to_spool;
    const struct line_identity *identity; /* SAVE, SAVE_TRUST */
    const struct book_manifest *manifest; /* KEEP_BOOK */
    struct span manifest_text;            /* KEEP_BOOK, BEGIN_PART */
    struct span orders_text;              /* KEEP_ORDERS */
    uint64_t revision;                    /* REQUEST to_spool, KEEP_BOOK, DROP_BOOK */
};

struct actions {
    struct action items[MACHINE_ACTIONS_MAX];
    size_t count;
};

struct machine;

struct machine_config {
    uint64_t seed;
    char version[VERSION_MAX];
    const char *orders; /* signed text that waits in the spool from an earlier run; NULL = none */
    const struct spooled_part *part; /* NULL = none */
    uint64_t bytes_today;            /* what was carried already, */
    int64_t day;                     /* on that day since 1970 */
};

/* A book of which a part came in an earlier run. */
struct spooled_part {
    uint64_t size;       /* bytes that lie there; 0 = none */
    char manifest[4096]; /* the signed text */
};

/* A book that waits in the spool from an earlier run. */
struct spooled_book {
    uint64_t revision; /* 0 = none */
    uint64_t since;    /* the machine's: of its manifest */
    char path[256];
    char manifest[4096]; /* the signed text */
};

/* identity: NULL = not enrolled; checked by line_identity_check. spooled: NULL = none; it is used
 * only if its manifest is signed for this identity. TILL_E_MEMORY, TILL_E_CORRUPT. */
enum till_status machine_create(const struct machine_config *config,
                                const struct line_identity *identity,
                                const struct spooled_book *spooled,
                                struct machine **machine_out) TILL_CHECKED;
void machine_free(struct machine *m);

/* ---- events; `out` is emptied first ---------------------------------------------------------- */

/* A terminal said LOCAL_HELLO. */
void machine_connected(struct machine *m, struct machine_time t, const struct local_hello *hello,
                       struct actions *out);
void machine_disconnected(struct machine *m, struct machine_time t, struct actions *out);
void machine_network(struct machine *m, struct machine_time t, const struct local_network *network,
                     struct actions *out);
void machine_pending(struct machine *m, struct machine_time t, const struct local_pending *pending,
                     struct actions *out);
/* LOCAL_BATCH; id is of the WANT that it answers. */
void machine_batch(struct machine *m, struct machine_time t, uint32_t id, struct span packed,
                   struct actions *out);
void machine_try_now(struct machine *m, struct machine_time t, struct actions *out);
void machine_book_applied(struct machine *m, struct machine_time t, uint64_t revision,
                          struct actions *out);

/* LOCAL_ENROL, with the request for the line key that the driver has made or found. */
struct machine_enrolment {
    uint32_t id;
    uint32_t deadline_ms;
    struct enrol_ticket ticket;
    const char *journal_csr;
    const char *line_csr;
    uint8_t line_public[PUBLIC_KEY_SIZE];
};
void machine_enrol(struct machine *m, struct machine_time t,
                   const struct machine_enrolment *enrolment, struct actions *out);

/* LOCAL_QUERY. */
void machine_query(struct machine *m, struct machine_time t, uint32_t id, uint32_t deadline_ms,
                   const struct local_query *query, struct actions *out);

/* LOCAL_REPORT: a copy is taken of it. */
void machine_report(struct machine *m, struct machine_time t, uint32_t id,
                    const struct local_report *report, struct actions *out);

/* csr and line_public: of a key that is stored. */
void machine_csr(struct machine *m, struct machine_time t, enum till_status status, const char *csr,
                 const uint8_t line_public[PUBLIC_KEY_SIZE], struct actions *out);

void machine_answered(struct machine *m, struct machine_time t,
                      const struct transport_answer *answer, struct actions *out);
void machine_saved(struct machine *m, struct machine_time t, enum till_status status,
                   struct actions *out);
/* path: where the terminal finds it. */
void machine_book_kept(struct machine *m, struct machine_time t, enum till_status status,
                       const char *path, struct actions *out);
void machine_woken(struct machine *m, struct machine_time t, struct actions *out);

/* When to call machine_woken, monotonic; -1 = no need. Ask after each event. */
int64_t machine_wake_ms(const struct machine *m);

/* What was carried today, to be told to machine_create. */
uint64_t machine_spent(const struct machine *m, int64_t *day_out);

#endif
