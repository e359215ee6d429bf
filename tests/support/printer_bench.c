#include "printer_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { STEPS_MAX = 20000, PATIENCE_MS = 6000 };

void printer_bench_init(struct printer_bench *b)
{
    memset(b, 0, sizeof *b);
    assert_true(escpos_peer_init(&b->peer));
}

void printer_bench_free(struct printer_bench *b)
{
    hal_close(&b->board);
    escpos_peer_free(&b->peer);
}

enum till_status printer_bench_open(struct printer_bench *b, const char *printer,
                                    char message_out[256])
{
    char path[128];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/printer-XXXXXX",
             folder && strlen(folder) < 100 ? folder : "/tmp");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fprintf(file,
            "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\ndriver=system\n"
            "[printer]\nprofile=p\n%s",
            printer);
    fclose(file);
    enum till_status status = hal_open(path, &b->board, message_out);
    unlink(path);
    return status;
}

static void open_well(struct printer_bench *b, const char *printer)
{
    char message[256];
    if (printer_bench_open(b, printer, message) != TILL_OK) {
        fail_msg("%s", message);
    }
}

void printer_bench_open_tcp(struct printer_bench *b, const char *more)
{
    char printer[256];
    escpos_peer_listen(&b->peer);
    snprintf(printer, sizeof printer, "driver=escpos_tcp\naddress=127.0.0.1\nport=%u\n%s",
             b->peer.port, more);
    open_well(b, printer);
}

void printer_bench_open_pty(struct printer_bench *b, const char *driver, const char *more)
{
    char printer[256];
    escpos_peer_open_pty(&b->peer);
    snprintf(printer, sizeof printer, "driver=%s\ndevice=%s\n%s", driver, b->peer.name, more);
    open_well(b, printer);
}

void printer_bench_pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

long printer_bench_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum till_status printer_bench_write(struct printer_bench *b, const void *bytes, size_t size)
{
    struct span left = {bytes, size};
    for (int i = 0; i < STEPS_MAX && left.size > 0; i++) {
        size_t taken = 0;
        enum till_status status = printer_write(b->board.printer, left, &taken);
        left.data += taken;
        left.size -= taken;
        if (status != TILL_OK) {
            return status;
        }
        escpos_peer_step(&b->peer);
        if (taken == 0) {
            printer_bench_pause_ms(1);
        }
    }
    return left.size == 0 ? TILL_OK : TILL_BUSY;
}

enum till_status printer_bench_settle(struct printer_bench *b)
{
    enum till_status status = TILL_BUSY;
    for (int i = 0; i < STEPS_MAX && status == TILL_BUSY; i++) {
        escpos_peer_step(&b->peer);
        status = printer_settle(b->board.printer);
        if (status == TILL_BUSY) {
            printer_bench_pause_ms(1);
        }
    }
    return status;
}

struct printer_state printer_bench_state(struct printer_bench *b)
{
    struct printer_state now = {.status = TILL_BUSY};
    escpos_peer_step(&b->peer);
    assert_int_equal(printer_state(b->board.printer, &now), TILL_OK);
    escpos_peer_step(&b->peer);
    return now;
}

enum till_status printer_bench_wait(struct printer_bench *b, enum till_status wanted,
                                    long at_most_ms)
{
    long until_ms = printer_bench_now_ms() + at_most_ms;
    struct printer_state now = printer_bench_state(b);
    while (now.status != wanted && printer_bench_now_ms() < until_ms) {
        printer_bench_pause_ms(5);
        now = printer_bench_state(b);
    }
    return now.status;
}

void printer_bench_prints(struct printer_bench *b, const char *line)
{
    assert_int_equal(printer_bench_wait(b, TILL_OK, PATIENCE_MS), TILL_OK);
    assert_int_equal(printer_reset(b->board.printer), TILL_OK);
    assert_int_equal(printer_bench_write(b, line, strlen(line)), TILL_OK);
    assert_int_equal(printer_bench_settle(b), TILL_OK);
    assert_true(escpos_peer_paper_has(&b->peer, line));
}

size_t printer_bench_job(uint8_t *job_out, unsigned rows)
{
    static const char head[] = "\x1b@first line\n\x1dv0";
    static const char tail[] = "last line\n";
    size_t size = sizeof head - 1;
    memcpy(job_out, head, size);
    const uint8_t measures[] = {0, 48, 0, (uint8_t)rows, 0};
    memcpy(job_out + size, measures, sizeof measures);
    size += sizeof measures;
    for (unsigned i = 0; i < rows * 48; i++) {
        job_out[size++] = (uint8_t)("\x10\x04\x01"[i % 3]);
    }
    memcpy(job_out + size, tail, sizeof tail - 1);
    return size + sizeof tail - 1;
}
