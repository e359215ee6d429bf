/*
 * What goes by stick instead of by line (docs/protocol.md, "By stick").
 *
 *   fieldtill/out/TERMINAL-FROM-TO.fts  a batch, sealed to the host's stick key (src/crypto/seal.h)
 *   fieldtill/in/TERMINAL.ack           a signed head, behind it signed orders if there are any
 *   fieldtill/list/TERMINAL-AT_S.ftc    a list of collected accounts (collected.h), a page a line
 *
 * Names are for people and for the order of taking in: nothing in a name is believed. The stick key
 * is told by a statement of the host.
 */
#ifndef TILL_STICK_FILE_H
#define TILL_STICK_FILE_H

#include "batch.h"
#include "statement.h"

#define STICK_OUT "out"
#define STICK_IN "in"
#define STICK_LIST "list"
#define STATEMENT_TAG_STICK "fieldtill/stick/1"

enum {
    STICK_FILE_NAME_MAX = 64,
    STICK_ACK_MAX = 2 * STATEMENT_MAX, /* head and orders */
    STICK_FILES_MAX = 256              /* of one kind on one stick that are looked at */
};

/* What a file of entries is called. */
struct stick_file {
    char terminal[TERMINAL_MAX];
    uint64_t from, to;
};
/* out: "TERMINAL-FROM-TO.fts". TILL_BAD_INPUT: no such file. */
enum till_status stick_file_name(const struct stick_file *file,
                                 char out[STICK_FILE_NAME_MAX]) TILL_CHECKED;
/* false: another name. */
bool stick_file_read_name(const char *name, struct stick_file *file_out);
/* "TERMINAL.ack"; the terminal is valid. */
void stick_ack_name(const char *terminal, char out[STICK_FILE_NAME_MAX]);
/* "TERMINAL-AT_S.ftc", of a valid terminal's list; and is a name one of these? */
void stick_list_name(const char *terminal, int64_t at_s, char out[STICK_FILE_NAME_MAX]);
bool stick_is_list_name(const char *name);

/* Part a .ack into its statements; what they say is checked by head_read and orders_read. An empty
 * span: no orders. TILL_E_PROTOCOL: not two or four lines. */
enum till_status stick_ack_split(struct span text, struct span *head_out,
                                 struct span *orders_out) TILL_CHECKED;

/* ---- the host's public key for sticks -------------------------------------------------------- */

struct stick_key {
    int64_t at_s; /* made; a later one takes the place of an earlier one */
    uint8_t point[PUBLIC_KEY_SIZE];
};
enum till_status stick_key_write(const struct sealer *sealer, const struct stick_key *key,
                                 struct buffer *out) TILL_CHECKED;
enum till_status stick_key_read(const struct sealer *sealer, struct span text,
                                struct stick_key *key_out) TILL_CHECKED;

#endif
