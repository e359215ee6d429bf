/*
 * A screen as a model: what stands on it, before any pixel.
 *
 * Flows fill it; painter.h makes pixels of it, dump.h text for tests, and 128×64 boards four lines.
 * It holds finished words only: money is formatted and texts are translated before they get here.
 * A screen is a status bar, a title, up to SCREEN_BLOCKS_MAX blocks from top to bottom and a foot
 * that says what the keys do.
 */
#ifndef TILL_SCREEN_H
#define TILL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCREEN_BLOCKS_MAX = 14,
    SCREEN_TILES_MAX = 6,
    SCREEN_ROWS_MAX = 6,
    SCREEN_KEYS_MAX = 4,
    SCREEN_TEXT_MAX = 128, /* bytes of one text, terminator included */
    SCREEN_LONG_MAX = 384, /* of a notice */
    SCREEN_CODE_MAX = 367  /* of a square code: version 11-M, alphanumeric */
};

/* Colours by meaning; the painter knows the paints (look: one accent, amber, red). */
enum screen_tone {
    TONE_NORMAL = 0,
    TONE_QUIET,  /* grey, secondary */
    TONE_ACCENT, /* deep green: selected, good, change */
    TONE_LOOK,   /* amber: look here */
    TONE_OWED    /* red: owed, stop */
};
enum screen_size { SIZE_SMALL = 0, SIZE_NORMAL, SIZE_BIG, SIZE_HUGE };

/* The bar on top. Cash is shown in figures, as a fill without figures, or not at all. */
enum bar_cash { BAR_CASH_NONE = 0, BAR_CASH_FILL, BAR_CASH_FIGURES };
struct screen_bar {
    int bearer;    /* enum network_bearer of hal/network.h */
    uint8_t bars;  /* 0..4 */
    char link[40]; /* "离线 2时10分", "4G 已同步" */
    enum screen_tone link_tone;
    uint64_t unsent;
    enum bar_cash cash;
    char cash_text[24];
    uint8_t cash_percent; /* of the limit, for the fill */
    uint8_t battery_percent;
    bool charging;
    bool training;
};

enum block_kind {
    BLOCK_LINE,   /* left and right text, one line */
    BLOCK_RULE,   /* a line across */
    BLOCK_TILES,  /* the home menu: digit, label, a line of what is in it */
    BLOCK_LIST,   /* rows of two lines, one selected */
    BLOCK_FIELD,  /* what is being typed, large, with a caret; a label and choices beside it */
    BLOCK_BAND,   /* a tinted line: change due */
    BLOCK_NOTICE, /* a box: heading and wrapped text */
    BLOCK_SPACE,  /* a little air */
    BLOCK_CODE    /* a square code, words beside it; 128×64 boards show the words alone */
};

struct screen_tile {
    char digit;
    char label[SCREEN_TEXT_MAX];
    char detail[SCREEN_TEXT_MAX];
    bool off; /* shown, but can't be chosen now */
};
struct screen_row {
    char name[SCREEN_TEXT_MAX], amount[48];
    char place[SCREEN_TEXT_MAX], note[48];
    char tag[40]; /* a small amber mark beside the name; "" = none */
    enum screen_tone amount_tone;
    bool done; /* finished with: quiet */
};
struct screen_line {
    char left[SCREEN_TEXT_MAX], right[SCREEN_TEXT_MAX];
    enum screen_size size;
    enum screen_tone left_tone, right_tone;
    bool bold;
};
struct screen_field {
    char label[SCREEN_TEXT_MAX];
    char text[SCREEN_TEXT_MAX];    /* as it stands; PINs come as bullets */
    char choices[SCREEN_TEXT_MAX]; /* "186.42 · 187 · 190 · 200"; "" = none */
    bool left_aligned;             /* texts are, amounts are not */
};
struct screen_notice {
    enum screen_tone tone;
    char heading[SCREEN_TEXT_MAX];
    char text[SCREEN_LONG_MAX]; /* may hold line feeds; wrapped by whoever shows it */
};

struct screen_code {
    char text[SCREEN_CODE_MAX]; /* of QR's alphanumeric mode */
    char place[24];             /* "2 / 5", large; "" = none */
    char words[SCREEN_TEXT_MAX];
};

struct screen_block {
    enum block_kind kind;
    union {
        struct screen_line line; /* LINE, BAND */
        struct screen_field field;
        struct screen_notice notice;
        struct screen_code code;
    } as;
};

struct screen_key {
    char key[12]; /* as on the key: "OK", "F1", "清除" */
    char does[48];
};

/* Which table turns keys into actions while this screen stands (keymap.h). */
enum screen_keys {
    KEYS_MENU,    /* digits choose */
    KEYS_LIST,    /* arrows move, digits begin a search */
    KEYS_CARD,    /* OK, Cancel, soft keys, arrows */
    KEYS_AMOUNT,  /* digits and the decimal point type, arrows offer */
    KEYS_DIGITS,  /* digits type: account, PIN, code */
    KEYS_MESSAGE, /* OK and Cancel only */
    KEYS_NUMBER   /* digits type a receipt's number, * is its dash; or it is scanned */
};

struct screen {
    const char *name; /* stable, for tests and the panel: "home", "route", "tender" … */
    enum screen_keys keys;
    bool fresh;  /* taking money: OK counts only as a fresh press (keymap.h) */
    bool masked; /* a PIN is typed: never logged or dumped */
    struct screen_bar bar;
    char title[SCREEN_TEXT_MAX], aside[SCREEN_TEXT_MAX];
    struct screen_block blocks[SCREEN_BLOCKS_MAX];
    size_t block_count;
    /* of BLOCK_TILES and BLOCK_LIST, of which a screen has at most one */
    struct screen_tile tiles[SCREEN_TILES_MAX];
    size_t tile_count;
    struct screen_row rows[SCREEN_ROWS_MAX];
    size_t row_count;
    size_t selected;     /* row of this window */
    size_t first, total; /* place of the window in the whole list, for the scroll mark */
    struct screen_key foot[SCREEN_KEYS_MAX];
    size_t foot_count;
};

/* Empty it (all zero) and name it. The bar is the application's to fill. */
void screen_begin(struct screen *s, const char *name, enum screen_keys keys);
void screen_title(struct screen *s, const char *title, const char *aside);
/* Adders cut what is too long at a character and ignore what is beyond SCREEN_BLOCKS_MAX. */
struct screen_line *screen_line(struct screen *s, const char *left, const char *right);
struct screen_line *screen_band(struct screen *s, const char *left, const char *right);
void screen_rule(struct screen *s);
void screen_space(struct screen *s);
void screen_field(struct screen *s, const char *label, const char *text, const char *choices);
void screen_notice(struct screen *s, enum screen_tone tone, const char *heading, const char *text);
void screen_code(struct screen *s, const char *text, const char *place, const char *words);
void screen_tiles(struct screen *s);
struct screen_tile *screen_tile(struct screen *s, char digit, const char *label,
                                const char *detail);
void screen_list(struct screen *s, size_t selected, size_t first, size_t total);
struct screen_row *screen_row(struct screen *s);
void screen_key(struct screen *s, const char *key, const char *does);

#endif
