/*
 * The book on the line: one canonical record a line, zstd around the whole.
 *
 *   {"t":"site",…}  once, first;  {"t":"user",…}  {"t":"meter_book",…}  {"t":"team",…}
 *   {"t":"holder",…}  for each who carried a meter book before and has not reported since
 *   {"t":"stock",…}  for each range of numbered paper that was issued to a user of the terminal
 *   {"t":"taken",…}  for each hand-over given there that was taken over on another terminal
 *   {"t":"explained",…}  for each difference of cash of it that the office explained
 *   then for each customer {"t":"customer",…} followed by its {"t":"bill",…} lines,
 *   then its {"t":"corrected",…} lines, where receipts of it were corrected
 *   {"t":"end","customers":N}  last
 *
 * A delta (manifest.since > 0) holds the same lines: site, users, meter books and team whole where
 * any of them changed, each customer that changed with all their bills, `gone` for those who left.
 * Applied over the revision it names it gives the very content of the whole book.
 *
 * Money in it is read by src/core/record, never by cJSON.
 */
#ifndef TILL_BOOK_TEXT_H
#define TILL_BOOK_TEXT_H

#include "book_row.h"
#include "record.h"

enum { BOOK_LINE_MAX = RECORD_SIZE_MAX };

enum book_line_type {
    BOOK_LINE_SITE,
    BOOK_LINE_USER,
    BOOK_LINE_METER_BOOK,
    BOOK_LINE_CUSTOMER,
    BOOK_LINE_BILL, /* of the customer before it */
    BOOK_LINE_END,
    BOOK_LINE_TEAM,      /* of a supervisor's terminal; stands after the meter books */
    BOOK_LINE_GONE,      /* of a delta: a customer who left */
    BOOK_LINE_HOLDER,    /* stands after the team */
    BOOK_LINE_CORRECTED, /* of the customer before it, after the bills */
    BOOK_LINE_STOCK,     /* stands after the holders */
    BOOK_LINE_TAKEN,     /* stands after the stock */
    BOOK_LINE_EXPLAINED, /* stands after those taken */
    BOOK_LINE_SKIPPED    /* read alone: of a newer host, that says of it "skip":1 */
};
/*
 * What a terminal understands, in the header Fieldtill-Book of requests for books; left out = 1.
 *   1  site, user (roles 1 to 4), meter_book, team, customer, bill, end, gone
 *   2  and holder, corrected
 *   3  and users of role 5, and lines of other types whose second field is "skip":1: they are
 *      passed over wherever they stand
 *   4  and stock; in the site banks, papers and late_receipt_days, in a user the dates of a deputy
 *   5  and taken, explained
 */
enum {
    BOOK_LINES_FIRST = 1,
    BOOK_LINES_HOLDERS = 2,
    BOOK_LINES_OFFICE = 3,
    BOOK_LINES_CASH = 4,
    BOOK_LINES_CUSTODY = 5,
    BOOK_LINES_NEWEST = BOOK_LINES_CUSTODY
};
#define BOOK_LINES_HEADER "Fieldtill-Book"
enum { BOOK_LINE_TYPES = BOOK_LINE_EXPLAINED + 1 };
struct book_text_line {
    enum book_line_type type;
    union {
        struct site site;
        struct book_user user;
        struct book_meter_book meter_book;
        struct book_customer customer; /* row is 0 */
        struct bill bill;
        struct book_team team;
        struct book_holder holder;
        struct book_corrected corrected;
        struct book_stock stock;
        struct book_taken taken;
        struct book_explained explained;
        char account[ACCOUNT_MAX]; /* GONE */
        uint32_t customers;        /* END: in the whole book afterwards */
    } as;
};

/* Append one line with its LF. TILL_TOO_LARGE, TILL_BAD_INPUT. */
enum till_status book_text_write(const struct book_text_line *line,
                                 struct buffer *out) TILL_CHECKED;
/* One line without LF. TILL_E_PROTOCOL. */
enum till_status book_text_read(struct span line, struct book_text_line *line_out) TILL_CHECKED;

/* ---- zstd in pieces, with a cap on what comes out -------------------------------------------- */

struct unpacker;
/* most_size: plain bytes after which TILL_TOO_LARGE is answered. Window at most 8 MiB. */
enum till_status unpacker_open(uint64_t most_size, struct unpacker **unpacker_out) TILL_CHECKED;
/* Consume some of *in (advanced), append to out until it is full or the input is used up. */
enum till_status unpacker_feed(struct unpacker *u, struct span *in,
                               struct buffer *out) TILL_CHECKED;
/* True once the frame ended whole. */
bool unpacker_done(const struct unpacker *u);
void unpacker_close(struct unpacker *u);

struct packer;
enum till_status packer_open(struct packer **packer_out) TILL_CHECKED;
/* Before the first feed: about so much is coming. A large book is packed a little less closely, in
 * an eighth of the time. */
enum till_status packer_expect(struct packer *p, uint64_t plain_size) TILL_CHECKED;
/* last: end the frame. out must have room for what comes; TILL_TOO_LARGE otherwise: call again
 * with an emptied buffer and the rest of *in. */
enum till_status packer_feed(struct packer *p, struct span *in, bool last,
                             struct buffer *out) TILL_CHECKED;
void packer_close(struct packer *p);

#endif
