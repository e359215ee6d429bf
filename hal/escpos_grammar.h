/*
 * The grammar of ESC/POS: where a command begins and ends, byte by byte.
 *
 * Shared by the simulated printer, which judges commands, and by the real printers' driver, which
 * must know where it may slip a status request in: between two commands and never inside one
 * (a raster's bytes would swallow it). It knows lengths, not meanings, and allocates nothing.
 * After Epson's ESC/POS command reference; FS commands, GB 18030, DC2 # and ESC 7 as Chinese
 * printers have them.
 */
#ifndef TILL_ESCPOS_GRAMMAR_H
#define TILL_ESCPOS_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* name, leading bytes, how many parameter bytes follow, how the data after them is counted */
#define COMMAND_LIST(X)                                                                            \
    X(COMMAND_INIT, "\x1b@", 0, COMMAND_NO_DATA)                                                   \
    X(COMMAND_MODE, "\x1b!", 1, COMMAND_NO_DATA)                                                   \
    X(COMMAND_ALIGN,                                                                               \
      "\x1b"                                                                                       \
      "a",                                                                                         \
      1, COMMAND_NO_DATA)                                                                          \
    X(COMMAND_BOLD,                                                                                \
      "\x1b"                                                                                       \
      "E",                                                                                         \
      1, COMMAND_NO_DATA)                                                                          \
    X(COMMAND_DOUBLE_STRIKE, "\x1bG", 1, COMMAND_NO_DATA)                                          \
    X(COMMAND_UNDERLINE, "\x1b-", 1, COMMAND_NO_DATA)                                              \
    X(COMMAND_FONT, "\x1bM", 1, COMMAND_NO_DATA)                                                   \
    X(COMMAND_FEED_LINES,                                                                          \
      "\x1b"                                                                                       \
      "d",                                                                                         \
      1, COMMAND_NO_DATA)                                                                          \
    X(COMMAND_FEED_DOTS, "\x1bJ", 1, COMMAND_NO_DATA)                                              \
    X(COMMAND_SPACING_DEFAULT, "\x1b\x32", 0, COMMAND_NO_DATA)                                     \
    X(COMMAND_SPACING, "\x1b\x33", 1, COMMAND_NO_DATA)                                             \
    X(COMMAND_POSITION, "\x1b$", 2, COMMAND_NO_DATA)                                               \
    X(COMMAND_CHARACTER_SPACING, "\x1b ", 1, COMMAND_NO_DATA)                                      \
    X(COMMAND_CODE_PAGE, "\x1bt", 1, COMMAND_NO_DATA)                                              \
    X(COMMAND_CHARACTER_SET, "\x1bR", 1, COMMAND_NO_DATA)                                          \
    X(COMMAND_DRAWER, "\x1bp", 3, COMMAND_NO_DATA)                                                 \
    X(COMMAND_SIZE, "\x1d!", 1, COMMAND_NO_DATA)                                                   \
    X(COMMAND_INVERSE,                                                                             \
      "\x1d"                                                                                       \
      "B",                                                                                         \
      1, COMMAND_NO_DATA)                                                                          \
    X(COMMAND_RASTER, "\x1dv0", 5, COMMAND_RASTER_DATA)                                            \
    X(COMMAND_BLOCK, "\x1d(", 3, COMMAND_BLOCK_DATA)                                               \
    X(COMMAND_CUT, "\x1dV", 1, COMMAND_CUT_DATA)                                                   \
    X(COMMAND_REPORT, "\x1dr", 1, COMMAND_NO_DATA)                                                 \
    X(COMMAND_AUTO_STATUS,                                                                         \
      "\x1d"                                                                                       \
      "a",                                                                                         \
      1, COMMAND_NO_DATA)                                                                          \
    X(COMMAND_MARGIN, "\x1dL", 2, COMMAND_NO_DATA)                                                 \
    X(COMMAND_WIDTH, "\x1dW", 2, COMMAND_NO_DATA)                                                  \
    X(COMMAND_HAN_ON, "\x1c&", 0, COMMAND_NO_DATA)                                                 \
    X(COMMAND_HAN_OFF, "\x1c.", 0, COMMAND_NO_DATA)                                                \
    X(COMMAND_HAN_MODE, "\x1c!", 1, COMMAND_NO_DATA)                                               \
    X(COMMAND_HAN_UNDERLINE, "\x1c-", 1, COMMAND_NO_DATA)                                          \
    X(COMMAND_REALTIME_STATUS, "\x10\x04", 1, COMMAND_NO_DATA)                                     \
    X(COMMAND_REALTIME_RECOVER, "\x10\x05", 1, COMMAND_NO_DATA)                                    \
    X(COMMAND_DENSITY, "\x12#", 1, COMMAND_NO_DATA)                                                \
    X(COMMAND_HEAT, "\x1b\x37", 3, COMMAND_NO_DATA)

enum command_data {
    COMMAND_NO_DATA,
    COMMAND_RASTER_DATA, /* GS v 0 m xL xH yL yH: x * y bytes */
    COMMAND_BLOCK_DATA,  /* GS ( c pL pH: p bytes */
    COMMAND_CUT_DATA     /* GS V m: one more where m is 65 or 66 */
};

enum command {
#define X(name, bytes, parameters, data) name,
    COMMAND_LIST(X)
#undef X
        COMMAND_COUNT
};

enum grammar_token {
    GRAMMAR_MORE,      /* inside a command's head or a character */
    GRAMMAR_CHARACTER, /* a character is whole: head holds its 1, 2 or 4 bytes */
    GRAMMAR_CONTROL,   /* one control byte that begins no command (LF, CR, HT …): head[0] */
    GRAMMAR_HEAD,      /* a command with its parameters is whole; data_left bytes follow */
    GRAMMAR_DATA,      /* one byte of its data; it was the last if data_left is now 0 */
    GRAMMAR_UNKNOWN    /* begins no command that is known: lengths are lost from here on */
};

struct grammar {
    uint8_t head[8];
    uint8_t head_size;
    uint8_t parameters_at; /* in head, of a GRAMMAR_HEAD */
    enum command command;
    uint32_t data_left;
    bool multibyte; /* GB 18030 is on: a byte of 81..FE begins a character of two or four bytes */
    bool lost;      /* an unknown command came */
    bool whole;     /* head is of a token that was given out; the next byte begins anew */
};

/* As after power on. multibyte: has the printer Chinese characters, on from the start? */
void grammar_init(struct grammar *g, bool multibyte);
enum grammar_token grammar_put(struct grammar *g, uint8_t byte);
/* Would the next byte begin a command or character? false for ever after GRAMMAR_UNKNOWN. */
bool grammar_at_boundary(const struct grammar *g);

#endif
