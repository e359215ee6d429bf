/*
 * Keys and actions.
 *
 * A keypad driver reports keys; a screen's table turns them into actions (src/terminal/ui/keymap).
 * Numbers are also those of board files and of the script panel.
 */
#ifndef TILL_KEYS_H
#define TILL_KEYS_H

/* PAD_NAME, number, the name in board files and scripts */
#define PAD_LIST(X)                                                                                \
    X(PAD_NONE, 0, "none")                                                                         \
    X(PAD_0, 1, "0")                                                                               \
    X(PAD_1, 2, "1")                                                                               \
    X(PAD_2, 3, "2")                                                                               \
    X(PAD_3, 4, "3")                                                                               \
    X(PAD_4, 5, "4")                                                                               \
    X(PAD_5, 6, "5")                                                                               \
    X(PAD_6, 7, "6")                                                                               \
    X(PAD_7, 8, "7")                                                                               \
    X(PAD_8, 9, "8")                                                                               \
    X(PAD_9, 10, "9")                                                                              \
    X(PAD_STAR, 11, "*")                                                                           \
    X(PAD_HASH, 12, "#")                                                                           \
    X(PAD_OK, 13, "ok")                                                                            \
    X(PAD_CANCEL, 14, "cancel")                                                                    \
    X(PAD_CLEAR, 15, "clear")                                                                      \
    X(PAD_UP, 16, "up")                                                                            \
    X(PAD_DOWN, 17, "down")                                                                        \
    X(PAD_LEFT, 18, "left")                                                                        \
    X(PAD_RIGHT, 19, "right")                                                                      \
    X(PAD_F1, 20, "f1")                                                                            \
    X(PAD_F2, 21, "f2")                                                                            \
    X(PAD_SCAN, 22, "scan")

enum key {
#define X(name, number, text) name = number,
    PAD_LIST(X)
#undef X
        PAD_COUNT
};

const char *key_name(int key);       /* "none" outside the list */
int key_from_name(const char *name); /* PAD_NONE if there is no such name */

#endif
