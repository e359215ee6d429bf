/*
 * The local socket between the terminal and fieldtill-sync: unix SOCK_SEQPACKET, one datagram a
 * message. Sync listens (mode 0600), the terminal connects and reconnects; each survives the
 * other's death at any moment, because nothing here is truth: what is not acknowledged is asked
 * for again.
 *
 *   id (u32) ‖ type (u16) ‖ deadline_ms (u32) ‖ body
 *
 * An answer bears the id of what it answers; events of sync bear 0. Bodies are JSON, except where
 * said. Sync decides when to send (link, back-off, budget) and asks for a batch; the terminal
 * alone writes the journal and the book.
 */
#ifndef TILL_LOCAL_H
#define TILL_LOCAL_H

#include "batch.h"
#include "enrol.h"
#include "site.h"

enum { LOCAL_MESSAGE_MAX = BATCH_PACKED_MAX + 64, LOCAL_PATH_MAX = 104 };

enum local_type {
    /* terminal -> sync */
    LOCAL_HELLO = 1,        /* {"version","terminal","protocol":1}; first on every connection */
    LOCAL_NETWORK = 2,      /* struct local_network, at each change */
    LOCAL_PENDING = 3,      /* {"head","acknowledged","book","orders","stick"?} after each commit */
    LOCAL_BATCH = 4,        /* answers WANT; body is a packed batch; empty: nothing to send */
    LOCAL_ENROL = 5,        /* {"ticket":…,"journal_csr":…} */
    LOCAL_NOW = 6,          /* {} : forget the back-off, try now */
    LOCAL_BOOK_APPLIED = 7, /* {"revision"}: the spooled file may go */
    LOCAL_QUERY = 8,        /* {"what","argument"}; deadline_ms says how long somebody waits; a new
                               one takes the place of the one before */
    LOCAL_REPORT = 9,       /* struct local_report: a copy for the office; a new one takes the place
                               of the one before. It goes when records have gone, is tried until it
                               is taken or refused, and is forgotten with the connection */
    LOCAL_ENDED = 10,       /* as HELLO: the number that was ended on this device. Nothing that was
                               kept of it stays; answered by FORGOTTEN */
    /* sync -> terminal */
    LOCAL_LINK = 32,     /* struct local_link, at each change */
    LOCAL_WANT = 33,     /* {"from","entries","format"?}: answer with LOCAL_BATCH */
    LOCAL_HEAD = 34,     /* body is a signed head statement, checked by sync and once more by the
                            terminal, which pays 2 ms so that a broken sync can't lose money */
    LOCAL_BOOK = 35,     /* {"path":…,"manifest":…}: a whole book lies there */
    LOCAL_ENROLLED = 36, /* body is the host's enrolment answer */
    LOCAL_ORDERS = 38,   /* body is a signed orders statement, checked by sync and the terminal */
    LOCAL_REFUSED =
        37, /* struct wire_error; answers ENROL, QUERY and REPORT, or tells why a batch was
                            refused */
    LOCAL_ANSWER = 39,   /* answers QUERY: the host's JSON as it came */
    LOCAL_SENT = 41,     /* answers REPORT: the host has it; no body */
    LOCAL_STICK = 40,    /* body is the signed key for sticks, checked by the terminal */
    LOCAL_FORGOTTEN = 42 /* answers ENDED: nothing of that number is here; no body */
};

enum local_link_state {
    LINK_NO_NETWORK = 0,
    LINK_NOT_ENROLLED = 1,
    LINK_IDLE = 2, /* connected when last tried; nothing to send */
    LINK_WORKING = 3,
    LINK_BACKING_OFF = 4 /* status says why; next_try_s when */
};
struct local_link {
    enum local_link_state state;
    /* Why it does not go, or TILL_OK: TILL_NO_NETWORK, TILL_AIRPLANE, TILL_TIMEOUT (the host is not
     * reached), TILL_BUSY, TILL_LOGIN_PAGE, TILL_WRONG_HOST, TILL_CLOCK_WRONG (ours; it goes on
     * all the same), TILL_CERT_EXPIRED (ours), TILL_HOST_EXPIRED, TILL_REVOKED, TILL_NOT_ENROLLED
     * and TILL_REFUSED (it knows another device by this number), TILL_BUDGET, or what went
     * wrong. */
    int status;
    int64_t last_contact_s; /* UTC; 0 = never */
    int64_t next_try_s;     /* UTC; 0 = none planned */
    uint64_t bytes_today;   /* both ways, as a carrier would count them; estimated */
    uint64_t budget_bytes;  /* a day, as LOCAL_NETWORK said; 0 = none */
};

struct local_message {
    uint32_t id;
    uint16_t type;
    uint32_t deadline_ms;
    struct span body; /* points into the receive buffer */
};
/* TILL_TOO_LARGE: over out's capacity or LOCAL_MESSAGE_MAX. TILL_E_PROTOCOL: no message. */
enum till_status local_encode(const struct local_message *m, struct buffer *out) TILL_CHECKED;
enum till_status local_decode(struct span datagram, struct local_message *message_out) TILL_CHECKED;

