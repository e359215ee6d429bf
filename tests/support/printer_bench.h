/*
 * A driver for ESC/POS printers at work: a board with that one real device, and the printer that
 * the test plays (escpos_peer.h), taking turns. cmocka's assertions inside.
 */
#ifndef TILL_PRINTER_BENCH_H
#define TILL_PRINTER_BENCH_H

#include "escpos_peer.h"
#include "printer.h"

struct printer_bench {
    struct escpos_peer peer;
    struct board board;
};

void printer_bench_init(struct printer_bench *b);
void printer_bench_free(struct printer_bench *b);
/* A board whose [printer] section has these lines. */
enum till_status printer_bench_open(struct printer_bench *b, const char *printer,
                                    char message_out[256]) TILL_CHECKED;
/* The printer listens, and the board has it, with more options. */
void printer_bench_open_tcp(struct printer_bench *b, const char *more);
/* The printer is at a pseudo terminal: driver escpos_serial or escpos_usb. */
void printer_bench_open_pty(struct printer_bench *b, const char *driver, const char *more);

/* Write it all, with the printer at work. Gives up at the first status that isn't TILL_OK.
 * TILL_BUSY: it didn't take it all. */
enum till_status printer_bench_write(struct printer_bench *b, const void *bytes,
                                     size_t size) TILL_CHECKED;
/* Until the job is done or over. */
enum till_status printer_bench_settle(struct printer_bench *b) TILL_CHECKED;
/* Until its state is that, at most so long; what it was in the end. */
enum till_status printer_bench_wait(struct printer_bench *b, enum till_status wanted,
                                    long at_most_ms) TILL_CHECKED;
/* The state as it is told now. */
struct printer_state printer_bench_state(struct printer_bench *b);
/* A job of one line, from the first byte to the last: it must succeed. */
void printer_bench_prints(struct printer_bench *b, const char *line);

/* A raster of the whole width, every byte a DLE EOT in the making, between two lines; job_out takes
 * rows * 48 + 40 bytes. */
size_t printer_bench_job(uint8_t *job_out, unsigned rows);

long printer_bench_now_ms(void);
void printer_bench_pause_ms(long ms);

#endif