/* Bodies. Readers answer TILL_E_PROTOCOL for anything else than the form above. */
struct local_pending {
    uint64_t head, acknowledged, book, orders;
    bool wants_stick; /* it takes sticks and has no key of the host for them: "stick":1, else left
                         out */
};
struct local_want {
    uint64_t from;
    uint32_t entries;
    int format; /* of the batch; left out where it is 1, and 0 is written as 1 */
};
struct local_hello {
    char version[VERSION_MAX];
    char terminal[TERMINAL_MAX]; /* "" = not enrolled */
    int protocol;
};
struct local_network {
    int bearer; /* 0 none, 1 GPRS, 2 4G, 3 wired */
    bool airplane;
    bool has_signal;          /* false: how good it is is not known */
    int signal;               /* 0 … 100 */
    uint64_t budget_bytes;    /* a day, of a SIM that is paid by the byte; 0 = none */
    char zone[SITE_ZONE_MAX]; /* in which that day ends; "" = UTC, and left out */
};
enum local_query_type {
    QUERY_CUSTOMER = 1, /* argument: an account */
    QUERY_RECEIPT = 2,  /* argument: TERMINAL/SEQ/HASH, the hash as 64 hex digits */
    QUERY_TEAM = 3,     /* argument: "" */
    QUERY_REPORT = 4    /* argument: query_page_ask_write */
};
enum { LOCAL_ARGUMENT_MAX = 120, LOCAL_ANSWER_MAX = 12 * 1024 };
struct local_query {
    enum local_query_type what;
    char argument[LOCAL_ARGUMENT_MAX]; /* letters, digits, "-", "." and "/" alone */
};
/* Not JSON: name, user and at_s, each ended by LF, then the file as it is. */
enum { LOCAL_REPORT_NAME_MAX = 64, LOCAL_REPORT_SIZE_MAX = 60 * 1024 };
struct local_report {
    char name[LOCAL_REPORT_NAME_MAX]; /* see local_report_name_is_valid */
    char user[USER_MAX];              /* who sends it */
    int64_t at_s;                     /* > 0 */
    struct span content;              /* 1 to LOCAL_REPORT_SIZE_MAX; points into what was read */
};
struct local_enrol {
    char ticket[512];
    char journal_csr[ENROL_PEM_MAX];
};
struct local_book {
    char path[256];
    char manifest[4096];
};
enum till_status local_write_hello(const struct local_hello *v, struct buffer *out) TILL_CHECKED;
enum till_status local_read_hello(struct span json, struct local_hello *out) TILL_CHECKED;
enum till_status local_write_network(const struct local_network *v,
                                     struct buffer *out) TILL_CHECKED;
enum till_status local_read_network(struct span json, struct local_network *out) TILL_CHECKED;
enum till_status local_write_pending(const struct local_pending *v,
                                     struct buffer *out) TILL_CHECKED;
enum till_status local_read_pending(struct span json, struct local_pending *out) TILL_CHECKED;
enum till_status local_write_want(const struct local_want *v, struct buffer *out) TILL_CHECKED;
enum till_status local_read_want(struct span json, struct local_want *out) TILL_CHECKED;
enum till_status local_write_link(const struct local_link *v, struct buffer *out) TILL_CHECKED;
enum till_status local_read_link(struct span json, struct local_link *out) TILL_CHECKED;
enum till_status local_write_enrol(const struct local_enrol *v, struct buffer *out) TILL_CHECKED;
enum till_status local_read_enrol(struct span json, struct local_enrol *out) TILL_CHECKED;
enum till_status local_write_book(const struct local_book *v, struct buffer *out) TILL_CHECKED;
enum till_status local_read_book(struct span json, struct local_book *out) TILL_CHECKED;
enum till_status local_write_query(const struct local_query *v, struct buffer *out) TILL_CHECKED;
enum till_status local_read_query(struct span json, struct local_query *out) TILL_CHECKED;
/* 5 to 63 of [0-9A-Za-z_-] and single dots, no dot in front, ".csv" behind. */
bool local_report_name_is_valid(const char *name);
/* TILL_BAD_INPUT, TILL_TOO_LARGE. */
enum till_status local_write_report(const struct local_report *v, struct buffer *out) TILL_CHECKED;
enum till_status local_read_report(struct span body, struct local_report *out) TILL_CHECKED;
enum till_status local_write_book_applied(uint64_t revision, struct buffer *out) TILL_CHECKED;
enum till_status local_read_book_applied(struct span json, uint64_t *revision_out) TILL_CHECKED;

/* ---- the socket, both ends ------------------------------------------------------------------- */

/* Non-blocking, close-on-exec descriptors; the caller closes them. TILL_DEVICE_OFFLINE: nobody
 * listens there. TILL_E_IO. listen replaces a stale socket file, never one that is answered:
 * TILL_BUSY then. TILL_BAD_INPUT: the path is over LOCAL_PATH_MAX. Every descriptor passes a
 * datagram of LOCAL_MESSAGE_MAX. accept: TILL_UNCHANGED: nobody waits. None blocks. */
enum till_status local_connect(const char *path, int *fd_out) TILL_CHECKED;
enum till_status local_listen(const char *path, int *fd_out) TILL_CHECKED;
enum till_status local_accept(int listener, int *fd_out) TILL_CHECKED;
/* TILL_BUSY: the peer's queue is full, try later. TILL_DEVICE_OFFLINE: it is gone.
 * TILL_TOO_LARGE: over LOCAL_MESSAGE_MAX. */
enum till_status local_send(int fd, const struct local_message *m) TILL_CHECKED;
/* memory: LOCAL_MESSAGE_MAX bytes. TILL_UNCHANGED: nothing waits. TILL_DEVICE_OFFLINE: gone.
 * TILL_E_PROTOCOL: a datagram came that is no message; the connection is best closed. */
enum till_status local_receive(int fd, uint8_t *memory,
                               struct local_message *message_out) TILL_CHECKED;

#endif
